//! Server-Sent Events, read by the letter of the specification and without anybody's client.

use std::collections::VecDeque;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::Value;

/// One frame.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Its number in the order of changes.
    pub id: String,
    /// `change` or `gap`.
    pub event: String,
    /// Its body.
    pub data: Value,
}

/// An open stream.
pub struct Frames {
    bytes: BoxStream<'static, reqwest::Result<Vec<u8>>>,
    text: Vec<u8>,
    ready: VecDeque<Frame>,
}

// === impl Frames ===

impl Frames {
    /// The frames of an answer.
    pub fn of(response: reqwest::Response) -> Self {
        let bytes = response.bytes_stream().map(|chunk| chunk.map(|bytes| bytes.to_vec())).boxed();
        Self { bytes, text: Vec::new(), ready: VecDeque::new() }
    }

    /// The next frame.
    ///
    /// # Errors
    /// When none comes in time, or the stream ends.
    pub async fn next(&mut self, limit: Duration) -> Result<Frame, String> {
        let wait = async {
            loop {
                if let Some(frame) = self.ready.pop_front() {
                    return Ok(frame);
                }
                match self.bytes.next().await {
                    Some(Ok(bytes)) => self.take(&bytes),
                    Some(Err(error)) => return Err(format!("the stream broke: {error}")),
                    None => return Err("the stream ended".to_owned()),
                }
            }
        };
        tokio::time::timeout(limit, wait).await.map_err(|_| format!("no frame within {limit:?}"))?
    }

    /// The next `count` frames.
    ///
    /// # Errors
    /// As [`Frames::next`].
    pub async fn take_many(&mut self, count: usize, limit: Duration) -> Result<Vec<Frame>, String> {
        let mut frames = Vec::new();
        while frames.len() < count {
            let had = frames.len();
            frames.push(self.next(limit).await.map_err(|error| format!("{error} (frame {had} of {count})"))?);
        }
        Ok(frames)
    }

    fn take(&mut self, bytes: &[u8]) {
        self.text.extend_from_slice(bytes);
        while let Some(end) = self.text.windows(2).position(|pair| pair == b"\n\n") {
            let block: Vec<u8> = self.text.drain(..end + 2).collect();
            let block = String::from_utf8_lossy(&block).into_owned();
            let field = |name: &str| {
                let lines = block.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                lines.map(|value| value.strip_prefix(' ').unwrap_or(value)).collect::<Vec<_>>().join("\n")
            };
            let data = field("data");
            // A block without data is a comment that keeps the connection open.
            if !data.is_empty() {
                let data = serde_json::from_str(&data).unwrap_or(Value::String(data));
                self.ready.push_back(Frame { id: field("id"), event: field("event"), data });
            }
        }
    }
}
