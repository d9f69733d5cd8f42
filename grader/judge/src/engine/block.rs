//! The block of memory that the processes of a run share: made by the judge, mapped by each of them, read by the judge alone.
//!
//! On Linux it is memory without a name, sealed so that nobody makes it longer or shorter or runs what is in it, and its descriptor goes to
//! each process over that one's own channel. Where no descriptors can be sent it is a temporary file.
//!
//! Invariant: whatever is in it may be the student's. The judge reads so many bytes as it has made, and decides nothing by what it finds
//! but by the policies of the exercise.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use crate::channel::Stream;
use crate::scenario::Scenario;
use crate::wire::ToSubject;

pub(super) struct Block {
    file: File,
    slots: usize,
    /// `None`: it has no name.
    path: Option<PathBuf>,
}

/// What was read of a block.
pub(super) enum Held {
    Slots(Vec<u64>),
    /// It changes under the judge's eyes: somebody runs.
    Changing,
    /// It is shorter than it was made, as may be with a file: by the student's doing.
    Cut,
}

/// The bytes of a slot.
const SLOT: usize = size_of::<u64>();

impl Block {
    /// The one that the scenario asks for, for a subject with this channel.
    ///
    /// # Errors
    /// Those of the system, which has no memory or no room.
    pub(super) fn of(scenario: &Scenario, channel: &Stream) -> io::Result<Option<Self>> {
        let Some(slots) = scenario.block else { return Ok(None) };
        #[cfg(target_os = "linux")]
        if matches!(channel, Stream::Pair(_)) {
            return Self::sealed(slots).map(Some);
        }
        let _ = channel;
        Self::in_a_file(slots).map(Some)
    }

    #[cfg(target_os = "linux")]
    fn sealed(slots: usize) -> io::Result<Self> {
        use nix::errno::Errno;
        use nix::fcntl::{FcntlArg, SealFlag, fcntl};
        use nix::sys::memfd::{MFdFlags, memfd_create};

        let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
        let noexec = MFdFlags::from_bits_retain(libc::MFD_NOEXEC_SEAL);
        let memory = match memfd_create("block", flags | noexec) {
            // Before Linux 6.3.
            Err(Errno::EINVAL) => memfd_create("block", flags),
            made => made,
        }?;
        let file = File::from(memory);
        file.set_len((slots * SLOT) as u64)?;
        let seals = SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW | SealFlag::F_SEAL_SEAL;
        fcntl(&file, FcntlArg::F_ADD_SEALS(seals))?;
        Ok(Self { file, slots, path: None })
    }

    fn in_a_file(slots: usize) -> io::Result<Self> {
        let name = format!("judge-block-{}-{:016x}", std::process::id(), fastrand::u64(..));
        let path = std::env::temp_dir().join(name);
        let mut options = File::options();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let block = Self { file: options.open(&path)?, slots, path: Some(path) };
        block.file.set_len((slots * SLOT) as u64)?;
        Ok(block)
    }

    /// What a process is told of it.
    pub(super) fn message(&self) -> ToSubject {
        let file = self.path.as_ref().map(|path| path.to_string_lossy().into_owned());
        ToSubject::Block { slots: self.slots as u64, file }
    }

    /// What goes along with that.
    #[cfg(unix)]
    pub(super) fn descriptor(&self) -> Option<std::os::fd::BorrowedFd<'_>> {
        use std::os::fd::AsFd;
        self.path.is_none().then(|| self.file.as_fd())
    }

    /// What it holds.
    ///
    /// # Errors
    /// Those of the system.
    pub(super) fn read(&self) -> io::Result<Held> {
        let [first, second] = [self.bytes()?, self.bytes()?];
        if second.len() < self.slots * SLOT {
            return Ok(Held::Cut);
        }
        let numbers = || first.as_chunks().0.iter().map(|bytes| u64::from_ne_bytes(*bytes)).collect();
        Ok(if first == second { Held::Slots(numbers()) } else { Held::Changing })
    }

    fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.slots * SLOT];
        let mut have = 0;
        while have < bytes.len() {
            match self.read_at(&mut bytes[have..], have as u64) {
                Ok(0) => break,
                Ok(more) => have += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(have);
        Ok(bytes)
    }

    #[cfg(unix)]
    fn read_at(&self, bytes: &mut [u8], at: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, bytes, at)
    }

    #[cfg(windows)]
    fn read_at(&self, bytes: &mut [u8], at: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.file, bytes, at)
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // What is left of it lies where temporary files are cleared away.
            let _ = fs::remove_file(path);
        }
    }
}
