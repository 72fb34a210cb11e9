//! Transcripts of the model.
