//! Programs that do what judged programs, and the kit's own code in them, have to be able to do.

#![expect(unsafe_code, reason = "signals and descriptors by number")]

use std::backtrace::Backtrace;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;
use std::process::{abort, exit};
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::Duration;

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::eventfd::EventFd;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

use super::{check, number};

/// How often the program has prepared itself.
static PREPARATIONS: AtomicI32 = AtomicI32::new(0);

/// The verb of a program that does not live to see itself prepared.
const DIES_PREPARED: &str = "dies-prepared";

pub(crate) fn prepare() {
    if std::env::args().any(|argument| argument == DIES_PREPARED) {
        abort();
    }
    PREPARATIONS.fetch_add(1, Ordering::Relaxed);
}

fn preparations() -> i32 {
    PREPARATIONS.load(Ordering::Relaxed)
}

/// Runs the verb and ends the process, if it is one of these.
pub(super) fn run(verb: &str, args: &[&str]) {
    match (verb, args) {
        ("exit", [code]) => exit(number(code)),
        ("preparations" | DIES_PREPARED, []) => exit(preparations()),
        ("panic", []) => panic!("on purpose"),
        ("abort", []) => abort(),
        ("overflow", []) => println!("{}", overflow(1)),
        ("kill-myself", [signal]) => kill_myself(number(signal)),
        ("greet", []) => greet(),
        ("environment", []) => environment(),
        ("threads", [count]) => threads(number(count)),
        ("sleepers", [count]) => sleepers(number(count)),
        ("signal-threads", []) => signal_threads(),
        ("backtrace", []) => println!("{}", marked_function()),
        ("readiness", []) => readiness().expect("readiness"),
        ("channel", []) => channel().expect("the channel"),
        ("forge", []) => forge(),
        ("scratch", [directory]) => scratch(directory).expect("scratch files"),
        ("leave", []) => leave(),
        _ => return,
    }
    exit(0)
}

fn overflow(depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 64]);
    if depth == u64::MAX { 0 } else { overflow(depth + 1) + frame[3] }
}

fn kill_myself(signal: i32) {
    // SAFETY: a signal to this process.
    unsafe { libc::raise(signal) };
}

/// Says something on each stream and answers on the channel.
fn greet() {
    println!("to stdout");
    eprintln!("to stderr");
    let mut byte = [0];
    io::stdin().read_exact(&mut byte).expect("a byte");
    own_channel().write_all(&[byte[0] + 1]).expect("an answer");
}

fn own_channel() -> UnixStream {
    UnixStream::from(io::stdin().as_fd().try_clone_to_owned().expect("a descriptor"))
}

fn environment() {
    let mut all: Vec<String> = std::env::vars().map(|(name, value)| format!("{name}={value}")).collect();
    all.sort();
    println!("{}", all.join("\n"));
    println!("directory {}", std::env::current_dir().expect("a directory").display());
}

/// All of them alive at the same time.
fn threads(count: i32) {
    let count = usize::try_from(count).expect("a count");
    let all_there = Arc::new(Barrier::new(count));
    let start = |_| {
        let all_there = Arc::clone(&all_there);
        thread::Builder::new().spawn(move || all_there.wait()).expect("a thread")
    };
    let handles: Vec<_> = (0..count).map(start).collect();
    for handle in handles {
        handle.join().expect("a thread");
    }
}

/// Named threads that sleep forever, and a main thread that waits for the judge.
fn sleepers(count: i32) {
    let (keep, sleep) = mpsc::channel::<()>();
    let sleep = Arc::new(std::sync::Mutex::new(sleep));
    for index in 0..count {
        let sleep = Arc::clone(&sleep);
        let wait = move || sleep.lock().expect("a lock").recv();
        thread::Builder::new().name(format!("sleeper-{index}")).spawn(wait).expect("a thread");
    }
    own_channel().write_all(b"!").expect("a word");
    let _ = io::stdin().read(&mut [0]);
    drop(keep);
}

