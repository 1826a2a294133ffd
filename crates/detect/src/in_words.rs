//! The name of a feature as a sentence, for readers who know launches and not rulesets.

mod labels;

use std::borrow::Cow;

use crate::frames::AGAINST;

use labels::LABELS;

/// What the feature of a reason says, in words: `Z:LIST&tick:2` is "a listing with a ticker within two words". Features of no
/// family known here are told by their names.
#[must_use]
pub fn in_words(feature: &str) -> String {
    let Some((family, rest)) = feature.split_once(':') else { return feature.to_owned() };
    let told = match family {
        "F" => placed(rest, |frame| frame_words(frame).into()),
        "G" => rest.split_once('&').and_then(|(frame, age)| beside_age(&frame_words(frame), age)),
        "R" => role_words(rest),
        "C" => placed(rest, words),
        "P" | "Q" => Some(rest.split('>').map(words).collect::<Vec<_>>().join(", then ")),
        "D" => rest.split_once('>').map(|(a, b)| format!("{} just before {}", words(a), words(b))),
        "B" => rest.split_once('&').map(|(a, b)| format!("{} and {} in one opening sentence", words(a), words(b))),
        "N" => Some(format!("the words “{}”", rest.split(' ').map(slot_words).collect::<Vec<_>>().join(" "))),
        "X" | "K" => rest.split_once('&').and_then(|(age, label)| beside_age(&words(label), age)),
        "Y" if rest == "noact" => Some("nothing is told to happen to a token".to_owned()),
        "Y" => rest.split_once('&').map(|(act, beside)| format!("{} beside {}", words(act), words(beside))),
        "Z" => nearness_words(rest),
        "T" => time_words(rest),
        "A" => age_words(rest),
        "J" => reserve_words(rest),
        "U" => Some(format!("a link to {rest}")),
        "E" => evidence_words(rest),
        "S" => Some(line_words(rest)),
        "memory" => rest
            .strip_prefix("misleads:")
            .map(|of| format!("{}: remembered to mislead more often than not", in_words(of))),
        "opinion" => rest.split_once(": ").map(|(model, why)| format!("second opinion of {model}: {why}")),
        _ => None,
    };
    told.unwrap_or_else(|| feature.to_owned())
}

/// The same of a reason that adds `weight` to the log-odds: of a frame that adds nothing, that it is only how it is told.
#[must_use]
pub fn reason_in_words(feature: &str, weight: f64) -> String {
    let told = in_words(feature);
    if weight == 0.0 && feature.starts_with("F:") { format!("{told}: how it is told, adds nothing") } else { told }
}

/// A label as a reader would say it.
fn words(label: &str) -> Cow<'_, str> {
    let known = LABELS.iter().find(|(name, _)| *name == label);
    known.map_or_else(|| label.to_lowercase().into(), |(_, words)| (*words).into())
}

/// The same among words of the text, which stand as they are.
fn slot_words(word: &str) -> Cow<'_, str> {
    match LABELS.iter().find(|(name, _)| *name == word) {
        Some((_, words)) => format!("[{}]", words.trim_start_matches("a ").trim_start_matches("an ")).into(),
        None => word.into(),
    }
}

fn frame_words(frame: &str) -> String {
    match frame.strip_prefix(AGAINST) {
        Some(look_alike) => format!("told like “{}”, which is no launch", look_alike.replace('-', " ")),
        None => format!("told as “{}”", frame.replace('-', " ")),
    }
}

/// `LABEL:H`, `frame:B`: what is told, and where.
fn placed<'a>(rest: &'a str, words: impl Fn(&'a str) -> Cow<'a, str>) -> Option<String> {
    let (told, place) = rest.rsplit_once(':')?;
    let place = match place {
        "H" => "at the beginning",
        "B" => "further on",
        "1" => "in the opening sentence",
        _ => return None,
    };
    Some(format!("{}, {place}", words(told)))
}

