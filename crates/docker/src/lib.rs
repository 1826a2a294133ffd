//! The container engine behind its port: Docker through its socket, reduced to the verbs we may use.
//!
//! [`DockerEngine`] knows four verbs and no more: list, restart, stats, events. What Docker does not do by itself lives
//! here: a container is brought back from any state it may be in (`restart`), CPU figures are ratios of the container's
//! own limit (`stats`), and a cut event stream goes on where it stopped (`events`).

#![deny(missing_docs)]

mod engine;
mod error;
mod events;
mod restart;
mod stats;
mod view;

pub use engine::DockerEngine;