static SIGNALLED: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count_signal(_: i32) {
    SIGNALLED.fetch_add(1, Ordering::SeqCst);
}

/// A thread sends its siblings a signal, as the kit does to get their stack traces.
fn signal_threads() {
    let action = SigAction::new(SigHandler::Handler(count_signal), SaFlags::SA_RESTART, SigSet::empty());
    // SAFETY: the handler only counts.
    unsafe { sigaction(Signal::SIGUSR1, &action) }.expect("a handler");
    let (tell, told) = mpsc::channel();
    for _ in 0..5 {
        let tell = tell.clone();
        thread::spawn(move || {
            // SAFETY: takes nothing.
            tell.send(unsafe { libc::gettid() }).expect("a listener");
            thread::sleep(Duration::from_mins(10));
        });
    }
    for thread in told.iter().take(5) {
        // SAFETY: takes numbers; the thread is alive.
        let sent = unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), thread, libc::SIGUSR1) };
        check(sent).expect("a signal to a sibling");
    }
    while SIGNALLED.load(Ordering::SeqCst) < 5 {
        thread::yield_now();
    }
}

/// A backtrace needs the program's own file.
#[inline(never)]
fn marked_function() -> String {
    File::open(std::env::current_exe().expect("a path")).expect("its own program");
    format!("{}", Backtrace::force_capture())
}

/// What an asynchronous runtime stands on: epoll, eventfd, a socket pair, and non-blocking reads.
fn readiness() -> io::Result<()> {
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
    let event = EventFd::new()?;
    epoll.add(&event, EpollEvent::new(EpollFlags::EPOLLIN, 7))?;
    event.write(1)?;
    let mut ready = [EpollEvent::empty()];
    assert_eq!(epoll.wait(&mut ready, EpollTimeout::NONE)?, 1);
    assert_eq!(ready[0].data(), 7);
    let (one, mut other) = UnixStream::pair()?;
    other.set_nonblocking(true)?;
    assert_eq!(other.read(&mut [0]).expect_err("nothing there").kind(), io::ErrorKind::WouldBlock);
    drop(one);
    assert_eq!(other.read(&mut [0])?, 0);
    assert!(thread::available_parallelism().is_ok());
    Ok(())
}

/// Everything that std offers on the inherited socket.
fn channel() -> io::Result<()> {
    let mut channel = own_channel();
    channel.set_read_timeout(Some(Duration::from_millis(1)))?;
    assert_eq!(channel.read(&mut [0]).expect_err("nothing there").kind(), io::ErrorKind::WouldBlock);
    channel.set_read_timeout(None)?;
    channel.set_nonblocking(true)?;
    channel.set_nonblocking(false)?;
    assert!(channel.take_error()?.is_none());
    assert!(channel.peer_addr()?.is_unnamed());
    channel.write_all(b"!")
}

/// Writes well-formed result records to whatever is open, and then ends differently.
fn forge() {
    for descriptor in (0..1024).filter(|descriptor| *descriptor != io::stdin().as_raw_fd()) {
        for record in ["started", "ended\0exit\x000\x000", "ended\0stopped\x000\x000"] {
            // SAFETY: bytes that outlive the call; a closed descriptor is an error that is of no interest.
            unsafe { libc::write(descriptor, record.as_ptr().cast(), record.len()) };
        }
    }
    for entry in fs::read_dir("/proc/self/fd").into_iter().flatten().flatten() {
        let _ = fs::write(entry.path(), "ended\0exit\x000\x000");
    }
    exit(7)
}

/// Leaves a file where it may write, and ends differently where one is.
fn leave() {
    let left = std::env::temp_dir().join("left");
    if left.exists() {
        exit(9)
    }
    // Where it may not write there is nothing to find.
    let _ = fs::write(left, "left");
}

fn scratch(directory: &str) -> io::Result<()> {
    let path = format!("{directory}/scratch");
    fs::write(&path, "scratch")?;
    assert_eq!(fs::read(&path)?, b"scratch");
    fs::remove_file(path)
}
