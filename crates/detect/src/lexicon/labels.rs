//! Labels and sets of them.

/// What a stretch of text stands for; the name is `names[id]` of [`Labels`].
pub(crate) type LabelId = u8;

/// No label: in no set, whatever is put into it.
pub(crate) const NONE: LabelId = LabelId::MAX;

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
pub(crate) struct LabelSet([u64; WORDS]);

/// The most labels there may be: all ids but [`NONE`].
pub(crate) const LABELS_MAX: usize = NONE as usize;
const WORDS: usize = LABELS_MAX.div_ceil(64);
/// The bits of the last word: all but that of [`NONE`].
const LAST: u64 = u64::MAX >> 1;

// === impl LabelSet ===

impl LabelSet {
    /// All labels.
    pub(crate) const ALL: Self = Self([u64::MAX, u64::MAX, u64::MAX, LAST]);

    /// The set of some slots.
    pub(crate) const fn of_slots(slots: &[LabelId]) -> Self {
        let mut set = Self([0; WORDS]);
        let mut i = 0;
        while i < slots.len() {
            set.insert(slots[i]);
            i += 1;
        }
        set
    }

    pub(crate) fn of(labels: impl IntoIterator<Item = LabelId>) -> Self {
        let mut set = Self::default();
        labels.into_iter().for_each(|label| set.insert(label));
        set
    }

    // Without a branch that nobody could foretell: what is no label is taken out again.
    #[inline]
    pub(crate) const fn insert(&mut self, label: LabelId) {
        self.0[label as usize / 64] |= 1 << (label % 64);
        self.0[WORDS - 1] &= LAST;
    }

    #[inline]
    pub(crate) const fn contains(&self, label: LabelId) -> bool {
        self.0[label as usize / 64] >> (label % 64) & 1 == 1
    }

    /// Its labels, the smallest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = LabelId> {
        (0u8..).zip(self.0).flat_map(|(at, mut word)| {
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros() as LabelId)?;
                word &= word - 1;
                Some(64 * at + bit)
            })
        })
    }

    pub(crate) fn intersection(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    pub(crate) fn union(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    /// Whether a label is in both.
    #[inline]
    pub(crate) fn meets(&self, other: &Self) -> bool {
        !self.intersection(other).is_empty()
    }

    /// Its labels in one word: sets that meet do so folded, too, though not the other way round.
    #[inline]
    pub(crate) fn folded(&self) -> u64 {
        self.0.iter().fold(0, |all, word| all | word)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.folded() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_its_labels_and_nothing_outside() {
        let labels = [0, 5, 63, 64, 129, 254];
        let set = LabelSet::of(labels.into_iter().chain([NONE]));
        assert_eq!(set.iter().collect::<Vec<_>>(), labels);
        assert_eq!(set.count(), labels.len());
        for label in 0..=NONE {
            assert_eq!(set.contains(label), labels.contains(&label), "{label}");
            assert_eq!(LabelSet::ALL.contains(label), label != NONE, "{label}");
        }
    }

    #[test]
    fn sets_meet_in_what_both_hold_and_then_do_so_folded() {
        for (a, b, meet, folded) in [
            (&[1, 200][..], &[200][..], true, true),
            (&[1], &[2], false, false),
            (&[1], &[65], false, true),
            (&[], &[0], false, false),
        ] {
            let (a, b) = (LabelSet::of(a.iter().copied()), LabelSet::of(b.iter().copied()));
            assert_eq!((a.meets(&b), a.folded() & b.folded() != 0), (meet, folded), "{a:?} {b:?}");
        }
        assert_eq!(LabelSet::of_slots(&[slot::MAJOR]), LabelSet::of([slot::MAJOR]));
    }
}
