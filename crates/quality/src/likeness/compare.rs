//! Traits of a pair: each a number from 0 (does not hold) to 1, the same whichever document comes first.

use std::collections::BTreeSet;

use tge_text::hash::jaccard;

use super::telling::Telling;

/// A trait's name, as reasons show it.
pub type Trait = &'static str;

/// Which way a trait speaks. A fit may find it silent, never speaking the other way: labelled pairs are chosen pairs, and
/// among hard ones "same token" would speak against a likeness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// For one happening.
    For,
    /// Against it.
    Against,
}

use Side::{Against, For};

/// The traits, in the order of their weights.
pub const TRAITS: [(Trait, Side); 30] = [
    ("near-verbatim copy with the same figures", For),
    ("copy in part", For),
    ("different tokens", Against),
    ("one names a token, the other none", Against),
    ("same act at the same stage", For),
    ("same act at the same stage, one in the body", For),
    ("same act at different stages", Against),
    ("acts of a launch that one alone tells of", Against),
    ("different acts of a launch", Against),
    ("one tells of a launch, the other not", Against),
    ("same token, act and stage within days", For),
    ("same token, act and stage on a day", For),
    ("same token on a day, the act in unknown words", For),
    ("day, venue or figures in common, the act in unknown words", For),
    ("different venues", Against),
    ("different rounds", Against),
    ("news, telling words in common", For),
    ("news, the headlines' telling words in the other text", For),
    ("news, names in common", For),
    ("news, the first names in the other text", For),
    ("the first name of a headline in one text only", Against),
    ("no name of the headlines in common", Against),
    ("no telling word of the headlines in common", Against),
    ("news, figures in common", For),
    ("different days named", Against),
    ("a link in common", For),
    ("days apart, same token, act and stage", Against),
    ("days apart, else", Against),
    ("more than two weeks apart", Against),
    ("one source", Against),
];

/// A text that names so few tickers is about them.
const TICKERS_OF_ONE: usize = 2;
/// What stands in the names of many.
const OF_MANY: [&str; 6] = ["dao", "dex", "lab", "labs", "perp", "studio"];
/// What stands for the days between two documents of which one has no date.
const UNDATED: f64 = 0.4;

