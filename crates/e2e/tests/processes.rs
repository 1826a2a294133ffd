//! Process tests: the real programs, real HTTP, real signals.

#[path = "processes/demo.rs"]
mod demo;

use libtest_mimic::{Arguments, Failed, Trial};
use tge_e2e::Programs;

fn main() {
    let programs = Programs::find(env!("CARGO_BIN_EXE_e2e-tge-swarm"), env!("CARGO_BIN_EXE_e2e-tgectl"));
    let mut trials = demo::trials(&programs);
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// A test with a runtime of its own.
fn trial<F>(name: &str, programs: &Programs, test: impl FnOnce(Programs) -> F + Send + 'static) -> Trial
where
    F: Future<Output = Result<(), Failed>>,
{
    let programs = programs.clone();
    Trial::test(name, move || tge_e2e::block_on(test(programs)))
}

/// A data directory that is not there yet, in a temporary one that goes when the first value is dropped.
fn data() -> (tempfile::TempDir, std::path::PathBuf) {
    let kept = tempfile::TempDir::with_prefix("tge-e2e-").expect("a temporary directory can be made");
    let data = kept.path().join("data");
    (kept, data)
}
