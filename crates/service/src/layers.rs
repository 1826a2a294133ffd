//! What wraps every call, over the network and in process alike: request id, span with the caller's trace, metrics, a
//! panic turned into an answer.

use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use crate::metric;
use crate::telemetry::follow;

/// The longest a unary call may take when its caller named no deadline.
const LONGEST_CALL: Duration = Duration::from_secs(30);

/// Wraps every route of `router`.
pub fn layers(router: Router, service: &'static str) -> Router {
    router.layer(from_fn_with_state(service, observe)).layer(CatchPanicLayer::new())
}

async fn observe(State(service): State<&'static str>, request: Request, next: Next) -> Response {
    let grpc = is_grpc(request.headers());
    let path = request.uri().path().to_owned();
    // A path label is the route's pattern, never the path itself: it must stay bounded.
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched".to_owned(), |p| p.as_str().to_owned());
    let span = tracing::info_span!("call", otel.name = %format!("{} {}", request.method(), if grpc { &path } else { &route }), path);
    if let Some(parent) = request.headers().get("traceparent").and_then(|v| v.to_str().ok()) {
        follow(&span, parent);
    }
    let limit = grpc_timeout(request.headers()).unwrap_or(LONGEST_CALL);
    let request_id = request.headers().get("x-request-id").cloned();
    let begun = Instant::now();
    let mut response = match tokio::time::timeout(limit, next.run(request).instrument(span)).await {
        Ok(response) => response,
        Err(_) if grpc => tonic::Status::deadline_exceeded(format!("{path} took longer than {limit:?}")).into_http(),
        Err(_) => {
            let mut late = Response::new(format!("{path} took longer than {limit:?}\n").into());
            *late.status_mut() = http::StatusCode::GATEWAY_TIMEOUT;
            late
        }
    };
    if let Some(id) = request_id {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
    let took = begun.elapsed();
    if grpc {
        // A successful call's status comes in the trailers, a refused one's already in the head.
        let code = header(response.headers(), "grpc-status").unwrap_or("0").to_owned();
        metric::GRPC_REQUESTS.add(1, &[("service", service), ("method", &path), ("code", &code)]);
        metric::GRPC_DURATION.record(took, &[("service", service), ("method", &path)]);
    } else {
        let code = response.status().as_u16().to_string();
        metric::HTTP_REQUESTS.add(1, &[("service", service), ("route", &route), ("code", &code)]);
        metric::HTTP_DURATION.record(took, &[("service", service), ("route", &route)]);
    }
    response.headers_mut().entry("x-content-type-options").or_insert(HeaderValue::from_static("nosniff"));
    response
}

pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    header(headers, "content-type").is_some_and(|t| t.starts_with("application/grpc"))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Reads `grpc-timeout`: up to eight digits and a unit.
fn grpc_timeout(headers: &HeaderMap) -> Option<Duration> {
    let text = header(headers, "grpc-timeout")?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = digits.parse().ok().filter(|_| digits.len() <= 8)?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3_600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_grpc_deadlines() {
        let cases = [
            ("5S", Some(Duration::from_secs(5))),
            ("250m", Some(Duration::from_millis(250))),
            ("999999999S", None),
            ("S", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", HeaderValue::from_str(text).unwrap());
            assert_eq!(grpc_timeout(&headers), expected, "{text}");
        }
    }
}