/// What is told in a text that names a token of some age.
fn beside_age(told: &str, age: &str) -> Option<String> {
    Some(match age {
        "nosym" => format!("{told}, and no ticker is named"),
        "onlymajor" => format!("{told}, and only large old coins are named"),
        _ => format!("{told}, beside {}", age_words(age)?),
    })
}

/// `for&venue`, `not&venue>V`.
fn role_words(rest: &str) -> Option<String> {
    let (side, role) = rest.split_once('&')?;
    let side = if side == "not" { "a look-alike" } else { "a launch" };
    let (role, label) = role.split_once('>').map_or((role, None), |(role, label)| (role, Some(label)));
    let role = match role {
        "negation" => "a denial".to_owned(),
        "hedge" => "a doubt".to_owned(),
        "speaker" => "who says so".to_owned(),
        "subject" => "who acts".to_owned(),
        role => format!("its {role}"),
    };
    Some(match label {
        Some(label) => format!("{side} told with {role}: {}", words(label)),
        None => format!("{side} told with {role}"),
    })
}

/// `LIST&tick:2`, `LIST&word:no`.
fn nearness_words(rest: &str) -> Option<String> {
    let (act, near) = rest.split_once('&')?;
    let (what, distance) = near.split_once(':')?;
    let what = if what == "tick" { "a ticker" } else { "the word for tokens" };
    let act = words(act);
    Some(match distance {
        "2" => format!("{act} with {what} within two words"),
        "5" => format!("{act} with {what} within five words"),
        "10" => format!("{act} with {what} within ten words"),
        "no" => format!("{act} without {what} near it"),
        _ => return None,
    })
}

/// `LIST`, `out:CAP&LIST`, `LIST:2`, `act:0`.
fn line_words(rest: &str) -> String {
    let (rest, place) = match rest.strip_prefix("out:") {
        Some(rest) => (rest, "in a line without a word of crypto"),
        None => (rest, "in a line that is all there is"),
    };
    let beside = |left: &str| match left {
        "0" => "nothing else".to_owned(),
        "1" => "one other word".to_owned(),
        "4" => "four other words or more".to_owned(),
        n => format!("{n} other words"),
    };
    match (rest.split_once(':'), rest.split_once('&')) {
        (Some(("act", left)), _) => format!("something is told and {}, {place}", beside(left)),
        (Some((act, left)), _) => format!("{} and {}, {place}", words(act), beside(left)),
        (None, Some((a, b))) => format!("{} and {}, {place}", words(a), words(b)),
        (None, None) => format!("{}, {place}", words(rest)),
    }
}

/// `soon`, `now&LIST`.
fn time_words(rest: &str) -> Option<String> {
    let (when, act) = rest.split_once('&').map_or((rest, None), |(when, act)| (when, Some(act)));
    let when = match when {
        "long past" => "a month ago or longer",
        "past" => "days or weeks ago",
        "now" => "about now",
        "soon" => "within two months",
        "later" => "more than two months ahead",
        _ => return None,
    };
    Some(act.map_or_else(|| format!("dated {when}"), |act| format!("{}, dated {when}", words(act))))
}

