//! Figures a text gives: amounts, days, and which round or season it speaks of.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use tge_text::{Token, TokenKind};

/// Figures kept: a table of prices says nothing by its hundredth row.
const FIGURES_MAX: usize = 60;

/// What months are called, in the order of the year: as they stand beside a day, in full and cut short.
const MONTHS: [&str; 12] = [
    "january|jan|enero|ene|janeiro|января|янв|січня|ocak|januari|janvier|janv|januar|jänner|gennaio|gen|يناير|ژانويه|stycznia|styczeń",
    "february|feb|febrero|fevereiro|fev|февраля|фев|лютого|şubat|februari|février|févr|februar|febbraio|فبراير|فوريه|lutego|luty",
    "march|mar|marzo|março|марта|мар|березня|mart|maret|mars|märz|maart|marca|marzec|مارس",
    "april|apr|abril|abr|апреля|апр|квітня|nisan|avril|avr|aprile|ابريل|نيسان|اوريل|kwietnia|kwiecień",
    "may|mayo|maio|мая|травня|mayis|mei|mai|maggio|mag|مايو|مه|مي|maja|maj",
    "june|jun|junio|junho|июня|июн|червня|haziran|juni|juin|giugno|giu|يونيو|ژوئن|czerwca|czerwiec",
    "july|jul|julio|julho|июля|июл|липня|temmuz|juli|juillet|juil|luglio|lug|يوليو|ژوئيه|ژوئيه|جولاي|lipca|lipiec",
    "august|aug|agosto|августа|авг|серпня|ağustos|agustus|août|augustus|اغسطس|اوت|اگوست|sierpnia|sierpień",
    "september|sept|sep|septiembre|setembro|сентября|сен|сент|вересня|eylül|septembre|settembre|سبتمبر|سپتامبر|września|wrzesień",
    "october|oct|octubre|outubro|октября|окт|жовтня|ekim|oktober|okt|octobre|ottobre|ott|اكتوبر|اكتبر|października|październik",
    "november|nov|noviembre|novembro|ноября|ноя|листопада|kasim|novembre|نوفمبر|نوامبر|listopada|listopad",
    "december|dec|diciembre|dic|dezembro|dez|декабря|дек|грудня|aralik|desember|des|décembre|déc|dezember|dicembre|ديسمبر|دسامبر|grudnia|grudzień",
];
/// The month a word is.
static MONTH: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| numbered(&MONTHS));

/// Ordinal words, in order: also of a feminine or a bent noun.
const ORDINALS: [&str; 10] = [
    "first|1st|primera|primer|primeira|primeiro|первый|первая|первой|первую|первого|перший|перша|першого|першу|birinci|ilk|pertama|\
     première|premier|erste|ersten|erster|prima|primo|الاول|الاولي|اول|نخست|pierwsza|pierwszy|pierwszej|pierwszą|eerste|đầu",
    "second|2nd|segunda|segundo|второй|вторая|вторую|второго|другий|друга|другу|другого|другої|ikinci|kedua|deuxième|seconde|zweite|\
     zweiten|zweiter|seconda|secondo|الثاني|الثانيه|ثانيه|دوم|druga|drugi|drugiej|drugą|drugiego|tweede|hai",
    "third|3rd|tercera|tercer|terceira|terceiro|третий|третья|третью|третьего|третьей|третій|третя|третю|третього|üçüncü|ketiga|\
     troisième|dritte|dritten|dritter|terza|terzo|الثالث|الثالثه|سوم|trzecia|trzeci|trzeciej|trzecią|derde",
    "fourth|4th|cuarta|cuarto|quarta|quarto|четвертый|четвертая|четвертую|четвертого|четвертий|четверта|четверту|dördüncü|keempat|\
     quatrième|vierte|vierten|الرابع|الرابعه|چهارم|czwarta|czwarty|czwartej|czwartą|vierde|tư",
    "fifth|5th|quinta|quinto|пятый|пятая|пятую|пятого|п'ятий|п'ята|beşinci|kelima|cinquième|fünfte|fünften|الخامس|الخامسه|پنجم|\
     piąta|piąty|piątej|vijfde",
    "sixth|6th|sexta|sexto|шестой|шестая|шестую|шостий|шоста|altinci|keenam|sixième|sechste|sesta|السادس|السادسه|ششم|szósta|szósty|zesde",
    "seventh|7th|séptima|sétima|седьмой|седьмая|сьомий|сьома|yedinci|ketujuh|septième|siebte|settima|السابع|السابعه|هفتم|siódma|siódmy|zevende",
    "eighth|8th|octava|oitava|восьмой|восьмая|восьмий|восьма|sekizinci|kedelapan|huitième|achte|ottava|الثامن|الثامنه|هشتم|ósma|ósmy|achtste",
    "ninth|9th|novena|nona|девятый|девятая|дев'ятий|дев'ята|dokuzuncu|kesembilan|neuvième|neunte|التاسع|التاسعه|نهم|dziewiąta|negende",
    "tenth|10th|décima|десятый|десятая|десятий|десята|onuncu|kesepuluh|dixième|zehnte|العاشر|العاشره|دهم|dziesiąta|tiende",
];
/// The number an ordinal word is of.
static ORDINAL: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| numbered(&ORDINALS));

