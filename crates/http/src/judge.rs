//! Which addresses may be asked: the table of networks that are nobody's public server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use url::{Host, Url};

/// What the guard says of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be asked: a public address.
    Public,
    /// It may be asked because its network was let through on purpose.
    Allowed,
    /// It may not be asked, because it is this.
    Refused(&'static str),
}

/// Judges addresses.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    allow: Vec<IpNet>,
}

/// IPv4 networks that are not public, with what they are. RFC 6890 and its registry; multicast and reserved follow.
const V4: [([u8; 4], u8, &str); 18] = [
    ([0, 0, 0, 0], 8, "an address of this network (0.0.0.0/8)"),
    ([10, 0, 0, 0], 8, "a private address (10.0.0.0/8)"),
    ([100, 64, 0, 0], 10, "a carrier's shared address (100.64.0.0/10)"),
    ([127, 0, 0, 0], 8, "a loopback address (127.0.0.0/8)"),
    ([169, 254, 0, 0], 16, "a link-local address, where clouds serve metadata (169.254.0.0/16)"),
    ([172, 16, 0, 0], 12, "a private address (172.16.0.0/12)"),
    ([192, 0, 0, 0], 24, "an address for protocols (192.0.0.0/24)"),
    ([192, 0, 2, 0], 24, "an address for documentation (192.0.2.0/24)"),
    ([192, 31, 196, 0], 24, "an anycast address of AS112 (192.31.196.0/24)"),
    ([192, 52, 193, 0], 24, "an address of AMT relays (192.52.193.0/24)"),
    ([192, 88, 99, 0], 24, "an address of 6to4 relays (192.88.99.0/24)"),
    ([192, 168, 0, 0], 16, "a private address (192.168.0.0/16)"),
    ([192, 175, 48, 0], 24, "an anycast address of AS112 (192.175.48.0/24)"),
    ([198, 18, 0, 0], 15, "an address for benchmarks (198.18.0.0/15)"),
    ([198, 51, 100, 0], 24, "an address for documentation (198.51.100.0/24)"),
    ([203, 0, 113, 0], 24, "an address for documentation (203.0.113.0/24)"),
    ([224, 0, 0, 0], 4, "a multicast address (224.0.0.0/4)"),
    ([240, 0, 0, 0], 4, "a reserved or broadcast address (240.0.0.0/4)"),
];

/// Well-known ports of protocols that read lines, after the list browsers keep.
const NOT_HTTP: [u16; 38] = [
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 79, 87, 110, 111, 119, 135, 139, 143, 389,
    445, 465, 514, 587, 993, 995, 3306, 5432, 6379, 6667, 11211,
];

impl Guard {
    /// A guard that lets through public addresses and these networks.
    pub fn new(allow: Vec<IpNet>) -> Self {
        Self { allow }
    }

    /// Judges one address.
    pub fn judge(&self, address: IpAddr) -> Verdict {
        // An IPv4 address in IPv6 clothes is that IPv4 address to the kernel; the allow list sees it so, too.
        let plain = address.to_canonical();
        if self.allow.iter().any(|net| net.contains(&plain) || net.contains(&address)) {
            return Verdict::Allowed;
        }
        let refused = match plain {
            IpAddr::V4(v4) => judge_v4(v4),
            IpAddr::V6(v6) => judge_v6(v6),
        };
        refused.map_or(Verdict::Public, Verdict::Refused)
    }

    /// Judges what can be judged of a URL before DNS: its scheme, and its host where that is an address. The parser
    /// has made one notation of `0x7f.1`, `2130706433`, `0177.0.0.1` and full-width digits.
    ///
    /// # Errors
    /// The rule it breaks.
    pub fn judge_url(&self, url: &Url) -> Result<(), String> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("{} is neither http nor https", url.scheme()));
        }
        // Other protocols' ports: a request's lines may be orders to a mail or database server.
        if let Some(port) = url.port().filter(|port| NOT_HTTP.contains(port))
            && !self.is_own(url)
        {
            return Err(format!("port {port} is that of another protocol"));
        }
        let address = match url.host() {
            None => return Err("it names no host".to_owned()),
            Some(Host::Domain("")) => return Err("its host is empty".to_owned()),
            Some(Host::Domain(_)) => return Ok(()),
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
        };
        match self.judge(address) {
            Verdict::Refused(what) => Err(refusal(address, what)),
            Verdict::Public | Verdict::Allowed => Ok(()),
        }
    }

    /// Whether a URL's host is written as an address that was let through on purpose: the operator's own machine.
    pub(crate) fn is_own(&self, url: &Url) -> bool {
        let address = match url.host() {
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
            Some(Host::Domain(_)) | None => return false,
        };
        self.judge(address) == Verdict::Allowed
    }
}

/// The words of a refusal, with the way to lift it.
pub(crate) fn refusal(address: IpAddr, what: &str) -> String {
    format!("{address} is {what}; if it is yours, start with --allow-net {address}")
}

