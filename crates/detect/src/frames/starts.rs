//! Where frames may begin: what is asked of a clause before a frame is looked at.

use super::Element;

/// An order of a frame, with what is asked of a clause before the frame is looked at.
pub(super) struct Start {
    pub(super) frame: u32,
    pub(super) order: u32,
    /// The [`LabelSet::folded`] labels of its further elements, as far as there is room; all bits where there is none.
    needs: [u64; NEEDS],
}

/// Elements behind the first that are asked for beforehand; few frames have more.
const NEEDS: usize = 3;

// === impl Start ===

impl Start {
    pub(super) fn of(frame: usize, order: usize, elements: &[Element]) -> Self {
        let mut needs = [u64::MAX; NEEDS];
        needs.iter_mut().zip(elements.iter().skip(1)).for_each(|(need, element)| *need = element.labels.folded());
        Self { frame: frame as u32, order: order as u32, needs }
    }

    /// Whether no element it asks for is surely missing among labels that are `folded` so.
    #[inline]
    pub(super) fn may_be(&self, folded: u64) -> bool {
        self.needs.iter().fold(true, |may, need| may & (need & folded != 0))
    }
}
