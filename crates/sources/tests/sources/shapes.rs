//! Recorded shapes, written by us after what the shipped sources answer: what is extracted stands beside each.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};
use tge_sources::{ExtractError, Extracted, SourceFile, extract};

pub(crate) fn trials() -> Vec<Trial> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shapes");
    let mut trials: Vec<Trial> = fs::read_dir(folder)
        .expect("tests/shapes")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "expected"))
        .map(|path| {
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            Trial::test(format!("shapes::{name}"), move || check(&name, &path))
        })
        .collect();
    trials.push(Trial::test("shapes::what_is_no_document_is_told", told));
    trials.push(Trial::test("shapes::keys_are_distinct", distinct));
    trials
}

fn check(name: &str, path: &Path) -> Result<(), Failed> {
    let files = crate::shipped::files();
    let file = files.iter().find(|(file, _)| *file == format!("{name}.yaml")).ok_or("no source of this name")?;
    let source = SourceFile::parse(&file.1, &file.0)?;
    let extracted = extract(&source, &fs::read(path)?, None, &source.source.url)?;
    let expected = fs::read_to_string(path.with_extension("expected"))?;
    let found = shown(&extracted, source.lang.as_deref());
    if found.trim() == expected.trim() { Ok(()) } else { Err(format!("found\n{found}\nexpected\n{expected}").into()) }
}

/// What was extracted, a line a field; a language is shown where it is not the source's own.
fn shown(extracted: &Extracted, lang: Option<&str>) -> String {
    let mut out = String::new();
    for item in &extracted.items {
        let mut field = |name: &str, value: &str| {
            if !value.is_empty() {
                writeln!(out, "{name} {}", value.replace('\n', "⏎")).expect("a string grows");
            }
        };
        field("key", &item.key);
        field("title", &item.title);
        field("text", &item.text);
        field("url", &item.url);
        field("published", &item.published.map(|at| at.to_string()).unwrap_or_default());
        field("lang", item.lang.as_deref().filter(|told| Some(*told) != lang).unwrap_or_default());
        for link in &item.links {
            field("link", link);
        }
        out.push('\n');
    }
    for problem in &extracted.problems {
        writeln!(out, "problem {problem}").expect("a string grows");
    }
    if let Some(next) = &extracted.next_page {
        writeln!(out, "next {next}").expect("a string grows");
    }
    out
}

/// Answers that are no documents, and what is said of them.
fn told() -> Result<(), Failed> {
    let json = crate::source(
        "json",
        "json:\n  ok: {path: code, is: 0}\n  items: data.list[*]\n  title: title\n  paging: {next: next, max: 2}\n",
    );
    let feed = crate::source("feed", "");
    let deep = format!("<rss><channel>{}", "<a>".repeat(100_000));
    let challenge = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>wait</body></html>";
    let page = "<!doctype html>\n<html><head><link rel=\"alternate\" type=\"application/rss+xml\" href=\"https://x.example/feed\"></head></html>";
    let entities = "<!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><rss><channel><item><title>&b;</title></item></channel></rss>";
    let cases: [(&SourceFile, &str, &str); 16] = [
        (&feed, "", "the answer is empty"),
        (&feed, "  \n\u{feff}", "the answer is empty"),
        (&feed, challenge, "the answer is a challenge page (it holds \"just a moment...\")"),
        (&feed, page, "a web page, not a feed; look for its feed's address (the page names https://x.example/feed)"),
        (&feed, "<html><body>x</body></html>", "the page names none; try /feed"),
        (&feed, "plain words", "it begins with \"plain words\""),
        (&feed, "<svg><title>x</title></svg>", "the answer is no feed: it begins with \"<svg><title>"),
        (&feed, entities, "the feed defines entities of its own (\"a\")"),
        (&feed, &deep, "more than 256 elements within one another"),
        (&feed, "{\"items\": 3}", "the answer is no feed"),
        (&feed, "{\"items\": [", "the answer is no JSON"),
        (&json, challenge, "the answer is a challenge page"),
        (&json, "<html>oops</html>", "the answer is no JSON: it is a page of markup"),
        (&json, "{\"code\": 17, \"msg\": \"too fast\"}", "the API refused: code is 17 (too fast), expected 0"),
        (
            &json,
            "{\"code\": 0, \"data\": {\"rows\": []}}",
            "nothing at data.list[*]: it goes as far as $.data, which holds an object with rows",
        ),
        (
            &json,
            "{\"code\": 0, \"data\": {\"list\": [{\"headline\": \"x\"}]}}",
            "none of the 1 entries has a title or a text",
        ),
    ];
    for (source, body, expected) in cases {
        let error = extract(source, body.as_bytes(), None, &source.source.url).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}\nnot: {expected}");
    }
    let quiet = extract(&json, b"{\"code\": 0, \"data\": {\"list\": []}}", None, &json.source.url);
    assert_eq!(quiet, Ok(Extracted::default()), "a quiet source is no broken one");
    assert_eq!(extract(&feed, b"<rss><channel></channel></rss>", None, "x"), Ok(Extracted::default()));
    let push = SourceFile::parse("version: 1\nname: p\nkind: push\nowner: o\ntier: press\n", "p.yaml")?;
    assert!(matches!(extract(&push, b"x", None, ""), Err(ExtractError::NotFetched { .. })));
    // A document type without definitions is harmless, as is the word in an entry.
    let old = "<?xml version='1.0'?><!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'http://x/rss.dtd'>\
               <rss><channel><item><title>&copy; &lt;!ENTITY a b></title></item></channel></rss>";
    let found = extract(&feed, old.as_bytes(), None, "x")?;
    assert_eq!(found.items[0].title, "© <!ENTITY a b>");
    let next = "{\"code\": 0, \"next\": \"https://evil.example/\", \"data\": {\"list\": [{\"title\": \"x\"}]}}";
    assert_eq!(
        extract(&json, next.as_bytes(), None, &json.source.url)?.next_page,
        None,
        "an answer sends us nowhere else"
    );
    Ok(())
}

/// One guid for all entries would make each an edit of the other.
fn distinct() -> Result<(), Failed> {
    let item = |title: &str| format!("<item><guid>same</guid><title>{title}</title></item>");
    let body = format!("<rss><channel>{}{}{}</channel></rss>", item("one"), item("two"), item("one"));
    let found = extract(&crate::source("feed", ""), body.as_bytes(), None, "x")?;
    let keys: Vec<&str> = found.items.iter().map(|item| item.key.as_str()).collect();
    assert!(keys.len() == 2 && keys[0] != keys[1] && keys.iter().all(|key| key.starts_with("same#")), "{keys:?}");
    assert_eq!(found.problems.len(), 1);
    Ok(())
}
