//! Private servers for tests: each started from its own binary, in a directory of its own, on a free port.
//!
//! A server that is not installed is `None`, and the test that needs it tells its runner that it is ignored. Whatever
//! was started is ended when its value is dropped, by its own process id or its own name.

pub mod consul;
pub mod docker;
pub mod process;
pub mod proxy;
pub mod redis;

mod error;
mod postgres;
mod user;

pub use error::ServerError;
pub use postgres::PrivatePostgres;
