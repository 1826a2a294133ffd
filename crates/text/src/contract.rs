//! Addresses of tokens on chains, known by their form: `0x` and hexadecimal digits, base58, base64.
//!
//! One token is written in several ways (capitals of a checksum, leading zeros, TON's flags for wallets); all of them
//! are one [`Contract`]. Forms are those of [ERC-55](https://eips.ethereum.org/EIPS/eip-55),
//! [Sui](https://docs.sui.io), [Solana](https://solana.com/docs), [TRON](https://developers.tron.network) and
//! [TON](https://docs.ton.org).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Hexadecimal digits of an address of Ethereum and its like.
const EVM_DIGITS: usize = 40;
/// The same of Sui, Aptos and Starknet; leading zeros are often left out, so many at most.
const LONG_DIGITS: usize = 64;
const ZEROS_LEFT_OUT: usize = 8;
/// Characters of 32 bytes in base58.
const SOLANA_CHARS: std::ops::RangeInclusive<usize> = 32..=44;
/// What an address of TRON begins with, before base58.
const TRON_VERSION: u8 = 0x41;
/// Flags of a friendly address of TON: bounceable or not, of the main or of a test network.
const TON_FLAGS: [u8; 4] = [0x11, 0x51, 0x91, 0xd1];
const TON_CHARS: usize = 48;

/// How an address is written, and by that on which chains it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// 20 bytes: Ethereum, its rollups, BNB Chain and the like.
    Evm,
    /// Up to 32 bytes behind `0x`: Sui, Aptos, Starknet.
    Long,
    /// 32 bytes in base58: Solana.
    Solana,
    /// 21 bytes with a checksum in base58: TRON.
    Tron,
    /// 36 bytes in base64, or `0:` and 64 digits: TON.
    Ton,
}

/// An address in the one form it is compared in.
#[derive(Debug, Clone)]
pub struct Contract {
    form: Form,
    /// As it is shown: small hexadecimal digits, or as it was written where capitals tell.
    shown: String,
    bytes: Vec<u8>,
}

// === impl Contract ===

impl Contract {
    /// Reads an address; what stands behind `::` (a module and type of Sui and Aptos) is left out. `None` for everything
    /// that is no address of a known form: a word, a hash cut short, a wrong checksum of TRON.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (text, typed) = text.split_once("::").map_or((text, false), |(address, _)| (address, true));
        if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            return hexadecimal(digits, typed);
        }
        if let Some(digits) = text.strip_prefix("0:").filter(|digits| digits.len() == LONG_DIGITS) {
            return Some(Self {
                form: Form::Ton,
                shown: text.to_lowercase(),
                bytes: ton(0, &hex::decode(digits).ok()?),
            });
        }
        let new = |form, bytes| Self { form, shown: text.to_owned(), bytes };
        if text.len() == TON_CHARS {
            let bytes = URL_SAFE_NO_PAD.decode(text.replace('+', "-").replace('/', "_")).ok()?;
            let chain = *bytes.get(1)?;
            return (TON_FLAGS.contains(&bytes[0]) && matches!(chain, 0 | u8::MAX))
                .then(|| new(Form::Ton, ton(chain, &bytes[2..34])));
        }
        if !SOLANA_CHARS.contains(&text.len()) {
            return None;
        }
        let of_tron = bs58::decode(text).with_check(Some(TRON_VERSION)).into_vec().ok().filter(|b| b.len() == 21);
        if let Some(bytes) = of_tron {
            return Some(new(Form::Tron, bytes));
        }
        let bytes = bs58::decode(text).into_vec().ok().filter(|bytes| bytes.len() == 32)?;
        Some(new(Form::Solana, bytes))
    }

    /// Whether both are the address of one token.
    pub fn is_same(&self, other: &Self) -> bool {
        self.form == other.form && self.bytes == other.bytes
    }

    /// How it is written.
    pub fn form(&self) -> Form {
        self.form
    }
}

impl fmt::Display for Contract {
    /// Its first and last characters, as people show addresses.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shown.len() {
            ..=12 => f.write_str(&self.shown),
            length => write!(f, "{}…{}", &self.shown[..6], &self.shown[length - 4..]),
        }
    }
}

