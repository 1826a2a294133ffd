//! Private servers for tests: started from the machine's own binaries, gone with the test.
//!
//! A test that needs a foreign system starts one here, on a free loopback port with its files in a temporary directory,
//! so that no test depends on what runs on the machine, or on another test. Where the binary is missing, `installed`
//! says so, and the test's runner reports its trials as ignored.

#![deny(missing_docs)]

mod error;
mod postgres;
mod user;

pub use error::ServerError;
pub use postgres::PrivatePostgres;
