//! The client, as readable transcripts; see `script`.

mod connection;
mod hostile;
mod leaving;
mod moving;
mod nick;
mod own;
mod replies;
mod script;
mod talking;
