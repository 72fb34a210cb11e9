//! Each oracle failing, and passing.
