//! The body of an answer: read piece by piece, decompressed by us, stopped at the first bound it crosses.

use std::io::{self, Write};

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use thiserror::Error;
use tokio::time::{Instant, timeout_at};
use zstd::stream::raw::{DParameter, Decoder as Zstd, InBuffer, Operation, OutBuffer};

use crate::config::SizeLimits;

/// Why a body was not taken.
#[derive(Debug, Error)]
pub(crate) enum BodyError {
    #[error("the body is larger than {limit} bytes")]
    Compressed { limit: usize },
    #[error("the body is larger than {limit} bytes once decompressed")]
    Decompressed { limit: usize },
    #[error("the body grows more than {ratio} times when decompressed, as a bomb does ({received} bytes made {made})")]
    Ratio { ratio: usize, received: usize, made: usize },
    #[error("the body came slower than {per_second} bytes a second ({received} bytes in {secs} s)")]
    Slow { per_second: u64, received: usize, secs: u64 },
    #[error("body: it is encoded {layers} times over ({encodings}), one time is taken")]
    Layers { layers: usize, encodings: String },
    #[error("body: its encoding {encoding:?} is not one of gzip, br, zstd, deflate")]
    Encoding { encoding: String },
    #[error("body: it cannot be decompressed")]
    Corrupt(#[source] io::Error),
    #[error("body: the connection broke off after {received} bytes")]
    Broken {
        received: usize,
        #[source]
        source: reqwest::Error,
    },
}

/// Reads the body of an answer.
pub(crate) async fn read(mut response: Response, limits: &SizeLimits) -> Result<Bytes, BodyError> {
    let encoding = encoding(response.headers())?;
    // Said beforehand: no need to read it.
    if response.content_length().is_some_and(|length| usize::try_from(length).map_or(true, |n| n > limits.body_bytes)) {
        return Err(BodyError::Compressed { limit: limits.body_bytes });
    }
    let start = Instant::now();
    let mut decoder = Decoder::new(encoding, limits);
    let mut received = 0;
    loop {
        // What was received buys time at the least speed.
        let bought = std::time::Duration::from_millis(
            u64::try_from(received).unwrap_or(u64::MAX).saturating_mul(1000) / limits.bytes_per_second.max(1),
        );
        let slow =
            || BodyError::Slow { per_second: limits.bytes_per_second, received, secs: start.elapsed().as_secs() };
        let chunk = timeout_at(start + limits.slow_start + bought, response.chunk()).await.map_err(|_| slow())?;
        let Some(chunk) = chunk.map_err(|source| BodyError::Broken { received, source })? else { break };
        received += chunk.len();
        if received > limits.body_bytes {
            return Err(BodyError::Compressed { limit: limits.body_bytes });
        }
        decoder.push(&chunk)?;
    }
    decoder.finish()
}

/// The one encoding of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Identity,
    Gzip,
    Brotli,
    Zstd,
    Deflate,
}

fn encoding(headers: &HeaderMap) -> Result<Encoding, BodyError> {
    let mut layers = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        for layer in String::from_utf8_lossy(value.as_bytes()).split(',') {
            let layer = layer.trim().to_ascii_lowercase();
            if !layer.is_empty() && layer != "identity" {
                layers.push(layer);
            }
        }
    }
    match layers.as_slice() {
        [] => Ok(Encoding::Identity),
        [one] => match one.as_str() {
            "gzip" | "x-gzip" => Ok(Encoding::Gzip),
            "br" => Ok(Encoding::Brotli),
            "zstd" => Ok(Encoding::Zstd),
            "deflate" => Ok(Encoding::Deflate),
            other => Err(BodyError::Encoding { encoding: other.chars().take(40).collect() }),
        },
        many => Err(BodyError::Layers { layers: many.len(), encodings: many.join(", ").chars().take(80).collect() }),
    }
}

/// Where decompressed bytes go. The decoders write to it a buffer at a time, so it can stop them in the middle.
struct Sink {
    out: Vec<u8>,
    received: usize,
    limits: SizeLimits,
    excess: Option<BodyError>,
}

