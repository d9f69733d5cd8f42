//! Runs that are forked from a template instead of being executed each. (What a template does is in the package `forkserver`.)
//!
//! A template is an inmate like any other, in all its limits and behind the same filters, but that it may fork. It runs nothing but
//! `forkserver`, and what the program prepares for its runs. Each run has one more filter, which lets it start nothing: so there is
//! no process here but the run, its successor and those that have ended.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use forkserver::{Instruction, Order, Report};
use nix::unistd::Pid;

use super::channel::{Channel, SHORT};
use super::descriptors::Streams;
use super::failure::{Failure, Step};
use super::filter;
use super::record::Record;
use super::sweep;

/// The template that waits for the next run.
pub(super) struct Template {
    pid: Pid,
    /// Shared by all templates that follow each other.
    socket: Channel,
}

impl Template {
    /// The socket that a template gets as its standard input, and the other end.
    pub(super) fn socket() -> Result<(Channel, OwnedFd), Failure> {
        Channel::pair().step("template")
    }

    /// A process that was started as a template, with the other end of its socket.
    pub(super) fn new(pid: Pid, socket: Channel) -> Self {
        Self { pid, socket }
    }

    pub(super) fn pid(&self) -> Pid {
        self.pid
    }

    /// Whether it waits no more.
    pub(super) fn has_ended(&self) -> bool {
        sweep::has_ended(self.pid)
    }

    /// Has it become a run, `prepared` or not, which greets the caller itself: the kernel tells the caller who that was. The other
    /// one is its successor, if it has one. `None` where it ended without a word, before it greeted.
    pub(super) fn run(
        self,
        prepared: bool,
        caller: &Channel,
        streams: &Streams,
    ) -> Result<Option<(Pid, Option<Self>)>, Failure> {
        let instruction =
            |one: &seccompiler::sock_filter| Instruction { code: one.code, jt: one.jt, jf: one.jf, k: one.k };
        let filter = filter::of_a_run(self.pid)?.iter().map(instruction).collect();
        let order = Order { prepared, greeting: Record::Pid.to_bytes(), filter };
        let descriptors: Vec<BorrowedFd<'_>> =
            std::iter::once(caller.as_fd()).chain(streams.iter().map(AsFd::as_fd)).collect();
        self.socket.send(&order.to_bytes(), &descriptors).step("template")?;
        let report = self.socket.receive(SHORT).step("template")?;
        let Some(report) = report else { return Ok(None) };
        match Report::from_bytes(&report.bytes) {
            Some(Report::Started(successor)) => {
                let successor = successor.map(|pid| Self { pid: Pid::from_raw(pid), socket: self.socket });
                Ok(Some((self.pid, successor)))
            }
            Some(Report::Failed(step, error)) => {
                Err(Failure::new("template", format!("{step}: {}", std::io::Error::from_raw_os_error(error))))
            }
            None => Err(Failure::new("template", "what it reports makes no sense")),
        }
    }
}
