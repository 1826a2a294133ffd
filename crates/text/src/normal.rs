//! The normal form of a text: NFKC, lower case, European digits, letters as everybody types them, without invisible signs,
//! and where each byte of it came from.
//!
//! Normalising whole strings would lose the offsets, so it is done cluster by cluster: a base character with the
//! combining marks behind it (and a run of conjoining Hangul) is normalised as one, and every byte it becomes points to
//! the cluster's first byte and the byte behind its last one.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::letters::{ascii_capitals, is_capital};
use crate::sanitise::is_invisible;

/// A cluster longer than this is normalised in pieces: nobody writes it, and it would make one endless cluster of a
/// hostile text.
const CLUSTER_CHARS_MAX: usize = 32;

/// A text in normal form that remembers its original.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Normal {
    text: String,
    /// Bytes at the beginning that stand where they stood, each a cluster of its own. Most texts are nothing else, and
    /// need no map.
    plain: usize,
    /// Per byte of `text` behind those: first byte and byte after the last of the cluster it came from.
    map: Vec<(u32, u32)>,
    /// Per byte of `text`: a bit that is set where it came from a cluster with a capital.
    capitals: Vec<u64>,
    /// Nobody will ask where anything came from.
    unmapped: bool,
}

impl Normal {
    /// Normalises `original`. Texts of 4 GiB and more are cut there: their offsets would not fit.
    pub fn of(original: &str) -> Self {
        Self::read(original, false)
    }

    /// The normal form of `original` alone, for what is compared and never quoted.
    pub fn text_of(original: &str) -> String {
        // Words of data files mostly are in it already.
        let plain = |c: char| if c.is_ascii() { !c.is_ascii_uppercase() } else { is_itself(c) };
        if original.chars().all(plain) { original.to_owned() } else { Self::read(original, true).text }
    }

    fn read(original: &str, unmapped: bool) -> Self {
        // Most documents have no title.
        if original.is_empty() {
            return Self { unmapped, ..Self::default() };
        }
        let text = String::with_capacity(original.len() + 16);
        let capitals = if unmapped { Vec::new() } else { vec![0; original.len() / 64 + 1] };
        let mut normal = Self { text, plain: 0, map: Vec::new(), capitals, unmapped };
        let mut cluster = String::new();
        let mut at = normal.ascii(original, 0);
        normal.plain = at;
        if at < original.len() && !unmapped {
            normal.map.reserve(original.len() - at + 16);
        }
        while at < original.len() && u32::try_from(at + 4 * CLUSTER_CHARS_MAX).is_ok() {
            let behind = normal.itself(original, at);
            at = if behind > at { behind } else { normal.cluster(original, at, &mut cluster) };
            let behind = normal.ascii(original, at);
            if !unmapped {
                normal.map.extend((at as u32..behind as u32).map(|start| (start, start + 1)));
            }
            at = behind;
        }
        normal
    }

    /// Takes the text of what is plain ASCII from `at` on, all but the last before anything else: a mark may follow it.
    /// Returns where it ends.
    fn ascii(&mut self, original: &str, at: usize) -> usize {
        let limit = original.len().min(u32::MAX as usize - 4 * CLUSTER_CHARS_MAX);
        let bytes = &original.as_bytes()[at..limit.max(at)];
        if bytes.first().is_none_or(|byte| !byte.is_ascii()) {
            return at;
        }
        // Sixteen at a time, the last few one by one.
        let whole: usize = bytes.chunks(16).take_while(|chunk| chunk.is_ascii()).map(<[u8]>::len).sum();
        let plain = whole + bytes[whole..].iter().take_while(|b| b.is_ascii()).count();
        let end = if at + plain == original.len() { at + plain } else { at + plain.saturating_sub(1) };
        let before = self.text.len();
        self.text.push_str(&original[at..end]);
        self.text[before..].make_ascii_lowercase();
        if !self.unmapped {
            self.mark_capitals(before, &original.as_bytes()[at..end]);
        }
        end
    }

