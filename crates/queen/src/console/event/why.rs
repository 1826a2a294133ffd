//! Why an event is believed: the sentences of the document that speaks most clearly, with the words that counted.

use std::ops::Range;

use maud::{Markup, html};
use tge_model::{Event, Observation, Reason, ReasonPart, Timestamp, Zone};

use crate::console::event::links;
use crate::console::frame::bar;
use crate::console::when;

/// The most that is shown around a quote, in bytes each side.
const AROUND: usize = 280;
/// The most passages shown of one document.
const PASSAGES: usize = 10;

pub(super) fn section(event: &Event, document: Option<&Observation>, now: Timestamp) -> Markup {
    html! {
        section.card.why aria-labelledby="why" {
            h2 #why { "Why it matched" }
            @match document {
                Some(document) => (quoted(document, &event.explanation, now)),
                None => p.unknown { "The document that explains this is no longer stored; its words stand below." },
            }
            (weights(&event.explanation))
        }
    }
}

fn quoted(document: &Observation, reasons: &[Reason], now: Timestamp) -> Markup {
    let title = whole(&document.title, &marks(reasons, Zone::Title, &document.title));
    let passages = passages(&document.text, &marks(reasons, Zone::Text, &document.text));
    html! {
        figure.document {
            blockquote lang=[document.lang.as_deref()] {
                @if !document.title.is_empty() { p.title { (pieces(&document.title, &title)) } }
                @for passage in passages.iter().take(PASSAGES) {
                    p {
                        @if passage.range.start > 0 { span.muted { "… " } }
                        (pieces(&document.text, &passage.pieces))
                        @if passage.range.end < document.text.len() { span.muted { " …" } }
                    }
                }
            }
            figcaption {
                (links::document(&document.url, "Read the document")) " · "
                a href={ "/sources/" (document.source) } { (document.source) } " · "
                (when::maybe(document.published, now, "publication time not said"))
                @if passages.len() > PASSAGES { " · " (passages.len() - PASSAGES) " more passages" }
            }
        }
    }
}

/// Reasons that stand on the same words, and what they add together.
#[derive(Debug, PartialEq)]
struct Together<'a> {
    reasons: Vec<&'a Reason>,
    weight: f64,
}

/// The reasons by the words they stand on, the heaviest first, and within each the heaviest first; those of the whole document
/// by themselves.
fn together(reasons: &[Reason]) -> Vec<Together<'_>> {
    let mut all: Vec<Together<'_>> = Vec::new();
    for reason in reasons.iter().filter(|reason| reason.weight != 0.0) {
        let same = |other: &&mut Together<'_>| {
            let other = other.reasons[0];
            !reason.quote.is_empty() && (other.zone, other.start, other.end) == (reason.zone, reason.start, reason.end)
        };
        match all.iter_mut().find(same) {
            Some(one) => one.reasons.push(reason),
            None => all.push(Together { reasons: vec![reason], weight: 0.0 }),
        }
    }
    for one in &mut all {
        one.weight = one.reasons.iter().map(|reason| reason.weight).sum();
        one.reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    }
    all.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    all
}

