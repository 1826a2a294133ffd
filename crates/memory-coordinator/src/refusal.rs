//! Refusals in the wire's words, with what the caller can do.

use std::time::Duration;

use tge_model::MemoryTier;
use tge_ports::StoreError;
use tge_service::chain;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// How long a caller should wait for a store that is away.
const STORE_RETRY: Duration = Duration::from_secs(1);

/// The store did not do it.
pub(crate) fn store(error: &StoreError) -> Status {
    let text = chain(error);
    if error.is_transient() {
        Status::with_error_details(Code::Unavailable, text, ErrorDetails::with_retry_info(Some(STORE_RETRY)))
    } else {
        Status::internal(text)
    }
}

/// A writer writes too fast.
pub(crate) fn too_fast(writer: &str, wait: Duration) -> Status {
    let text = format!("writer {writer} writes too fast; try again in {wait:?}");
    Status::with_error_details(Code::ResourceExhausted, text, ErrorDetails::with_retry_info(Some(wait)))
}

/// More writes wait than the store takes.
pub(crate) fn overloaded(waiting: usize) -> Status {
    let text = format!("{waiting} writes wait for the store already; try again in {STORE_RETRY:?}");
    Status::with_error_details(Code::ResourceExhausted, text, ErrorDetails::with_retry_info(Some(STORE_RETRY)))
}

/// The item changed since the caller read it.
pub(crate) fn conflict(tier: MemoryTier, key: &str, expected: u64, found: u64) -> Status {
    let found = if found == 0 { "nothing".to_owned() } else { format!("version {found}") };
    let expected = if expected == 0 { "nothing".to_owned() } else { format!("version {expected}") };
    Status::aborted(format!("storing {tier} item {key:?}: expected {expected}, found {found}; read it again"))
}

/// There is no such item.
pub(crate) fn absent(tier: MemoryTier, key: &str) -> Status {
    Status::not_found(format!("there is no {tier} item {key:?}"))
}

/// The process is going away.
pub(crate) fn stopping() -> Status {
    Status::unavailable("this coordinator is stopping; ask another, or again in a moment")
}
