//! The Linux driver: the only place with system calls.
