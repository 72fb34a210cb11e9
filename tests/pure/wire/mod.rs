//! What the encoder writes the parser reads, and vice versa, and another parser agrees.

mod nasty;
mod other_parser;
mod parts;
mod round_trip;
