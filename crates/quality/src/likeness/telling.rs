//! What one document tells: who, what, how far, where, which, when, how much.

use std::collections::{BTreeMap, BTreeSet};

use tge_model::Timestamp;
use tge_text::{Normal, Token, TokenKind, hash, is_unspaced, tokens};

use super::acts::{Acts, END, Said};
use super::figures;
use super::words::{NO_BARE_TICKER, NO_TICKER, Tongue, singular, stands_in, telling_weight};

/// How much of a text without a headline stands for one.
const HEAD_CHARS: usize = 160;
/// How much of the body still says who it is about.
const LEAD_CHARS: usize = 500;
/// How much is read of what follows the head.
const BODY_CHARS: usize = 2_400;

/// A document to read.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// The headline; may be empty.
    pub title: &'a str,
    /// The body; may begin with the headline again.
    pub text: &'a str,
    /// Who speaks: documents of one source are seldom copies of each other.
    pub source: &'a str,
    /// When it was published, to the day or finer.
    pub published: Option<Timestamp>,
}

/// A document as it is compared.
#[derive(Debug, Clone)]
pub struct Telling {
    /// Tickers at the head, in capitals; those of majors and venues left out.
    pub(crate) subjects: BTreeSet<String>,
    /// Tickers anywhere.
    pub(crate) mentioned: BTreeSet<String>,
    /// Acts of the head.
    pub(crate) acts: Acts,
    /// Acts of head and body.
    pub(crate) all_acts: Acts,
    /// Venues of the head, else those of the body, as bits.
    pub(crate) venues: u128,
    /// The language, where its words say one.
    pub(crate) tongue: Option<Tongue>,
    /// Telling words of the head.
    pub(crate) head: BTreeSet<String>,
    /// Names of the head, the first one first.
    pub(crate) head_names: Vec<String>,
    /// Names: telling words in capitals of head and lead.
    pub(crate) names: BTreeSet<String>,
    /// Telling words of all that was read, with how often.
    pub(crate) words: BTreeMap<String, u32>,
    /// Pairs of ideographs of all that was read.
    pub(crate) pairs: BTreeSet<String>,
    pub(crate) amounts: BTreeSet<u64>,
    pub(crate) days: BTreeSet<(u32, u32)>,
    pub(crate) rounds: BTreeSet<u32>,
    pub(crate) links: BTreeSet<String>,
    /// Hashes of runs of words.
    pub(crate) shingles: Vec<u64>,
    pub(crate) source: String,
    pub(crate) published: Option<Timestamp>,
}

// === impl Telling ===

impl Telling {
    /// Reads a document. Time and space are linear in what is read, which is bounded.
    pub fn of(given: &Text<'_>) -> Self {
        let (head, body) = parts(given.title, given.text);
        let (head, body) = (Reading::of(head), Reading::of(body));
        let (marked, loud) = head.tickers();
        let mut mentioned = body.tickers().0;
        // A headline all in capitals, or a list: only what is marked names a token.
        let shouting = marked.union(&loud).count() > 6;
        let subjects = if !marked.is_empty() || shouting {
            marked
        } else if loud.is_empty() && given.title.is_empty() {
            mentioned.clone()
        } else {
            loud.clone()
        };
        mentioned.extend(subjects.iter().cloned());
        if !shouting {
            mentioned.extend(loud);
        }
        let mut words = BTreeMap::new();
        for word in head.words().chain(body.words()) {
            *words.entry(word).or_insert(0) += 1;
        }
        let (said, said_below) = (Said::of(&head.flat, &mentioned), Said::of(&body.flat, &mentioned));
        let tongue = Tongue::of(head.all_words().chain(body.all_words()));
        let foreign = tongue.is_some_and(|tongue| !tongue.is_latin());
        let day_first = !tongue.is_none_or(Tongue::is_english);
        let days = |normal: &str, tokens: &[Token]| figures::days(normal, tokens, day_first);
        Self {
            acts: Acts::of(&[&said]),
            all_acts: Acts::of(&[&said, &said_below]),
            venues: if said.venues == 0 { said_below.venues } else { said.venues },
            tongue,
            head: head.words().collect(),
            head_names: head.names(usize::MAX, foreign).collect(),
            names: head.names(usize::MAX, foreign).chain(body.names(LEAD_CHARS, foreign)).collect(),
            pairs: head.ideographs().chain(body.ideographs()).collect(),
            amounts: head.read(figures::amounts).into_iter().chain(body.read(figures::amounts)).collect(),
            days: head.read(days).into_iter().chain(body.read(days)).collect(),
            rounds: head.read(figures::rounds),
            links: head.links().chain(body.links()).collect(),
            shingles: hash::shingles(&format!("{}\n{}", head.normal.as_str(), body.normal.as_str())),
            source: given.source.to_lowercase(),
            published: given.published,
            subjects,
            mentioned,
            words,
        }
    }

