//! The program `agent-performance`: see the library.

fn main() -> std::process::ExitCode {
    tge_swarm::agent_performance()
}
