//! How entries look. A view is a function of entries; it knows nothing of the session, nor the session of it.

pub mod plain;
