//! The client's errors, told apart as the port tells them: away, or there and refusing.

use fred::prelude::{Error, ErrorKind};
use tge_ports::BusError;
use thiserror::Error;

/// Slots without a master.
#[derive(Debug, Error)]
#[error(
    "{missing} of 16384 slots have no master; wait for the cluster to settle, or repair it with redis-cli --cluster fix"
)]
pub(crate) struct Uncovered {
    pub(crate) missing: usize,
}

/// What a server said that waiting does not cure, with what to do about it.
const REFUSALS: &[(&str, &str)] = &[
    (
        "instance has cluster support disabled",
        "it is not a cluster: start it with cluster-enabled yes, or name the cluster's masters in REDIS_NODES",
    ),
    ("WRONGPASS", "check the user and the password (REDIS_PASSWORD_FILE)"),
    ("NOAUTH", "it wants a password: set REDIS_PASSWORD_FILE"),
    ("AUTH <password> called without any password configured", "it has no password: unset REDIS_PASSWORD_FILE"),
    ("NOPERM", "grant the user what is named here"),
    ("OOM", "its memory is full: give it more, or let the consumers catch up"),
    ("WRONGTYPE", "another program uses this key"),
    ("READONLY", "it is a replica: name the cluster's masters in REDIS_NODES"),
    ("MISCONF", "it cannot write its disk: see its log"),
    ("ERR ", "see its log and version (7 or newer)"),
];

/// Whether waiting will not help.
pub(crate) fn refused(error: &Error) -> bool {
    advice(error).is_some()
}

fn advice(error: &Error) -> Option<&'static str> {
    if matches!(error.kind(), ErrorKind::IO | ErrorKind::Timeout | ErrorKind::Canceled) {
        return None;
    }
    let found = REFUSALS.iter().find(|(words, _)| error.details().contains(words)).map(|&(_, advice)| advice);
    found.or_else(|| matches!(error.kind(), ErrorKind::Auth).then_some("check the user and the password"))
}

/// The port's error for the client's.
pub(crate) fn failed(attempted: &'static str, target: String, error: Error) -> BusError {
    match advice(&error) {
        Some(advice) => BusError::Refused { attempted, target, reason: format!("{}; {advice}", error.details()) },
        None => BusError::Unavailable { attempted, target, source: Box::new(error) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_from_absences() {
        for (kind, words, expected) in [
            (ErrorKind::Config, "ERR This instance has cluster support disabled", true),
            (ErrorKind::Auth, "WRONGPASS invalid username-password pair or user is disabled.", true),
            (ErrorKind::Auth, "NOAUTH Authentication required.", true),
            (ErrorKind::Unknown, "NOPERM this user has no permissions to run the 'xadd' command", true),
            (ErrorKind::Unknown, "OOM command not allowed when used memory > 'maxmemory'.", true),
            (ErrorKind::Cluster, "CLUSTERDOWN The cluster is down", false),
            (ErrorKind::Unknown, "LOADING Redis is loading the dataset in memory", false),
            (ErrorKind::IO, "Connection refused", false),
            (ErrorKind::Timeout, "Request timed out.", false),
            (ErrorKind::Canceled, "Connection closed unexpectedly", false),
        ] {
            assert_eq!(refused(&Error::new(kind, words)), expected, "{words}");
        }
        let told = failed("pushing ids", "a:1".to_owned(), Error::new(ErrorKind::Auth, "WRONGPASS no"));
        assert!(told.to_string().contains("REDIS_PASSWORD_FILE"), "{told}");
    }
}
