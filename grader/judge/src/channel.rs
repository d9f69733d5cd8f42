//! The one connection between judge and subject.
//!
//! On Unix a socket pair whose one end becomes the subject's standard input when it starts; the subject moves it away at
//! once (`subject::link`). A pipe would not do: it can be opened again through `/proc/self/fd`, a socket can't, and safe
//! Rust can't write to a bare descriptor number. Elsewhere a loopback connection that a random token vouches for.

#[cfg(not(unix))]
pub use tcp::*;
#[cfg(unix)]
pub use unix::*;

/// Set in the environment of a subject: its value says how to reach the judge.
pub const SUBJECT_VARIABLE: &str = "JUDGE_SUBJECT";

#[cfg(unix)]
mod unix {
    /// One end of the channel.
    pub type Stream = std::os::unix::net::UnixStream;
}

#[cfg(not(unix))]
mod tcp {
    /// One end of the channel.
    pub type Stream = std::net::TcpStream;
}
