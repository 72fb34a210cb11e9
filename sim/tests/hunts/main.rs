//! Whole runs by the hundred: every planted bug is found, and a run follows from its seed.

mod planted;
mod run;
