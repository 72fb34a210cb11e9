//! TLS as a transport, without a socket: our two ends against each other, and against bytes that are not TLS.

mod bugs;
mod cuts;
mod fingerprints;
mod lines;
mod names;
mod resumption;
mod trust;
mod world;
