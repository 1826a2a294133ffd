//! The program `tgectl`: see the library.

fn main() -> std::process::ExitCode {
    tgectl::main()
}