impl Write for Sink {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let made = self.out.len() + buffer.len();
        let limits = &self.limits;
        if made > limits.decompressed_bytes {
            self.excess = Some(BodyError::Decompressed { limit: limits.decompressed_bytes });
        } else if made > limits.ratio_from_bytes && made > self.received.saturating_mul(limits.ratio) {
            self.excess = Some(BodyError::Ratio { ratio: limits.ratio, received: self.received, made });
        }
        if self.excess.is_some() {
            return Err(io::Error::other("over the limit"));
        }
        self.out.extend_from_slice(buffer);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

enum Decoder {
    Identity(Sink),
    Gzip(flate2::write::MultiGzDecoder<Sink>),
    Zlib(flate2::write::ZlibDecoder<Sink>),
    Deflate(flate2::write::DeflateDecoder<Sink>),
    /// Zlib by the standard, bare deflate by habit of some servers: the first byte tells.
    DeflateUnknown(Option<Sink>),
    Brotli(Box<brotli::DecompressorWriter<Sink>>),
    Zstd(Box<ZstdDecoder>),
}

struct ZstdDecoder {
    sink: Sink,
    zstd: Zstd<'static>,
    /// Bytes the frame still wants; 0 at its end.
    wants: usize,
}

impl Decoder {
    fn new(encoding: Encoding, limits: &SizeLimits) -> Self {
        let sink = Sink { out: Vec::new(), received: 0, limits: limits.clone(), excess: None };
        match encoding {
            Encoding::Identity => Self::Identity(sink),
            Encoding::Gzip => Self::Gzip(flate2::write::MultiGzDecoder::new(sink)),
            Encoding::Deflate => Self::DeflateUnknown(Some(sink)),
            Encoding::Brotli => Self::Brotli(Box::new(brotli::DecompressorWriter::new(sink, 32 * 1024))),
            Encoding::Zstd => {
                let mut zstd = Zstd::new().expect("a decoder without a dictionary needs memory only");
                // 8 MiB, what RFC 8878 asks decoders to take: a frame may not ask for gigabytes.
                zstd.set_parameter(DParameter::WindowLogMax(23)).expect("23 is within the format's range");
                Self::Zstd(Box::new(ZstdDecoder { sink, zstd, wants: 0 }))
            }
        }
    }

    fn sink(&mut self) -> Option<&mut Sink> {
        Some(match self {
            Self::Identity(sink) => sink,
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Zlib(decoder) => decoder.get_mut(),
            Self::Deflate(decoder) => decoder.get_mut(),
            Self::DeflateUnknown(sink) => return sink.as_mut(),
            Self::Brotli(decoder) => decoder.get_mut(),
            Self::Zstd(decoder) => &mut decoder.sink,
        })
    }

    fn push(&mut self, chunk: &[u8]) -> Result<(), BodyError> {
        if let Self::DeflateUnknown(sink) = self
            && let Some(first) = chunk.first()
            && let Some(sink) = sink.take()
        {
            let zlib = first & 0x0f == 8 && first >> 4 <= 7;
            *self = if zlib {
                Self::Zlib(flate2::write::ZlibDecoder::new(sink))
            } else {
                Self::Deflate(flate2::write::DeflateDecoder::new(sink))
            };
        }
        if let Some(sink) = self.sink() {
            sink.received += chunk.len();
        }
        let done = match self {
            Self::Identity(sink) => sink.write_all(chunk),
            Self::Gzip(decoder) => decoder.write_all(chunk),
            Self::Zlib(decoder) => decoder.write_all(chunk),
            Self::Deflate(decoder) => decoder.write_all(chunk),
            Self::DeflateUnknown(_) => Ok(()),
            Self::Brotli(decoder) => decoder.write_all(chunk),
            Self::Zstd(decoder) => decoder.push(chunk),
        };
        self.told(done)
    }

    fn finish(mut self) -> Result<Bytes, BodyError> {
        let empty = self.sink().is_none_or(|sink| sink.received == 0);
        if empty {
            // A 304 or an empty 200 may carry the header of an encoding and no byte of it.
            return Ok(Bytes::new());
        }
        let done = match &mut self {
            Self::Identity(_) | Self::DeflateUnknown(_) => Ok(()),
            Self::Gzip(decoder) => decoder.try_finish(),
            Self::Zlib(decoder) => decoder.try_finish(),
            Self::Deflate(decoder) => decoder.try_finish(),
            Self::Brotli(decoder) => decoder.close(),
            Self::Zstd(decoder) if decoder.wants == 0 => Ok(()),
            Self::Zstd(_) => Err(io::ErrorKind::UnexpectedEof.into()),
        };
        self.told(done)?;
        Ok(self.sink().map(|sink| Bytes::from(std::mem::take(&mut sink.out))).unwrap_or_default())
    }

