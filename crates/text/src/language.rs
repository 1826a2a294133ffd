//! Language by script first, by little words where a script is shared. Cheap, and good enough to pick a date grammar
//! and to group figures; nothing else may depend on it.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Whether `c` belongs to a script that writes words without blanks between them, or agglutinates so that a part of a
/// word may stand for it: Chinese, Japanese, Korean, Thai.
pub fn is_unspaced(c: char) -> bool {
    c >= '\u{0e00}'
        && matches!(c,
        '\u{0e00}'..='\u{0e7f}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// Little words by which languages of the Latin script are told apart.
const LITTLE_WORDS: [(&str, &[&str]); 9] = [
    ("en", &["the", "and", "of", "is", "for", "with", "on", "will"]),
    ("es", &["el", "los", "las", "del", "una", "con", "para", "por"]),
    ("pt", &["os", "um", "uma", "com", "não", "da", "em", "ao"]),
    ("fr", &["le", "les", "des", "une", "est", "pour", "dans", "sur"]),
    ("de", &["der", "die", "das", "und", "ist", "für", "mit", "den"]),
    ("it", &["il", "gli", "che", "della", "per", "di", "sono", "nel"]),
    ("tr", &["ve", "bir", "için", "ile", "bu", "olarak", "daha", "çok"]),
    ("id", &["yang", "dan", "di", "untuk", "dengan", "ini", "akan", "pada"]),
    ("vi", &["và", "của", "là", "cho", "các", "được", "một", "với"]),
];

/// How many characters are looked at: a headline and some sentences say enough.
const LOOKED_AT: usize = 600;

/// ISO 639-1 code of the language `text` is most likely in; `None` for text with hardly a letter.
pub fn guess(text: &str) -> Option<&'static str> {
    let head: String = text.chars().take(LOOKED_AT).collect::<String>().to_lowercase();
    let count = |range: std::ops::RangeInclusive<char>| head.chars().filter(|c| range.contains(c)).count();
    let letters = head.chars().filter(|c| c.is_alphabetic()).count();
    if letters < 3 {
        return None;
    }
    let enough = letters / 5 + 1;
    let (kana, han) = (count('\u{3040}'..='\u{30ff}'), count('\u{4e00}'..='\u{9fff}'));
    if count('\u{ac00}'..='\u{d7af}') >= enough {
        return Some("ko");
    }
    if kana * 6 >= kana + han && kana + han >= enough {
        return Some("ja");
    }
    if han >= enough {
        return Some("zh");
    }
    if count('\u{0e00}'..='\u{0e7f}') >= enough {
        return Some("th");
    }
    if count('\u{0900}'..='\u{097f}') >= enough {
        return Some("hi");
    }
    if count('\u{0600}'..='\u{06ff}') >= enough {
        return Some(if head.contains(['پ', 'چ', 'ژ', 'گ', 'ی']) { "fa" } else { "ar" });
    }
    if count('\u{0400}'..='\u{04ff}') >= enough {
        return Some(if head.contains(['і', 'ї', 'є']) { "uk" } else { "ru" });
    }
    // By its word: the places of the languages that have it.
    static BY_WORD: LazyLock<HashMap<&str, Vec<usize>>> = LazyLock::new(|| {
        let mut by_word: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, (_, words)) in LITTLE_WORDS.iter().enumerate() {
            words.iter().for_each(|word| by_word.entry(word).or_default().push(place));
        }
        by_word
    });
    let mut hits = [0usize; LITTLE_WORDS.len()];
    for word in head.split(|c: char| !c.is_alphanumeric()) {
        BY_WORD.get(word).into_iter().flatten().for_each(|&place| hits[place] += 1);
    }
    // The first of equals: English, when nothing speaks for another.
    let best = hits.iter().enumerate().max_by_key(|&(i, &hit)| (hit, std::cmp::Reverse(i))).map_or(0, |(i, _)| i);
    Some(LITTLE_WORDS[best].0)
}

#[cfg(test)]
mod tests {
    use super::guess;

    #[test]
    fn languages() {
        for (text, lang) in [
            ("The token will launch on Monday and the claim is open", Some("en")),
            ("币安将上线 ABC 代币", Some("zh")),
            ("トークンの上場を発表した", Some("ja")),
            ("토큰 상장 안내", Some("ko")),
            ("Запуск токена состоится завтра", Some("ru")),
            ("إطلاق العملة اليوم", Some("ar")),
            ("El lanzamiento del token para los usuarios", Some("es")),
            ("Yeni bir token için airdrop ve satış", Some("tr")),
            ("!!! 123", None),
        ] {
            assert_eq!(guess(text), lang, "{text}");
        }
    }
}