/// What is counted by ordinals.
const COUNTED: &str = "round|season|phase|batch|epoch|wave|airdrop|stage|ronda|temporada|fase|ola|rodada|onda|etapa|\
                       раунд|раунда|сезон|сезона|сезону|фаза|фазы|волна|волну|волны|этап|этапа|этапе|хвиля|хвилю|етап|етапу|\
                       tur|sezon|sezonu|sezonun|dalga|aşama|faz|etap|vòng|mùa|đợt|putaran|musim|tahap|gelombang|\
                       tour|saison|vague|étape|runde|welle|stagione|ondata|tornata|\
                       الجوله|جوله|الموسم|موسم|المرحله|مرحله|الدفعه|موج|فصل|دور|runda|rundy|rundę|faza|fazy|fala|fali|\
                       ronde|seizoen|golf";
/// Each of them.
static COUNTED_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| COUNTED.split('|').collect());
/// The same in Chinese: 第 n 期.
const COUNTED_HAN: [char; 7] = ['期', '季', '轮', '輪', '阶', '次', '波'];
/// The same in front of a number, in Korean and Japanese, and behind one.
const COUNTED_BEFORE: [&str; 7] = ["시즌", "라운드", "페이즈", "シーズン", "フェーズ", "ラウンド", "エポック"];
const COUNTED_BEHIND: [&str; 7] = ["차", "번째", "弾", "期", "季", "轮", "輪"];

/// What may stand between a day and its month: 14 de marzo, 12th of July, 14. März.
const OF: [&str; 4] = ["de", "of", ".", "di"];
/// What joins the first day to the last one.
const UNTIL: [&str; 24] = [
    "-", "–", "~", "to", "bis", "al", "a", "до", "по", "au", "y", "и", "e", "і", "et", "ve", "và", "sampai", "hingga",
    "do", "tot", "en", "und", "and",
];
/// What stands before a day that is written as `14.03.`
const ON: [&str; 19] = [
    "am", "ab", "bis", "vom", "zum", "den", "с", "до", "от", "по", "на", "з", "від", "od", "do", "dnia", "op", "il",
    "le",
];

/// Words of a table, `|` between those of a place, with the numbers of their places from one on.
fn numbered(table: &'static [&'static str]) -> HashMap<&'static str, u32> {
    (1..).zip(table).flat_map(|(n, words)| words.split('|').map(move |word| (word, n))).collect()
}

/// Amounts, rounded so that `$850M` and `850 million` are one.
pub(crate) fn amounts(normal: &str, tokens: &[Token]) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    for (i, token) in tokens.iter().enumerate() {
        if !matches!(token.kind, TokenKind::Number | TokenKind::Money | TokenKind::Percent)
            || found.len() >= FIGURES_MAX
        {
            continue;
        }
        let written = &normal[token.range.clone()];
        let Some((value, scaled)) = amount(written, tokens.get(i + 1).map(|t| &normal[t.range.clone()])) else {
            continue;
        };
        let year = (1990.0..2100.0).contains(&value) && value.fract() == 0.0;
        let marked = scaled || token.kind != TokenKind::Number || value.fract() != 0.0;
        if value > 0.0 && value.is_finite() && !year && (marked || value >= 100.0) {
            // Three digits are kept: 38.4 million and 38 million stay two figures, $373.2M and $373M become one.
            let digits = value.log10().floor();
            let rounded = (value / 10_f64.powf(digits - 2.0)).round() as u64;
            let size = (digits as i64 + 40).max(0) as u64;
            found.insert(size * 10_000 + rounded);
        }
    }
    found
}

/// The value of a written number with what scales it, and whether something did.
fn amount(written: &str, next: Option<&str>) -> Option<(f64, bool)> {
    let bare = written.trim_start_matches(|c: char| !c.is_ascii_digit());
    let bare = bare.trim_end_matches(|c: char| !c.is_alphanumeric());
    if bare.contains([':', '/']) || bare.matches('-').count() > 0 {
        return None;
    }
    let digits = bare.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &bare[digits.len()..];
    let value: f64 = plain(digits).parse().ok()?;
    if unit.is_empty() {
        return Some(next.and_then(scale).map_or((value, false), |s| (value * s, true)));
    }
    scale(unit).map(|s| (value * s, true))
}

