//! Tests without processes and sockets: the state machines, the transports and the drivers, in memory.

mod client;
mod driver;
mod server;
#[path = "../transcript/mod.rs"]
mod transcript;
mod transports;
mod visitors;
mod wire;
