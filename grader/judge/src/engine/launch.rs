//! Starting subjects: the one module of this crate that starts processes.

mod reaping;

use std::any::Any;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use super::loopback::Entrance;
#[cfg(unix)]
use crate::channel::AS_STANDARD_INPUT;
use crate::channel::{SUBJECT_VARIABLE, Stream};
use crate::run::Exit;

/// Bytes of output that are kept; the rest is read and thrown away.
pub const OUTPUT_KEPT: usize = 64 << 10;

/// Starts subjects.
pub trait Launch: Sync {
    /// Starts one, connected to the judge.
    ///
    /// # Errors
    /// Where the system does not start it: never the student's fault.
    fn launch(&self) -> io::Result<Subject>;

    /// A program that this started had to tell where its threads stand, which takes it long the first time. The next ones most
    /// likely have to, too: what that takes may be prepared once.
    fn prepare_to_tell(&self) {}

    /// How closely the judge looks at what this started.
    fn sight(&self) -> Sight {
        Sight::default()
    }
}

/// How closely a subject is looked at. What this machine lets a judge see, [`super::sight::probe`] finds out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sight {
    /// At each of its threads: whether it sleeps, and what it waits for.
    #[default]
    Threads,
    /// By its CPU time alone, which every system tells.
    CpuTime,
}

impl Sight {
    /// Its name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Threads => "threads",
            Self::CpuTime => "cpu-time",
        }
    }
}

/// A subject that runs.
pub struct Subject {
    /// The judge's end of the channel.
    pub channel: Stream,
    /// The process, as this process sees it.
    pub pid: u32,
    /// The process itself.
    pub process: Box<dyn Process>,
    /// Where its worker processes connect, where it has connected itself.
    pub entrance: Option<Entrance>,
}

/// The process of a subject.
pub trait Process: Send {
    /// Kills it and everything it started. May be called again.
    fn kill(&mut self);
    /// Waits until it has ended. Call it after [`Process::kill`]: then it ends.
    ///
    /// # Errors
    /// Where the system can't say, or ended it for reasons of its own: never the student's fault.
    fn wait(&mut self) -> io::Result<Exit>;
    /// What it printed, at most [`OUTPUT_KEPT`] bytes. Call it once, after [`Process::wait`].
    fn output(&mut self) -> String;
    /// While the result lives, the calling thread may look at the process's threads: where that takes rights of its own.
    fn observer(&self) -> Box<dyn Any> {
        Box::new(())
    }
}

/// A program on this machine, started without a sandbox.
pub struct Program {
    /// The program file.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// How closely it is looked at.
    pub sight: Sight,
}

impl Program {
    /// The program in this file, without arguments, to be looked at as closely as may be.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path, arguments: Vec::new(), sight: Sight::default() }
    }

    /// This very program, started again: how a visible test target judges itself.
    ///
    /// # Errors
    /// Where the system does not tell the program's path.
    pub fn this() -> io::Result<Self> {
        std::env::current_exe().or_else(|error| as_started().ok_or(error)).map(Self::new)
    }
}

/// This program by the path that it was started with: Linux tells no better one where there is no /proc.
fn as_started() -> Option<PathBuf> {
    let name = PathBuf::from(std::env::args_os().next()?);
    // A name alone may be that of any file.
    let path = if name.components().count() > 1 { std::path::absolute(name).ok()? } else { return None };
    path.is_file().then_some(path)
}

impl Launch for Program {
    fn launch(&self) -> io::Result<Subject> {
        self.launch_by(start)
    }

    fn sight(&self) -> Sight {
        self.sight
    }
}

/// A program started and watched as on a system with no socket pairs and no view of threads, wherever this runs: the
/// portable pair, to be tried where the better one can be compared with it.
pub struct Portable(pub Program);

impl Launch for Portable {
    fn launch(&self) -> io::Result<Subject> {
        self.0.launch_by(start_over_loopback)
    }

    fn sight(&self) -> Sight {
        Sight::CpuTime
    }
}

