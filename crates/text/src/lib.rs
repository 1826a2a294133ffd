//! What a string is: normal form with offsets, tokens, sentences, language, hashes, sanitising, domains, addresses of
//! tokens.
//!
//! Text of strangers arrives in every script, with blanks that are not seen, letters that look like others and marks
//! that turn the reading direction. Everybody who reads it reads the same normal form ([`Normal`]), which remembers
//! where each of its bytes came from, so a quote shown to a user is always cut from the original.
//!
//! Nothing here knows what a launch is, and nothing allocates more than a small multiple of its input: every function
//! is linear in the length of its text, except [`domain::edit_distance`], which is bounded by the length of a name.

#![deny(missing_docs)]

mod contract;
pub mod domain;
pub mod hash;
mod language;
mod latin;
mod letters;
mod normal;
mod sanitise;
mod sentences;
mod tokens;

pub use contract::{Contract, Form};
pub use language::{guess as guess_language, is_unspaced};
pub use latin::latin;
pub use letters::{ascii_word, binds, is_capital};
pub use normal::Normal;
pub use sanitise::{is_invisible, sanitise};
pub use sentences::sentences;
pub use tokens::{Token, TokenKind, Tokens, tokens};
