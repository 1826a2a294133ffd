//! Names told by what stands around them: quotation marks, and the word for a token of theirs.

use super::{named, runs};
use crate::document::head;
use crate::lexicon::{LabelSet, Lexicon, is_arabic};
use crate::reading::{HEAD_CHARS, Reading, is_ticker};

/// Words a quoted name may have: what is longer was said.
const QUOTED_WORDS: usize = 4;

/// Characters such a name may have.
const NAME_CHARS: usize = 30;
/// Characters behind a quoted name in which the word for its token stands.
const NEAR_CHARS: usize = 8;

/// Marks of quotation, the opening and the closing one.
const QUOTES: [(char, char); 6] = [('«', '»'), ('「', '」'), ('『', '』'), ('„', '“'), ('“', '”'), ('"', '"')];

/// What stands between the word for a token and whose it is.
const OF: [&str; 32] = [
    "of",
    "de",
    "del",
    "della",
    "dell",
    "di",
    "do",
    "da",
    "dos",
    "du",
    "des",
    "d",
    "l",
    "la",
    "el",
    "le",
    "von",
    "vom",
    "der",
    "van",
    "od",
    "проекта",
    "проєкту",
    "проєкта",
    "project",
    "projet",
    "proyecto",
    "projeto",
    "progetto",
    "của",
    "dự",
    "án",
];

/// The first name of the head in quotation marks: few words that do nothing, with a capital in a script that has them.
pub(crate) fn quoted(reading: &Reading<'_>, lexicon: &Lexicon) -> Option<String> {
    let written = reading.head_written();
    let quotes = written.iter().flat_map(|text| {
        let mut rest = *text;
        std::iter::from_fn(move || {
            // Behind what was quoted: the mark that closes one opens no other.
            let (at, open) = rest.char_indices().find(|(_, c)| QUOTES.iter().any(|(opening, _)| opening == c))?;
            let close = QUOTES.iter().find(|(opening, _)| *opening == open)?.1;
            let (name, behind) = rest[at + open.len_utf8()..].split_once(close)?;
            rest = behind;
            Some((name.trim(), behind))
        })
    });
    let says = |words: &str, what: &LabelSet| {
        let hits = lexicon.hits(&tge_text::Normal::text_of(words)).into_iter();
        hits.flat_map(|hit| hit.labels().to_vec()).any(|label| what.contains(label))
    };
    // Chinese and Japanese quote much that is no name: there the word for its token follows.
    let token = |behind: &str| says(head(behind, NEAR_CHARS), &lexicon.coins);
    let mut names = quotes.filter(|(name, behind)| {
        let words = name.split_whitespace().count();
        let first = name.chars().next();
        let caseless = |c: char| is_arabic(c) || tge_text::is_unspaced(c);
        let begins = first.is_some_and(|c| c.is_uppercase() || caseless(c));
        let plain = !name.contains(['.', '!', '?', ',', ':', '。', '、', '!', '？']);
        let short = (1..=QUOTED_WORDS).contains(&words) && name.chars().count() <= NAME_CHARS;
        begins && plain && short && !says(name, &lexicon.not_in_names) && (!reading.unspaced || token(behind))
    });
    names.next().and_then(|(name, _)| named(name, lexicon))
}

/// Whose token, claim or sale it is: the name behind "the token of", "el claim de", "токена проекта".
pub(crate) fn owner(reading: &Reading<'_>, lexicon: &Lexicon, owned: &LabelSet) -> Option<String> {
    for sentence in &reading.sentences {
        let names = runs(reading, lexicon, sentence.clone());
        let owns = |first: usize| {
            let of =
                (sentence.start..first).rev().take_while(|i| OF.contains(&reading.word(&reading.items[*i]))).count();
            let at = first.checked_sub(of + 1).filter(|at| of > 0 && *at >= sentence.start)?;
            let item = &reading.items[at];
            (item.at < HEAD_CHARS && item.is_of(owned)).then_some(())
        };
        let ticker = |first: usize| is_ticker(&reading.items[first]);
        if let Some((first, last)) = names.into_iter().find(|(first, _)| !ticker(*first) && owns(*first).is_some()) {
            return named(reading.written_between(&reading.items[first], &reading.items[last]), lexicon);
        }
    }
    None
}
