//! Whether this machine gives launched programs what their limits promise them. Asked as the tiers are asked for: by launching
//! something that takes it.
//!
//! A program whose thread is refused can't tell whether its own limit did that or the machine, and what it says of it is no
//! evidence. So the machine is asked for as much from outside, by a copy of the calling program that takes all that a run may take
//! and holds it. Nothing that a judged program does has any part in that.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::thread;

use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit};

use super::cage::Cage;
use super::cgroups;
use super::jailed::{Jailed, Launcher};
use crate::ended::How;
use crate::error::Error;
use crate::limits::Limits;
use crate::promise::Room;
use crate::spec::Spec;
use crate::tier::Tier;

/// The first argument of the copy; the second says what it is to take.
pub(crate) const TAKE_ARG: &str = "--sandbox-take";

/// Threads that are tried beyond a run's own: what launches it, what grades it, and a compiler beside it need some, too.
const MARGIN: u64 = 48;
/// The stack of a thread of std.
const STACK: u64 = 2 << 20;
/// Private memory that a program has before it takes any.
const OF_THE_PROGRAM: u64 = 128 << 20;
/// Memory is taken in pieces of this size.
const PIECE: u64 = PIECE_LENGTH as u64;
const PIECE_LENGTH: usize = 16 << 20;
/// The most runs that are held at once. (Each holds some 40 MB of the kernel's memory.)
const HELD_AT_MOST: usize = 8;
/// Wall time that one may take, far beyond any load.
const WALL_MS: u64 = 300_000;

/// What limits promise, to be tried as often as wanted.
#[derive(Debug)]
pub struct Promise {
    launcher: Launcher,
    limits: Limits,
    _cage: Cage,
}

/// A run's worth of threads and memory, until this is dropped.
struct Held {
    _jailed: Jailed,
    _channel: UnixStream,
}

impl Promise {
    /// Of what judged programs may use in this tier. Nothing is tried yet.
    ///
    /// # Errors
    /// [`Error`]: nothing can be launched for it.
    pub fn new(tier: Tier, limits: &Limits) -> Result<Self, Error> {
        let cage = Cage::new()?;
        let mut spec = Spec::run(cage.program(), cage.work());
        let (threads, bytes) = (threads_of(limits), bytes_of(limits));
        spec.args = vec![TAKE_ARG.into(), format!("{threads} {bytes}").into()];
        spec.limits = Limits { threads: limits.threads.saturating_add(MARGIN), wall_ms: WALL_MS, ..*limits };
        Ok(Self { launcher: Launcher::new(tier, &spec)?, limits: *limits, _cage: cage })
    }

    /// Whether the machine gives a run now what it may use.
    ///
    /// # Errors
    /// What it does not give, why as far as that can be seen, and what to do.
    pub fn is_kept(&self) -> Result<(), String> {
        self.hold().map(drop)
    }

    /// How many runs side by side it gives that, `wanted` at most.
    #[must_use]
    pub fn room(&self, wanted: usize) -> Room {
        let mut held = Vec::new();
        while held.len() < wanted.min(HELD_AT_MOST) {
            match self.hold() {
                Ok(one) => held.push(one),
                Err(why) => return Room { runs: held.len(), why_no_more: Some(why) },
            }
        }
        // More than are held at once: of those the limits that can be read here have to do.
        let more = wanted - held.len();
        let limit = cgroups::of_processes().filter(|_| more > 0);
        let fit = |left: u64| usize::try_from(left / (self.limits.threads + MARGIN)).unwrap_or(usize::MAX);
        match limit.map_or(more, |limit| fit(limit.left())) {
            fit if fit < more => Room { runs: held.len() + fit, why_no_more: Some(self.suspects()) },
            _ => Room { runs: wanted, why_no_more: None },
        }
    }

