//! The records of a run: its digest, its trace, what each client saw, and the oracles' verdict.

pub mod digest;
pub mod transcript;
pub mod witness;
