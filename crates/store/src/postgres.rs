//! The store ports on PostgreSQL 15.
