//! The simulator piece by piece, and what it found once: its network, its scripts, its command line, the model beside the
//! server, the seeds of `seeds.rs`. What takes minutes is in `hunts`.

mod cli;
mod model_agrees;
mod net;
mod scenario;
mod seeds;
