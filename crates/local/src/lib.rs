//! The ports inside one process: clock, randomness, bus, directory, and an engine of containers to script.
//!
//! Solo runs on [`LocalBus`] and [`LocalDirectory`]; they pass the same contract suites as Redis and Consul, so that a
//! service cannot tell them apart. [`SystemClock`] and [`SystemEntropy`] are the only readers of the machine's clock and
//! randomness; [`ManualClock`], [`TokioClock`] and [`SeededEntropy`] stand in for them in tests and simulations, and
//! [`FakeContainers`] is an engine whose containers die, freeze and fall ill when the script says so.

#![deny(missing_docs)]

mod bus;
mod clock;
mod containers;
mod directory;
mod entropy;

pub use bus::LocalBus;
pub use clock::{ManualClock, SystemClock, TokioClock};
pub use containers::{AfterStart, FakeContainers};
pub use directory::LocalDirectory;
pub use entropy::{SeededEntropy, SystemEntropy};
