//! Random and mangled input: no panic, bounded output, whatever comes.

use libtest_mimic::{Failed, Trial};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tge_sources::{Limits, PushDocument, SourceFile, extract};

/// What feeds are made of, whole and broken.
const PIECES: [&str; 46] = [
    "<rss>",
    "</rss>",
    "<channel>",
    "</channel>",
    "<item>",
    "</item>",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "</feed>",
    "<entry>",
    "</entry>",
    "<title>",
    "</title>",
    "<title type='xhtml'>",
    "<link>",
    "</link>",
    "<link href='/a'/>",
    "<guid>",
    "</guid>",
    "<pubDate>",
    "</pubDate>",
    "Thu, 30 Apr 2026 12:00:00 GMT",
    "<description>",
    "</description>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&amp;",
    "&nbsp;",
    "&#0;",
    "&#x110000;",
    "&#128;",
    "&unknown;",
    "&",
    "<",
    ">",
    "\"",
    "'",
    "<?xml version='1.0'?>",
    "<!DOCTYPE rss>",
    "<p>text</p>",
    "<script>",
    "日本",
    "\u{0}",
    "\u{feff}",
    "<a xml:base='http://x/' href='../é'>",
];

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("hostile::feeds", feeds),
        Trial::test("hostile::bytes", bytes),
        Trial::test("hostile::settings_and_lines", settings),
    ]
}

fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn read(body: &[u8], content_type: Option<&str>) -> Result<(), TestCaseError> {
    for kind in ["feed", "json"] {
        let more = if kind == "json" { "json: {items: \"items[*]\", title: title, text: [summary]}\n" } else { "" };
        let Ok(found) = extract(&crate::source(kind, more), body, content_type, "https://x.test/") else { continue };
        for item in found.items {
            prop_assert!(item.title.chars().count() <= Limits::TITLE_CHARS && !item.title.contains('\n'));
            prop_assert!(item.text.chars().count() <= Limits::TEXT_CHARS && !item.key.is_empty());
            prop_assert!(!(item.title.is_empty() && item.text.is_empty()));
        }
    }
    Ok(())
}

fn feeds() -> Result<(), Failed> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..60);
    runner(4_000)
        .run(&pieces, |pieces| read(pieces.concat().as_bytes(), None))
        .map_err(|error| error.to_string().into())
}

fn bytes() -> Result<(), Failed> {
    let labels = prop::sample::select(vec![
        "",
        "utf-8",
        "utf-16",
        "shift_jis",
        "euc-kr",
        "iso-2022-jp",
        "gb18030",
        "big5",
        "x-user-defined",
    ]);
    let input = (
        prop::collection::vec(any::<u8>(), 0..400),
        prop::sample::select(vec!["", "<rss><item><title>", "{\"items\":[", "\u{feff}<"]),
        labels,
    );
    runner(4_000)
        .run(&input, |(tail, head, label)| {
            let body = [head.as_bytes(), &tail].concat();
            read(&body, Some(&format!("text/xml; charset={label}")))
        })
        .map_err(|error| error.to_string().into())
}

fn settings() -> Result<(), Failed> {
    runner(3_000)
        .run(
            &"(version: 1\n)?(name|kind|url|every|json|items|paging|[a-z\\[\\]{}&*!|>%@`'\": \n-]{0,8}){0,20}",
            |text| {
                drop(SourceFile::parse(&text, "x.yaml"));
                drop(PushDocument::parse_line(&text));
                let _ = tge_sources::parse_date(&text);
                drop(tge_sources::Path::parse(&text));
                drop(tge_sources::Field::parse(&text));
                drop(tge_sources::canonical(&text));
                drop(tge_sources::source_name(&text));
                Ok(())
            },
        )
        .map_err(|error| error.to_string())?;
    let dates = "[0-9JanFebTZ:,. +/-]{0,32}|\\PC{0,20}";
    runner(20_000)
        .run(&dates, |text| {
            let _ = tge_sources::parse_date(&text);
            Ok(())
        })
        .map_err(|error| error.to_string().into())
}