impl Program {
    fn launch_by(&self, start: fn(&mut Command) -> io::Result<Started>) -> io::Result<Subject> {
        #[expect(clippy::disallowed_methods, reason = "this is the module that starts processes")]
        let mut command = Command::new(&self.path);
        command.args(&self.arguments);
        // One pipe for both streams: what was printed stays in order.
        let (reader, writer) = io::pipe()?;
        command.stdout(writer.try_clone()?).stderr(writer);
        // Before it is started: there may be no thread to be had.
        let output = drain(reader)?;
        let Started { channel, child, entrance } = start(&mut command)?;
        // The command holds the pipe's writing ends; the reader would never see its end.
        drop(command);
        let pid = child.id();
        Ok(Subject { channel, pid, process: Box::new(Running { child, output }), entrance })
    }
}

struct Started {
    channel: Stream,
    child: Child,
    entrance: Option<Entrance>,
}

/// The channel is the subject's standard input: every other descriptor of this process closes on exec, so that no subject
/// inherits another's channel.
#[cfg(unix)]
fn start(command: &mut Command) -> io::Result<Started> {
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    let (ours, theirs) = UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    fence(command);
    command.env(SUBJECT_VARIABLE, AS_STANDARD_INPUT).stdin(Stdio::from(OwnedFd::from(theirs)));
    let child = command.spawn()?;
    // The child holds its own copy now: ours must go, or the end of the child would not end the channel.
    command.stdin(Stdio::null());
    Ok(Started { channel: ours.into(), child, entrance: None })
}

#[cfg(not(unix))]
use start_over_loopback as start;

/// The channel is a connection that the subject makes.
fn start_over_loopback(command: &mut Command) -> io::Result<Started> {
    let mut entrance = Entrance::open()?;
    fence(command);
    command.env(SUBJECT_VARIABLE, entrance.address()?).stdin(Stdio::null());
    let mut child = command.spawn()?;
    match entrance.admit(|| !matches!(child.try_wait(), Ok(None))) {
        Ok(stream) => Ok(Started { channel: stream.into(), child, entrance: Some(entrance) }),
        Err(error) => {
            let _ = child.kill();
            let _ = child.wait();
            Err(error)
        }
    }
}

/// Nothing of this process's surroundings.
#[cfg(unix)]
fn fence(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    // Backtraces name files as the compiler knew them only where they do not lie below the working directory.
    command.env_clear().current_dir("/").process_group(0);
}

/// Elsewhere a program needs its surroundings to start at all.
#[cfg(not(unix))]
fn fence(_command: &mut Command) {}

/// Reads to the end, so that the subject never waits for a full pipe, and hands over what is kept.
fn drain(mut reader: io::PipeReader) -> io::Result<Receiver<Vec<u8>>> {
    let (sender, receiver) = channel();
    std::thread::Builder::new().spawn(move || {
        let (mut kept, mut buffer) = (Vec::new(), [0; 8192]);
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            let room = OUTPUT_KEPT - kept.len();
            kept.extend_from_slice(&buffer[..count.min(room)]);
        }
        // Nobody may be left to ask for it.
        let _ = sender.send(kept);
    })?;
    Ok(receiver)
}

struct Running {
    child: Child,
    output: Receiver<Vec<u8>>,
}

impl Process for Running {
    fn kill(&mut self) {
        #[cfg(unix)]
        if let Ok(pid) = i32::try_from(self.child.id()) {
            // The group may have ended already.
            let _ =
                nix::sys::signal::killpg(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
        }
        let _ = self.child.kill();
    }

    fn wait(&mut self) -> io::Result<Exit> {
        // Whoever waits has killed it, and nothing survives that: this ends.
        reaping::wait(&mut self.child)
    }

    fn output(&mut self) -> String {
        // A process that the subject started may still hold the pipe: what it prints is nobody's.
        let bytes = self.output.recv_timeout(Duration::from_millis(500)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
        reaping::leave(&mut self.child);
    }
}
