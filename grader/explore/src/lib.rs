//! A crate that an answer is compiled against under the name `std`, so that many interleavings of its threads can be played.
//!
//! It is the standard library, except for what threads do with each other: locks, condition variables, channels, atomics, parking and
//! threads themselves are [shuttle](https://docs.rs/shuttle)'s, in which all threads take turns on one, and a scheduler says whose turn it
//! is. The answer's sources stay as they are. [`exploring`] plays them.
//!
//! Invariant: whatever an answer does here it can do with the standard library as well. So what this can't play faithfully is not played:
//! a wait for a channel with a time limit, a sleep, and whatever does not compile here end the exploring ([`exploring::give_up`]), which proves
//! nothing against the answer. Every interleaving is one in which atomics agree on one order; time limits of hours never run out, and shorter
//! ones do when the scheduler says so ([`time`]).

#![expect(missing_docs, reason = "it is documented where it comes from")]

pub use ::std::*;

pub mod exploring;
pub mod sync;
pub mod thread;
pub mod time;

pub mod hint {
    pub use ::std::hint::*;
    pub use shuttle::hint::spin_loop;
}
