//! The guarded way out: every address judged after DNS, every answer bounded, every host asked politely.
//!
//! [`GuardedClient`] is the one adapter of [`tge_ports::Fetch`]. What it refuses and why, in the order of a request:
//!
//! 1. **Address** ([`judge`]). Only `http` and `https`. A host that is written as an address, in any notation, is
//!    judged before anything is sent; a name is judged *in the connector*, on the addresses DNS gave for this very
//!    connection, so there is no moment between judging and connecting in which DNS could change its mind. Each
//!    redirect starts from here again. `--allow-net` opens networks on purpose.
//! 2. **Politeness** ([`robots`], [`pace`]). robots.txt, `Retry-After` of the whole host, a rate and a number of
//!    requests at a time per host.
//! 3. **Size and time** ([`body`]). Header, body before and after decompression, their ratio, total time, least speed.
//!    Decompression is ours and streams, so that a bomb is met with the memory of its first mebibyte.
//!
//! The proxy variables of the environment are not obeyed: a proxy resolves names itself, behind the guard's back.

#![deny(missing_docs)]

mod body;
mod client;
mod config;
mod headers;
mod judge;
mod pace;
mod resolve;
mod robots;

pub use client::{BuildError, GuardedClient};
pub use config::{AuthoritiesError, Config, SizeLimits, authorities};
pub use judge::{Guard, Verdict};
pub use resolve::{Lookup, SystemLookup};
pub use robots::Rules;
