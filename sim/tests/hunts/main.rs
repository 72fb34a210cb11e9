//! Whole runs by the hundred: every planted bug is found, and a run does what its seed says.

mod planted;
mod run;
