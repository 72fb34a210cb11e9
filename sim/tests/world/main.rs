//! Tests of the simulator's network, scripts and command line; the comparison of the server with the model; and seeds
//! that once failed. Tests that take minutes are in `hunts`.

mod cli;
mod model_agrees;
mod net;
mod scenario;
mod seeds;
