//! `cargo xtask lock`: writes what is new on the wire into `proto/lock/wire.txt`.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let told = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["lock"] => xtask::lock::update(),
        _ => Err("usage: cargo xtask lock".to_owned()),
    };
    let (text, code) = match told {
        Ok(text) => (text, ExitCode::SUCCESS),
        Err(text) => (text, ExitCode::from(2)),
    };
    // Nothing is left to do when stderr is gone.
    drop(writeln!(std::io::stderr(), "{text}"));
    code
}
