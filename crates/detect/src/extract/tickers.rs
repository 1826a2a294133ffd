//! Tickers a text names, the surest first.

use crate::lexicon::{Lexicon, slot};
use crate::reading::{Item, NEVER_NAMED, Reading, is_old_ticker, is_ticker, is_upper, stem};
use crate::words::{Case, with_case};

/// Characters at the beginning within which tickers are looked for.
const LOOKED_AT: usize = 700;
/// Tickers kept: a list of hundreds of them names none.
const KEPT: usize = 6;

/// What a ticker is marked with.
const SIGNS: [char; 2] = ['$', '#'];

/// How a ticker is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    /// `ABC`, no more.
    Bare,
    /// `#ABC`.
    Hash,
    /// `ABC/USDT`.
    Pair,
    /// `$ABC`.
    Cash,
    /// `Name (ABC)`.
    Parenthesis,
}

/// A ticker found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ticker {
    /// Upper case, without `$`.
    pub(crate) symbol: String,
    pub(crate) mark: Mark,
    pub(crate) item: usize,
}

/// The tickers of the beginning of a reading: the marked ones in order, or the bare ones where none is marked.
pub(crate) fn candidates<'a>(reading: &'a Reading<'_>) -> &'a [Ticker] {
    let marked = reading.tickers.iter().take_while(|t| t.mark != Mark::Bare).count();
    if marked > 0 { &reading.tickers[..marked] } else { &reading.tickers }
}

/// All of them, the marked ones first.
pub(crate) fn all(reading: &Reading<'_>, lexicon: &Lexicon) -> Vec<Ticker> {
    let (mut marked, mut bare): (Vec<Ticker>, Vec<Ticker>) = (Vec::new(), Vec::new());
    for (i, item) in reading.items.iter().enumerate().take_while(|(_, item)| item.at < LOOKED_AT) {
        // What is none by its labels is one by its capitals, and most words have neither.
        if !(is_ticker(item) | item.capital) {
            continue;
        }
        // A word with a capital that is none by its shape: "Launch". Of "I'm" the capital stands alone.
        let alone = |item: &Item| !reading.word(item).as_bytes().get(1).is_some_and(u8::is_ascii_alphanumeric);
        if item.is(slot::CAPITAL) && !item.phrase && !alone(item) {
            continue;
        }
        let written = reading.written(item);
        if !is_ticker(item)
            && !written.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || SIGNS.contains(&c))
        {
            continue;
        }
        let plain = stem(written).trim_start_matches(SIGNS);
        if !is_ticker(item) && !is_short_upper(plain) {
            continue;
        }
        let mark = if item.is(slot::CASHTAG) || (item.is(slot::UPPER) && is_labelled(reading, i)) {
            Mark::Cash
        } else if item.is(slot::PAREN_TICKER) || item.is(slot::PAREN_MAJOR) {
            Mark::Parenthesis
        } else if item.is(slot::HASHTAG) && is_upper(plain) {
            Mark::Hash
        } else if is_old_ticker(item) && written.starts_with(SIGNS) {
            Mark::Cash
        } else if is_upper(plain) && is_base(reading, i) {
            Mark::Pair
        } else if is_short_upper(plain) && names_follow(reading, i) {
            Mark::Parenthesis
        } else if (plain.len() == 1 && is_short_upper(plain) && reading.unspaced && token_follows(reading, lexicon, i))
            || item.is(slot::UPPER)
            || (is_old_ticker(item) && is_upper(plain))
        {
            Mark::Bare
        } else {
            continue;
        };
        let symbol = reading.ticker(item);
        // BTCUSDT is a pair without its sign.
        let symbol = symbol.strip_suffix("USDT").filter(|base| base.len() >= 2).unwrap_or(&symbol);
        let digits = symbol.bytes().all(|b| b.is_ascii_digit());
        let list = if mark == Mark::Bare { &mut bare } else { &mut marked };
        let never = (mark < Mark::Cash && with_case(symbol, Case::Small, |word| lexicon.is_no_ticker(word)))
            || (mark == Mark::Parenthesis && (symbol == "AI" || NEVER_NAMED.contains(&symbol)));
        if digits || never || list.iter().any(|t| t.symbol == symbol) {
            continue;
        }
        if list.len() < KEPT {
            list.push(Ticker { symbol: symbol.to_owned(), mark, item: i });
        }
    }
    marked.append(&mut bare);
    marked
}

/// Words behind which a ticker stands: "Ticker: ABC".
const LABELS: [&str; 14] = [
    "ticker",
    "tickers",
    "symbol",
    "тикер",
    "тикером",
    "тікер",
    "símbolo",
    "symbole",
    "simbolo",
    "kürzel",
    "sembolü",
    "티커",
    "ティッカー",
    "رمز",
];

/// Whether a word for tickers stands before item `i`, with a colon or nothing between them.
fn is_labelled(reading: &Reading<'_>, i: usize) -> bool {
    let word = |back: usize| i.checked_sub(back).map_or("", |at| reading.word_at(at));
    let label = if matches!(word(1), ":" | "is" | "=") { word(2) } else { word(1) };
    label.rsplit(' ').next().is_some_and(|last| LABELS.contains(&last))
}

/// One to ten capitals and digits.
fn is_short_upper(written: &str) -> bool {
    is_upper(written) || (written.len() == 1 && written.bytes().all(|b| b.is_ascii_uppercase()))
}

/// Whether a name in parentheses follows item `i`: `ABC (Name of Abc)`, as some exchanges write it.
fn names_follow(reading: &Reading<'_>, i: usize) -> bool {
    let word = |at: usize| reading.word_at(at);
    let capital = reading.items.get(i + 2).is_some_and(|item| {
        let written = reading.written(item);
        written.starts_with(|c: char| c.is_ascii_uppercase()) && written.bytes().any(|b| b.is_ascii_lowercase())
    });
    word(i + 1) == "(" && capital && (i + 3..i + 9).any(|at| word(at) == ")")
}

/// Whether the word for tokens follows item `i`.
fn token_follows(reading: &Reading<'_>, lexicon: &Lexicon, i: usize) -> bool {
    let token = lexicon.label("TOKEN");
    reading.items.get(i + 1).is_some_and(|next| token.is_some_and(|label| next.is(label)))
}

/// Whether item `i` is the first half of `ABC/USDT`.
fn is_base(reading: &Reading<'_>, i: usize) -> bool {
    const QUOTES: [&str; 9] = ["usdt", "btc", "eth", "usdc", "usd", "bnb", "busd", "krw", "try"];
    reading.items.get(i + 1).is_some_and(|sign| reading.word(sign) == "/")
        && reading.items.get(i + 2).is_some_and(|quote| QUOTES.contains(&reading.word(quote)))
}