/// The traits of `a` and `b`.
pub(crate) fn traits(a: &Telling, b: &Telling) -> [f64; TRAITS.len()] {
    let yes = |holds: bool| f64::from(u8::from(holds));
    let token = tokens(a, b);
    let (launch_a, launch_b) = (a.acts.of_launch(), b.acts.of_launch());
    let launches = !launch_a.is_empty() && !launch_b.is_empty();
    let foreign = a.tongue.zip(b.tongue).is_some_and(|(a, b)| a != b);
    let firsts = [first_told(a, b), first_told(b, a)];
    let share_of = |held: bool| firsts.iter().filter(|found| **found == Some(held)).count() as f64 / 2.0;
    // What one announces and the other calls off is told by both.
    let reversed = launch_a.reverses(&launch_b);
    let in_body = !reversed && (a.all_acts.meets_at_stage(&b.acts) || a.acts.meets_at_stage(&b.all_acts));
    let acts = !a.acts.is_empty() && !b.acts.is_empty();
    let other_venue = venues_differ(a, b);
    let other_round = rounds_differ(a, b);
    let same_day_named = !a.days.is_disjoint(&b.days);
    // What opens on a day that both name is announced by the one and opened by the other.
    let in_progress = a.acts.meets_in_progress(&b.acts);
    let same_stage = !reversed && (a.acts.meets_at_stage(&b.acts) || (same_day_named && in_progress));
    let apart_at_all = acts && a.acts.meets(&b.acts) && !same_stage && !in_body;
    let apart = a.published.zip(b.published).map(|(x, y)| {
        let (early, late) = if x < y { (x, y) } else { (y, x) };
        late.since(early).as_secs_f64() / 86_400.0
    });
    let words = overlap(&a.words.keys().collect(), &b.words.keys().collect());
    let head = overlap(&a.head.iter().collect(), &b.head.iter().collect());
    let pairs = overlap(&a.pairs.iter().collect(), &b.pairs.iter().collect());
    let figures = a.amounts.intersection(&b.amounts).count();
    // A template has the names of others in it.
    let strangers = token != Token::Same && names_differ(a, b);
    let copy = if token == Token::Other || other_round > 0.9 || apart_at_all || strangers || other_venue {
        0.0
    } else {
        copied(a, b)
    };
    let verbatim = copy >= 0.6 && same_figures(a, b);
    let subject = is_one_subject(token, a, b);
    let (token_a, token_b) = (a.acts.of_token(), b.acts.of_token());
    // A launch beside prices, thefts or courts, and acts that do not meet: a name they share says nothing then.
    let other_news = |x: &Telling, y: &Telling| {
        x.acts.of_launch().is_empty() && !x.acts.is_empty() && !y.acts.of_launch().is_empty() && !x.acts.meets(&y.acts)
    };
    let unlike = launches && !launch_a.meets(&launch_b) && !in_body;
    let opposed = unlike || apart_at_all || other_round > 0.9 || (!in_body && (other_news(a, b) || other_news(b, a)));
    // No list of words is ever full, but for English it nearly is.
    let unread = |x: &Telling| x.acts.of_token().is_empty() && (a.is_foreign() || b.is_foreign());
    let at_stage =
        !reversed && (token_a.meets_at_stage(&token_b) || (same_day_named && token_a.meets_in_progress(&token_b)));
    let key = subject && at_stage && !other_venue && other_round < 0.4;
    // A repost is as old as what it repeats, and two texts that name one day speak of that day.
    let days = if verbatim || (same_day_named && token == Token::Same) { Some(0.0) } else { apart };
    let cues = [same_day_named, a.venues & b.venues != 0, figures > 0].iter().filter(|cue| **cue).count();
    let unknown = subject
        && (!opposed || cues > 0)
        && (unread(a) || unread(b))
        && days.is_some_and(|d| d <= 1.0)
        && !other_venue
        && other_round < 0.4;
    let of_neither = launch_a.is_empty() && launch_b.is_empty();
    let news = !opposed && !strangers && (token == Token::Unnamed || (token != Token::Other && of_neither));
    let distance = days.map_or(UNDATED, |d| ((1.0 + d).ln() / 31_f64.ln()).min(1.0));
    // Two languages share names and nothing else.
    let quoted = if foreign {
        (found_in(a.head_names.iter(), b) + found_in(b.head_names.iter(), a)) / 2.0
    } else {
        (found_in(a.head.iter(), b) + found_in(b.head.iter(), a)) / 2.0
    };
    [
        yes(verbatim),
        copy,
        yes(token == Token::Other),
        yes(token == Token::OneSided),
        yes(same_stage),
        yes(!same_stage && in_body),
        yes(apart_at_all && !in_progress),
        if launches && launch_a.meets(&launch_b) { launch_a.alone(&launch_b) } else { 0.0 },
        yes(launches && !launch_a.meets(&launch_b)),
        yes(launch_a.is_empty() != launch_b.is_empty()),
        yes(key && days.is_none_or(|d| d <= 14.0)),
        yes(key && days.is_some_and(|d| d <= 1.0)),
        yes(unknown),
        if unknown { cues as f64 / 3.0 } else { 0.0 },
        yes(other_venue),
        other_round,
        if news { words.max(pairs) } else { 0.0 },
        if news { quoted } else { 0.0 },
        if news { (a.names.intersection(&b.names).count() as f64 / 4.0).min(1.0) } else { 0.0 },
        if news { share_of(true) } else { 0.0 },
        share_of(false),
        yes(strangers),
        yes(head == 0.0 && pairs == 0.0),
        if news { (figures as f64 / 3.0).min(1.0) } else { 0.0 },
        yes(!a.days.is_empty() && !b.days.is_empty() && !same_day_named),
        yes(!a.links.is_disjoint(&b.links)),
        if key { distance } else { 0.0 },
        if key { 0.0 } else { distance },
        yes(days.is_some_and(|d| d > 14.0)),
        yes(a.source == b.source),
    ]
}

/// Two tellings of one token's one act, at stages of which none is in both, at places that agree.
pub(crate) fn moves_on(a: &Telling, b: &Telling) -> bool {
    let (acts_a, acts_b) = (a.acts.of_launch(), b.acts.of_launch());
    is_one_subject(tokens(a, b), a, b)
        && acts_a.meets(&acts_b)
        && !acts_a.meets_at_stage(&acts_b)
        && !venues_differ(a, b)
        && rounds_differ(a, b) < 0.4
}

