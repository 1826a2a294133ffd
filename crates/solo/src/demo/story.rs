//! What happens in the demo world, when, and where it is told.

use tge_model::Timestamp;

/// One document of the demo world.
pub(super) struct Scene {
    /// Seconds after the world began.
    pub(super) at_secs: u64,
    /// Where it is told: `wire`, `daily`, `forge` or `exchange`.
    pub(super) place: &'static str,
    title: &'static str,
    /// `{today}` stands for the day of its publication.
    text: &'static str,
}

/// The sources of the demo world; `{address}` stands for where it is served.
pub(super) const SOURCES: [(&str, &str); 4] = [
    (
        "demo-wire.yaml",
        "version: 1\nname: demo-wire\nkind: feed\nurl: http://{address}/wire.rss\nowner: demo-wire\ntier: press\nevery: 1s\n",
    ),
    (
        "demo-daily.yaml",
        "version: 1\nname: demo-daily\nkind: feed\nurl: http://{address}/daily.json\nowner: demo-daily\ntier: press\nevery: 1s\n",
    ),
    (
        "demo-forge.yaml",
        "version: 1\nname: demo-forge\nkind: feed\nurl: http://{address}/forge.atom\nowner: nebula-forge\ntier: official\nevery: 1s\nproject: Nebula Forge\n",
    ),
    (
        "demo-exchange.yaml",
        "version: 1\nname: demo-exchange\nkind: json\nurl: http://{address}/exchange.json\nowner: demo-exchange\ntier: exchange\nevery: 1s\njson:\n  items: data[*]\n  id: id\n  title: title\n  text: body\n  url: url\n  published: {path: time, unit: ms}\n",
    ),
];

/// The story: a rumour, an announcement told twice, a date, a listing, the launch.
pub(super) const SCENES: &[Scene] = &[
    Scene {
        at_secs: 0,
        place: "wire",
        title: "Bitcoin holds steady as traders await inflation data",
        text: "Bitcoin traded in a narrow range on Monday. Analysts expect a quiet week.",
    },
    Scene {
        at_secs: 0,
        place: "forge",
        title: "Nebula Forge client 2.4 released",
        text: "This release improves sync speed by a third and mends two crashes. No action is needed.",
    },
    Scene {
        at_secs: 0,
        place: "exchange",
        title: "Scheduled wallet maintenance",
        text: "Deposits and withdrawals on one network pause for two hours. Trading is not affected.",
    },
    Scene {
        at_secs: 6,
        place: "wire",
        title: "Rumor: Nebula Forge may launch its NEBF token soon",
        text: "Nebula Forge is reportedly preparing to launch its own token, NEBF, according to people familiar with the matter. The team did not comment.",
    },
    Scene {
        at_secs: 15,
        place: "forge",
        title: "Introducing NEBF, the native token of Nebula Forge",
        text: "Nebula Forge will launch its native token, Nebula Forge ($NEBF). The token generation event (TGE) will follow after the audit. The total supply is 1 billion NEBF; half of it, 500 million NEBF (50%), goes to the community airdrop.",
    },
    Scene {
        at_secs: 20,
        place: "daily",
        title: "Nebula Forge announces its native token NEBF",
        text: "Nebula Forge has announced the launch of its native token, Nebula Forge (NEBF). The token generation event will follow after an audit, the team said.",
    },
    Scene {
        at_secs: 27,
        place: "forge",
        title: "Nebula Forge (NEBF) token generation event set for {today}",
        text: "Nebula Forge will launch its native token NEBF. The Nebula Forge token generation event (TGE) is set for {today}.",
    },
    Scene {
        at_secs: 34,
        place: "exchange",
        title: "Demo Exchange Will List Nebula Forge (NEBF)",
        text: "Demo Exchange will list Nebula Forge (NEBF). Trading for NEBF/USDT opens on {today}.",
    },
    Scene {
        at_secs: 42,
        place: "forge",
        title: "Nebula Forge (NEBF) token is live",
        text: "The native token of Nebula Forge, NEBF, launched today, {today}. The token generation event is complete.",
    },
];

/// What a place answers, in its own format.
pub(super) fn page(place: &str, told: &[(&Scene, Timestamp)]) -> (&'static str, String) {
    let documents = told.iter().rev().map(|(scene, at)| Document {
        id: format!("{place}-{}", scene.at_secs),
        title: dated(scene.title, *at),
        text: dated(scene.text, *at),
        at: *at,
    });
    match place {
        "wire" => ("application/rss+xml", rss(documents)),
        "forge" => ("application/atom+xml", atom(documents)),
        "daily" => ("application/feed+json", json_feed(documents)),
        _ => ("application/json", json_api(documents)),
    }
}

struct Document {
    id: String,
    title: String,
    text: String,
    at: Timestamp,
}

fn dated(text: &str, at: Timestamp) -> String {
    text.replace("{today}", &at.to_chrono().format("%Y-%m-%d").to_string())
}

fn rss(documents: impl Iterator<Item = Document>) -> String {
    let items: String = documents
        .map(|d| {
            let at = d.at.to_chrono().to_rfc2822();
            format!(
                "<item><guid isPermaLink=\"false\">{0}</guid><link>https://wire.example/{0}</link><title>{1}</title><description>{2}</description><pubDate>{at}</pubDate></item>",
                d.id, d.title, d.text
            )
        })
        .collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Demo Wire</title>{items}</channel></rss>")
}

fn atom(documents: impl Iterator<Item = Document>) -> String {
    let entries: String = documents
        .map(|d| {
            format!(
                "<entry><id>urn:{0}</id><link href=\"https://nebula-forge.example/{0}\"/><title>{1}</title><content>{2}</content><published>{3}</published><updated>{3}</updated></entry>",
                d.id, d.title, d.text, d.at
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Nebula Forge</title>{entries}</feed>"
    )
}

fn json_feed(documents: impl Iterator<Item = Document>) -> String {
    let items: Vec<_> = documents
        .map(|d| {
            serde_json::json!({
                "id": d.id,
                "url": format!("https://daily.example/{}", d.id),
                "title": d.title,
                "content_text": d.text,
                "date_published": d.at.to_string(),
            })
        })
        .collect();
    serde_json::json!({ "version": "https://jsonfeed.org/version/1.1", "title": "Demo Daily", "items": items })
        .to_string()
}

fn json_api(documents: impl Iterator<Item = Document>) -> String {
    let data: Vec<_> = documents
        .map(|d| {
            serde_json::json!({
                "id": d.id,
                "title": d.title,
                "body": d.text,
                "url": format!("https://exchange.example/{}", d.id),
                "time": d.at.as_millis(),
            })
        })
        .collect();
    serde_json::json!({ "data": data }).to_string()
}
