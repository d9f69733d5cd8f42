//! I do not know how to begin.
