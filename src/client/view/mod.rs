//! How entries are formatted. A view is a function of entries. Views and the session do not depend on each other.

pub mod plain;
