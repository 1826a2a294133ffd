//! All phrases as one tree of bytes, walked from where a phrase may begin.
//!
//! An automaton that finds every phrase at every byte does more than is asked: a phrase begins only at the edge of a
//! word, and behind a hit the search goes on where it ends. So nothing leads back from a node. Nodes are numbered level
//! by level, which makes the branches of a node neighbours, and a branch one byte in a list; what most walks touch, the
//! upper levels, lies together in some ten kilobytes. Branches in one hashed table were tried: two fifths of the time was
//! spent waiting for memory. Where only one phrase goes on, its rest is compared as it stands: four fifths of all nodes
//! would be steps of that.

/// The tree.
pub(crate) struct Tree {
    /// By node: the byte that leads to it; behind the last, as many as are compared at once.
    bytes: Vec<u8>,
    /// The nodes, and one more, whose branches would begin behind the last.
    nodes: Vec<Node>,
    /// The branches of the root once more, by byte: many walks end before their first step.
    firsts: [u32; 256],
    /// The patterns behind each other, and where each begins.
    letters: String,
    begins: Vec<u32>,
    /// A bit for each beginning of four bytes that a pattern has, and each shorter pattern: see [`Tree::may_begin`].
    beginnings: Vec<u64>,
}

/// What a walk asks of a node, in one place: of each that lies elsewhere it may have to wait for the memory.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// Its first branch; those of the next node begin behind its last.
    branches: u32,
    /// The number of the pattern that ends here, or is the only one that goes on; the highest bit is set where one ends.
    pattern: u32,
}

/// The bit of [`Node::pattern`].
const ENDS: u32 = 1 << 31;

/// Branches compared at once.
const COMPARED: usize = size_of::<u64>();

/// Bits of the beginnings, as a power of two; of some ten thousand, most are not set.
const BEGINNINGS: u32 = 16;

// === impl Tree ===

impl Tree {
    pub(crate) const ROOT: u32 = 0;

    /// The tree over `patterns`, which must be in order, each once.
    pub(crate) fn of(patterns: &[String]) -> Self {
        let mut tree = Self {
            bytes: vec![0],
            nodes: Vec::new(),
            firsts: [Self::ROOT; 256],
            letters: String::with_capacity(patterns.iter().map(String::len).sum()),
            begins: Vec::with_capacity(patterns.len() + 1),
            beginnings: vec![0; (1 << BEGINNINGS) / 64],
        };
        for pattern in patterns {
            let mut first = [0; 4];
            let length = pattern.len().min(4);
            first[..length].copy_from_slice(&pattern.as_bytes()[..length]);
            let bit = beginning(u32::from_le_bytes(first), length);
            tree.beginnings[bit / 64] |= 1 << (bit % 64);
            tree.begins.push(tree.letters.len() as u32);
            tree.letters.push_str(pattern);
        }
        tree.begins.push(tree.letters.len() as u32);
        // By node: the patterns that begin as it does, and how long that beginning is.
        let mut begun = vec![(0..patterns.len(), 0)];
        while let Some((range, depth)) = begun.get(tree.nodes.len()).cloned() {
            let mut node = Node { branches: begun.len() as u32, pattern: range.start as u32 };
            let mut from = range.start;
            while from < range.end {
                let Some(&byte) = patterns[from].as_bytes().get(depth) else {
                    node.pattern |= ENDS;
                    from += 1;
                    continue;
                };
                if range.len() == 1 && depth > 0 {
                    break;
                }
                let same = |pattern: &&String| pattern.as_bytes()[depth] == byte;
                let until = from + patterns[from..range.end].iter().take_while(same).count();
                tree.bytes.push(byte);
                begun.push((from..until, depth + 1));
                from = until;
            }
            tree.nodes.push(node);
        }
        tree.nodes.push(Node { branches: begun.len() as u32, pattern: 0 });
        tree.bytes.extend([0; COMPARED]);
        for byte in 0..=u8::MAX {
            tree.firsts[usize::from(byte)] = tree.next(Self::ROOT, byte).unwrap_or(Self::ROOT);
        }
        tree
    }

    /// Whether a pattern may begin at byte `at` of `text`. Most words begin none, and a walk along one is dear: where it ends
    /// nobody can foresee.
    #[inline(always)]
    pub(crate) fn may_begin(&self, text: &[u8], at: usize) -> bool {
        let Some(&four) = text.get(at..).and_then(|rest| rest.first_chunk()) else { return true };
        let four = u32::from_le_bytes(four);
        let is = |first: u32, length| {
            let bit = beginning(first, length);
            self.beginnings[bit / 64] >> (bit % 64) & 1
        };
        is(four, 4) | is(four & 0xff_ffff, 3) | is(four & 0xffff, 2) | is(four & 0xff, 1) == 1
    }

