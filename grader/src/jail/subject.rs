//! Launches judged programs for the judge: each program in a sandbox of its own, with nothing in view but the program itself.

use std::any::Any;
use std::collections::BTreeMap;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use judge::channel::{ADAPTER_VARIABLE, SUBJECT_VARIABLE};
use judge::engine::launch::{Launch, OUTPUT_KEPT, Process, Sight, Subject};
use judge::run::Exit;
use sandbox::{How, Jailed, Launcher, Limits, Spec, Tier};

use super::Jail;

/// What a judged program may use up. Every figure is a backstop behind the judge, and far beyond what an answer needs.
pub(super) const LIMITS: Limits = Limits {
    // The largest budget of a run is 100 s (ten times that of the largest scenario); the kernel may strike early.
    cpu_seconds: 180,
    // 1,100 threads with std's stacks of 2 MiB, and some heap.
    data_bytes: 3 << 30,
    file_bytes: 8 << 20,
    open_files: 256,
    threads: 1200,
    work_bytes: 16 << 20,
    // Of each of the two streams.
    output_bytes: OUTPUT_KEPT / 2,
    // The judge gives up earlier, and says why.
    wall_ms: 3_600_000,
};

/// A program in its jail; each launch is another run.
pub struct Cell {
    launcher: Result<Launcher, String>,
    sight: Sight,
}

impl Jail {
    /// Where this program runs, serving the adapter of this `seat` (where each exercise has one answer, its number), and whether it may
    /// start `processes`; `scratch` is an empty folder. As root, both must be open to other users.
    #[must_use]
    pub fn cell(self, program: &Path, scratch: &Path, seat: &str, processes: bool) -> Cell {
        let mut spec = Spec::run(program, scratch);
        spec.env = vec![(SUBJECT_VARIABLE.into(), "stdin".into()), (ADAPTER_VARIABLE.into(), seat.into())];
        spec.limits = if processes { of_several() } else { LIMITS };
        (spec.forks, spec.processes) = (!processes, processes);
        let held = if processes { self.holds_processes() } else { Ok(()) };
        let launcher = held.and_then(|()| Launcher::new(self.tier, &spec).map_err(|error| error.to_string()));
        Cell { launcher, sight: self.sight }
    }

    /// Whether a program that starts processes can be judged in this tier: asked once.
    fn holds_processes(self) -> Result<(), String> {
        static HELD: Mutex<BTreeMap<Tier, Result<(), String>>> = Mutex::new(BTreeMap::new());
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        let held = held.entry(self.tier).or_insert_with(|| sandbox::holds_processes(self.tier));
        held.clone().map_err(|why| {
            format!("programs that start processes are not judged in the sandbox `{}` here: {why}", self.tier)
        })
    }
}

/// The same for a program that starts processes, each of them.
fn of_several() -> Limits {
    Limits { output_bytes: LIMITS.output_bytes, wall_ms: LIMITS.wall_ms, ..Limits::with_processes() }
}

impl Launch for Cell {
    fn launch(&self) -> io::Result<Subject> {
        let (ours, theirs) = UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        let launcher = self.launcher.as_ref().map_err(|why| io::Error::other(why.clone()))?;
        let jailed = launcher.launch(theirs.into()).map_err(io::Error::other)?;
        let pid = u32::try_from(jailed.pid()).map_err(io::Error::other)?;
        Ok(Subject { channel: ours.into(), pid, process: Box::new(Inmate(jailed)), entrance: None })
    }

    fn prepare_to_tell(&self) {
        if let Ok(launcher) = &self.launcher {
            launcher.prepare();
        }
    }

    fn sight(&self) -> Sight {
        self.sight
    }
}

/// A judged program in the sandbox.
struct Inmate(Jailed);

impl Process for Inmate {
    fn kill(&mut self) {
        self.0.stop();
    }

    fn wait(&mut self) -> io::Result<Exit> {
        exit_of(self.0.wait().how)
    }

    fn output(&mut self) -> String {
        let ended = self.0.wait();
        ended.stdout.text() + &ended.stderr.text()
    }

    fn observer(&self) -> Box<dyn Any> {
        Box::new(self.0.observer())
    }
}

/// How a program ended, as far as it was its own doing.
fn exit_of(how: How) -> io::Result<Exit> {
    match how {
        How::Exit(status) => Ok(Exit::Status(status)),
        // The limits that are the program's own fault have signals and errors of their own.
        How::Signal(SIGKILL) => Err(io::Error::other(
            "the judged program was killed from outside (SIGKILL), most likely because the machine ran out of memory",
        )),
        How::Signal(signal) => Ok(Exit::Signal(signal)),
        How::WorkLimit => Ok(Exit::TooManyFiles),
        // It closed its channel and went on.
        How::Stopped => Ok(Exit::Unknown),
        How::WallLimit => Err(io::Error::other("the judged program did not end within an hour")),
        How::NoResult => Err(io::Error::other("the sandbox's launcher ended without a result")),
    }
}

const SIGKILL: i32 = 9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_doing_is_no_ones_exit() {
        for how in [How::Signal(SIGKILL), How::WallLimit, How::NoResult] {
            assert!(exit_of(how).is_err(), "{how:?}");
        }
        assert_eq!(exit_of(How::Signal(6)).ok(), Some(Exit::Signal(6)));
        assert_eq!(exit_of(How::WorkLimit).ok(), Some(Exit::TooManyFiles));
    }
}
