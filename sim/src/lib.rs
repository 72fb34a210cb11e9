//! The seeded world in which verbatim's server and clients are broken on purpose.
//!
//! Drives the production state machines through the production drivers, over virtual streams and virtual time.
//! [`run`] is one run from a seed; [`world`] is the world for those who have a script of their own.
//!
//! ```text
//! random, model ◄─ oracle ◄─ schedule, faults, digest ◄─ witness ◄─ net ◄─ raw ◄─ world ◄─ workload ◄─ run ◄─ main
//!                                                          ▲                      ▲ ▲
//!                                                          └─ frames ◄─ way ◄─ keys scenario ◄─ tests
//! ```

pub mod digest;
mod errand;
pub mod faults;
mod frames;
mod hostile;
mod irc;
mod keys;
pub mod model;
pub mod net;
pub mod oracle;
pub mod random;
pub mod raw;
mod run;
pub mod scenario;
pub mod schedule;
mod speech;
pub mod transcript;
pub mod way;
pub mod witness;
pub mod workload;
pub mod world;

pub use faults::FaultMode;
pub use oracle::Failure;
pub use run::{Options, Report, run};
pub use witness::Counts;
