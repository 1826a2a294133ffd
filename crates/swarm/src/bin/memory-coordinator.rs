//! The program `memory-coordinator`: see the library.

fn main() -> std::process::ExitCode {
    tge_swarm::memory_coordinator()
}
