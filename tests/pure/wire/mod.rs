//! What is written can be read, what is read can be written, and another parser agrees.

mod nasty;
mod other_parser;
mod parts;
mod round_trip;
