//! The source files we ship: each is valid, and the set is what the first run needs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};
use tge_model::{SourceKind, Tier};
use tge_sources::{SourceFile, parse_all};

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("shipped::files_are_valid", valid), Trial::test("shipped::a_wrong_key_fails", wrong_key)]
}

/// The shipped files as (name, text).
pub(crate) fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/sources");
    let mut files: Vec<(String, String)> = fs::read_dir(&folder)
        .expect("config/sources")
        .flatten()
        .map(|entry| {
            (entry.file_name().to_string_lossy().into_owned(), fs::read_to_string(entry.path()).expect("text"))
        })
        .collect();
    files.sort();
    files
}

fn valid() -> Result<(), Failed> {
    let files = files();
    let (sources, problems) = parse_all(&files);
    if let Some(problem) = problems.first() {
        return Err(problem.to_string().into());
    }
    assert!(sources.len() >= 10, "{} sources", sources.len());
    for source in &sources {
        assert_eq!(source.file, format!("{}.yaml", source.source.name), "a file is named like its source");
        assert!(source.source.url.starts_with("https://"), "{}", source.file);
    }
    let count = |kind: SourceKind| sources.iter().filter(|source| source.source.kind == kind).count();
    assert!(count(SourceKind::Feed) >= 8 && count(SourceKind::Json) >= 4);
    let tiers: BTreeSet<Tier> = sources.iter().map(|source| source.source.tier).collect();
    assert_eq!(tiers.len(), Tier::ALL.len(), "every tier is shown: {tiers:?}");
    Ok(())
}

fn wrong_key() -> Result<(), Failed> {
    for (name, text) in files() {
        let error = SourceFile::parse(&format!("{text}\nrythm: 3s\n"), &name).expect_err("an unknown key").to_string();
        assert!(error.contains(&name) && error.contains("rythm"), "{error}");
    }
    Ok(())
}
