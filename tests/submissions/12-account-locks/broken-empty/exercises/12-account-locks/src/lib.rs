//! To do: everything.
