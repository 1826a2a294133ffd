//! Page tokens: the position of the last item of a page, so that rows added meanwhile neither repeat nor vanish.

use tge_ports::{Page, Paged, StoreError};

/// A position in a list ordered by a number and then by a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) at: i64,
    pub(crate) id: String,
}

impl Cursor {
    /// Before every row of a list that goes down.
    pub(crate) fn top() -> Self {
        // Above every identifier: they are ASCII.
        Self { at: i64::MAX, id: "\u{7f}".to_owned() }
    }

    /// Reads a page's token; the first page begins at the top.
    pub(crate) fn of(page: &Page) -> Result<Self, StoreError> {
        let Some(token) = &page.after else { return Ok(Self::top()) };
        let refuse = || StoreError::Cursor { given: token.clone() };
        let (at, id) = token.split_once('.').ok_or_else(refuse)?;
        let valid = !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric());
        if !valid {
            return Err(refuse());
        }
        Ok(Self { at: at.parse().map_err(|_| refuse())?, id: id.to_owned() })
    }

    fn token(&self) -> String {
        format!("{}.{}", self.at, self.id)
    }
}

/// How many items a page may hold.
pub(crate) fn size(page: &Page) -> i64 {
    i64::from(page.size.clamp(1, 1_000))
}

/// Cuts `rows`, read with one row more than the page holds, into the page and its token.
pub(crate) fn cut<T>(mut rows: Vec<T>, size: i64, position: impl Fn(&T) -> (i64, String)) -> Paged<T> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|last| {
        let (at, id) = position(last);
        Cursor { at, id }.token()
    });
    Paged { items: rows, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(token: &str) -> Page {
        Page { size: 10, after: Some(token.to_owned()) }
    }

    #[test]
    fn tokens_come_back() {
        let cursor = Cursor { at: -5, id: "01ABC".to_owned() };
        assert_eq!(Cursor::of(&page(&cursor.token())).expect("its own token"), cursor);
    }

    #[test]
    fn foreign_tokens_are_refused() {
        for bad in ["", "x", "1", "1.", "x.A", "1.A B", "1.'; DROP", "99999999999999999999.A"] {
            assert!(matches!(Cursor::of(&page(bad)), Err(StoreError::Cursor { .. })), "{bad:?}");
        }
    }

    #[test]
    fn only_a_page_with_more_behind_it_has_a_token() {
        let position = |n: &i64| (*n, "A".to_owned());
        assert_eq!(cut(vec![3, 2], 2, position), Paged { items: vec![3, 2], next: None });
        assert_eq!(cut(vec![3, 2, 1], 2, position), Paged { items: vec![3, 2], next: Some("2.A".to_owned()) });
        assert_eq!(cut(vec![], 2, position), Paged { items: vec![], next: None });
    }
}