fn weights(reasons: &[Reason]) -> Markup {
    let all = together(reasons);
    // A frame whose words have all the weight of it, and a reserve that need hold nothing back.
    let weightless: Vec<&Reason> = reasons.iter().filter(|reason| reason.weight == 0.0).collect();
    let heaviest = all.iter().map(|one| one.weight.abs()).fold(0.0, f64::max);
    let side = |wanted: bool| all.iter().filter(move |one| (one.weight > 0.0) == wanted);
    html! {
        div.scales {
            @for (title, class, wanted) in [("For", "for", true), ("Against", "against", false)] {
                div {
                    h3 { (title) " " span.count { (side(wanted).count()) } }
                    @if side(wanted).next().is_none() { p.muted { "Nothing." } }
                    ul.weights {
                        @for one in side(wanted) {
                            li {
                                span.number { (format!("{:+.2}", one.weight)) }
                                span.what { (what(&one.reasons)) }
                                (bar(one.weight.abs() / heaviest.max(f64::MIN_POSITIVE), class))
                            }
                        }
                    }
                }
            }
        }
        @if !weightless.is_empty() {
            div.scales {
                div {
                    h3 { "How it is told" }
                    ul.weights {
                        @for reason in weightless {
                            li {
                                span.number { "0" }
                                span.what { (what(&[reason])) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The words that reasons stand on, and each reason; with its own weight where there are several.
fn what(reasons: &[&Reason]) -> Markup {
    // Of reasons on the same words, a frame says what they are.
    let shown = reasons.iter().find(|reason| !reason.parts.is_empty()).or(reasons.first());
    html! {
        @if let Some(reason) = shown {
            @if reason.quote.is_empty() { "the whole document" } @else { q { (quote(reason)) } }
            @if let Some(beside) = beside(reason) { span.sub { (beside) } }
        }
        @for reason in reasons {
            span.sub {
                span title=(reason.feature) { (tge_detect::in_words(&reason.feature)) } " · " (reason.stage)
                @if reasons.len() > 1 { " " (format!("{:+.2}", reason.weight)) }
            }
        }
    }
}

/// Whether a part stands in the quote of its reason, not elsewhere in the clause.
fn in_quote(reason: &Reason, part: &ReasonPart) -> bool {
    reason.start <= part.start && part.end <= reason.end
}

/// The words of the clause around a frame, each with its role: `time: on May 4`; nothing where there are none.
fn beside(reason: &Reason) -> Option<Markup> {
    let parts: Vec<&ReasonPart> = reason.parts.iter().filter(|part| !in_quote(reason, part)).collect();
    (!parts.is_empty()).then(|| {
        html! { @for (i, part) in parts.iter().enumerate() { @if i > 0 { " · " } (part.name()) ": " q { (part.quote) } } }
    })
}

/// The words of a reason; those that are its frame stand out, each with its role or what it stands for.
fn quote(reason: &Reason) -> Markup {
    let mut at = 0;
    let parts = reason.parts.iter().filter(|part| in_quote(reason, part)).filter_map(|part| {
        let range = part.start.checked_sub(reason.start)?..part.end.checked_sub(reason.start)?;
        let between = reason.quote.get(at..range.start)?;
        let words = reason.quote.get(range.clone())?;
        at = range.end;
        Some((between, words, part.name()))
    });
    let parts: Vec<(&str, &str, &str)> = parts.collect();
    html! {
        @for (between, words, label) in parts { (between) b title=(label) { (words) } }
        (reason.quote.get(at..).unwrap_or_default())
    }
}

/// A span of a zone with what it adds.
#[derive(Debug, Clone, PartialEq)]
struct Mark {
    range: Range<usize>,
    weight: f64,
    /// What the words are in a frame of their clause, which carries the weight.
    part: Option<String>,
}

/// A piece of text and whether it counted, and for which side.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    range: Range<usize>,
    weight: Option<f64>,
    part: Option<String>,
}

/// The sentence or sentences around marks that stand close together.
#[derive(Debug, Clone, PartialEq)]
struct Passage {
    range: Range<usize>,
    pieces: Vec<Piece>,
}

/// The marks of one zone that fit its text; a document that was cut since must not bring the page down.
fn marks(reasons: &[Reason], zone: Zone, text: &str) -> Vec<Mark> {
    let fits = |start: usize, end: usize| start < end && text.get(start..end).is_some();
    let mut marks: Vec<Mark> = Vec::new();
    for reason in reasons.iter().filter(|reason| reason.zone == zone && fits(reason.start, reason.end)) {
        if reason.weight != 0.0 {
            marks.push(Mark { range: reason.start..reason.end, weight: reason.weight, part: None });
        }
        let parts = reason.parts.iter().filter(|part| fits(part.start, part.end));
        marks.extend(parts.map(|part| Mark {
            range: part.start..part.end,
            weight: 0.0,
            part: Some(part.name().to_owned()),
        }));
    }
    marks.sort_by_key(|mark| (mark.range.start, mark.range.end));
    marks
}

fn whole(text: &str, marks: &[Mark]) -> Vec<Piece> {
    cut(0..text.len(), marks)
}

fn passages(text: &str, marks: &[Mark]) -> Vec<Passage> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        let sentence = sentence(text, &mark.range);
        match ranges.last_mut() {
            Some(last) if sentence.start <= last.end => last.end = last.end.max(sentence.end),
            _ => ranges.push(sentence),
        }
    }
    ranges.into_iter().map(|range| Passage { pieces: cut(range.clone(), marks), range }).collect()
}

/// Cuts a range where marks begin and end. Where marks overlap, their weights add up.
fn cut(range: Range<usize>, marks: &[Mark]) -> Vec<Piece> {
    let within: Vec<&Mark> = marks.iter().filter(|m| m.range.start < range.end && m.range.end > range.start).collect();
    let mut edges = vec![range.start, range.end];
    edges.extend(within.iter().flat_map(|m| [m.range.start.max(range.start), m.range.end.min(range.end)]));
    edges.sort_unstable();
    edges.dedup();
    edges
        .windows(2)
        .map(|edge| {
            let over: Vec<&&Mark> =
                within.iter().filter(|m| m.range.start <= edge[0] && edge[1] <= m.range.end).collect();
            let weighing = || over.iter().filter(|m| m.part.is_none()).map(|m| m.weight);
            Piece {
                range: edge[0]..edge[1],
                weight: weighing().next().is_some().then(|| weighing().sum()),
                part: over.iter().find_map(|m| m.part.clone()),
            }
        })
        .collect()
}

fn pieces(text: &str, pieces: &[Piece]) -> Markup {
    html! {
        @for piece in pieces {
            @let words = &text[piece.range.clone()];
            @match piece.weight {
                None => @match &piece.part {
                    None => (words),
                    Some(part) => mark class="part" title=(part) { (words) },
                },
                Some(weight) => {
                    @let side = if weight < 0.0 { "against" } else { "for" };
                    @match &piece.part {
                        None => mark class=(side) title={ (side) ", " (format!("{weight:+.2}")) } { (words) },
                        Some(part) => mark class={ (side) " part" } title={ (side) ", " (format!("{weight:+.2}")) ", " (part) } { (words) },
                    }
                }
            }
        }
    }
}

/// The sentence around a span, at most [`AROUND`] bytes to each side, on character boundaries.
fn sentence(text: &str, span: &Range<usize>) -> Range<usize> {
    let floor = text.floor_char_boundary(span.start.saturating_sub(AROUND));
    let ceiling = text.ceil_char_boundary((span.end + AROUND).min(text.len()));
    let before = &text[floor..span.start];
    let start = before
        .char_indices()
        .rev()
        .find(|(at, c)| ends_sentence(*c, before[at + c.len_utf8()..].chars().next()))
        .map_or(floor, |(at, c)| floor + at + c.len_utf8());
    let after = &text[span.end..ceiling];
    let end = after
        .char_indices()
        .find(|(at, c)| ends_sentence(*c, after[at + c.len_utf8()..].chars().next()))
        .map_or(ceiling, |(at, c)| span.end + at + c.len_utf8());
    let lead = text[start..span.start].len() - text[start..span.start].trim_start().len();
    let tail = text[span.end..end].len() - text[span.end..end].trim_end().len();
    start + lead..end - tail
}

/// A full stop ends a sentence only before a blank ("v2.1", "fuel.network" do not); ideographic ones always do.
fn ends_sentence(c: char, next: Option<char>) -> bool {
    match c {
        '\n' | '。' | '！' | '？' => true,
        '.' | '!' | '?' => next.is_none_or(char::is_whitespace),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(text: &str, words: &str, weight: f64) -> Mark {
        let start = text.find(words).expect("the words stand in the text");
        Mark { range: start..start + words.len(), weight, part: None }
    }

    #[test]
    fn a_passage_is_the_sentence_around_its_words() {
        let cases = [
            ("First one. Fuel v2.1 goes live today! Last.", "goes live", "Fuel v2.1 goes live today!"),
            ("代币开放。Fuel 将于周五上线。其他。", "上线", "Fuel 将于周五上线。"),
            ("headline\nclaim opens at fuel.network\nfoot", "claim opens", "claim opens at fuel.network"),
            ("goes live", "goes live", "goes live"),
        ];
        for (text, words, expected) in cases {
            let found = passages(text, &[mark(text, words, 1.0)]);
            assert_eq!(found.len(), 1);
            assert_eq!(&text[found[0].range.clone()], expected);
        }
    }

    #[test]
    fn a_text_without_sentences_is_cut_on_characters() {
        let text = format!("{}上线{}", "é".repeat(1_000), "é".repeat(1_000));
        let found = passages(&text, &[mark(&text, "上线", 1.0)]);
        assert!(found[0].range.len() <= 2 * AROUND + 16, "{:?}", found[0].range);
        assert!(text.get(found[0].range.clone()).is_some());
    }

    #[test]
    fn overlapping_marks_are_cut_and_added() {
        let text = "token generation event";
        let marks = [mark(text, "token generation", 2.0), mark(text, "generation event", -3.0)];
        let shown: Vec<_> = whole(text, &marks).into_iter().map(|p| (text[p.range].to_owned(), p.weight)).collect();
        let expected = [("token ", Some(2.0)), ("generation", Some(-1.0)), (" event", Some(-3.0))];
        assert_eq!(shown, expected.map(|(words, weight)| (words.to_owned(), weight)));
    }

    #[test]
    fn the_parts_of_a_frame_stand_out_in_it() {
        let text = "Example will launch its own token soon";
        let at = |words: &str| text.find(words).expect("the words stand in the text");
        let part = |words: &str, label: &str, role: Option<&str>| ReasonPart {
            role: role.map(str::to_owned),
            label: label.to_owned(),
            quote: words.to_owned(),
            start: at(words),
            end: at(words) + words.len(),
        };
        let reason = Reason {
            stage: "frame".into(),
            feature: "F:to-launch-native:H".to_owned(),
            weight: 1.5,
            quote: "launch its own token".to_owned(),
            zone: Zone::Text,
            start: at("launch"),
            end: at(" soon"),
            // The last stands beside the quote.
            parts: vec![
                part("launch", "LAUNCH", None),
                part("own token", "NATIVE", Some("token")),
                part("soon", "TODAY", Some("time")),
            ],
        };
        let shown = pieces(text, &whole(text, &marks(std::slice::from_ref(&reason), Zone::Text, text))).into_string();
        assert_eq!(
            shown,
            "Example will <mark class=\"for part\" title=\"for, +1.50, LAUNCH\">launch</mark>\
             <mark class=\"for\" title=\"for, +1.50\"> its </mark>\
             <mark class=\"for part\" title=\"for, +1.50, token\">own token</mark> \
             <mark class=\"part\" title=\"time\">soon</mark>"
        );
        assert_eq!(beside(&reason).map(Markup::into_string).as_deref(), Some("time: <q>soon</q>"));
        assert_eq!(quote(&reason).into_string(), "<b title=\"LAUNCH\">launch</b> its <b title=\"token\">own token</b>");
    }

    #[test]
    fn reasons_on_the_same_words_stand_together() {
        let reason = |feature: &str, quote: &str, weight: f64| Reason {
            stage: "lexicon".into(),
            feature: feature.to_owned(),
            weight,
            quote: quote.to_owned(),
            zone: Zone::Text,
            start: 0,
            end: quote.len(),
            parts: Vec::new(),
        };
        let reasons = [
            reason("C:T:1", "$EX", 0.5),
            reason("E:len:7", "", 0.4),
            reason("A:K:unknown", "$EX", -0.75),
            reason("E:nobody", "", 0.3),
            reason("nothing", "$EX", 0.0),
        ];
        let shown: Vec<(Vec<&str>, f64)> = together(&reasons)
            .into_iter()
            .map(|one| (one.reasons.iter().map(|r| r.feature.as_str()).collect(), one.weight))
            .collect();
        assert_eq!(shown, [(vec!["E:len:7"], 0.4), (vec!["E:nobody"], 0.3), (vec!["A:K:unknown", "C:T:1"], -0.25)]);
    }

    #[test]
    fn spans_that_do_not_fit_the_text_are_left_out() {
        let reason = |start, end| Reason {
            stage: "frame".into(),
            feature: "launch".to_owned(),
            weight: 1.0,
            quote: String::new(),
            zone: Zone::Text,
            start,
            end,
            parts: Vec::new(),
        };
        let reasons = [reason(0, 0), reason(5, 2), reason(1, 2), reason(0, 99)];
        assert_eq!(marks(&reasons, Zone::Text, "é!"), Vec::new());
    }
}
