//! What became of each call, counted.

use tge_service::metric;
use tonic::{Code, Response, Status};

/// Counts one call and hands its answer on.
pub(crate) fn counted<T>(
    operation: &'static str,
    result: Result<(T, &'static str), Status>,
) -> Result<Response<T>, Status> {
    let outcome = match &result {
        Ok((_, outcome)) => outcome,
        Err(status) => match status.code() {
            Code::InvalidArgument | Code::OutOfRange => "invalid",
            Code::NotFound => "not_found",
            Code::Aborted => "conflict",
            Code::ResourceExhausted => "limited",
            Code::Unavailable => "unavailable",
            _ => "error",
        },
    };
    metric::MEMORY_OPERATIONS.add(1, &[("operation", operation), ("outcome", outcome)]);
    result.map(|(answer, _)| Response::new(answer))
}
