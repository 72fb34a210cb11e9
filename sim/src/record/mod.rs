//! What is kept of a run: its digest, its trace, what each client saw, and what the oracles say of it.

pub mod digest;
pub mod transcript;
pub mod witness;
