//! What is written can be read, and what is read can be written.

mod nasty;
mod parts;
mod round_trip;
