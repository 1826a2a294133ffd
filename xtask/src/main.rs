//! Repository rules as tests.

fn main() {}