    /// The node that `byte` leads to from the root; the root where there is none.
    #[inline(always)]
    pub(crate) fn first(&self, byte: u8) -> u32 {
        self.firsts[usize::from(byte)]
    }

    /// The node that `byte` leads to from `node`.
    #[inline(always)]
    pub(crate) fn next(&self, node: u32, byte: u8) -> Option<u32> {
        let (from, until) = (self.nodes[node as usize].branches, self.nodes[node as usize + 1].branches);
        let wanted = u64::from_le_bytes([byte; COMPARED]);
        let mut at = from;
        // Which of the branches it is, no processor foretells, so that they are compared at once.
        while at < until {
            let branches = self.bytes[at as usize..].first_chunk().map_or(0, |branches| u64::from_le_bytes(*branches));
            if let Some(place) = first_zero(branches ^ wanted) {
                let found = at + place;
                return (found < until).then_some(found);
            }
            at += COMPARED as u32;
        }
        None
    }

    /// The number of the pattern that ends at `node`.
    #[inline(always)]
    pub(crate) fn end(&self, node: u32) -> Option<usize> {
        let pattern = self.nodes[node as usize].pattern;
        (pattern & ENDS != 0).then_some((pattern ^ ENDS) as usize)
    }

    /// The number of the only pattern that goes on from `node`, `depth` bytes from its beginning, and the rest of it.
    pub(crate) fn rest(&self, node: u32, depth: usize) -> Option<(usize, &[u8])> {
        let at = node as usize;
        if self.nodes[at].branches != self.nodes[at + 1].branches || self.end(node).is_some() {
            return None;
        }
        let pattern = self.nodes[at].pattern as usize;
        let (begin, end) = (*self.begins.get(pattern)? as usize, *self.begins.get(pattern + 1)? as usize);
        Some((pattern, self.letters.as_bytes().get(begin + depth..end)?))
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len()
            + size_of::<Node>() * self.nodes.len()
            + 4 * self.begins.len()
            + self.letters.len()
            + 8 * self.beginnings.len()
            + size_of_val(&self.firsts)
    }
}

/// Which of the bytes of `word`, from the lowest on, is the first that is zero.
#[inline(always)]
fn first_zero(word: u64) -> Option<u32> {
    const LOWS: u64 = u64::from_le_bytes([1; COMPARED]);
    // A byte borrows from the ones above it only if it is zero itself: the lowest bit set is right.
    let zeros = word.wrapping_sub(LOWS) & !word & (LOWS << 7);
    (zeros != 0).then(|| zeros.trailing_zeros() / u8::BITS)
}

/// The bit of a beginning of `length` bytes.
#[inline(always)]
fn beginning(first: u32, length: usize) -> usize {
    ((first ^ (length as u32) << 5).wrapping_mul(0x9e37_79b1) >> (32 - BEGINNINGS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_ends_where_it_ends_and_nothing_else_does() {
        let patterns = ["a", "ab", "abc", "alphabet", "b", "上线", "上网"].map(str::to_owned);
        let tree = Tree::of(&patterns);
        let found = |text: &str| {
            let mut node = Tree::ROOT;
            for (depth, byte) in text.bytes().enumerate() {
                node = match tree.next(node, byte) {
                    Some(next) => next,
                    None => {
                        let (pattern, rest) = tree.rest(node, depth)?;
                        return (&text.as_bytes()[depth..] == rest).then_some(pattern);
                    }
                };
            }
            tree.end(node)
        };
        for (number, pattern) in patterns.iter().enumerate() {
            assert_eq!(found(pattern), Some(number), "{pattern}");
            let text = format!("xx{pattern}xxxx");
            assert!(tree.may_begin(text.as_bytes(), 2) && tree.may_begin(pattern.as_bytes(), 0), "{pattern}");
        }
        assert!(!tree.may_begin(b"cabc", 0) && tree.may_begin(b"cab", 0) && tree.may_begin(b"", 0));
        for text in ["", "上", "c", "abd", "abcd", "ba", "上a", "alph", "alpha", "alphabetical"] {
            assert_eq!(found(text), None, "{text:?}");
        }
        let none = Tree::of(&[]);
        assert!(none.next(Tree::ROOT, 0).is_none() && none.rest(Tree::ROOT, 0).is_none());
        let one = Tree::of(&["only".to_owned()]);
        assert_eq!(one.next(one.first(b'o'), b'n'), None);
        assert_eq!(one.rest(one.first(b'o'), 1), Some((0, &b"nly"[..])));
    }
}
