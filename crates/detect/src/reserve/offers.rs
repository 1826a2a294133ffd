//! What nobody honest offers: a gain, and tokens behind an address made to be taken for another.

use tge_text::TokenKind;

use super::Reserve;
use crate::lexicon::{LabelSet, slot};
use crate::reading::{HEAD_CHARS, Reading};

/// The least multiple that is promised of a sale's token: "next 50x". Less is leverage, or what a game multiplies.
const MULTIPLE_MIN: u32 = 10;

/// The same in per cent: "+5,000%". Less is a bonus, or by how much a sale was oversubscribed.
const PERCENT_MIN: u32 = 1_000;

/// Behind a number: so many times.
const TIMES: [&str; 17] = [
    "x",
    "х",
    "倍",
    "배",
    "times",
    "kat",
    "katı",
    "ضعف",
    "برابر",
    "برابری",
    "veces",
    "vezes",
    "fois",
    "volte",
    "keer",
    "lần",
    "kali",
];

/// Beside a multiple that is of something else.
const OF_OTHERS: [&str; 7] = ["faster", "oversubscribed", "leverage", "cheaper", "more", "超募", "超额认购"];

/// Where anybody may have a host of his own.
const SHARED_HOSTS: [&str; 5] = ["web.app", "vercel.app", "pages.dev", "netlify.app", "github.io"];

/// Parts of the hosts that thieves take.
const BAITS: [&str; 12] = [
    "gift",
    "gifts",
    "reward",
    "rewards",
    "claim",
    "claims",
    "airdrop",
    "airdrops",
    "bonus",
    "giveaway",
    "giveaways",
    "presale",
];

/// The multiple that the head promises beside a presale: "stage 3 ends soon, 100x".
pub(super) fn promised(reading: &Reading<'_>, presales: &LabelSet) -> Option<(Reserve, usize)> {
    let head = || reading.items.iter().take_while(|item| item.at < HEAD_CHARS);
    head().find(|item| item.is_of(presales))?;
    let of_others = |at: usize| OF_OTHERS.contains(&reading.word_at(at));
    let promises =
        |at: &usize| is_multiple(reading, *at) && !of_others(at + 1) && !at.checked_sub(1).is_some_and(of_others);
    (0..head().count()).find(promises).map(|at| (Reserve::Promised, at))
}

/// "100x", "x100", "40 kat", `100倍`, "5,000%" at item `at`.
fn is_multiple(reading: &Reading<'_>, at: usize) -> bool {
    let word = reading.word_at(at);
    let number = |digits: &str| whole(digits).is_some_and(|n| n >= MULTIPLE_MIN);
    // The Cyrillic letter, too.
    let letters = ["x", "х"];
    let behind = || letters.into_iter().chain(["倍", "배"]).find_map(|sign| word.strip_suffix(sign));
    // "x50", but x402 is a protocol.
    let before = || letters.into_iter().find_map(|sign| word.strip_prefix(sign)).filter(|n| n.ends_with('0'));
    let apart = || TIMES.contains(&reading.word_at(at + 1)).then_some(word);
    if reading.items[at].is(slot::PERCENT) {
        return whole(word.trim_matches(|c: char| !c.is_ascii_digit())).is_some_and(|n| n >= PERCENT_MIN);
    }
    word.bytes().any(|b| b.is_ascii_digit()) && behind().or_else(before).or_else(apart).is_some_and(number)
}

/// A whole number; thousands are set apart by a comma or a point, three digits at a time.
fn whole(digits: &str) -> Option<u32> {
    let mut groups = digits.split([',', '.']);
    let first = groups.next()?.to_owned();
    groups.try_fold(first, |whole, group| (group.len() == 3).then(|| whole + group))?.parse().ok()
}

/// The address in the head whose host is put together with a word for what is given away ("example-gift.click"): projects
/// hand out tokens on their own domain, thieves on one that only looks like it. Of the launches among the measured
/// documents none has one.
pub(super) fn baited(reading: &Reading<'_>) -> Option<(Reserve, usize)> {
    let head = reading.items.iter().take_while(|item| item.at < HEAD_CHARS);
    let is_bait = |address: &str| {
        let host = tge_text::domain::host(address).unwrap_or_default();
        let own = SHARED_HOSTS.iter().find_map(|shared| host.strip_suffix(shared)?.strip_suffix('.'));
        // What stands before it may be of the project: "claim-portal.example.org".
        let registered = own.or_else(|| host.rsplit_once('.').map(|(rest, _)| rest)).unwrap_or_default();
        let label = registered.rsplit('.').next().unwrap_or_default();
        label.contains('-') && label.split('-').any(|word| BAITS.contains(&word))
    };
    // An address without its scheme and path is a word.
    let mut addresses = head.enumerate().filter(|(_, item)| matches!(item.kind, TokenKind::Url | TokenKind::Word));
    let dashed = |word: &str| word.contains('-') && word.contains('.');
    let bait = addresses.find(|(_, item)| Some(reading.word(item)).filter(|word| dashed(word)).is_some_and(is_bait));
    bait.map(|(at, _)| (Reserve::Baited, at))
}
