//! TLS as a transport: our server's end and our client's end against each other, and against what is no TLS, without a
//! socket.

mod bugs;
mod cuts;
mod lines;
mod names;
mod resumption;
mod trust;
mod world;
