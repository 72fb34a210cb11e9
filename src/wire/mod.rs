//! The bytes of IRC: lines, messages, tags, numerics, names, casemapping.
//!
//! Knows nothing of users, channels or sockets. Everything here is a function of its arguments.

mod buffer;
mod casemapping;
mod encoder;
mod line;
mod mask;
mod message;
mod names;
mod network;
pub mod numeric;
mod peer;
mod shown;
mod source;
pub mod tags;
mod unicode;

pub use buffer::{LineBuffer, LineLimits, Split};
pub use casemapping::Casemapping;
pub use encoder::Encoder;
pub use line::{Line, MAX_LINE};
pub use mask::{Subject, complete_mask};
pub use message::{MAX_PARAMS, Message, ParseError};
pub use names::{ChannelName, Folded, NameError, Nick};
pub use network::{BadNetwork, Network};
pub use peer::Peer;
pub use shown::is_unsafe_to_show;
pub use source::{Host, Source, names_bad_network};
pub use tags::TagWriter;
