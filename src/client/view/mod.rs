//! How entries look. A view is a function of entries. Views and the session know nothing of each other.

pub mod plain;
