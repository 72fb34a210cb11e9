//! How entries look. A view is a function of entries: it knows no session, and the session knows no view.

pub mod plain;
