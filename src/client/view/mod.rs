//! How entries are formatted. A view is a function of entries. Views and the session do not depend on each other.

mod completion;
pub mod editor;
pub mod input_line;
pub mod keys;
pub mod plain;
mod row;