    /// Takes the characters from `at` on that are their own normal form, each a cluster of its own. Returns where they end.
    fn itself(&mut self, original: &str, at: usize) -> usize {
        let mut chars = original[at..].chars();
        let mut one = chars.next().filter(|&c| is_itself(c));
        let mut end = at;
        while let Some(c) = one.filter(|_| u32::try_from(end + 4 * CLUSTER_CHARS_MAX).is_ok()) {
            let next = chars.next();
            one = next.filter(|&next| is_itself(next));
            // What is itself joins nothing; a mark may follow it.
            if one.is_none() && next.is_some_and(|next| joins(c, next)) {
                break;
            }
            let behind = end + c.len_utf8();
            self.push(c, end, behind);
            end = behind;
        }
        end
    }

    /// Takes one cluster from `start` on. Returns where it ends.
    fn cluster(&mut self, original: &str, start: usize, cluster: &mut String) -> usize {
        let mut chars = original[start..].chars();
        let Some(first) = chars.next() else { return start };
        let mut end = start + first.len_utf8();
        if is_invisible(first) {
            return end;
        }
        // Between the Arabic article and a foreign word the stroke stands for a blank: "الـTGE".
        if first == '\u{640}' && chars.clone().next().is_some_and(begins_foreign) {
            self.push(' ', start, end);
            return end;
        }
        // The signs of Chinese, each as wide as a character.
        if let Some(narrow) = narrow(first)
            && chars.clone().next().is_none_or(|next| !joins(first, next))
        {
            self.mark_capital(self.text.len(), narrow.is_ascii_uppercase());
            self.push(narrow.to_ascii_lowercase(), start, end);
            return end;
        }
        cluster.clear();
        cluster.push(first);
        let mut last = first;
        for next in chars.take(CLUSTER_CHARS_MAX - 1).take_while(|&next| {
            let joined = joins(last, next);
            if joined && !is_invisible(next) {
                last = next;
            }
            joined
        }) {
            if !is_invisible(next) {
                cluster.push(next);
            }
            end += next.len_utf8();
        }
        if cluster.is_ascii() {
            self.mark_capital(self.text.len(), first.is_ascii_uppercase());
            self.push(first.to_ascii_lowercase(), start, end);
            return end;
        }
        if cluster.len() == first.len_utf8() && is_itself(first) {
            self.push(first, start, end);
            return end;
        }
        let before = self.text.len();
        for c in cluster.nfkc() {
            for lower in c.to_lowercase() {
                if let Some(folded) = folded(lower) {
                    self.push(folded, start, end);
                }
            }
        }
        if cluster.contains(is_capital) {
            (before..self.text.len()).for_each(|at| self.mark_capital(at, true));
        }
        end
    }

    /// Says whether byte `at` of the normal form came from a capital.
    fn mark_capital(&mut self, at: usize, capital: bool) {
        // A few characters become longer than they were.
        if at / 64 >= self.capitals.len() {
            if self.unmapped {
                return;
            }
            self.capitals.resize(at / 64 + 1, 0);
        }
        self.capitals[at / 64] |= u64::from(capital) << (at % 64);
    }

    /// The same of `bytes`, which stand from byte `at` on.
    fn mark_capitals(&mut self, mut at: usize, mut bytes: &[u8]) {
        self.capitals.resize(self.capitals.len().max((at + bytes.len()) / 64 + 1), 0);
        while !bytes.is_empty() {
            // As many as one word of bits has room for.
            let (now, rest) = bytes.split_at(bytes.len().min(64 - at % 64));
            let (eights, last) = now.as_chunks();
            let bits = last.iter().rev().fold(0, |bits, byte| bits << 1 | u64::from(byte.is_ascii_uppercase()));
            let bits = eights.iter().rev().fold(bits, |bits, eight| bits << 8 | u64::from(ascii_capitals(*eight)));
            self.capitals[at / 64] |= bits << (at % 64);
            (at, bytes) = (at + now.len(), rest);
        }
    }

