//! Real feeds: none panics, each gives items or a clear error, and where PyPI's feedparser finds a file well-formed
//! both find the same entries.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use tge_sources::{ExtractError, Extracted, Problem, PushDocument, extract};

const BASE: &str = "http://feeds.example.org/news/feed.xml";

/// Where feedparser is wrong, or we differ on purpose: (file, what, why).
const ON_PURPOSE: [(&str, &str, &str); 3] = [
    ("rss/rss-parser__reddit-home.rss", ": id", "feedparser resolves ids against an xml:base of /"),
    ("rss/feed-rs__rss_2.0_nbcny.xml", "published", "feedparser passes over the PM of 02:02:33 PM"),
    ("malformed/gofeed__issue_217_enclosure_children.xml", "entries", "the title of an enclosure is not the entry's"),
];

pub(crate) fn trials() -> Vec<Trial> {
    let feeds = shared().join("eval/feeds");
    let python = python();
    let (here, known) = (feeds.is_dir(), python.is_some());
    let (all, json, lines, same) = (feeds.clone(), feeds.clone(), shared().join("eval"), feeds);
    vec![
        Trial::test("corpus::equal_to_json", move || equal_to_json(&json)).with_ignored_flag(!here),
        Trial::test("corpus::labelled_lines_are_importable", move || every_line(&lines)).with_ignored_flag(!here),
        Trial::test("corpus::items_or_a_clear_error", move || every_file(&all)).with_ignored_flag(!here),
        Trial::test("corpus::equal_to_feedparser", move || equal(&same, &python.unwrap_or_default()))
            .with_ignored_flag(!(here && known)),
    ]
}

#[expect(clippy::disallowed_methods, reason = "where the corpus lies is told by the environment of the test run")]
fn shared() -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    std::env::var("TGE_SHARED").map_or_else(|_| PathBuf::from(beside), PathBuf::from)
}

/// A Python that has feedparser: the workspace's own environment, or the system's.
fn python() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    [own, PathBuf::from("python3")].into_iter().find(|python| {
        Command::new(python).args(["-c", "import feedparser"]).output().is_ok_and(|output| output.status.success())
    })
}

fn files(feeds: &Path) -> Vec<(String, PathBuf)> {
    let mut files = Vec::new();
    for folder in fs::read_dir(feeds).expect("the corpus").flatten().filter(|entry| entry.path().is_dir()) {
        for file in fs::read_dir(folder.path()).expect("a folder").flatten() {
            let name = format!("{}/{}", folder.file_name().to_string_lossy(), file.file_name().to_string_lossy());
            files.push((name, file.path()));
        }
    }
    files.sort();
    files
}

fn run(body: &[u8], content_type: Option<&str>) -> Result<Extracted, ExtractError> {
    extract(&crate::source("feed", ""), body, content_type, BASE)
}

