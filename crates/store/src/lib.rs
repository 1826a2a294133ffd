//! The store ports on SQLite, for one process, and on PostgreSQL, for a swarm.
//!
//! Each database is written for in its own words: no layer over both, one contract suite (`tge_ports::contract`) that
//! holds them together. What they share is here: how a stored text becomes a noun, what a page token looks like, which
//! characters no database takes. Conventions of both schemas: moments are microseconds since 1970, identifiers and
//! enumerations are the model's own text, nested bodies are one versioned JSON record of `tge-proto`, and a column of
//! its own exists only for what is filtered, ordered or counted.
//!
//! A row's lease is three columns, `worker`, `lease_token`, `lease_until`. The token grows with each claim and each
//! time a row is given back, so that whoever comes late with an old one is refused; `lease_until` only decides when
//! somebody else may take the row, by the store's clock alone.

mod cursor;
mod json;
pub mod postgres;
mod row;
pub mod sqlite;
mod text;
