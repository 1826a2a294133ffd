//! All phrases as one tree of bytes, walked from where a phrase may begin.
//!
//! An automaton that finds every phrase at every byte does more than is asked: a phrase begins only at the edge of a
//! word, and behind a hit the search goes on where it ends. So nothing leads back from a node. Nodes are numbered level
//! by level, which makes the branches of a node neighbours, and a branch one byte in a list; what most walks touch, the
//! upper levels, lies together in some ten kilobytes. Branches in one hashed table were tried: two fifths of the time was
//! spent waiting for memory.

/// The tree.
pub(crate) struct Tree {
    /// By node: the byte that leads to it.
    bytes: Vec<u8>,
    /// By node: its first branch; those of the next begin behind its last.
    branches: Vec<u32>,
    /// The branches of the root once more, by byte: many walks end before their first step.
    firsts: [u32; 256],
    /// By node, one bit: a pattern ends there.
    ending: Vec<u64>,
    /// By node: the number of the pattern that ends there.
    ends: Vec<u32>,
}

// === impl Tree ===

impl Tree {
    pub(crate) const ROOT: u32 = 0;

    /// The tree over `patterns`, which must be in order, each once.
    pub(crate) fn of(patterns: &[String]) -> Self {
        let mut tree = Self {
            bytes: vec![0],
            branches: Vec::new(),
            firsts: [Self::ROOT; 256],
            ending: Vec::new(),
            ends: Vec::new(),
        };
        // By node: the patterns that begin as it does, and how long that beginning is.
        let mut begun = vec![(0..patterns.len(), 0)];
        while let Some((range, depth)) = begun.get(tree.branches.len()).cloned() {
            let node = tree.branches.len();
            tree.branches.push(begun.len() as u32);
            tree.ends.push(range.start as u32);
            tree.ending.resize(node / 64 + 1, 0);
            let mut from = range.start;
            while from < range.end {
                let Some(&byte) = patterns[from].as_bytes().get(depth) else {
                    tree.ending[node / 64] |= 1 << (node % 64);
                    from += 1;
                    continue;
                };
                let same = |pattern: &&String| pattern.as_bytes()[depth] == byte;
                let until = from + patterns[from..range.end].iter().take_while(same).count();
                tree.bytes.push(byte);
                begun.push((from..until, depth + 1));
                from = until;
            }
        }
        tree.branches.push(begun.len() as u32);
        for byte in 0..=u8::MAX {
            tree.firsts[usize::from(byte)] = tree.next(Self::ROOT, byte).unwrap_or(Self::ROOT);
        }
        tree
    }

    /// The node that `byte` leads to from the root; the root where there is none.
    #[inline(always)]
    pub(crate) fn first(&self, byte: u8) -> u32 {
        self.firsts[usize::from(byte)]
    }

    /// The node that `byte` leads to from `node`.
    #[inline(always)]
    pub(crate) fn next(&self, node: u32, byte: u8) -> Option<u32> {
        let (from, until) = (self.branches[node as usize], self.branches[node as usize + 1]);
        let branches = &self.bytes[from as usize..until as usize];
        branches.iter().position(|branch| *branch == byte).map(|i| from + i as u32)
    }

    /// The number of the pattern that ends at `node`.
    #[inline(always)]
    pub(crate) fn end(&self, node: u32) -> Option<usize> {
        let node = node as usize;
        (self.ending[node / 64] >> (node % 64) & 1 == 1).then(|| self.ends[node] as usize)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len()
            + 4 * (self.branches.len() + self.ends.len())
            + 8 * self.ending.len()
            + size_of_val(&self.firsts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_ends_where_it_ends_and_nothing_else_does() {
        let patterns = ["a", "ab", "abc", "b", "上线", "上网"].map(str::to_owned);
        let tree = Tree::of(&patterns);
        let walk = |text: &str| text.bytes().try_fold(Tree::ROOT, |node, byte| tree.next(node, byte));
        for (number, pattern) in patterns.iter().enumerate() {
            assert_eq!(walk(pattern).and_then(|node| tree.end(node)), Some(number), "{pattern}");
        }
        for text in ["", "上"] {
            assert_eq!(walk(text).map(|node| tree.end(node)), Some(None), "{text:?}");
        }
        for text in ["c", "abd", "ba", "上a"] {
            assert_eq!(walk(text), None, "{text:?}");
        }
        assert_eq!(Tree::of(&[]).next(Tree::ROOT, 0), None);
    }
}
