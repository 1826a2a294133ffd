//! The program `agent-data-quality`: see the library.

fn main() -> std::process::ExitCode {
    tge_swarm::agent_data_quality()
}
