//! Amounts of a launch, each with the words it was read from and who wrote them.

use maud::{Markup, html};
use tge_model::{Event, Term, TermKind, ToldTerm};

use super::links;

pub(super) fn section(event: &Event) -> Markup {
    html! {
        @if !event.terms.is_empty() {
            section.card aria-labelledby="terms" {
                h2 #terms { "Terms" }
                dl.facts {
                    @for told in &event.terms {
                        dt { (name(told.term.kind)) }
                        dd { (amount(&told.term)) (source(event, told)) }
                    }
                }
            }
        }
    }
}

/// The words it was read from, and the document they stand in while it is evidence.
fn source(event: &Event, told: &ToldTerm) -> Markup {
    let document = event.evidence.iter().find(|one| one.observation == told.told_by);
    html! {
        span.sub {
            "“" (told.term.as_published) "”"
            @match document {
                Some(one) => { " · " (links::document(&one.url, &one.owner)) " · " (one.tier) },
                None => " · earlier words of a document that was edited since",
            }
        }
    }
}

fn name(kind: TermKind) -> &'static str {
    match kind {
        TermKind::Supply => "Total supply",
        TermKind::Share => "Share of supply",
        TermKind::Tokens => "Tokens given or sold",
        TermKind::Price => "Price",
        TermKind::Raised => "Raised",
        TermKind::Target => "To be raised",
        TermKind::Valuation => "Valuation",
    }
}

/// `1,000,000 EXM`, `7.5 %`.
fn amount(term: &Term) -> String {
    let text = term.value.to_string();
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let mut grouped = String::with_capacity(whole.len() * 4 / 3 + 1);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let fraction = fraction.map(|fraction| format!(".{fraction}")).unwrap_or_default();
    let unit = if term.unit.is_empty() { "tokens" } else { &term.unit };
    format!("{grouped}{fraction} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_keep_their_fraction() {
        for (kind, value, unit, expected) in [
            (TermKind::Supply, "1000000000", "EXM", "1,000,000,000 EXM"),
            (TermKind::Tokens, "999", "", "999 tokens"),
            (TermKind::Price, "1234.05", "USD", "1,234.05 USD"),
            (TermKind::Share, "7.5", "%", "7.5 %"),
        ] {
            let value = value.parse().expect("a decimal");
            let term = Term { kind, value, unit: unit.to_owned(), as_published: String::new() };
            assert_eq!(amount(&term), expected);
        }
    }
}