    /// Whether bytes `range` of the normal form came from where there is a capital, see [`is_capital`].
    pub fn has_capital(&self, range: Range<usize>) -> bool {
        let word = |at: usize| self.capitals.get(at).copied().unwrap_or_default();
        let (first, last) = (range.start / 64, range.end / 64);
        // The bits from the first byte on, and those before the last.
        let (from, until) = (u64::MAX << (range.start % 64), !(u64::MAX << (range.end % 64)));
        if first == last {
            return word(first) & from & until != 0;
        }
        word(first) & from != 0 || word(last) & until != 0 || (first + 1..last).any(|at| word(at) != 0)
    }

    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where bytes `range` of the normal form stand in the original: the smallest range of whole clusters that holds
    /// them. Empty at the end of the text for a range beyond it.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        if range.end <= self.plain {
            return range;
        }
        let end_of_all =
            self.text.len().checked_sub(1).and_then(|i| self.cluster_of(i)).map_or(0, |cluster| cluster.end);
        let start = self.cluster_of(range.start).map_or(end_of_all, |cluster| cluster.start);
        if range.is_empty() {
            return start..start;
        }
        let last = range.end.min(self.text.len());
        let end = last.checked_sub(1).and_then(|i| self.cluster_of(i)).map_or(start, |cluster| cluster.end);
        start..end.max(start)
    }

    /// The cluster that byte `at` of the normal form came from.
    fn cluster_of(&self, at: usize) -> Option<Range<usize>> {
        match at.checked_sub(self.plain) {
            None => Some(at..at + 1),
            Some(behind) => self.map.get(behind).map(|&(start, end)| start as usize..end as usize),
        }
    }

    fn push(&mut self, c: char, start: usize, end: usize) {
        self.text.push(c);
        if self.unmapped {
            return;
        }
        let span = (u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX));
        self.map.extend(std::iter::repeat_n(span, c.len_utf8()));
    }
}

/// Whether `c` alone is its own normal form for sure: ideographs, Hangul syllables, kana, and small letters of Cyrillic, of
/// Arabic and of the Latin script beyond ASCII, which most texts are made of.
fn is_itself(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}'
        | 'ß'..='ö' | 'ø'..='ÿ' | 'ą' | 'ć' | 'ę' | 'ł' | 'ń' | 'ś' | 'ź' | 'ż' | 'ğ' | 'ş' | 'ă' | 'đ' | 'ĩ' | 'ũ' | 'ơ' | 'ư'
        | '\u{2013}' | '\u{2014}' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' | '\u{2022}' | '\u{2600}'..='\u{27bf}'
        | '\u{3001}' | '\u{3002}' | '\u{3008}'..='\u{3011}' | '\u{1f300}'..='\u{1faff}'
        | '\u{430}'..='\u{450}' | '\u{452}'..='\u{45f}' | '\u{624}' | '\u{626}'..='\u{628}' | '\u{62a}'..='\u{63f}'
        | '\u{641}'..='\u{648}' | '\u{64a}')
        // Of the letters of Vietnamese every second one is small.
        || (matches!(c, '\u{1ea0}'..='\u{1ef9}') && c as u32 % 2 == 1)
}

/// A small letter as everybody types it, of those that many write in another way: the Arabic alef without its hamza, Persian
/// letters and the feminine ending as their Arabic likes, Turkish i without a dot (whose capital no normal form knows from the
/// Latin one), Russian ё; the digits of Arabic and Persian, and the signs between and behind them, as those everybody computes
/// with. None of what is often left out: vowel signs, the stroke that lengthens a word, the dot of a Turkish capital.
fn folded(c: char) -> Option<char> {
    let digit = match c {
        '\u{660}'..='\u{669}' => c as u32 - 0x660,
        '\u{6f0}'..='\u{6f9}' => c as u32 - 0x6f0,
        '\u{66a}' => return Some('%'),
        '\u{66b}' => return Some('.'),
        '\u{66c}' => return Some(','),
        'ı' => return Some('i'),
        'ё' => return Some('е'),
        '\u{622}' | '\u{623}' | '\u{625}' | '\u{671}' => return Some('\u{627}'),
        '\u{629}' | '\u{6c0}' | '\u{6c1}' | '\u{6c2}' => return Some('\u{647}'),
        '\u{649}' | '\u{6cc}' | '\u{6d2}' => return Some('\u{64a}'),
        '\u{6a9}' => return Some('\u{643}'),
        '\u{307}' | '\u{640}' | '\u{64b}'..='\u{655}' | '\u{670}' => return None,
        _ => return Some(c),
    };
    char::from_digit(digit, 10).or(Some(c))
}

