//! Every program of the swarm in one, for the tests of this crate: the name it is started under says which.

use std::process::ExitCode;

fn main() -> ExitCode {
    let started_as = std::env::args().next().unwrap_or_default();
    match started_as.as_str() {
        "queen" => tge_swarm::queen(),
        "memory-coordinator" => tge_swarm::memory_coordinator(),
        "service-registry" => tge_swarm::service_registry(),
        "agent-data-quality" => tge_swarm::agent_data_quality(),
        "agent-keyword-precision" => tge_swarm::agent_keyword_precision(),
        _ => ExitCode::FAILURE,
    }
}