#[expect(clippy::print_stdout, reason = "the shares are what the test is for")]
fn every_file(feeds: &Path) -> Result<(), Failed> {
    let (mut with_items, mut errors, mut problems) = (0, BTreeMap::<String, usize>::new(), 0);
    let files = files(feeds);
    for (name, path) in &files {
        let body = fs::read(path)?;
        match run(&body, None) {
            Ok(extracted) => {
                with_items += 1;
                problems += extracted.problems.len();
                if name.starts_with("html/") {
                    return Err(format!("{name}: a web page was taken for a feed").into());
                }
            }
            Err(error) => {
                let told = error.to_string();
                if told.len() < 20 {
                    return Err(format!("{name}: {told} says nothing").into());
                }
                let folder = name.split('/').next().unwrap_or_default();
                *errors.entry(format!("{folder}: {}", told.chars().take(48).collect::<String>())).or_default() += 1;
            }
        }
        // Cut anywhere, a file gives what is before the cut or an error, and never a panic.
        for part in 1..16 {
            drop(run(&body[..body.len() * part / 16], None));
        }
    }
    println!("{} files: {with_items} read as feeds with {problems} problems told", files.len());
    for (error, count) in errors {
        println!("  {count:4} x {error}");
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the share is what the test is for")]
fn equal(feeds: &Path, python: &Path) -> Result<(), Failed> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/second_opinion.py");
    let output = Command::new(python).arg(script).arg(feeds).arg(BASE).output()?;
    if !output.status.success() {
        return Err(format!("{script}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let mut tally = BTreeMap::<&str, [usize; 4]>::new();
    let mut wrong = Vec::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let theirs: Value = serde_json::from_str(line)?;
        let Some(entries) = theirs["entries"].as_array() else { continue };
        if theirs["file"].as_str().is_some_and(|file| file.starts_with("json/")) {
            continue; // feedparser reads no JSON Feed; those are compared by `equal_to_json`
        }
        let name = theirs["file"].as_str().unwrap_or_default();
        let formed = theirs["well_formed"] == true && (!entries.is_empty() || theirs["version"] != "");
        let kind = if formed { "well-formed" } else { "broken or unknown to feedparser" };
        let counts = tally.entry(kind).or_default();
        let ours = run(&fs::read(feeds.join(name))?, theirs["content_type"].as_str());
        let differences = compare(entries, &ours);
        let differences: Vec<String> = differences
            .into_iter()
            .filter(|told| !ON_PURPOSE.iter().any(|(file, what, _)| *file == name && told.contains(what)))
            .collect();
        counts[0] += 1;
        counts[1] += usize::from(differences.is_empty());
        counts[2] += entries.len();
        counts[3] += entries.len() - differences.len().min(entries.len());
        for difference in differences.into_iter().take(3) {
            wrong.push((formed, format!("{name}: {difference}")));
        }
    }
    for (kind, [files, same, entries, same_entries]) in &tally {
        println!("{kind}: {same} of {files} files equal, {same_entries} of {entries} entries");
    }
    for (formed, difference) in &wrong {
        println!("  {} {difference}", if *formed { "!" } else { "-" });
    }
    match wrong.iter().filter(|(formed, _)| *formed).count() {
        0 => Ok(()),
        count => Err(format!("{count} differences on well-formed files").into()),
    }
}

/// What is different; entries without any text are left out by us, and told.
fn compare(theirs: &[Value], ours: &Result<Extracted, ExtractError>) -> Vec<String> {
    let speaking: Vec<&Value> = theirs.iter().filter(|entry| entry["speaks"] == true).collect();
    let empty = Extracted::default();
    let ours = match ours {
        Ok(ours) => ours,
        Err(error) if speaking.is_empty() => {
            drop(error.to_string());
            &empty
        }
        Err(error) => return vec![format!("{} entries, ours: {error}", speaking.len()); speaking.len()],
    };
    let repeated: Vec<usize> = ours
        .problems
        .iter()
        .filter_map(|problem| if let Problem::Repeated { entry, .. } = problem { Some(*entry) } else { None })
        .collect();
    if speaking.len() != ours.items.len() + repeated.len() {
        return vec![format!("{} entries, ours {}", speaking.len(), ours.items.len())];
    }
    let theirs = speaking.iter().enumerate().filter(|(at, _)| !repeated.contains(&(at + 1))).map(|(_, entry)| entry);
    let mut differences = Vec::new();
    for (at, (theirs, ours)) in theirs.zip(&ours.items).enumerate() {
        let ours_published = ours.published.map(|moment| moment.as_micros().div_euclid(1_000_000));
        let pairs = [
            ("title", theirs["title"].as_str().unwrap_or_default().to_owned(), ours.title.clone()),
            ("link", address(theirs["link"].as_str().unwrap_or_default()), address(&ours.link)),
            ("id", theirs["id"].as_str().unwrap_or_default().to_owned(), ours.id.clone().unwrap_or_default()),
            ("published", format!("{:?}", theirs["published"].as_i64()), format!("{ours_published:?}")),
        ];
        let told: Vec<String> = pairs
            .into_iter()
            .filter(|(_, theirs, ours)| theirs != ours)
            .map(|(what, theirs, ours)| format!("{what} {theirs:?}, ours {ours:?}"))
            .collect();
        if !told.is_empty() {
            differences.push(format!("entry {}: {}", at + 1, told.join("; ")));
        }
    }
    differences
}

/// One spelling of a link: feedparser leaves other scripts as they are, we escape them when we resolve.
fn address(link: &str) -> String {
    url::Url::parse(link.trim()).map_or_else(|_| link.trim().to_owned(), String::from)
}

/// JSON Feeds, which feedparser does not read, against their own members.
#[expect(clippy::print_stdout, reason = "the share is what the test is for")]
fn equal_to_json(feeds: &Path) -> Result<(), Failed> {
    let (mut compared, mut entries) = (0, 0);
    for (name, path) in files(feeds).into_iter().filter(|(name, _)| name.starts_with("json/")) {
        let body = fs::read(path)?;
        let Ok(feed) = serde_json::from_slice::<Value>(&body) else {
            assert!(run(&body, None).is_err(), "{name} is broken");
            continue;
        };
        let theirs: Vec<&Value> = feed["items"].as_array().map(|items| items.iter().collect()).unwrap_or_default();
        let ours = run(&body, None)?.items;
        assert_eq!(theirs.len(), ours.len(), "{name}");
        for (theirs, ours) in theirs.into_iter().zip(ours) {
            let text = |key: &str| theirs[key].as_str().unwrap_or_default().to_owned();
            assert_eq!((text("title"), text("id")), (ours.title, ours.id.unwrap_or_default()), "{name}");
            assert_eq!(address(&text("url")), address(&ours.link), "{name}");
            let published = theirs["date_published"].as_str().and_then(|text| tge_model::Timestamp::parse(text).ok());
            assert!(published.is_none() || published == ours.published, "{name}");
            assert_eq!(ours.published.is_some(), theirs["date_published"].is_string(), "{name}");
            entries += 1;
        }
        compared += 1;
    }
    println!("JSON Feed: {compared} files equal, {entries} entries");
    Ok(())
}

/// The labelled documents are pushed as they are, labels and all.
#[expect(clippy::print_stdout, reason = "the counts are what the test is for")]
fn every_line(eval: &Path) -> Result<(), Failed> {
    let (mut count, mut dated, mut unread, mut sources) = (0, 0, BTreeMap::<String, usize>::new(), BTreeSet::new());
    for file in ["dev.jsonl", "dev2.jsonl"] {
        for (at, line) in fs::read_to_string(eval.join(file))?.lines().enumerate() {
            let document = PushDocument::parse_line(line).map_err(|error| format!("{file}:{}: {error}", at + 1))?;
            count += 1;
            dated += usize::from(document.item.published.is_some());
            if let Some(given) = document.date_unread {
                *unread.entry(given).or_default() += 1;
            }
            sources.insert(document.source);
        }
    }
    println!("{count} lines of {} sources, {dated} dated, dates that name no day: {unread:?}", sources.len());
    Ok(())
}
