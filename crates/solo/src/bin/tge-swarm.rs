//! The program `tge-swarm`: see the library.

fn main() -> std::process::ExitCode {
    tge_solo::main()
}