    /// The same as if it told in words nobody here knows.
    pub fn unread(&self) -> Self {
        Self { acts: Acts::default(), all_acts: Acts::default(), ..self.clone() }
    }

    /// Whether it is in another language than English.
    pub fn is_foreign(&self) -> bool {
        self.tongue.is_some_and(|tongue| !tongue.is_english())
    }

    /// Names that join two pairs to one story: the tickers at the head, else its telling words. For folds that do not
    /// leak.
    pub fn tickers(&self) -> impl Iterator<Item = String> + '_ {
        self.subjects.iter().map(|s| format!("${s}"))
    }
}

/// The headline, or the beginning in its place, and what follows.
fn parts<'a>(title: &'a str, text: &'a str) -> (&'a str, &'a str) {
    let (title, text) = (title.trim(), text.trim());
    if title.is_empty() {
        let (head, body) = text.split_at(cut(text, HEAD_CHARS));
        return (head, &body[..cut(body, BODY_CHARS)]);
    }
    let body = text.strip_prefix(title).unwrap_or(text);
    (&title[..cut(title, 2 * HEAD_CHARS)], &body[..cut(body, BODY_CHARS)])
}

/// Bytes of the first `chars` characters.
fn cut(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at)
}

/// A part of a document in tokens.
struct Reading<'a> {
    original: &'a str,
    normal: Normal,
    tokens: Vec<Token>,
    /// Tokens parted by `_`, marks of tickers and handles taken off, scripts without blanks written on.
    flat: String,
    /// Nothing is in capitals: some archives keep texts so.
    lowered: bool,
}

// === impl Reading ===

impl<'a> Reading<'a> {
    fn of(original: &'a str) -> Self {
        let normal = Normal::of(original);
        let tokens: Vec<_> = tokens(normal.as_str()).collect();
        let mut flat = String::with_capacity(original.len() + 2);
        flat.push('_');
        let mut unspaced = false;
        for token in &tokens {
            let word = &normal.as_str()[token.range.clone()];
            match token.kind {
                TokenKind::Url => continue,
                TokenKind::Stop => {
                    flat.push_str(if flat.ends_with('_') { "" } else { "_" });
                    flat.push(END);
                    flat.push('_');
                    unspaced = false;
                    continue;
                }
                TokenKind::Ideograph => {
                    if !unspaced && !flat.ends_with('_') {
                        flat.push('_');
                    }
                    flat.push_str(word);
                    unspaced = true;
                    continue;
                }
                _ => {}
            }
            if !flat.ends_with('_') {
                flat.push('_');
            }
            unspaced = false;
            // Apostrophes and hyphens join what is looked up on its own: l'airdrop, Airdrop-Claim.
            flat.extend(word.trim_start_matches(['#', '$', '@']).chars().map(|c| match c {
                '\'' | '’' | '-' => '_',
                c => c,
            }));
        }
        flat.push('_');
        let lowered = !original.contains(char::is_uppercase);
        Self { original, normal, tokens, flat, lowered }
    }

    fn read<T>(&self, reader: impl Fn(&str, &[Token]) -> T) -> T {
        reader(self.normal.as_str(), &self.tokens)
    }

    fn word(&self, token: &Token) -> &str {
        &self.normal.as_str()[token.range.clone()]
    }

