//! Which tiers this machine has. Asked the only way that can be trusted: by launching something in each of them.
//!
//! What is launched is a copy of the calling program with a private argument, the **canary**. It looks around from the
//! inside: does its channel work, can it have threads, does it see what it must not see? A tier whose fence has a hole
//! is not available.

use std::fmt;

use crate::tier::Tier;

/// The canary's first argument; the second is a file that it must not be able to read.
#[cfg(target_os = "linux")]
pub(crate) const CANARY_ARG: &str = "--sandbox-canary";

/// Which tiers this machine has, strongest first, and why it lacks the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    outcomes: Vec<(Tier, Result<(), String>)>,
}

impl Probe {
    /// The strongest tier there is. `None`: nothing can be launched at all; [`Probe::why_not`] says why.
    #[must_use]
    pub fn best(&self) -> Option<Tier> {
        self.available().next()
    }

    /// The tiers there are, strongest first.
    pub fn available(&self) -> impl Iterator<Item = Tier> {
        self.outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).map(|(tier, _)| *tier)
    }

    /// Why there is no such tier; `None` if there is.
    #[must_use]
    pub fn why_not(&self, tier: Tier) -> Option<&str> {
        self.outcomes.iter().find(|(other, _)| *other == tier)?.1.as_ref().err().map(String::as_str)
    }
}

/// One line for each tier.
impl fmt::Display for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (tier, outcome)) in self.outcomes.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            match outcome {
                Ok(()) => write!(f, "{separator}{tier}: available")?,
                Err(reason) => write!(f, "{separator}{tier}: not available: {reason}")?,
            }
        }
        Ok(())
    }
}

/// Tries every tier. It takes some milliseconds and starts a few processes, so ask once and keep the answer.
///
/// `main` must call [`launcher_main_if_asked`](crate::launcher_main_if_asked) first.
#[must_use]
pub fn probe() -> Probe {
    Probe { outcomes: Tier::ALL.into_iter().zip(outcomes()).collect() }
}

#[cfg(not(target_os = "linux"))]
fn outcomes() -> [Result<(), String>; 3] {
    let none = |tier| Err(crate::Error::Unsupported { tier }.to_string());
    [none(Tier::Namespaces), none(Tier::Landlock), Ok(())]
}

#[cfg(target_os = "linux")]
pub(crate) use on_linux::canary;
#[cfg(target_os = "linux")]
use on_linux::outcomes;

#[cfg(target_os = "linux")]
mod on_linux {
    use super::{CANARY_ARG, Tier};
    use crate::linux::Cage;
    use crate::{How, Spec, launch};
    use std::ffi::OsString;
    use std::fs;
    use std::io::{self, Read, Write};
    use std::net::TcpListener;
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;
    use std::thread;

    /// The exit code of a canary that ran, with a bit for each thing that it found.
    const RAN: i32 = 64;
    const NO_CHANNEL: i32 = 1;
    const NO_THREADS: i32 = 2;
    const SEES_SECRETS: i32 = 4;
    const HAS_NETWORK: i32 = 8;

    /// What the canary found, in words, and whether that is expected where there is no fence.
    const FINDINGS: [(i32, &str, bool); 4] = [
        (NO_CHANNEL, "its channel does not work", false),
        (NO_THREADS, "it cannot have threads", false),
        (SEES_SECRETS, "it can read files outside of its view", true),
        (HAS_NETWORK, "it can open network connections", true),
    ];

    pub(super) fn outcomes() -> [Result<(), String>; 3] {
        match Cage::new() {
            Ok(cage) => Tier::ALL.map(|tier| try_tier(&cage, tier)),
            Err(error) => Tier::ALL.map(|_| Err(error.to_string())),
        }
    }

    fn try_tier(cage: &Cage, tier: Tier) -> Result<(), String> {
        let mut spec = Spec::run(cage.program(), cage.work());
        spec.args = vec![CANARY_ARG.into(), cage.secret().into()];
        let (mut ours, theirs) = UnixStream::pair().map_err(|error| error.to_string())?;
        let mut jailed = launch(tier, &spec, theirs.into()).map_err(|error| error.to_string())?;
        // If it is gone already, its end says more than a failed conversation.
        let mut echo = [0];
        let _ = ours.write_all(b"?").and_then(|()| ours.read_exact(&mut echo));
        match jailed.wait().how {
            How::Exit(code) if code & !0xf == RAN => judge(tier, code, echo),
            other => Err(format!("the probe did not run through: {other:?}")),
        }
    }

    fn judge(tier: Tier, code: i32, echo: [u8; 1]) -> Result<(), String> {
        let found = if echo == *b"!" { code } else { code | NO_CHANNEL };
        let counts = |without_fence: bool| tier.is_sandboxed() || !without_fence;
        match FINDINGS.iter().find(|(bit, _, expected)| found & bit != 0 && counts(*expected)) {
            Some((_, finding, _)) => Err((*finding).to_owned()),
            None => Ok(()),
        }
    }

    /// The canary's whole life.
    pub(crate) fn canary(secret: Option<OsString>) -> ! {
        let bit = |is_so: bool, bit: i32| if is_so { bit } else { 0 };
        let found = bit(answer().is_err(), NO_CHANNEL)
            | bit(thread::Builder::new().spawn(|| ()).map(thread::JoinHandle::join).is_err(), NO_THREADS)
            | bit(secret.is_some_and(|path| fs::read(path).is_ok()), SEES_SECRETS)
            | bit(TcpListener::bind("127.0.0.1:0").is_ok(), HAS_NETWORK);
        std::process::exit(RAN | found)
    }

    fn answer() -> io::Result<()> {
        let mut channel = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        let mut question = [0];
        channel.read_exact(&mut question)?;
        channel.write_all(b"!")
    }
}
