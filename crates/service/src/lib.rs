//! Boots any process the same way: settings, telemetry, health, serving, registration, shutdown.
//!
//! A binary's `main` calls a plain function of its composition root, which calls [`run`] with a [`Program`] and a
//! function that builds the [`App`]. The order is always the same: read the settings (a mistake ends with code 64), bind
//! the port (so that health can be asked from the first moment), connect (retried while a foreign system is away, the
//! reason visible in `/ready`), serve, register, announce ready. On the way out: not ready, deregister, cancel, drain
//! under a deadline, flush. Nobody else reads the environment or spawns tasks without an owner.

#![deny(missing_docs)]

mod aside;
mod boot;
mod context;
pub mod deadline;
mod health;
mod layers;
pub mod metric;
mod probe;
mod registration;
mod serve;
pub mod settings;
mod signal;
mod telemetry;

pub use aside::aside;
pub use boot::{BootError, EXIT_CONFIG, EXIT_FAILED, Program, Start, World, chain, print_error, run};
pub use context::{Context, OnError};
pub use health::{Check, Readiness};
pub use layers::layers;
pub use registration::{Registration, keep_registered};
pub use serve::{App, Served, serve};
pub use settings::{Secret, Setting, SettingError, Settings};
pub use signal::stop_on_signal;
pub use telemetry::{Telemetry, current_traceparent, follow};
