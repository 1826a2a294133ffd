//! The program `tge-swarm`, for the tests of this crate.

fn main() -> std::process::ExitCode {
    tge_solo::main()
}
