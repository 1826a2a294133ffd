//! The program `agent-api-reliability`: see the library.

fn main() -> std::process::ExitCode {
    tge_swarm::agent_api_reliability()
}
