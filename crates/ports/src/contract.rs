//! The contract suites: what every adapter of a port must do, checked on each adapter by its own tests.

pub mod store;
