//! Lists in pages, resumed by the last item's own position.

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// How many at most; adapters cap it at 1,000.
    pub size: u32,
    /// The `next` of the page before; `None` for the first.
    pub after: Option<String>,
}

impl Page {
    /// The first page of this size.
    pub fn first(size: u32) -> Self {
        Self { size, after: None }
    }
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; `None` when this was the last.
    pub next: Option<String>,
}