    fn hold(&self) -> Result<Held, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{error}; {}", self.suspects());
        let (channel, theirs) = UnixStream::pair().map_err(|error| failed(&error))?;
        let mut jailed = self.launcher.launch(theirs.into()).map_err(|error| failed(&error))?;
        let mut said = String::new();
        // If it says nothing, its end says why.
        let _ = BufReader::new(&channel).read_line(&mut said);
        match Taken::from_line(&said) {
            Some(taken) => match self.missing(&taken) {
                None => Ok(Held { _jailed: jailed, _channel: channel }),
                Some(missing) => Err(failed(&missing)),
            },
            None => Err(match jailed.wait().how {
                How::Signal(SIGKILL) => failed(&"what tried that was killed: the machine ran out of memory"),
                other => failed(&format_args!("what tried that ended early: {other:?}")),
            }),
        }
    }

    /// What was not to be had, in words.
    fn missing(&self, taken: &Taken) -> Option<String> {
        let error = io::Error::from_raw_os_error(taken.error);
        let (threads, bytes) = (threads_of(&self.limits), bytes_of(&self.limits));
        if taken.threads < threads {
            let (had, promised) = (taken.threads, self.limits.threads);
            return Some(format!("a run may have {promised} threads, and {had} could be started: {error}"));
        }
        let mebibytes = |bytes: u64| bytes >> 20;
        (taken.bytes < bytes).then(|| {
            let had = mebibytes(self.limits.data_bytes - bytes + taken.bytes);
            let promised = mebibytes(self.limits.data_bytes);
            format!("a run may use {promised} MiB of memory, and {had} MiB could be had: {error}")
        })
    }

    /// What may be the cause, of what can be read here.
    fn suspects(&self) -> String {
        let mut found = Vec::new();
        let threads = self.limits.threads + MARGIN;
        if let Some(limit) = cgroups::of_processes().filter(|limit| limit.most < threads * MANY) {
            found.push(format!(
                "{} is {}: allow {threads} for each hand-in that is graded side by side (`docker run --pids-limit=…`)",
                limit.file.display(),
                limit.most
            ));
        }
        if let Some(limit) = cgroups::of_memory().filter(|limit| limit.most < self.limits.data_bytes) {
            found.push(format!("{} is {} MiB: allow more", limit.file.display(), limit.most >> 20));
        }
        let of_user = [
            (Resource::RLIMIT_NPROC, 1, threads * MANY, "-u"),
            (Resource::RLIMIT_AS, 1 << 10, self.limits.address_space_bytes(), "-v"),
        ];
        for (resource, unit, enough, flag) in of_user {
            if let Ok((_, most)) = getrlimit(resource)
                && most != RLIM_INFINITY
                && most < enough
            {
                found.push(format!(
                    "`ulimit {flag}` is {}: raise it (`ulimit {flag} unlimited`)",
                    most / unit
                ));
            }
        }
        if fs::read_to_string("/proc/sys/vm/overcommit_memory").is_ok_and(|mode| mode.trim() == "2") {
            found.push(
                "vm.overcommit_memory is 2, so that memory counts before it is used: set it to 0".to_owned(),
            );
        }
        if found.is_empty() {
            found.push("look for a limit on processes or memory, of the container or of the user".to_owned());
        }
        found.join("; ")
    }
}

/// A limit of so many runs is none to suspect.
const MANY: u64 = 16;

/// The threads that are taken, the main one left out.
fn threads_of(limits: &Limits) -> u64 {
    let for_stacks = limits.data_bytes.saturating_sub(OF_THE_PROGRAM) / STACK;
    limits.threads.saturating_add(MARGIN - 1).min(for_stacks)
}

/// The memory that is taken besides.
fn bytes_of(limits: &Limits) -> u64 {
    limits.data_bytes.saturating_sub(OF_THE_PROGRAM + threads_of(limits) * STACK) / PIECE * PIECE
}

/// What the copy could take.
#[derive(Debug, PartialEq, Eq)]
struct Taken {
    threads: u64,
    bytes: u64,
    /// Why it could take no more, as the system numbers errors; 0 if it could.
    error: i32,
}

impl Taken {
    fn from_line(line: &str) -> Option<Self> {
        let mut figures = line.strip_suffix('\n')?.split(' ');
        let taken = Self {
            threads: figures.next()?.parse().ok()?,
            bytes: figures.next()?.parse().ok()?,
            error: figures.next()?.parse().ok()?,
        };
        figures.next().is_none().then_some(taken)
    }
}

/// The copy's whole life: it takes so many threads and bytes, says what it got and holds it until nobody wants it any more.
pub(crate) fn take(wanted: &str) -> ! {
    let mut figures = wanted.split(' ').map(|figure| figure.parse().unwrap_or(0_u64));
    let (threads, bytes) = (figures.next().unwrap_or(0), figures.next().unwrap_or(0));
    let mut taken = Taken { threads: 0, bytes: 0, error: 0 };
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    while taken.error == 0 && taken.threads < threads {
        match thread::Builder::new().spawn(|| {
            loop {
                thread::park();
            }
        }) {
            Ok(_) => taken.threads += 1,
            Err(error) => taken.error = error.raw_os_error().unwrap_or(libc::EAGAIN),
        }
    }
    while taken.error == 0 && taken.bytes < bytes {
        let mut piece = Vec::new();
        match piece.try_reserve_exact(PIECE_LENGTH) {
            Ok(()) => taken.bytes += PIECE,
            Err(_) => taken.error = libc::ENOMEM,
        }
        pieces.push(piece);
    }
    let Taken { threads, bytes, error } = taken;
    let tell = || -> io::Result<()> {
        let mut channel = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        writeln!(channel, "{threads} {bytes} {error}")?;
        channel.read_exact(&mut [0])
    };
    // Nobody is there to hear of a failure.
    let _ = tell();
    drop(std::hint::black_box(pieces));
    std::process::exit(0)
}

const SIGKILL: i32 = 9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_a_run_may_use_is_tried() {
        let limits = Limits { data_bytes: 3 << 30, threads: 1200, ..Limits::default() };
        assert_eq!(threads_of(&limits), 1200 + MARGIN - 1);
        let bytes = threads_of(&limits) * STACK + bytes_of(&limits);
        assert!((3 << 30) - bytes < OF_THE_PROGRAM + PIECE + STACK, "{bytes}");
        // Where its stacks alone are more than it may use, as many as may be.
        let small = Limits { data_bytes: 512 << 20, ..limits };
        assert_eq!((threads_of(&small), bytes_of(&small)), (192, 0));
    }

    #[test]
    fn what_was_taken_is_read_strictly() {
        assert_eq!(Taken::from_line("7 8 11\n"), Some(Taken { threads: 7, bytes: 8, error: 11 }));
        for line in ["", "7 8 11", "7 8\n", "7 8 11 1\n", "a 8 11\n"] {
            assert_eq!(Taken::from_line(line), None, "{line:?}");
        }
    }
}
