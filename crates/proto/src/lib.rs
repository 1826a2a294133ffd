//! What the nouns look like outside a process: versioned JSON records of disk and REST.

#![deny(missing_docs)]

pub mod record;
