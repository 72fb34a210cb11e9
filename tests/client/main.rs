//! The client, as transcripts that a person can read; `script` says how.

mod connection;
mod hostile;
mod leaving;
mod replies;
mod script;
mod talking;
