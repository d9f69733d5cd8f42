//! To be done.
