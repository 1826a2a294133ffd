//! The contract suites: what every adapter of a port must do, checked on each adapter by its own tests.
//!
//! A suite is a list of named cases; the adapter's test binary makes one trial of each, with an adapter of its own per
//! trial, so that a failure names the port's promise that was broken.

pub mod bus;
pub mod containers;
pub mod directory;
pub mod store;
