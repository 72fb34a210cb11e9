//! A seeded world in which verbatim's server and clients are broken on purpose.
//!
//! Drives the production state machines through the production drivers, over virtual streams and virtual time.
//! [`run()`] does one run from a seed; [`world`] is the world itself, which scripts can drive, too.
//!
//! ```text
//! random ◄─ faults ◄─┐
//!           oracle ◄─┴─ record ◄─ net ◄─ world ◄─┬─ people ◄─ run ◄─ main
//!                                                └─ scenario ◄─ tests
//! ```
//!
//! Each imports only what is to its left. The reference model is a crate of its own, [`model`].

pub mod faults;
pub mod net;
pub mod oracle;
pub mod people;
pub mod random;
pub mod record;
mod run;
pub mod scenario;
pub mod world;

pub use faults::FaultMode;
pub use oracle::Failure;
pub use record::witness::Counts;
pub use run::{Options, Report, run};
