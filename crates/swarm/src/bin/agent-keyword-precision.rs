//! The program `agent-keyword-precision`: see the library.

fn main() -> std::process::ExitCode {
    tge_swarm::agent_keyword_precision()
}
