//! The encoder and the parser agree with each other, and with a third-party parser; masks match what is defined.

mod masks;
mod nasty;
mod other_parser;
mod parts;
mod round_trip;
