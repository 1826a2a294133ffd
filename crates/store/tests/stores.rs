//! Both databases under the contract, and the ways in which each may refuse.

mod stores {
    pub(super) mod clock;
    pub(super) mod diagnostics;
    pub(super) mod disk;
    pub(super) mod postgres;
    pub(super) mod sqlite;
}

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use tge_testing::PrivatePostgres;

#[expect(clippy::print_stderr, reason = "this is the runner, and nobody else would say it")]
fn main() -> ExitCode {
    let mut given = std::env::args().skip(1);
    if given.next().as_deref() == Some(stores::disk::SCENE) {
        let (scene, directory) = (given.next().unwrap_or_default(), given.next().unwrap_or_default());
        return stores::disk::play(&scene, Path::new(&directory));
    }
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = stores::sqlite::trials();
    trials.extend(stores::disk::trials());
    // Only where it is wanted: listing the trials, or asking for one of SQLite's, needs no server.
    let wanted = !arguments.list && arguments.filter.as_deref().is_none_or(|filter| !filter.starts_with("sqlite"));
    let server = match PrivatePostgres::installed() {
        Some(_) if wanted => match stores::postgres::Server::start() {
            Ok(server) => Some(server),
            Err(e) => {
                eprintln!("the private PostgreSQL did not come up: {}", e.message().unwrap_or("no reason given"));
                return ExitCode::FAILURE;
            }
        },
        _ => None,
    };
    trials.extend(stores::postgres::trials(server.as_ref()));
    trials.extend(stores::diagnostics::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}
