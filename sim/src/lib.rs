//! The seeded world in which verbatim's server and clients are broken on purpose.

pub mod model;
pub mod oracle;
