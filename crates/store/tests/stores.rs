//! Both databases under the contract, and the ways in which each may refuse.

mod stores {
    pub(super) mod clock;
    pub(super) mod sqlite;
}

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = Vec::new();
    trials.extend(stores::sqlite::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}
