//! Amounts of a launch, in texts of our own: what they are, in which unit, and from which words.

use std::sync::LazyLock;

use proptest::prelude::*;
use tge_detect::labels::parse_published;
use tge_detect::{Detector, Document, Projects, Ruleset};
use tge_model::Term;

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
    let projects = Projects::parse("{version: 1, projects: [{name: Quillstone, symbol: QLS}]}").expect("a watch-list");
    Detector::new(Ruleset::embedded().expect("the embedded ruleset"), projects).expect("a detector")
});

fn document(text: &str) -> Document<'_> {
    Document { title: "", text, lang: None, published: parse_published("2026-03-02T09:00:00Z") }
}

fn terms(text: &str) -> Vec<Term> {
    DETECTOR.judge(&document(text)).launches.into_iter().next().map(|launch| launch.terms).unwrap_or_default()
}

#[test]
fn amounts_are_told_by_the_words_beside_them() {
    let cases: [(&str, &[&str]); 33] = [
        (
            "Quillstone (QLS) announces its token: total supply of 1 billion QLS, 12.5% goes to the airdrop, claims open on March 9",
            &["SUPPLY 1000000000 QLS", "SHARE 12.5 %"],
        ),
        (
            "Quillstone (QLS) public sale starts on March 12. IDO price: $0.05, hard cap $2.5M, FDV $50 million",
            &["PRICE 0.05 USD", "TARGET 2500000 USD", "VALUATION 50000000 USD"],
        ),
        ("Quillstone raised 1,500 ETH in the public sale of its QLS token", &["RAISED 1500 ETH"]),
        ("Quillstone aims to raise 37 600 ETH in its QLS token sale on March 12", &["TARGET 37600 ETH"]),
        ("Binance will list Quillstone (QLS). Grab a share of 150,000 QLS!", &["TOKENS 150000 QLS"]),
        ("Quillstone (QLS) airdrop: 30,000 $QLS will be distributed on March 9", &["TOKENS 30000 QLS"]),
        (
            "Quillstone (QLS) airdrops 5% (50 million QLS) to early users on March 9",
            &["SHARE 5 %", "TOKENS 50000000 QLS"],
        ),
        // Amounts of something else: a team's share, the float, what one wallet gets, another token, a discount.
        (
            "Quillstone (QLS) tokenomics: 20% team, 15% investors, 40% community airdrop; 25% unlocked at TGE on March 9",
            &["SHARE 40 %"],
        ),
        ("Quillstone (QLS) launches on March 9 with a circulating supply of 100 million QLS", &[]),
        ("Quillstone (QLS) sale opens on March 9 at a 25% discount, minimum $100", &[]),
        ("Quillstone (QLS) claims open: 500,000 ABC were airdropped by Oakmere", &[]),
        ("Quillstone (QLS) airdrop: 8,360 wallets can claim from March 9", &[]),
        (
            "Quillstone 公布 QLS 代币经济学：总量 10 亿枚，空投占比 23.5%，TGE 释放 3.5%",
            &["SUPPLY 1000000000 QLS", "SHARE 23.5 %"],
        ),
        (
            "Quillstone 将于 3 月 9 日开放 QLS 空投申领，本次空投总量为 1170 万枚 QLS，占总供应量的 5%",
            &["SHARE 5 %", "TOKENS 11700000 QLS"],
        ),
        ("Quillstone (QLS) トークンのエアドロップを3月9日に開始、総供給量は10億QLS", &["SUPPLY 1000000000 QLS"]),
        ("Quillstone (QLS) 에어드롭 3월 9일 시작, 총 발행량 10억개", &["SUPPLY 1000000000 QLS"]),
        (
            "Токен Quillstone (QLS): общее предложение 1 млрд токенов, 7,5% на аирдроп, клейм 9 марта",
            &["SUPPLY 1000000000 QLS", "SHARE 7.5 %"],
        ),
        (
            "Quillstone (QLS): suministro total de 100.000.000 tokens, airdrop del 10% el 9 de marzo",
            &["SUPPLY 100000000 QLS", "SHARE 10 %"],
        ),
        ("Quillstone (QLS) airdrop 9 Maret: total pasokan 500 juta token", &["SUPPLY 500000000 QLS"]),
        ("Quillstone (QLS) airdrop'u 9 Mart'ta, toplam arz 2 milyar token", &["SUPPLY 2000000000 QLS"]),
        ("Airdrop Quillstone (QLS) ngày 9/3: tổng cung 100 triệu token", &["SUPPLY 100000000 QLS"]),
        ("Airdrop Quillstone (QLS) le 9 mars : offre totale de 50 millions de jetons", &["SUPPLY 50000000 QLS"]),
        ("Quillstone (QLS) Airdrop am 9. März, Gesamtmenge 1,5 Milliarden Token", &["SUPPLY 1500000000 QLS"]),
        // What a second reading found.
        ("In 2026 the Quillstone (QLS) token will be airdropped to early users, claims open on March 9", &[]),
        ("Quillstone (QLS) public sale on March 12: цена 0,025 USDT", &["PRICE 0.025 USDT"]),
        ("Quillstone aims to raise $10 to $15 million in the public sale of its QLS token", &["TARGET 10000000 USD"]),
        ("Quillstone aims to raise $10-15 million in the public sale of its QLS token", &["TARGET 10000000 USD"]),
        ("Quillstone raised R$ 5 million in the public sale of its QLS token", &[]),
        ("Quillstone recaudó 5 millones de dólares en la venta pública de su token QLS", &["RAISED 5000000 USD"]),
        ("Quillstone (QLS) airdrop 9 Mart'ta: topluluğa %12,5", &["SHARE 12.5 %"]),
        ("Quillstone (QLS) 空投 3 月 9 日开放，总量 1 亿 5000 万枚", &["SUPPLY 150000000 QLS"]),
        ("ایردراپ Quillstone (QLS): کل عرضه ۱٫۵ میلیون توکن", &["SUPPLY 1500000 QLS"]),
        ("إيردروب Quillstone (QLS) يوم 9 مارس، إجمالي العرض 10 مليون توكن", &["SUPPLY 10000000 QLS"]),
    ];
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let told = terms(text);
        for term in &told {
            assert!(text.contains(&term.as_published), "{:?} is not in {text:?}", term.as_published);
        }
        let told: Vec<String> = told.iter().map(|t| format!("{} {} {}", t.kind, t.value, t.unit)).collect();
        if told != expected {
            wrong.push(format!("{text}\n  told {told:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_told_first_counts_and_a_range_by_its_lower_end() {
    let first = "Quillstone (QLS): 10% of the supply to the airdrop, claims open on March 9.\nOf it 4% of the airdrop goes to traders.";
    assert_eq!(terms(first).first().map(|t| t.value.to_string()).as_deref(), Some("10"));
    let range = "Quillstone (QLS) claims open on March 9: 15% to 17% go to the community airdrop";
    assert_eq!(terms(range).first().map(|t| t.value.to_string()).as_deref(), Some("15"));
}

proptest! {
    /// Whatever stands around numbers: nothing panics, every amount is above nothing, and one of a kind.
    #[test]
    fn any_text_with_numbers_is_read(parts in prop::collection::vec("[0-9.,]{1,30}|[a-z%$€枚万亿() ]{1,8}|total supply|airdrop|raised|us dollars", 0..40)) {
        let text = format!("Quillstone (QLS) token sale and airdrop claims open on March 9. {}", parts.concat());
        let told = terms(&text);
        let mut kinds: Vec<_> = told.iter().map(|t| t.kind).collect();
        kinds.dedup();
        prop_assert_eq!(kinds.len(), told.len());
        prop_assert!(told.iter().all(|t| t.value > tge_model::Decimal::ZERO));
    }
}