    /// A decoder's error: ours if the sink stopped it.
    fn told(&mut self, done: io::Result<()>) -> Result<(), BodyError> {
        let Err(error) = done else { return Ok(()) };
        Err(self.sink().and_then(|sink| sink.excess.take()).unwrap_or(BodyError::Corrupt(error)))
    }
}

impl ZstdDecoder {
    fn push(&mut self, chunk: &[u8]) -> io::Result<()> {
        let mut input = InBuffer::around(chunk);
        let mut buffer = [0_u8; 16 * 1024];
        loop {
            let mut output = OutBuffer::around(&mut buffer[..]);
            self.wants = self.zstd.run(&mut input, &mut output)?;
            let made = output.pos();
            self.sink.write_all(&buffer[..made])?;
            // A full buffer may mean that more waits inside.
            if input.pos == chunk.len() && made < buffer.len() {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn limits() -> SizeLimits {
        SizeLimits { decompressed_bytes: 4_000_000, ratio_from_bytes: 100_000, ..SizeLimits::default() }
    }

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        flate2::read::GzEncoder::new(data, flate2::Compression::best()).read_to_end(&mut out).expect("gzip");
        out
    }

    fn encoded(encoding: Encoding, data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let level = flate2::Compression::best();
        match encoding {
            Encoding::Identity => out.extend_from_slice(data),
            Encoding::Gzip => out = gzip(data),
            Encoding::Deflate => {
                flate2::read::ZlibEncoder::new(data, level).read_to_end(&mut out).expect("zlib");
            }
            Encoding::Brotli => {
                brotli::CompressorReader::new(data, 4096, 5, 20).read_to_end(&mut out).expect("brotli");
            }
            Encoding::Zstd => out = zstd::encode_all(data, 3).expect("zstd"),
        }
        out
    }

    fn decode(encoding: Encoding, body: &[u8], step: usize) -> Result<Bytes, BodyError> {
        let mut decoder = Decoder::new(encoding, &limits());
        for chunk in body.chunks(step) {
            decoder.push(chunk)?;
        }
        decoder.finish()
    }

    const ALL: [Encoding; 5] =
        [Encoding::Identity, Encoding::Gzip, Encoding::Brotli, Encoding::Zstd, Encoding::Deflate];

    #[test]
    fn every_encoding_is_undone_in_any_pieces() {
        let data: Vec<u8> = (0..200_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        for encoding in ALL {
            let body = encoded(encoding, &data);
            for step in [1, 1_000, 1_000_000] {
                assert_eq!(decode(encoding, &body, step).expect("decoded"), data, "{encoding:?} by {step}");
            }
            assert_eq!(decode(encoding, b"", 1).expect("empty"), Bytes::new());
        }
        let mut raw = Vec::new();
        flate2::read::DeflateEncoder::new(&data[..], flate2::Compression::fast())
            .read_to_end(&mut raw)
            .expect("deflate");
        assert_eq!(decode(Encoding::Deflate, &raw, 7).expect("bare deflate"), data);
    }

    #[test]
    fn bombs_are_stopped() {
        let zeros = vec![0; 50_000_000];
        for encoding in ALL.into_iter().skip(1) {
            let body = encoded(encoding, &zeros);
            let error = decode(encoding, &body, 16 * 1024).expect_err("a bomb");
            let told = matches!(error, BodyError::Ratio { made, .. } if made < 200 * 16 * 1024 + 100_000)
                || matches!(error, BodyError::Decompressed { .. });
            assert!(told, "{encoding:?}: {error}");
        }
    }

    #[test]
    fn broken_bodies_are_told() {
        let data = b"some text that is long enough to be compressed, compressed, compressed".repeat(50);
        for encoding in ALL.into_iter().skip(1) {
            let body = encoded(encoding, &data);
            let cut = decode(encoding, &body[..body.len() - 5], 64);
            assert!(matches!(cut, Err(BodyError::Corrupt(_))), "{encoding:?} cut: {cut:?}");
            assert!(
                matches!(decode(encoding, b"\x99not compressed at all", 64), Err(BodyError::Corrupt(_))),
                "{encoding:?}"
            );
        }
    }

    #[test]
    fn one_layer_is_taken() {
        for (values, expected) in [
            (vec![], Some(Encoding::Identity)),
            (vec!["GZIP"], Some(Encoding::Gzip)),
            (vec!["identity", "br"], Some(Encoding::Brotli)),
            (vec!["gzip, gzip"], None),
            (vec!["gzip", "br"], None),
            (vec!["compress"], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in &values {
                headers.append(CONTENT_ENCODING, reqwest::header::HeaderValue::from_static(value));
            }
            assert_eq!(encoding(&headers).ok(), expected, "{values:?}");
        }
    }
}
