//! The program `service-registry`: see the library.

fn main() -> std::process::ExitCode {
    tge_swarm::service_registry()
}
