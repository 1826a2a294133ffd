//! Query parameters and names in paths, read with errors that name the parameter.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use tge_ports::Page;

use super::Problem;

/// Query parameters; unknown ones are refused where their type says so.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(params)) => Ok(Self(params)),
            Err(error) => Err(Problem::bad_request(tge_service::chain(&error))),
        }
    }
}

/// Reads a value of a query parameter or a path.
pub(crate) fn parse<T>(name: &str, text: &str) -> Result<T, Problem>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error| Problem::bad_request(format!("parameter {name}: {error}")))
}

/// The same for a parameter that may be absent.
pub(crate) fn parse_optional<T>(name: &str, text: Option<&String>) -> Result<Option<T>, Problem>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    text.map(|text| parse(name, text)).transpose()
}

/// Which page is wanted: `page_size` from 1 to 1000, 50 when absent.
pub(crate) fn page(size: Option<u32>, token: Option<String>) -> Result<Page, Problem> {
    match size.unwrap_or(50) {
        size @ 1..=1000 => Ok(Page { size, after: token }),
        size => Err(Problem::bad_request(format!("parameter page_size: {size} is not from 1 to 1000"))),
    }
}
