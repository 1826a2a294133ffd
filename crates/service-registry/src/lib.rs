//! Tells who is where and how it was: follows the directory, keeps its history, registers what cannot register itself.
//!
//! Four loops that share one [index](index). One follows the directory by blocking queries and notes every change of
//! status; one hands these changes to the store, from a bounded spool while the store is away; one probes what cannot
//! register itself (databases, Prometheus, a proxy) and beats for it; one reads which containers ask for that by label.
//! The registry never holds the engine's socket: it asks the actuator for the list.
//!
//! What is served comes from the index alone, so `/prometheus/targets` answers while store and directory are away, with
//! what was last known. Before anything is known it answers 503, for an empty list would make Prometheus forget all.

#![deny(missing_docs)]

mod actuator;
mod config;
mod follow;
mod history;
mod index;
mod keep;
mod probe;
mod registrant;
mod rest;
mod server;

pub use actuator::{Actuator, TokenError};
pub use config::{Config, ConfigError, SETTINGS};
pub use registrant::{Container, Containers, Registrant, RegistrantError, from_labels, parse};
pub use server::{Parts, SERVICES, Server, app};