/// `typed`: a module and a type stand behind it, which only addresses of Sui and Aptos have, however short they are.
fn hexadecimal(digits: &str, typed: bool) -> Option<Contract> {
    let form = match digits.len() {
        1..=LONG_DIGITS if typed => Form::Long,
        EVM_DIGITS => Form::Evm,
        n if (LONG_DIGITS - ZEROS_LEFT_OUT..=LONG_DIGITS).contains(&n) => Form::Long,
        _ => return None,
    };
    let all = format!("{:0>LONG_DIGITS$}", digits.to_ascii_lowercase());
    Some(Contract { form, shown: format!("0x{}", digits.to_ascii_lowercase()), bytes: hex::decode(all).ok()? })
}

/// The workchain and the account: what an address of TON means, whatever its flags.
fn ton(chain: u8, account: &[u8]) -> Vec<u8> {
    [&[chain], account].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 32 bytes of one value in base58.
    fn base58(byte: u8) -> String {
        bs58::encode([byte; 32]).into_string()
    }

    fn friendly(flags: u8, chain: u8, account: u8) -> String {
        URL_SAFE_NO_PAD.encode([&[flags, chain][..], &[account; 32], &[1, 2]].concat())
    }

    #[test]
    fn forms_are_told_apart() {
        let tron = bs58::encode([7; 20]).with_check_version(TRON_VERSION).into_string();
        let mut wrong = tron.clone();
        wrong.replace_range(10..11, if &tron[10..11] == "2" { "3" } else { "2" });
        for (text, form) in [
            (format!("0x{}", "aB".repeat(20)), Some(Form::Evm)),
            (format!("0X{}", "ab".repeat(20)), Some(Form::Evm)),
            (format!("0x{}", "ab".repeat(32)), Some(Form::Long)),
            (format!("0x{}::coin::COIN", "ab".repeat(31)), Some(Form::Long)),
            ("0x2::sui::SUI".to_owned(), Some(Form::Long)),
            (format!("0x{}::coin::COIN", "ab".repeat(20)), Some(Form::Long)),
            (base58(9), Some(Form::Solana)),
            (format!(" {} ", base58(200)), Some(Form::Solana)),
            (tron, Some(Form::Tron)),
            (wrong, None),
            (friendly(0x11, 0, 5), Some(Form::Ton)),
            (format!("0:{}", "05".repeat(32)), Some(Form::Ton)),
            (friendly(0x12, 0, 5), None),
            (friendly(0x11, 3, 5), None),
            (format!("0x{}", "ab".repeat(19)), None),
            (format!("0x{}", "zz".repeat(20)), None),
            (format!("0:{}", "zz".repeat(32)), None),
            ("airdrop-claim-of-the-season-one-and-two".to_owned(), None),
            ("internationalisationofeverything".to_owned(), None),
            ("d41d8cd98f00b204e9800998ecf8427e".to_owned(), None),
            (String::new(), None),
            ("0x".to_owned(), None),
        ] {
            assert_eq!(Contract::parse(&text).map(|c| c.form()), form, "{text}");
        }
    }

    #[test]
    fn one_token_is_one_contract_however_it_is_written() {
        let same = |a: &str, b: &str| Contract::parse(a).zip(Contract::parse(b)).is_some_and(|(a, b)| a.is_same(&b));
        let checksummed = format!("0x{}", "aB".repeat(20));
        assert!(same(&checksummed, &checksummed.to_lowercase()));
        let long = format!("0x00{}", "ab".repeat(31));
        assert!(same(&long, &format!("0x{}::coin::COIN", "ab".repeat(31))), "without leading zeros");
        assert!(same(&friendly(0x11, 0, 5), &friendly(0x51, 0, 5)), "bounceable or not");
        assert!(same(&friendly(0x11, 0, 5), &format!("0:{}", "05".repeat(32))));
        assert!(!same(&friendly(0x11, 0, 5), &friendly(0x11, 0, 6)));
        assert!(!same(&base58(9), &base58(10)));
        assert_eq!(Contract::parse(&checksummed).expect("an address").to_string(), "0xabab…abab");
        assert_eq!(Contract::parse("0x2::sui::SUI").expect("an address").to_string(), "0x2");
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,60}|(0x|0:)?[0-9a-zA-Z_+/-]{0,66}(::a)?") {
            if let Some(contract) = Contract::parse(&text) {
                prop_assert!(!contract.to_string().is_empty());
            }
        }
    }
}