/// What is known of a token: `K:both:near`, `K:unknown:never bare`, `first:d10`, `nosym`.
fn age_words(age: &str) -> Option<String> {
    let (age, bare) = age.strip_suffix(" bare").map_or((age, ""), |age| (age, " (written without a sign)"));
    let told = match age.strip_prefix("K:") {
        Some("clash") => "a token whose ticker is known as another's".to_owned(),
        Some(known) => match known.split_once(':')? {
            ("unknown", spoken) => format!("a token nobody knows, its ticker {}", spoken_words(spoken)?),
            (how, standing) => {
                let how = match how {
                    "both" => "name and ticker",
                    "ticker" => "its ticker",
                    _ => "its name",
                };
                let standing = match standing {
                    "near" => "to launch about that day",
                    "ahead" => "to have launched only later",
                    "that year" => "to have launched some day of that year",
                    "weeks" => "to have launched some weeks before",
                    "months" => "to have launched some months before",
                    "years" => "to trade for more than a year",
                    _ => return None,
                };
                format!("a token known by {how} {standing}")
            }
        },
        None => match age.split_once(':') {
            Some((which, spoken)) => {
                let which = match which {
                    "first" => "the first ticker named,",
                    "min" => "tickers, the newest of them",
                    _ => "tickers, the oldest of them",
                };
                format!("{which} {}", spoken_words(spoken)?)
            }
            None if age == "nosym" => "no ticker is named".to_owned(),
            None if age == "onlymajor" => "only large old coins are named".to_owned(),
            None => return None,
        },
    };
    Some(told + bare)
}

/// What keeps a text below the threshold whatever else it says.
fn reserve_words(rest: &str) -> Option<String> {
    let told = match rest {
        "denied" => "it is denied",
        "rumoured" => "it is told as a rumour",
        "past" => "it is told as long past",
        "warned" => "it is warned of",
        "sponsored" => "it is an advertisement of a sale",
        "explained" => "it explains a word and names no token",
        "baited" => "its address is made as thieves make theirs",
        "promised" => "a sale is told with the gain it promises",
        "asked" => "it is only asked",
        "traded" => "the token trades elsewhere already",
        "delisted" => "the token is taken out of trading",
        _ => return None,
    };
    Some(format!("{told}, which keeps it below the threshold"))
}

/// For how long a ticker is spoken of.
fn spoken_words(age: &str) -> Option<&'static str> {
    Some(match age {
        "unheard" => "in no list (they are older than the text)",
        "never" => "never spoken of before",
        "rare" => "hardly spoken of before",
        "d10" => "spoken of for some days",
        "d30" => "spoken of for some weeks",
        "d90" => "spoken of for one to three months",
        "y1" => "spoken of for three to twelve months",
        "old" => "spoken of for more than a year",
        _ => return None,
    })
}

/// Of the whole document.
fn evidence_words(rest: &str) -> Option<String> {
    if let Some(act) = rest.strip_prefix("nocrypto&") {
        return Some(format!("{}, but no word of crypto", words(act)));
    }
    let (what, count) = rest.split_once(':').unwrap_or((rest, ""));
    Some(match (what, count) {
        ("ntick", "0") => "no ticker has a mark".to_owned(),
        ("ntick", count) => format!("marked tickers: {}", at_least(count, "4")),
        ("nhash", "0") => "no hashtags".to_owned(),
        ("nhash", count) => format!("pairs of hashtags: {}", at_least(count, "4")),
        ("nhandle", "0") => "no accounts".to_owned(),
        ("nhandle", count) => format!("accounts: {}", at_least(count, "4")),
        ("nurl", "0") => "no links".to_owned(),
        ("nurl", count) => format!("links: {}", at_least(count, "3")),
        ("crypto", "0") => "no word of crypto".to_owned(),
        ("crypto", count) => format!("kinds of crypto words: {}", at_least(count, "4")),
        ("len", power) => {
            let least = 2u32.checked_pow(power.parse().ok()?)?;
            format!("a text of {least} to {} characters", least.checked_mul(2)?)
        }
        ("lower", _) => "a text without any capital".to_owned(),
        ("nobody", _) => "nobody is named".to_owned(),
        ("reflink", _) => "a link that pays who posted it".to_owned(),
        ("script", "unspaced") => "a script without blanks".to_owned(),
        ("script", _) => "a script with blanks".to_owned(),
        _ => return None,
    })
}