/// The ASCII character of which `c` is the wide form.
fn narrow(c: char) -> Option<char> {
    let wide = matches!(c, '\u{ff01}'..='\u{ff5e}');
    if wide { char::from_u32(c as u32 - 0xfee0) } else { None }
}

/// Whether `c` begins a word in Latin letters, a number, a ticker, a tag or the name of an account.
fn begins_foreign(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '$' | '#' | '@')
}

/// Whether `next` belongs to the cluster that `last` is in.
fn joins(last: char, next: char) -> bool {
    // Conjoining Jamo: leading, vowel and trailing consonants make one syllable.
    let jamo = |c: char| ('\u{1100}'..='\u{11ff}').contains(&c);
    // Half-width kana carry their sound mark as a character of its own, which is no combining mark.
    let sound_mark = |c: char| matches!(c, '\u{ff9e}' | '\u{ff9f}');
    !next.is_ascii() && (is_combining_mark(next) || sound_mark(next) || (jamo(last) && jamo(next)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(original: &str, normal: &str) {
        assert_eq!(Normal::of(original).as_str(), normal, "{original:?}");
    }

    #[test]
    fn one_form_for_what_looks_alike() {
        check("ＡＢＣ　１２３", "abc 123");
        check("e\u{301}T\u{e9}", "\u{e9}t\u{e9}");
        check("air\u{200b}drop", "airdrop");
        check("\u{202e}TGE\u{202c}", "tge");
        check("ﬁnance ①", "finance 1");
        assert_eq!(Normal::text_of("ﬁnance ① Ａ"), "finance 1 a");
        check("\u{1112}\u{1161}\u{11ab}", "한");
        check("ｶﾞ", "ガ");
        check("۲۰۲۴ ٠٩", "2024 09");
        check("۱٬۵۰۰٫۵٪", "1,500.5%");
        check("İŞLEM AÇILIYOR ısı", "işlem açiliyor isi");
        check("Ещё", "еще");
        check("أُطلِقت العُمـلة", "اطلقت العمله");
        check("موعد الـTGE والـ$ABC", "موعد ال tge وال $abc");
        check("توکن جدید می\u{200c}آید", "توكن جديد ميايد");
        check("", "");
    }

    #[test]
    fn origins_cut_the_original() {
        let original = "Ｗill ai\u{200b}rdrop e\u{301}t\u{e9}";
        let normal = Normal::of(original);
        for (word, quote) in [("will", "Ｗill"), ("airdrop", "ai\u{200b}rdrop"), ("\u{e9}t\u{e9}", "e\u{301}t\u{e9}")]
        {
            let start = normal.as_str().find(word).expect("in the text");
            assert_eq!(&original[normal.origin(start..start + word.len())], quote);
        }
    }

    #[test]
    fn what_is_itself_is_left_alone() {
        for c in ('\0'..char::MAX).filter(|c| is_itself(*c)) {
            let slow: String = c.nfkc().flat_map(char::to_lowercase).filter_map(folded).collect();
            assert_eq!(slow, c.to_string());
            assert!(!is_combining_mark(c) && !joins('a', c), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn the_text_alone_is_the_same(original in "([a-zA-Z .]|[а-яё]|[上-丙가-갃]|\\PC){0,30}") {
            prop_assert_eq!(Normal::text_of(&original), Normal::of(&original).text);
        }

        #[test]
        fn every_range_of_characters_has_an_origin(original in "([a-zA-Z .]{0,9}|Ⓐ|İ|ﬃ|É|e\u{301}|E\u{301}|\\PC){0,30}") {
            let normal = Normal::of(&original);
            let ends: Vec<usize> = normal.as_str().char_indices().map(|(i, _)| i).chain([normal.as_str().len()]).collect();
            for (i, &start) in ends.iter().enumerate() {
                for &end in &ends[i..] {
                    let written = original.get(normal.origin(start..end));
                    prop_assert_eq!(written.map(|w| w.contains(is_capital)), Some(normal.has_capital(start..end)));
                }
            }
        }
    }
}
