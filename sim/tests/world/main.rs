//! Parts of the simulator, and its findings: its network, scripts and command line, the model beside the server, and
//! the seeds of `seeds.rs`. Tests that take minutes are in `hunts`.

mod cli;
mod model_agrees;
mod net;
mod scenario;
mod seeds;