/// What a word behind a number multiplies it by.
fn scale(unit: &str) -> Option<f64> {
    match unit {
        "k" | "thousand" | "mil" | "тыс" | "тис" | "ribu" | "nghìn" | "ngàn" | "tys" | "tysięcy" | "duizend"
        | "tausend" | "mila" | "mille" | "الف" | "هزار" | "천" => Some(1e3),
        "m" | "mn" | "million" | "millions" | "milyon" | "millones" | "millón" | "milhões" | "milhão" | "млн"
        | "миллион" | "миллиона" | "миллионов" | "мільйон" | "мільйони" | "мільйонів" | "mio" | "millionen"
        | "milioni" | "milione" | "triệu" | "juta" | "mln" | "milionów" | "miliona" | "miliony" | "miljoen"
        | "مليون" | "ملايين" | "ميليون" => Some(1e6),
        "b"
        | "bn"
        | "billion"
        | "milyar"
        | "млрд"
        | "миллиардов"
        | "мільярдів"
        | "mrd"
        | "milliarden"
        | "milliards"
        | "miliardi"
        | "tỷ"
        | "miliar"
        | "mld"
        | "miljard"
        | "bilhões"
        | "bilhão"
        | "مليار"
        | "ميليارد" => Some(1e9),
        "t" | "trillion" => Some(1e12),
        "万" | "萬" | "만" => Some(1e4),
        "亿" | "億" | "억" => Some(1e8),
        _ => None,
    }
}

/// Digits without what parts thousands, and with a dot before the fraction: `1,000`, `21.904.000`, `0,06`, `1.250,5`.
fn plain(digits: &str) -> String {
    let fraction = digits.rfind(['.', ',']).filter(|&at| {
        let (sign, other) = if digits[at..].starts_with('.') { ('.', ',') } else { (',', '.') };
        let behind = &digits[at + 1..];
        // Three digits behind the only sign are thousands: behind a dot, where they are round.
        let thousands = behind.len() == 3 && !digits.contains(other) && (sign == ',' || behind == "000");
        digits.matches(sign).count() == 1 && (!thousands || digits.starts_with("0"))
    });
    let bare = |part: &str| part.replace(['.', ','], "");
    fraction.map_or_else(|| bare(digits), |at| format!("{}.{}", bare(&digits[..at]), &digits[at + 1..]))
}

/// Days named, as month and day. A day as `12/4` is not read where months may come first.
pub(crate) fn days(normal: &str, tokens: &[Token], day_first: bool) -> BTreeSet<(u32, u32)> {
    let word = |i: usize| tokens.get(i).map_or("", |t| &normal[t.range.clone()]);
    let month = |i: usize| MONTH.get(word(i).split(['\'', '’']).next().unwrap_or_default()).copied();
    let day_of = |written: &str| {
        let bare = written.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        bare.parse::<u32>().ok().filter(|d| (1..=31).contains(d))
    };
    // One day, or the first and the last of several.
    let span = |i: usize| match word(i).split_once('-') {
        Some((first, last)) => day_of(first).zip(day_of(last)).map(|(a, b)| vec![a, b]),
        None => day_of(word(i)).map(|d| vec![d]),
    };
    let mut found = BTreeSet::new();
    let mut add = |m: u32, d: u32| {
        if (1..=12).contains(&m) && (1..=31).contains(&d) {
            found.insert((m, d));
        }
    };
    for i in 0..tokens.len() {
        if let Some(m) = month(i) {
            let at = i.checked_sub(1).map(|at| if OF.contains(&word(at)) { at.saturating_sub(1) } else { at });
            let before = at.and_then(|at| span(at).map(|days| (at, days)));
            let numbered = word(i + 1) == "." || word(i + 1) == ",";
            let after = || span(i + 1).or_else(|| if numbered { span(i + 2) } else { None });
            if let Some((at, days)) = before {
                days.into_iter().for_each(|d| add(m, d));
                // 9. bis 11. April.
                let joined = at.checked_sub(1).filter(|&to| UNTIL.contains(&word(to)));
                let first = joined
                    .and_then(|to| to.checked_sub(1))
                    .map(|f| if word(f) == "." { f.saturating_sub(1) } else { f });
                first.and_then(|f| day_of(word(f))).into_iter().for_each(|d| add(m, d));
            } else if let Some(days) = after() {
                days.into_iter().for_each(|d| add(m, d));
                if UNTIL.contains(&word(i + 2)) {
                    day_of(word(i + 3)).into_iter().for_each(|d| add(m, d));
                }
            }
        }
        // 7 月 16 日, 7월 12일, 26 日至 28 日.
        if matches!(word(i), "月" | "월")
            && let (Some(m), Some(d)) = (i.checked_sub(1).and_then(|at| day_of(word(at))), day_of(word(i + 1)))
        {
            add(m, d);
            if matches!(word(i + 3), "至" | "到" | "-" | "~" | "から" | "、") && matches!(word(i + 5), "日" | "일")
            {
                day_of(word(i + 4)).into_iter().for_each(|d| add(m, d));
            }
        }
        // 12 tháng 4.
        if word(i) == "tháng"
            && let (Some(d), Some(m)) = (i.checked_sub(1).and_then(|at| day_of(word(at))), day_of(word(i + 1)))
        {
            add(m, d);
        }
        let parts: Vec<Option<u32>> = word(i).split(['-', '/', '.']).map(|p| p.parse().ok()).collect();
        let year = |y: u32| (2009..2100).contains(&y) || (24..=40).contains(&y);
        match parts[..] {
            [Some(y), Some(m), Some(d)] if y >= 2009 && year(y) => add(m, d),
            [Some(d), Some(m), Some(y)] if year(y) && (day_first || word(i).contains('.')) => add(m, d),
            [Some(d), Some(m)] if day_first && word(i).contains('/') && word(i) != "24/7" => add(m, d),
            [Some(d), Some(m)]
                if word(i).contains('.') && i.checked_sub(1).is_some_and(|at| ON.contains(&word(at))) =>
            {
                add(m, d);
            }
            _ => {}
        }
    }
    found
}

