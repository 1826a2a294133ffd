//! Process tests: the real programs, real HTTP, real signals.
//!
//! `TGE_BINARIES` names a folder with other builds of the programs, `TGE_KILLS` the number of kills, `TGE_SEED` where
//! they fall, `TGE_SHARED` the folder with real documents. What a machine cannot do is reported as ignored.

#[path = "processes/bad_input.rs"]
mod bad_input;
#[path = "processes/demo.rs"]
mod demo;
#[path = "processes/disk.rs"]
mod disk;
#[path = "processes/feeds.rs"]
mod feeds;
#[path = "processes/kill.rs"]
mod kill;
#[path = "processes/operator.rs"]
mod operator;
#[path = "processes/swarm.rs"]
mod swarm;
#[path = "processes/ways_out.rs"]
mod ways_out;

use std::path::PathBuf;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};
use tempfile::TempDir;
use tge_e2e::Programs;

fn main() {
    let programs = Programs::find(
        env!("CARGO_BIN_EXE_e2e-tge-swarm"),
        env!("CARGO_BIN_EXE_e2e-tgectl"),
        env!("CARGO_BIN_EXE_e2e-swarm"),
    );
    let mut trials = Vec::new();
    for of in [
        demo::trials,
        ways_out::trials,
        kill::trials,
        feeds::trials,
        bad_input::trials,
        disk::trials,
        operator::trials,
        swarm::trials,
    ] {
        trials.extend(of(&programs));
    }
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
fn data() -> (TempDir, PathBuf) {
    let kept = TempDir::with_prefix("tge-e2e-").expect("a temporary directory can be made");
    let data = kept.path().join("data");
    (kept, data)
}

/// Arguments for a solo that asks nobody: a folder without sources.
fn quiet(kept: &TempDir) -> Vec<String> {
    let sources = kept.path().join("sources");
    std::fs::create_dir_all(&sources).expect("the directory is the test's own");
    vec!["--sources".to_owned(), sources.display().to_string()]
}

/// A document that announces the launch number `n`, of a project that nobody else speaks of. The member `project` is
/// passed over by the program.
fn launch(n: usize) -> Value {
    const BEGIN: [&str; 10] = ["Zor", "Kel", "Vam", "Tir", "Pol", "Ryn", "Dax", "Mur", "Fen", "Gal"];
    const END: [&str; 10] = ["vex", "dun", "mar", "tis", "gon", "bel", "rik", "lom", "nar", "sal"];
    const SECOND: [&str; 10] =
        ["Loom", "Anvil", "Orbit", "Kiln", "Sextant", "Bellows", "Trellis", "Pylon", "Caisson", "Gimbal"];
    // The first word changes fastest, so that neighbours have nothing in common.
    let name = format!("{}{} {}", BEGIN[n % 10], END[n / 10 % 10], SECOND[(n / 100 + n) % 10]);
    let ticker = ticker(n);
    json!({
        "source": "e2e",
        "id": format!("launch-{n}"),
        "project": name,
        "title": format!("{name} ({ticker}) token generation event on 20 December 2030"),
        "text": format!("{name} will launch its native token {ticker}. The {name} token generation event (TGE) is set for 20 December 2030."),
    })
}

/// Four letters that spell a number, so that no two launches share a ticker.
fn ticker(n: usize) -> String {
    let letter = |n: usize| char::from(b"BCDFGHJKLMNPQRSTVWXZ"[n % 20]);
    [letter(n / 400), letter(n / 20), letter(n), 'Q'].into_iter().collect()
}

/// The items of a JSON list.
fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// A JSON text.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Reproducible chance: splitmix64.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}
