//! The real programs from outside: started, asked, starved, killed and started again.
//!
//! Nothing here looks inside: a [`Solo`] is a process with a data directory of its own and a port the system chose; what
//! a test learns of it, it learns over HTTP, from the banner, the exit code and stderr. Tests wait for a condition with
//! a deadline ([`until`]) and never for a time. Every process is ended when its value is dropped, by its own id.

mod program;
mod service;
mod solo;
mod stream;
mod wait;
mod world;

pub use program::{Ended, Programs, python, run, shared, wanted};
pub use service::Service;
pub use solo::{Answer, Solo};
pub use stream::{Frame, Frames};
pub use wait::{block_on, until};
pub use world::serve;