    fn written(&self, token: &Token) -> &'a str {
        &self.original[self.normal.origin(token.range.clone())]
    }

    /// Tickers: marked ones (`$abc`, `#ABC`, `(ABC)`, `ABC/USDT`, `ABCUSDT`), and words in capitals.
    fn tickers(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut marked, mut loud) = (BTreeSet::new(), BTreeSet::new());
        let sign = |i: Option<usize>| i.and_then(|i| self.tokens.get(i)).map_or("", |t| self.word(t));
        for (i, token) in self.tokens.iter().enumerate() {
            let written = self.written(token);
            let plain = written.trim_start_matches(['$', '#']);
            let pair = is_capital(plain).then(|| PAIRED.iter().find_map(|money| plain.strip_suffix(money))).flatten();
            let pair = pair.filter(|base| base.len() >= 2);
            let ticker = pair.unwrap_or(plain).to_uppercase();
            let known =
                (1..=10).contains(&ticker.chars().count()) && !stands_in(NO_TICKER, &ticker) && !is_amount(&ticker);
            if !known {
                continue;
            }
            let shown = match token.kind {
                TokenKind::Cashtag => true,
                TokenKind::Hashtag => is_capital(plain),
                TokenKind::Word | TokenKind::Number => {
                    let bracketed = sign(i.checked_sub(1)) == "(" && sign(Some(i + 1)) == ")";
                    let paired =
                        sign(Some(i + 1)) == "/" && matches!(sign(Some(i + 2)), "usdt" | "btc" | "eth" | "bnb" | "krw");
                    let lowered = self.lowered && bracketed && plain.len() <= 6 && plain.is_ascii();
                    if is_capital(plain) && plain.len() >= 2 && !stands_in(NO_BARE_TICKER, &ticker) {
                        loud.insert(ticker.clone());
                    }
                    lowered || is_capital(plain) && (bracketed || paired || pair.is_some())
                }
                _ => false,
            };
            if shown {
                marked.insert(ticker);
            }
        }
        (marked, loud)
    }

    /// Words, as they stand in lists.
    fn all_words(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::Ideograph)).map(|t| self.word(t))
    }

    /// Words that tell.
    fn words(&self) -> impl Iterator<Item = String> + '_ {
        self.tokens
            .iter()
            .filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::Hashtag | TokenKind::Cashtag | TokenKind::Handle))
            .flat_map(|t| self.word(t).trim_start_matches(['#', '$', '@']).split('-'))
            .filter(|w| telling_weight(w) > 0.0)
            .map(|w| singular(w).to_owned())
    }

    /// Telling words that begin with a capital, within the first `bytes`; among `foreign` letters all Latin ones.
    fn names(&self, bytes: usize, foreign: bool) -> impl Iterator<Item = String> + '_ {
        self.tokens.iter().take_while(move |t| t.range.start < bytes).filter_map(move |t| self.name(t, foreign))
    }

    fn name(&self, token: &Token, foreign: bool) -> Option<String> {
        let capital = |c: char| c.is_uppercase() || foreign && c.is_ascii_alphabetic();
        let word = self.word(token);
        let written = self.written(token);
        let named = token.kind == TokenKind::Word && written.starts_with(capital) && telling_weight(word) > 0.0;
        let named = named && !stands_in(NO_TICKER, written) && !stands_in(NO_BARE_TICKER, written);
        named.then(|| singular(word).to_owned())
    }

    fn ideographs(&self) -> impl Iterator<Item = String> + '_ {
        self.tokens
            .windows(2)
            .filter(|w| w.iter().all(|t| t.kind == TokenKind::Ideograph) && w[0].range.end == w[1].range.start)
            .map(|w| self.normal.as_str()[w[0].range.start..w[1].range.end].to_owned())
            .filter(|pair| pair.chars().all(is_unspaced))
    }

    /// Addresses without scheme, query and ends that say nothing.
    fn links(&self) -> impl Iterator<Item = String> + '_ {
        self.tokens.iter().filter(|t| t.kind == TokenKind::Url).filter_map(|t| {
            let url = self.word(t);
            let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
            let bare = bare.split(['?', '#']).next().unwrap_or(bare).trim_end_matches(['/', '.', ',']);
            let path = bare.split_once('/').map_or("", |(_, path)| path);
            (path.len() > 2).then(|| bare.strip_prefix("www.").unwrap_or(bare).to_owned())
        })
    }
}

/// What stands behind a ticker without a blank in the name of a pair.
const PAIRED: [&str; 3] = ["USDT", "USDC", "KRW"];

/// `1B` and `100M` are no tickers.
fn is_amount(ticker: &str) -> bool {
    ticker
        .strip_suffix(['K', 'M', 'B', 'T', 'X'])
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Capitals and digits with a capital among them.
fn is_capital(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) && word.bytes().any(|b| b.is_ascii_uppercase())
}
