//! Which master owns which slot, read from `CLUSTER SLOTS`.

use fred::prelude::{Error, ErrorKind, Server, Value};

/// Slots of a cluster.
pub(crate) const SLOTS: usize = 16_384;

/// Ranges of slots with their masters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slots {
    pub(crate) ranges: Vec<(u16, u16, Server)>,
}

// === impl Slots ===

impl Slots {
    /// Reads the answer that the node `asked` gave.
    pub(crate) fn read(answer: Value, asked: &Server) -> Result<Self, Error> {
        let unreadable = || Error::new(ErrorKind::Protocol, format!("unreadable CLUSTER SLOTS from {asked}"));
        let mut ranges = Vec::new();
        for range in answer.into_array() {
            let [first, last, master] =
                range.into_array().into_iter().take(3).collect::<Vec<_>>().try_into().map_err(|_| unreadable())?;
            let slot = |value: Value| {
                value.as_u64().and_then(|slot| u16::try_from(slot).ok()).filter(|slot| usize::from(*slot) < SLOTS)
            };
            let (first, last) = slot(first).zip(slot(last)).ok_or_else(unreadable)?;
            let mut master = master.into_array().into_iter();
            // Without a name the master is the very node that was asked.
            let host = master.next().and_then(|host| host.as_string()).filter(|host| !host.is_empty() && host != "?");
            let host = host.unwrap_or_else(|| asked.host.to_string());
            let port = master.next().and_then(|port| port.as_u64()).and_then(|port| u16::try_from(port).ok());
            ranges.push((first, last, Server::new(host, port.ok_or_else(unreadable)?)));
        }
        if ranges.is_empty() {
            return Err(Error::new(ErrorKind::Cluster, format!("CLUSTERDOWN {asked} knows no slots yet")));
        }
        Ok(Self { ranges })
    }

    /// The masters, each once.
    pub(crate) fn masters(&self) -> Vec<Server> {
        let mut masters: Vec<Server> = self.ranges.iter().map(|(_, _, at)| at.clone()).collect();
        masters.sort();
        masters.dedup();
        masters
    }
}

/// Where a server's `MOVED` or `ASK` sends us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirection {
    /// The slot has moved for good; otherwise only this command goes elsewhere.
    pub(crate) moved: bool,
    pub(crate) slot: u16,
    pub(crate) to: Server,
}

impl Redirection {
    /// Reads the words of an error that `from` gave; `None` for any other error.
    pub(crate) fn read(error: &Error, from: &Server) -> Option<Self> {
        let mut words = error.details().split(' ');
        let moved = match words.next()? {
            "MOVED" => true,
            "ASK" => false,
            _ => return None,
        };
        let slot = words.next()?.parse().ok().filter(|slot| usize::from(*slot) < SLOTS)?;
        let (host, port) = words.next()?.rsplit_once(':')?;
        let host = if host.is_empty() { from.host.to_string() } else { host.to_owned() };
        Some(Self { moved, slot, to: Server::new(host, port.parse().ok()?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(first: i64, last: i64, host: Value, port: i64) -> Value {
        let master = Value::Array(vec![host, Value::Integer(port), Value::from("id")]);
        Value::Array(vec![Value::Integer(first), Value::Integer(last), master])
    }

    #[test]
    fn reads_ranges_and_fills_in_the_node_asked() {
        let asked = Server::new("a", 7001);
        let answer = Value::Array(vec![range(0, 8191, Value::Null, 7001), range(8192, 16383, Value::from("b"), 7002)]);
        let slots = Slots::read(answer, &asked).expect("readable");
        assert_eq!(slots.ranges[0], (0, 8191, Server::new("a", 7001)));
        assert_eq!(slots.masters(), [Server::new("a", 7001), Server::new("b", 7002)]);
        for bad in [
            Value::Array(vec![]),
            Value::Array(vec![range(0, 16384, Value::from("b"), 1)]),
            Value::Array(vec![Value::Array(vec![])]),
        ] {
            assert!(Slots::read(bad.clone(), &asked).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn reads_redirections() {
        let from = Server::new("a", 7001);
        let read = |words: &str| Redirection::read(&Error::new(ErrorKind::Cluster, words.to_owned()), &from);
        let to = |host: &str| Server::new(host, 7003);
        assert_eq!(read("MOVED 12 10.0.0.3:7003"), Some(Redirection { moved: true, slot: 12, to: to("10.0.0.3") }));
        assert_eq!(read("ASK 12 :7003"), Some(Redirection { moved: false, slot: 12, to: to("a") }));
        for other in ["", "MOVED", "MOVED x a:1", "MOVED 16384 a:1", "CLUSTERDOWN The cluster is down"] {
            assert_eq!(read(other), None, "{other:?}");
        }
    }
}
