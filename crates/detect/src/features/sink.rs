//! Who receives features, and which of them are worth telling.

use crate::features::name::Part;
use crate::lexicon::{LabelId, LabelSet};

/// Receives features: name, value, first and last item (none for those of the whole document).
pub(crate) trait Sink {
    fn put(&mut self, name: &[Part<'_>], value: f32, items: Option<(usize, usize)>);

    /// The labels beside which `first` makes features of `family` that are worth telling. Most pairs have no weight.
    #[inline(always)]
    fn beside(&self, _family: Family, _first: LabelId) -> LabelSet {
        LabelSet::ALL
    }
}

/// Families of features that are two labels, or begin with two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// `P`: in order.
    Pair,
    /// `D`: side by side.
    Near,
    /// `Q`: in order, and a third behind them.
    Triple,
    /// `B`: of the first sentence.
    Both,
}

// === impl Family ===

impl Family {
    pub(crate) const ALL: [Self; 4] = [Self::Pair, Self::Near, Self::Triple, Self::Both];

    /// What its names begin with.
    pub(crate) const fn begins(self) -> &'static str {
        match self {
            Self::Pair => "P:",
            Self::Near => "D:",
            Self::Triple => "Q:",
            Self::Both => "B:",
        }
    }

    /// What stands between the labels.
    pub(crate) const fn joins(self) -> char {
        if matches!(self, Self::Both) { '&' } else { '>' }
    }

    pub(super) const fn part(self) -> Part<'static> {
        Part::of(self.begins())
    }
}
