//! The same phrases and texts for what Python programs match with: the shared folder's `bench/03-match/match_py.py`, run by
//! `PYTHON` (python3 by default). What is not installed there is said by name. Python counts characters and looks at words
//! in its own way, so its hits are its own; only the speed is set beside ours.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;

/// Megabytes of text at most: more than there are.
const MEGABYTES: &str = "100";

pub(crate) fn compare(texts: &[&str], patterns: &[String], own: f64, out: &mut impl Write) -> Outcome<()> {
    let shared = std::env::var_os("TGE_SHARED").map(PathBuf::from).unwrap_or_else(|| PathBuf::from("../shared"));
    let script = shared.join("bench/03-match/match_py.py");
    if !script.is_file() {
        writeln!(out, "  skipped: Python's matchers: no {} (set TGE_SHARED)", script.display())?;
        return Ok(());
    }
    let folder = std::env::temp_dir().join(format!("tge-detect-bench-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let told = run(&script, &folder, texts, patterns);
    std::fs::remove_dir_all(&folder)?;
    for line in told?.lines() {
        match serde_json::from_str::<serde_json::Value>(line) {
            Ok(told) => {
                let speed = told["MB_s_core"].as_f64().ok_or_else(|| format!("{line:?} names no speed"))?;
                writeln!(
                    out,
                    "  Python, {}: {speed:.2} MB/s; own / it {:.0}",
                    told["matcher"].as_str().unwrap_or("?"),
                    own / speed
                )?;
            }
            // A matcher that is not installed, in Python's words.
            Err(_) => writeln!(out, "  skipped: Python, {line}")?,
        }
    }
    Ok(())
}

fn run(script: &Path, folder: &Path, texts: &[&str], patterns: &[String]) -> Outcome<String> {
    let (news, phrases) = (folder.join("news.txt"), folder.join("patterns.txt"));
    std::fs::write(&news, texts.join("\n"))?;
    std::fs::write(&phrases, patterns.join("\n"))?;
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let done = Command::new(python).arg(script).args([&news, &phrases]).arg(MEGABYTES).output()?;
    if !done.status.success() {
        return Err(format!("{} failed: {}", script.display(), String::from_utf8_lossy(&done.stderr)).into());
    }
    Ok(String::from_utf8(done.stdout)?)
}