/// Whether the first name of the headline of `x` stands in `y`; `None` for a headline without names.
fn first_told(x: &Telling, y: &Telling) -> Option<bool> {
    x.head_names.first().map(|name| y.words.contains_key(name))
}

/// Whether both are about one token. Without a ticker a headline's first name is who it is about.
fn is_one_subject(token: Token, a: &Telling, b: &Telling) -> bool {
    let named = || first_told(a, b) == Some(true) && first_told(b, a) == Some(true);
    token == Token::Same || (token != Token::Other && named())
}

/// Both name venues, and none that the other names.
fn venues_differ(a: &Telling, b: &Telling) -> bool {
    a.venues != 0 && b.venues != 0 && a.venues & b.venues == 0
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Same,
    Other,
    OneSided,
    Unnamed,
}

/// Whether the two speak of one token.
fn tokens(a: &Telling, b: &Telling) -> Token {
    let named = |x: &Telling, y: &Telling| x.subjects.iter().any(|s| y.mentioned.contains(s));
    // A ticker in one and the word in the other: "$NORA" and "Nora launches".
    let spelled = |x: &Telling, y: &Telling| x.subjects.iter().any(|s| y.words.contains_key(&s.to_lowercase()));
    // Headlines without a ticker over bodies that name the same few.
    let few = |x: &Telling| x.mentioned.len() <= TICKERS_OF_ONE;
    let bodies = few(a) && few(b) && !a.mentioned.is_disjoint(&b.mentioned);
    if named(a, b) || named(b, a) || spelled(a, b) || spelled(b, a) || bodies {
        return Token::Same;
    }
    let one_sided = a.subjects.is_empty() != b.subjects.is_empty();
    if one_sided && !a.head.is_disjoint(&b.head) {
        return Token::Same;
    }
    match (a.subjects.is_empty(), b.subjects.is_empty()) {
        (false, false) => Token::Other,
        (true, true) => Token::Unnamed,
        _ => Token::OneSided,
    }
}

/// Both headlines have names, and none of them stands in the other text.
fn names_differ(a: &Telling, b: &Telling) -> bool {
    let apart = |x: &Telling, y: &Telling| {
        let mut own = x.head_names.iter().filter(|name| !OF_MANY.contains(&name.as_str())).peekable();
        own.peek().is_some() && !own.any(|name| y.words.contains_key(name))
    };
    apart(a, b) && apart(b, a)
}

/// How much of the shorter text stands in the longer one word for word, 0 below half.
fn copied(a: &Telling, b: &Telling) -> f64 {
    let least = a.shingles.len().min(b.shingles.len());
    if least < 3 {
        return f64::from(u8::from(least > 0 && a.shingles == b.shingles));
    }
    let share = jaccard(&a.shingles, &b.shingles);
    // From a share of all to a share of the shorter one.
    let both = share * (a.shingles.len() + b.shingles.len()) as f64 / (1.0 + share);
    ((both / least as f64 - 0.4) / 0.6).max(0.0)
}

/// No figure or day of the one is missing in the other, but for one in three: an edit rounds, a template has others.
fn same_figures(a: &Telling, b: &Telling) -> bool {
    let both = a.amounts.intersection(&b.amounts).count() + a.days.intersection(&b.days).count();
    let least = a.amounts.len().min(b.amounts.len()) + a.days.len().min(b.days.len());
    3 * both >= 2 * least
}

fn rounds_differ(a: &Telling, b: &Telling) -> f64 {
    match (a.rounds.iter().max(), b.rounds.iter().max()) {
        (Some(x), Some(y)) if a.rounds.is_disjoint(&b.rounds) && x != y => 1.0,
        (Some(n), None) | (None, Some(n)) if *n > 1 => 0.5,
        _ => 0.0,
    }
}

/// The share of a headline's telling words that stand anywhere in the other text.
fn found_in<'a>(head: impl ExactSizeIterator<Item = &'a String>, other: &Telling) -> f64 {
    let all = head.len().max(1) as f64;
    head.filter(|word| other.words.contains_key(*word)).count() as f64 / all
}

/// What two sets share, of the geometric mean of their sizes: a short text inside a long one is half a match.
fn overlap<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let both = a.intersection(b).count() as f64;
    let least = a.len().min(b.len()) as f64;
    let mean = (a.len() as f64 * b.len() as f64).sqrt();
    (both / mean + both / least) / 2.0
}