fn judge_v4(address: Ipv4Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    V4.iter()
        .find(|(net, len, _)| (bits ^ u32::from_be_bytes(*net)) >> (32 - u32::from(*len)) == 0)
        .map(|(.., what)| *what)
}

fn judge_v6(address: Ipv6Addr) -> Option<&'static str> {
    let s = address.segments();
    let low = Ipv4Addr::from_bits(u32::from(s[6]) << 16 | u32::from(s[7]));
    match s {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("the unspecified address (::)"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("the loopback address (::1)"),
        // IPv4-mapped never comes here (it is judged as IPv4); what else embeds one is judged by both.
        [0, 0, 0, 0, 0, 0, _, _] => Some("an IPv4 address in IPv6 (::/96)"),
        [0, 0, 0, 0, 0xffff, 0, _, _] => Some("a translated IPv4 address (::ffff:0:0:0/96)"),
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] => judge_v4(low).map(|_| "a NAT64 address of a network that is not public"),
        [0x64, 0xff9b, 1, ..] => Some("a local NAT64 address (64:ff9b:1::/48)"),
        [0x100, 0, 0, 0, ..] => Some("a discard address (100::/64)"),
        [0x2001, 0, ..] => Some("a Teredo address (2001::/32)"),
        [0x2001, 0xdb8, ..] => Some("an address for documentation (2001:db8::/32)"),
        [0x2001, second, ..] if second < 0x200 => Some("an address for protocols (2001::/23)"),
        [0x2002, ..] => Some("a 6to4 address (2002::/16)"),
        [0x3fff, second, ..] if second < 0x1000 => Some("an address for documentation (3fff::/20)"),
        [0x5f00, ..] => Some("a segment routing address (5f00::/16)"),
        [first, ..] if first & 0xfe00 == 0xfc00 => Some("a private address (fc00::/7)"),
        [first, ..] if first & 0xffc0 == 0xfe80 => Some("a link-local address (fe80::/10)"),
        [first, ..] if first & 0xffc0 == 0xfec0 => Some("a site-local address (fec0::/10)"),
        [first, ..] if first & 0xff00 == 0xff00 => Some("a multicast address (ff00::/8)"),
        // Only 2000::/3 is given out to the public.
        [first, ..] if first & 0xe000 != 0x2000 => Some("a reserved address"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_judged() {
        let guard = Guard::default();
        let public = [
            "1.1.1.1",
            "8.8.8.8",
            "93.184.215.14",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2001:4860:4860::8888",
        ];
        for address in public {
            assert_eq!(guard.judge(address.parse().expect(address)), Verdict::Public, "{address}");
        }
        let refused = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.1.2.3",
            "::127.0.0.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
            "e000::1",
        ];
        for address in refused {
            let verdict = guard.judge(address.parse().expect(address));
            assert!(matches!(verdict, Verdict::Refused(_)), "{address}: {verdict:?}");
        }
    }

    #[test]
    fn urls_are_judged_in_every_notation() {
        let guard = Guard::default();
        let refused = [
            "ftp://example.org/",
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "data:text/plain,x",
            "javascript:alert(1)",
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://017700000001/",
            "http://0/",
            "http://127.0.0.1.:80/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[0:0:0:0:0:ffff:a9fe:a9fe]/",
            "http://169.254.169.254/latest/meta-data/",
            "http://\u{ff11}\u{ff12}\u{ff17}.0.0.1/",
            "http://127%2e0%2e0%2e1/",
            "http://127\u{3002}0\u{3002}0\u{3002}1/",
            "http://user:secret@10.0.0.1/",
            "https://[fe80::1]/",
            "http://\u{2460}\u{2461}\u{2466}.0.0.1/",
            "http://example.org:25/",
            "https://example.org:6379/",
        ];
        for text in refused {
            let url = Url::parse(text).expect(text);
            assert!(guard.judge_url(&url).is_err(), "{text} is {url}");
        }
        for text in
            ["http://example.org/", "https://1.1.1.1/", "http://localhost.example.org/", "http://[2606:4700::1111]/"]
        {
            assert_eq!(guard.judge_url(&Url::parse(text).expect(text)), Ok(()), "{text}");
        }
    }

    #[test]
    fn networks_are_let_through_on_purpose() {
        let guard = Guard::new(vec!["127.0.0.0/8".parse().expect("net"), "fd00::/8".parse().expect("net")]);
        for (address, verdict) in [
            ("127.0.0.1", Verdict::Allowed),
            ("::ffff:127.0.0.1", Verdict::Allowed),
            ("fd00::1", Verdict::Allowed),
            ("8.8.8.8", Verdict::Public),
        ] {
            assert_eq!(guard.judge(address.parse().expect(address)), verdict);
        }
        assert!(matches!(guard.judge("10.0.0.1".parse().expect("address")), Verdict::Refused(_)));
    }
}
