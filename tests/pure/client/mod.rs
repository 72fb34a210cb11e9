//! The client, as transcripts that a person can read; `script` says how.

mod connection;
mod hostile;
mod leaving;
mod moving;
mod replies;
mod script;
mod talking;