/// Which round, season or phase a text speaks of; several for a text that speaks of several.
pub(crate) fn rounds(normal: &str, tokens: &[Token]) -> BTreeSet<u32> {
    let word = |i: usize| tokens.get(i).map_or("", |t| &normal[t.range.clone()]);
    let small = |w: &str| w.parse::<u32>().ok().filter(|n| (1..=40).contains(n));
    let counted =
        |w: &str| COUNTED_WORDS.contains(w) || w.strip_suffix('s').is_some_and(|one| COUNTED_WORDS.contains(one));
    let ordinal = |i: usize| ORDINAL.get(word(i)).copied();
    let mut found = BTreeSet::new();
    for i in 0..tokens.len() {
        if let Some(n) = ordinal(i)
            && (1..=3).any(|ahead| counted(word(i + ahead)))
        {
            found.insert(n);
        }
        if counted(word(i)) && word(i) != "airdrop" {
            // Season 2, mùa hai; 2. Saison, 2-й сезон.
            found.extend(small(word(i + 1)).or_else(|| ordinal(i + 1)));
            let before = i.checked_sub(if i > 0 && word(i - 1) == "." { 2 } else { 1 });
            if i > 1 && (word(i - 1) == "." || word(i - 1).contains('-')) {
                found.extend(before.and_then(|at| small(word(at).split('-').next().unwrap_or_default())));
            }
        }
        if word(i) == "第" {
            let han = word(i + 1).chars().next().and_then(|c| "一二三四五六七八九十".chars().position(|x| x == c));
            let n = han.and_then(|at| u32::try_from(at + 1).ok()).or_else(|| small(word(i + 1)));
            if word(i + 2).starts_with(COUNTED_HAN) {
                found.extend(n);
            }
        }
        // 시즌2, 2차, シーズン2, 第2弾: beside signs of scripts without blanks.
        if let Some(n) = small(word(i)) {
            let (before, behind) = (normal[..tokens[i].range.start].trim_end(), &normal[tokens[i].range.end..]);
            if COUNTED_BEFORE.iter().any(|c| before.ends_with(c))
                || COUNTED_BEHIND.iter().any(|c| behind.starts_with(c))
            {
                found.insert(n);
            }
        }
        // S2, where it stands alone.
        found.extend(word(i).strip_prefix('s').and_then(small).filter(|n| *n < 10));
        if word(i) == "新" && word(i + 1) == "一" && word(i + 2).starts_with(COUNTED_HAN) {
            found.insert(NEW_ROUND);
        }
    }
    found
}

/// A new round whose number is not told.
const NEW_ROUND: u32 = 99;

#[cfg(test)]
mod tests {
    use tge_text::{Normal, tokens};

    use super::*;

