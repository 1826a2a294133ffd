//! Labels and sets of them.

/// What a stretch of text stands for; the name is `names[id]` of [`Labels`].
pub(crate) type LabelId = u16;

/// Labels that are shapes, not phrases; their ids are their places here.
pub(crate) mod slot {
    use super::LabelId;
    /// Names of the slots, in the order of the constants.
    pub(crate) const NAMES: [&str; 22] = [
        "T", "PT", "OLD", "OLDP", "UP", "CAP", "H", "HASH", "M", "PCT", "Y", "TM", "D", "MON", "N", "U", "V", "CH",
        "PROJ", "NEW", "NEWN", "OLDN",
    ];
    pub(crate) const CASHTAG: LabelId = 0;
    pub(crate) const PAREN_TICKER: LabelId = 1;
    pub(crate) const MAJOR: LabelId = 2;
    pub(crate) const PAREN_MAJOR: LabelId = 3;
    pub(crate) const UPPER: LabelId = 4;
    pub(crate) const CAPITAL: LabelId = 5;
    pub(crate) const HANDLE: LabelId = 6;
    pub(crate) const HASHTAG: LabelId = 7;
    pub(crate) const MONEY: LabelId = 8;
    pub(crate) const PERCENT: LabelId = 9;
    pub(crate) const YEAR: LabelId = 10;
    pub(crate) const TIME: LabelId = 11;
    pub(crate) const DATE: LabelId = 12;
    pub(crate) const MONTH: LabelId = 13;
    pub(crate) const NUMBER: LabelId = 14;
    pub(crate) const URL: LabelId = 15;
    pub(crate) const VENUE: LabelId = 16;
    pub(crate) const CHAIN: LabelId = 17;
    pub(crate) const PROJECT: LabelId = 18;
    /// A ticker known to begin trading about that day.
    pub(crate) const NEW: LabelId = 19;
    /// A name known so.
    pub(crate) const NEW_NAME: LabelId = 20;
    /// A name of a token known to trade since months.
    pub(crate) const OLD_NAME: LabelId = 21;
}

/// A set of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct LabelSet([u64; LABELS_MAX / 64]);

/// The most labels there may be.
pub(super) const LABELS_MAX: usize = 256;

// === impl LabelSet ===

impl LabelSet {
    pub(crate) fn of(labels: impl IntoIterator<Item = LabelId>) -> Self {
        let mut set = Self::default();
        labels.into_iter().for_each(|label| set.insert(label));
        set
    }

    pub(crate) fn insert(&mut self, label: LabelId) {
        if let Some(word) = self.0.get_mut(usize::from(label) / 64) {
            *word |= 1 << (label % 64);
        }
    }

    pub(crate) fn contains(&self, label: LabelId) -> bool {
        self.0.get(usize::from(label) / 64).is_some_and(|word| word >> (label % 64) & 1 == 1)
    }

    /// Its labels, the smallest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = LabelId> {
        (0..LABELS_MAX as LabelId).filter(|&label| self.contains(label))
    }

    pub(crate) fn intersection(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    pub(crate) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0 == [0; LABELS_MAX / 64]
    }
}
