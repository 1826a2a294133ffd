//! The program `actuator`: see the library.

fn main() -> std::process::ExitCode {
    tge_swarm::actuator()
}