    fn read<T>(text: &str, reader: impl Fn(&str, &[Token]) -> T) -> T {
        let normal = Normal::of(text);
        reader(normal.as_str(), &tokens(normal.as_str()).collect::<Vec<_>>())
    }

    #[test]
    fn one_amount_is_one_however_it_is_written() {
        let of = |text: &str| read(text, amounts);
        for (a, b) in [
            ("an $850M offering", "850 million in notes"),
            ("5,800 BTC", "5800 coins"),
            ("up by 303%", "303 % more... a 303% jump"),
            ("up by 303%", "303 % de plus"),
            ("raised 25M$", "$25 million"),
            ("500 €", "€500"),
            ("共 6 亿枚", "600 million tokens"),
            ("a US$ 0,06", "at $0.06"),
            ("блок 21.904.000", "block 21,904,000"),
            ("6,4 milhões", "$6.4M"),
            ("41 млн", "41M"),
            ("11 میلیون", "11 مليون"),
            ("3 Mio. Dollar", "$3 million"),
            ("60 juta", "60 triệu"),
        ] {
            assert!(of(a).intersection(&of(b)).count() == 1, "{a} {b}: {:?} {:?}", of(a), of(b));
        }
        assert!(of("on 2025-07-28 at 16:30 in 2026, 7 of 12").is_empty());
        assert!(of(&"9".repeat(400)).is_empty(), "more than anybody has");
        assert!(of("38.4 million").is_disjoint(&of("38 million")));
    }

    #[test]
    fn days_in_many_words() {
        for text in [
            "on 12 July 2023",
            "July 12th",
            "the 12th of July",
            "2023-07-12",
            "2023년 7월 12일",
            "7 月 12 日",
            "7月12日(日本時間)",
            "12 Temmuz 2023'te",
            "el 12 de julio",
            "em 12 de julho de 2023",
            "до 12 июля",
            "до 12 липня",
            "ngày 12/7",
            "ngày 12 tháng 7",
            "pada 12 Juli",
            "le 12 juillet",
            "am 12. Juli",
            "am 12.07.",
            "12.07.2023",
            "il 12 luglio",
            "في 12 يوليو",
            "۱۲ ژوئیه",
            "12 lipca",
            "op 12 juli",
        ] {
            assert_eq!(
                read(text, |normal, tokens| days(normal, tokens, true)).into_iter().collect::<Vec<_>>(),
                [(7, 12)],
                "{text}"
            );
        }
    }

    #[test]
    fn first_and_last_days_are_named() {
        for text in ["vom 9. bis 11. April", "April 9 to 11", "April 9-11", "4 月 9 日至 11 日", "с 9 по 11 апреля"]
        {
            assert_eq!(
                read(text, |normal, tokens| days(normal, tokens, true)).into_iter().collect::<Vec<_>>(),
                [(4, 9), (4, 11)],
                "{text}"
            );
        }
    }

    #[test]
    fn no_days_where_none_are_named() {
        for text in ["open 24/7", "at 15.00", "2.5 of 12.75", "40/50", "13/13", "priced at 0.12", "1:1"] {
            assert!(read(text, |normal, tokens| days(normal, tokens, true)).is_empty(), "{text}");
        }
        assert!(
            read("on 4/5 or 12/7", |normal, tokens| days(normal, tokens, false)).is_empty(),
            "months may come first"
        );
    }

    #[test]
    fn rounds_are_counted() {
        for (text, expected) in [
            ("the Third Round of BEL Airdrop Distributions", 3),
            ("ICO STARTS (ROUND 5 )", 5),
            ("发放第二期的空投币", 2),
            ("ether.fi S3 空投", 3),
            ("Renzo Season 2", 2),
            ("新一轮空投", NEW_ROUND),
            ("시즌 2 에어드랍", 2),
            ("2차 에어드랍", 2),
            ("シーズン2の報酬", 2),
            ("第2弾エアドロップ", 2),
            ("segunda temporada de puntos", 2),
            ("a segunda rodada", 2),
            ("второй сезон", 2),
            ("другий сезон поінтів", 2),
            ("ikinci sezon", 2),
            ("2. sezon", 2),
            ("đợt 2 airdrop", 2),
            ("musim kedua", 2),
            ("la deuxième saison", 2),
            ("die zweite Runde", 2),
            ("la seconda stagione", 2),
            ("الموسم الثاني", 2),
            ("فصل دوم", 2),
            ("drugi sezon", 2),
            ("het tweede seizoen", 2),
        ] {
            assert_eq!(read(text, rounds).into_iter().collect::<Vec<_>>(), [expected], "{text}");
        }
    }
}
