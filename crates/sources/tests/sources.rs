//! One runner for what needs files: the shipped source files, our recorded shapes, and the corpus of real feeds.
//!
//! The corpus (its text belongs to its publishers) is not in the repository: `$TGE_SHARED`, or `shared` beside the
//! workspace. Where it is missing, or no Python with feedparser, the trial is reported as ignored.

#[path = "sources/corpus.rs"]
mod corpus;
#[path = "sources/hostile.rs"]
mod hostile;
#[path = "sources/shapes.rs"]
mod shapes;
#[path = "sources/shipped.rs"]
mod shipped;

use libtest_mimic::Arguments;

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = shapes::trials();
    trials.extend(shipped::trials());
    trials.extend(hostile::trials());
    trials.extend(corpus::trials());
    libtest_mimic::run(&arguments, trials).exit();
}

/// A source file of one kind, for tests.
fn source(kind: &str, more: &str) -> tge_sources::SourceFile {
    let yaml = format!(
        "version: 1\nname: test\nkind: {kind}\nurl: https://feeds.example.org/news/feed.xml\nowner: t\ntier: press\nevery: 60s\n{more}"
    );
    tge_sources::SourceFile::parse(&yaml, "test.yaml").expect("a valid file")
}
