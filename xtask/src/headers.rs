//! Every source file begins with what it is: a `//!` line, and a crate's first equals its description.

use std::fs;

/// Files that begin otherwise.
pub fn without_header() -> Vec<String> {
    let root = crate::root();
    let files = [root.join("crates"), root.join("xtask")].iter().flat_map(|f| crate::rust_files(f)).collect::<Vec<_>>();
    let headless = files.iter().filter(|file| {
        let text = fs::read_to_string(file).unwrap_or_default();
        !text.starts_with("//! ")
    });
    headless.map(|file| file.strip_prefix(&root).unwrap_or(file).display().to_string()).collect()
}

/// Crates whose description is not the first line of their `lib.rs`.
pub fn with_other_description() -> Vec<String> {
    let mut wrong = Vec::new();
    for entry in fs::read_dir(crate::root().join("crates")).into_iter().flatten().flatten() {
        let folder = entry.path();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        let Some(description) = manifest.lines().find_map(|l| l.strip_prefix("description = \"")?.strip_suffix('"'))
        else {
            wrong.push(format!("{}: no description", folder.display()));
            continue;
        };
        let library = fs::read_to_string(folder.join("src/lib.rs")).unwrap_or_default();
        // A long first sentence is folded: the header's lines up to the first empty one.
        let header: Vec<&str> = library
            .lines()
            .map_while(|line| line.strip_prefix("//! ").or((line == "//!").then_some("")))
            .take_while(|l| !l.is_empty())
            .collect();
        if header.join(" ") != description {
            wrong.push(format!("{}: {:?} is not {description:?}", entry.file_name().display(), header.join(" ")));
        }
    }
    wrong.sort();
    wrong
}
