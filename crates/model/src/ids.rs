//! Identifiers and bounded numbers; each is a type of its own, so that one cannot be passed for another.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use thiserror::Error;
use ulid::Ulid;

use crate::{SourceName, Timestamp, UnknownName};

/// Declares a ULID newtype with a resource prefix such as `events/`.
macro_rules! ulid_id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Ulid);

        impl $name {
            /// The collection this identifier belongs to, as it stands in resource names.
            pub const PREFIX: &'static str = $prefix;

            /// A new identifier from the moment it is given and 80 random bits of the caller.
            pub fn new(at: Timestamp, random: u128) -> Self {
                Self(Ulid::from_parts(u64::try_from(at.as_millis()).unwrap_or(0), random))
            }

            /// The 128 bits of the identifier.
            pub fn to_u128(self) -> u128 {
                self.0.into()
            }

            /// The resource name: the prefix, a slash and the identifier.
            pub fn resource_name(self) -> String {
                format!("{}/{}", Self::PREFIX, self.0)
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            /// Reads the bare identifier or the resource name.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let bare = text.strip_prefix(concat!($prefix, "/")).unwrap_or(text);
                Ulid::from_string(bare).map(Self).map_err(|_| UnknownName {
                    what: stringify!($name),
                    given: text.to_owned(),
                    expected: concat!("a ULID or ", $prefix, "/<ULID>").to_owned(),
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "/{}"), self.0)
            }
        }
    };
}

ulid_id!(
    /// Names one event for ever; given once, never recomputed from beliefs.
    EventId, "events");
ulid_id!(
    /// Names one task.
    TaskId, "tasks");
ulid_id!(
    /// Names one running agent process.
    AgentId, "agents");
ulid_id!(
    /// Names one webhook subscription.
    WebhookId, "webhooks");
ulid_id!(
    /// Names one delivery of one change to one subscriber; sent as `webhook-id`, so receivers can drop repeats.
    DeliveryId, "deliveries");
ulid_id!(
    /// Names one recovery of one component.
    RecoveryId, "recoveries");

/// Names one observation by what it is: the source, its key there, and the hash of its content.
///
/// Derived, not drawn: the same bytes seen twice have the same id, which makes storing them idempotent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObservationId([u8; 16]);

impl ObservationId {
    /// The id of `content` (its SHA-256) seen at `source` under `key`.
    pub fn derive(source: &SourceName, key: &str, content_sha256: &[u8; 32]) -> Self {
        let mut hash = Sha256::new();
        hash.update(source.as_str().as_bytes());
        hash.update([0]);
        hash.update(key.as_bytes());
        hash.update([0]);
        hash.update(content_sha256);
        let digest = hash.finalize();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        Self(id)
    }
}

impl fmt::Display for ObservationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ObservationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "observations/{self}")
    }
}

impl FromStr for ObservationId {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare = text.strip_prefix("observations/").unwrap_or(text);
        let unknown = || UnknownName {
            what: "ObservationId",
            given: text.to_owned(),
            expected: "32 hexadecimal digits".to_owned(),
        };
        if bare.len() != 32 || !bare.is_ascii() {
            return Err(unknown());
        }
        let mut id = [0; 16];
        for (i, byte) in id.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&bare[2 * i..2 * i + 2], 16).map_err(|_| unknown())?;
        }
        Ok(Self(id))
    }
}

/// A project's name folded to `a-z 0-9 -`, the part of an event key that stands for it.
///
/// Letters of other scripts are kept as they are (lower case), so that a Chinese name has a slug too.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slug(String);

impl Slug {
    /// Folds a name; `None` when it holds no letter and no digit.
    pub fn of(name: &str) -> Option<Self> {
        let mut slug = String::with_capacity(name.len());
        for c in name.chars().flat_map(char::to_lowercase) {
            if c.is_alphanumeric() {
                slug.push(c);
            } else if !slug.ends_with('-') && !slug.is_empty() {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        (!slug.is_empty()).then(|| Self(slug.to_owned()))
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A probability from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Probability(f64);

/// A number that is no probability.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{given} is not a probability: expected a number from 0 to 1")]
pub struct ProbabilityError {
    /// The number that was given.
    pub given: f64,
}

impl Probability {
    /// Certainly not.
    pub const ZERO: Probability = Probability(0.0);

    /// A probability.
    ///
    /// # Errors
    /// [`ProbabilityError`] when the number is not from 0 to 1, or no number at all.
    pub fn new(value: f64) -> Result<Self, ProbabilityError> {
        if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err(ProbabilityError { given: value }) }
    }

    /// The nearest probability to `value`; zero for what is no number.
    pub fn clamped(value: f64) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
    }

    /// The number from 0 to 1.
    pub fn get(self) -> f64 {
        self.0
    }

    /// Natural logarithm of the odds; infinite for what is certain.
    pub fn log_odds(self) -> f64 {
        (self.0 / (1.0 - self.0)).ln()
    }

    /// The probability with these log-odds.
    pub fn of_log_odds(odds: f64) -> Self {
        Self::clamped(1.0 / (1.0 + (-odds).exp()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_fold_case_and_punctuation() {
        for (name, slug) in
            [("Fuel Network", Some("fuel-network")), ("  $ZK!! ", Some("zk")), ("新币", Some("新币")), ("--", None)]
        {
            assert_eq!(Slug::of(name).as_ref().map(Slug::as_str), slug, "{name}");
        }
    }

    #[test]
    fn ids_read_their_own_names() {
        let id = EventId::new(Timestamp::from_secs(1_700_000_000), 42);
        assert_eq!(id.resource_name().parse::<EventId>(), Ok(id));
        assert_eq!(id.to_string().parse::<EventId>(), Ok(id));
        assert!("events/nope".parse::<EventId>().is_err());
        let source = SourceName::new("a-source").expect("valid");
        let seen = ObservationId::derive(&source, "k", &[7; 32]);
        assert_eq!(seen.to_string().parse::<ObservationId>(), Ok(seen));
        assert_ne!(seen, ObservationId::derive(&source, "k", &[8; 32]));
    }

    #[test]
    fn probabilities_are_bounded() {
        assert!(Probability::new(1.1).is_err());
        assert!(Probability::new(f64::NAN).is_err());
        assert_eq!(Probability::clamped(f64::NAN), Probability::ZERO);
    }
}
