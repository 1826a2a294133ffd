//! Well-known venues and their own domains: public knowledge as of 2026-11, kept short on purpose. A venue that is not
//! here still stands in events; its links are merely not verified.

use tge_model::VenueKind;

use crate::Place;

/// Name, kind, own domains.
const VENUES: &[(&str, VenueKind, &[&str])] = &[
    ("Binance", VenueKind::Cex, &["binance.com"]),
    ("Bitfinex", VenueKind::Cex, &["bitfinex.com"]),
    ("Bitget", VenueKind::Cex, &["bitget.com"]),
    ("Bithumb", VenueKind::Cex, &["bithumb.com"]),
    ("Bitstamp", VenueKind::Cex, &["bitstamp.net"]),
    ("BingX", VenueKind::Cex, &["bingx.com"]),
    ("Bybit", VenueKind::Cex, &["bybit.com"]),
    ("Coinbase", VenueKind::Cex, &["coinbase.com"]),
    ("CoinList", VenueKind::Launchpad, &["coinlist.co"]),
    ("Crypto.com", VenueKind::Cex, &["crypto.com"]),
    ("Gate", VenueKind::Cex, &["gate.io", "gate.com"]),
    ("Gemini", VenueKind::Cex, &["gemini.com"]),
    ("HTX", VenueKind::Cex, &["htx.com", "huobi.com"]),
    ("Kraken", VenueKind::Cex, &["kraken.com"]),
    ("KuCoin", VenueKind::Cex, &["kucoin.com"]),
    ("LBank", VenueKind::Cex, &["lbank.com"]),
    ("MEXC", VenueKind::Cex, &["mexc.com"]),
    ("OKX", VenueKind::Cex, &["okx.com"]),
    ("Upbit", VenueKind::Cex, &["upbit.com"]),
    ("Uniswap", VenueKind::Dex, &["uniswap.org"]),
    ("PancakeSwap", VenueKind::Dex, &["pancakeswap.finance"]),
    ("Raydium", VenueKind::Dex, &["raydium.io"]),
];

/// The well-known venues.
pub fn venues() -> Vec<Place> {
    VENUES
        .iter()
        .map(|(name, kind, domains)| Place {
            name: (*name).to_owned(),
            kind: *kind,
            domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
        })
        .collect()
}
