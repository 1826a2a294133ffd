//! The program `queen`: see the library.

fn main() -> std::process::ExitCode {
    tge_swarm::queen()
}
