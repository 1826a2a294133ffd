//! The swarm's composition root: which adapters go into which program, one binary for each service.
//!
//! Every function here is a program: settings, adapters, app. What is common to all (exit codes, health, retries while
//! a foreign system is away) is done once by `tge-service`; what is common to several is in [`parts`].

mod actuator;
mod agents;
mod memory;
mod monitor;
mod parts;
mod queen;
mod registry;

pub use actuator::actuator;
pub use agents::{
    agent_api_reliability, agent_data_quality, agent_keyword_precision, agent_performance, agent_scraping_efficiency,
};
pub use memory::memory_coordinator;
pub use monitor::health_monitor;
pub use queen::queen;
pub use registry::service_registry;
