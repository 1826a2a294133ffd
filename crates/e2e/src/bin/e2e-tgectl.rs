//! The program `tgectl`, for the tests of this crate.

fn main() -> std::process::ExitCode {
    tgectl::main()
}
