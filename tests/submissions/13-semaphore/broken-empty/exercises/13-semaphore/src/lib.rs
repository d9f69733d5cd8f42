//! Begun the evening before. The file is empty.
