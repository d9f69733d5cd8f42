//! A program that is started once and forked for each of its runs: what starting a program costs (loading it, relocating it,
//! asking the processor what it can do) is paid once.
//!
//! The program calls [`serve_if_asked`] as the first thing in `main`. Where it was started as a template, that call waits for an
//! [`Order`], and returns in the process that is the run. Templates follow each other: the one that gets an order first forks its
//! successor, then becomes the run itself. So whoever started the template is the parent of every run (as the reaper of orphans
//! it adopts each successor when the run before it ends).
//!
//! ```text
//! starter                                   template
//!   ── order, with channel and streams ──▶    prepares, if that is wanted and no template before it has
//!                                             forks its successor, which waits for the next order
//!                                             greets on the channel and lets go of it
//!                                             takes the streams, installs the filter
//!   ◀── started, with the successor's id ──   lets go of this socket, and is the run
//! ```
//!
//! - Invariant: when [`serve_if_asked`] returns, the process holds the three streams of its run and no other descriptor, and the
//!   filter of the order is installed. Nothing has run in it, nor in any template, but this crate and `prepare`.
//! - Invariant: a template cannot be looked into (it is not dumpable); a run can.
//!
//! On other systems there are no templates.

mod message;
#[cfg(target_os = "linux")]
mod template;

pub use message::{Instruction, Order, Report};

/// The variable that makes a program a template, whatever its value. Its standard input is then a `SOCK_SEQPACKET` socket, over
/// which one message is one order or report.
pub const VARIABLE: &str = "FORK_SERVER";

/// The descriptors that come with an [`Order`]: the channel to greet on, standard input, output and error.
pub const DESCRIPTORS: usize = 4;

/// Returns at once where this process was not started as a template. Otherwise it returns in each run.
///
/// `prepare` does what all further runs are to find done, once an order asks for it. It must start no thread.
///
/// Call it before there is another thread. A template whose starter is gone, or says something that is no order, ends.
#[cfg_attr(not(target_os = "linux"), expect(unused_variables, reason = "there are no templates"))]
pub fn serve_if_asked(prepare: fn()) {
    #[cfg(target_os = "linux")]
    if std::env::var_os(VARIABLE).is_some() {
        template::serve(prepare);
    }
}
