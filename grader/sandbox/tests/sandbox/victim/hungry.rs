//! Programs that use up what there is, up to a bound of their own.

#![expect(unsafe_code, reason = "the attacks make system calls that no safe code makes")]

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::FromRawFd;
use std::thread;
use std::time::Duration;

use super::check;

const MIB: usize = 1 << 20;
/// More than any limit of the trials, and still harmless.
const CPU_SECONDS: u64 = 30;

pub(super) fn attack(verb: &str, args: &[&str]) -> Option<io::Result<()>> {
    Some(match (verb, args) {
        ("heap", []) => heap(2048 * MIB),
        ("memfd", []) => memfd(2048 * MIB),
        ("spin", []) => {
            spin();
            Ok(())
        }
        ("spin-ignoring-xcpu", []) => {
            // SAFETY: ignoring a signal installs no handler.
            unsafe { libc::signal(libc::SIGXCPU, libc::SIG_IGN) };
            spin();
            Ok(())
        }
        ("spin-children", []) => spin_in_a_child(),
        ("sleep", []) => wait_for_input(),
        ("big-file", [path]) => File::create(path).and_then(|mut file| fill(&mut file, 64)),
        ("many-files", [directory]) => many_files(directory),
        ("tiny-files", [directory]) => tiny_files(directory),
        ("big-output", []) => {
            fill(&mut io::stdout().lock(), 64).and_then(|()| fill(&mut io::stderr().lock(), 3))
        }
        ("many-threads", [count]) => many_threads(super::number(count)),
        _ => return None,
    })
}

fn heap(bytes: usize) -> io::Result<()> {
    let mut memory: Vec<u8> = Vec::new();
    memory.try_reserve_exact(bytes).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    // A page of it, so that nothing optimises it away.
    memory.extend_from_slice(&[1; 4096]);
    println!("{}", memory.capacity());
    Ok(())
}

fn memfd(bytes: usize) -> io::Result<()> {
    // SAFETY: a string that outlives the call.
    let descriptor = check(unsafe { libc::memfd_create(c"hoard".as_ptr(), 0) })?;
    let descriptor = i32::try_from(descriptor).expect("a descriptor");
    // SAFETY: made just now; nobody else has it.
    let mut file = unsafe { File::from_raw_fd(descriptor) };
    fill(&mut file, bytes / MIB)
}

fn spin() {
    while cpu_seconds() < CPU_SECONDS {
        std::hint::black_box((0..100_000_u64).sum::<u64>());
    }
}

fn cpu_seconds() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a structure that outlives the call, which fills it.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    u64::try_from(time.tv_sec).unwrap_or(0)
}

fn spin_in_a_child() -> io::Result<()> {
    super::processes::start_again(&["spin"])?.wait().map(|status| println!("{status}"))
}

/// Blocks until the judge says something, or is gone.
fn wait_for_input() -> io::Result<()> {
    io::stdin().read(&mut [0]).map(drop)
}

fn fill(to: &mut impl Write, mib: usize) -> io::Result<()> {
    let block = vec![b'x'; MIB];
    (0..mib).try_for_each(|_| to.write_all(&block))
}

fn many_files(directory: &str) -> io::Result<()> {
    (0..64).try_for_each(|index| {
        File::create(format!("{directory}/{index}")).and_then(|mut file| fill(&mut file, 1))
    })
}

/// No bytes at all, only names.
fn tiny_files(directory: &str) -> io::Result<()> {
    (0..20_000).try_for_each(|index| File::create(format!("{directory}/{index}")).map(drop))
}

fn many_threads(count: i32) -> io::Result<()> {
    let nap = || thread::Builder::new().stack_size(0).spawn(|| thread::sleep(Duration::from_mins(1)));
    (0..count).try_for_each(|_| nap().map(drop))
}