fn at_least(count: &str, most: &str) -> String {
    if count == most { format!("{count} or more") } else { count.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ruleset;

    #[test]
    fn a_frame_that_adds_nothing_is_told_to_show_how_it_is_told() {
        let told = "told as “claim open”, at the beginning";
        assert_eq!(reason_in_words("F:claim-open:H", 0.2), told);
        assert_eq!(reason_in_words("F:claim-open:H", 0.0), format!("{told}: how it is told, adds nothing"));
        assert_eq!(reason_in_words("J:denied", 0.0), in_words("J:denied"));
    }

    #[test]
    fn features_are_told_in_words() {
        for (feature, told) in [
            ("F:claim-open:H", "told as “claim open”, at the beginning"),
            ("F:not-prize-pool:B", "told like “prize pool”, which is no launch, further on"),
            ("G:claim-open&K:clash", "told as “claim open”, beside a token whose ticker is known as another's"),
            ("R:for&venue>V", "a launch told with its venue: a venue"),
            ("R:not&hedge", "a look-alike told with a doubt"),
            ("C:AIRDROP:1", "an airdrop, in the opening sentence"),
            ("Q:WILL>LIST>PT", "the future, then a listing, then a ticker in parentheses"),
            ("D:LIST>T", "a listing just before a ticker"),
            ("B:LIST&V", "a listing and a venue in one opening sentence"),
            ("N:will list T", "the words “will list [ticker]”"),
            ("X:min:d10&LIST", "a listing, beside tickers, the newest of them spoken of for some days"),
            ("K:K:name:years&WILL", "the future, beside a token known by its name to trade for more than a year"),
            ("Y:noact", "nothing is told to happen to a token"),
            ("Y:LIST&PERP", "a listing beside derivatives"),
            ("Z:LIST&tick:2", "a listing with a ticker within two words"),
            ("Z:LIST&word:no", "a listing without the word for tokens near it"),
            ("T:soon", "dated within two months"),
            ("T:long past&SALE", "a token sale, dated a month ago or longer"),
            (
                "A:K:unknown:never bare",
                "a token nobody knows, its ticker never spoken of before (written without a sign)",
            ),
            ("U:example.org", "a link to example.org"),
            ("S:AIRDROP", "an airdrop, in a line that is all there is"),
            ("S:out:LIST:1", "a listing and one other word, in a line without a word of crypto"),
            ("S:LIST&V", "a listing and a venue, in a line that is all there is"),
            ("S:act:0", "something is told and nothing else, in a line that is all there is"),
            ("E:len:8", "a text of 256 to 512 characters"),
            ("X:nosym&LIST", "a listing, and no ticker is named"),
            ("A:onlymajor", "only large old coins are named"),
            ("C:LIST:9", "C:LIST:9"),
            ("Z:LIST&tick:7", "Z:LIST&tick:7"),
            ("E:nurl:3", "links: 3 or more"),
            ("E:nocrypto&LAUNCH", "a launch, but no word of crypto"),
            (
                "memory:misleads:F:tge-set:H",
                "told as “tge set”, at the beginning: remembered to mislead more often than not",
            ),
            ("opinion:example: it is dated", "second opinion of example: it is dated"),
            ("C:MYCONCEPT:H", "myconcept, at the beginning"),
            ("speaker", "speaker"),
            ("J:what", "J:what"),
            ("E:len:99", "E:len:99"),
        ] {
            assert_eq!(in_words(feature), told, "{feature}");
        }
    }

    #[test]
    fn every_feature_of_the_shipped_ruleset_has_words() {
        let ruleset = Ruleset::embedded().expect("the embedded ruleset");
        for feature in ruleset.model.weights.keys() {
            assert_ne!(&in_words(feature), feature);
        }
        let lexicon = &ruleset.parts.lexicon;
        let names = (0..lexicon.label_count()).map(|label| lexicon.name(label as u8));
        let untold: Vec<&str> = names.filter(|name| !LABELS.iter().any(|(label, _)| label == name)).collect();
        assert!(untold.is_empty(), "labels without words: {untold:?}");
    }
}
