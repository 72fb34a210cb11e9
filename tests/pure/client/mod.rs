//! The client, as readable transcripts; see `script`.

mod commands;
mod connection;
mod editor;
mod hostile;
mod leaving;
mod moving;
mod nick;
mod options;
mod own;
mod replies;
mod script;
mod talking;
