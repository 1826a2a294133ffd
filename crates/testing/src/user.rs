//! Whose processes servers are: some refuse to run as root.

use std::path::Path;

/// A system account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// The account of this name.
pub(crate) fn account(name: &str) -> Option<Account> {
    let table = std::fs::read_to_string("/etc/passwd").ok()?;
    table.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then_some(())?;
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account { uid, gid })
    })
}

/// This process is root: what it just made belongs to root.
pub(crate) fn is_root(made: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(made).is_ok_and(|file| file.uid() == 0)
}
