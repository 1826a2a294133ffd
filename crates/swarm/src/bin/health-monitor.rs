//! The program `health-monitor`: see the library.

fn main() -> std::process::ExitCode {
    tge_swarm::health_monitor()
}
