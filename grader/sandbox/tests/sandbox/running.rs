//! Running and watching: what the caller learns is exact, and honest programs are not hindered.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::thread;

use libtest_mimic::Trial;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use sandbox::{How, Tier};

use crate::stage::{Running, Stage};
use crate::trials::{Bench, ensure, expect_how, text};

type Run = fn(Tier) -> Result<(), String>;

const TRIALS: [(&str, Run); 16] = [
    ("streams_and_channel", streams_and_channel),
    ("exit_codes", exit_codes),
    ("signals", signals),
    ("environment", environment),
    ("a_thousand_threads", a_thousand_threads),
    ("a_thousand_threads_with_large_stacks", a_thousand_threads_with_large_stacks),
    ("many_programs_side_by_side", many_programs_side_by_side),
    ("its_threads_can_be_watched", its_threads_can_be_watched),
    ("signals_to_its_own_threads", |tier| runs(tier, "signal-threads")),
    ("backtrace_with_names", backtrace_with_names),
    ("nothing_is_left_of_separate_debug_information", nothing_is_left_of_separate_debug_information),
    ("epoll_and_eventfd", |tier| runs(tier, "readiness")),
    ("everything_on_the_channel", |tier| runs(tier, "channel")),
    ("scratch_files", scratch_files),
    ("a_forged_result_counts_nothing", a_forged_result_counts_nothing),
    ("ignored_signals_are_not_inherited", ignored_signals_are_not_inherited),
];

pub(crate) fn trials(bench: &Bench) -> Vec<Trial> {
    TRIALS.iter().flat_map(|(name, run)| bench.each(&format!("running::{name}"), &Tier::ALL, *run)).collect()
}

fn runs(tier: Tier, verb: &str) -> Result<(), String> {
    let stage = Stage::new();
    expect_how(&Running::to_the_end(tier, &stage.verb(&[verb])), How::Exit(0))
}

fn streams_and_channel(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut running = Running::start(tier, &stage.verb(&["greet"]));
    let mut answer = [0];
    running.channel.write_all(b"a").and_then(|()| running.channel.read_exact(&mut answer)).map_err(text)?;
    ensure(answer == *b"b", format!("the answer was {answer:?}"))?;
    let ended = running.jailed.wait();
    expect_how(&ended, How::Exit(0))?;
    ensure(ended.stdout.text() == "to stdout\n", ended.stdout.text())?;
    ensure(ended.stderr.text() == "to stderr\n", ended.stderr.text())?;
    ensure(running.jailed.wait() == ended, "asked again, the result was another")
}

fn exit_codes(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    for code in [0, 1, 7, 125, 128, 134, 255] {
        let ended = Running::to_the_end(tier, &stage.verb(&["exit", &code.to_string()]));
        expect_how(&ended, How::Exit(code))?;
    }
    let ended = Running::to_the_end(tier, &stage.verb(&["panic"]));
    expect_how(&ended, How::Exit(101))?;
    ensure(ended.stderr.text().contains("on purpose"), ended.stderr.text())
}

fn signals(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let ended = Running::to_the_end(tier, &stage.verb(&["abort"]));
    expect_how(&ended, How::Signal(Signal::SIGABRT as i32))?;
    // Where it may not read its maps, std can't tell the end of the main thread's stack from any other fault.
    let ended = Running::to_the_end(tier, &stage.verb(&["overflow"]));
    let ran_out = [Signal::SIGABRT, Signal::SIGSEGV].map(|signal| How::Signal(signal as i32));
    ensure(ran_out.contains(&ended.how), format!("{:?}", ended.how))?;
    for signal in [Signal::SIGTERM, Signal::SIGKILL, Signal::SIGUSR1, Signal::SIGSYS] {
        let ended = Running::to_the_end(tier, &stage.verb(&["kill-myself", &(signal as i32).to_string()]));
        expect_how(&ended, How::Signal(signal as i32))?;
    }
    Ok(())
}

fn environment(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut spec = stage.verb(&["environment"]);
    spec.env = vec![("LANG".into(), "C".into()), ("KIT".into(), "a=b c".into())];
    let work = spec.work_in(tier);
    let work = work.display();
    let expected =
        format!("HOME={work}\nKIT=a=b c\nLANG=C\nPATH=/usr/bin:/bin\nTMPDIR={work}\ndirectory {work}\n");
    let ended = Running::to_the_end(tier, &spec);
    ensure(ended.stdout.text() == expected, ended.stdout.text())
}

fn a_thousand_threads(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut spec = stage.verb(&["threads", "1100"]);
    spec.env.push(("RUST_MIN_STACK".into(), (128 << 10).to_string().into()));
    expect_how(&Running::to_the_end(tier, &spec), How::Exit(0))
}

fn a_thousand_threads_with_large_stacks(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut spec = stage.verb(&["threads", "1100"]);
    spec.limits.data_bytes = 3 << 30;
    expect_how(&Running::to_the_end(tier, &spec), How::Exit(0))
}

/// The threads of one are not counted against the other, as far as the kernel can tell them apart.
fn many_programs_side_by_side(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut spec = stage.verb(&["threads", "200"]);
    spec.limits.threads = 210;
    let all: Vec<_> = (0..8).map(|_| Running::start(tier, &spec)).collect();
    all.into_iter().try_for_each(|mut running| expect_how(&running.jailed.wait(), How::Exit(0)))
}

/// What a judge needs in order to see that a program sleeps: each thread's state, system call, time slices and name.
fn its_threads_can_be_watched(tier: Tier) -> Result<(), String> {
    const SLEEPERS: usize = 5;
    let stage = Stage::new();
    let mut running = Running::start(tier, &stage.verb(&["sleepers", &SLEEPERS.to_string()]));
    running.channel.read_exact(&mut [0]).map_err(text)?;
    let observer = running.jailed.observer();
    let tasks = format!("/proc/{}/task", running.jailed.pid());
    let asleep = loop {
        let threads = look(&tasks)?;
        if threads.len() == SLEEPERS + 1 && threads.iter().all(|thread| thread.state == "S") {
            break threads;
        }
        // The verdict does not depend on how long this takes; a program that never sleeps is killed by its limits,
        // and then there is nothing to look at.
        thread::yield_now();
    };
    drop(observer);
    let names: BTreeSet<_> = asleep.iter().map(|thread| thread.name.as_str()).collect();
    ensure((0..SLEEPERS).all(|index| names.contains(&*format!("sleeper-{index}"))), format!("{names:?}"))?;
    let main =
        asleep.iter().find(|thread| thread.id == running.jailed.pid().to_string()).ok_or("no main thread")?;
    ensure(main.call.starts_with(&format!("{} 0x0 ", libc::SYS_read)), format!("main is in {}", main.call))?;
    let waits = |thread: &&Looked| thread.call.starts_with(&format!("{} 0x", libc::SYS_futex));
    ensure(asleep.iter().filter(waits).count() == SLEEPERS, "the others wait in a futex")
}

struct Looked {
    id: String,
    state: String,
    name: String,
    call: String,
}

fn look(tasks: &str) -> Result<Vec<Looked>, String> {
    let read = |id: &str, file: &str| {
        fs::read_to_string(format!("{tasks}/{id}/{file}")).map_err(|error| format!("{file}: {error}"))
    };
    let mut threads = Vec::new();
    for entry in fs::read_dir(tasks).map_err(text)?.flatten() {
        let id = entry.file_name().to_string_lossy().into_owned();
        let stat = read(&id, "stat")?;
        let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').next()).ok_or("no state")?;
        let slices = read(&id, "schedstat")?;
        ensure(slices.split_whitespace().count() == 3, format!("schedstat says {slices:?}"))?;
        let (name, call) = (read(&id, "comm")?.trim().to_owned(), read(&id, "syscall")?);
        threads.push(Looked { state: state.to_owned(), id, name, call });
    }
    Ok(threads)
}

fn backtrace_with_names(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let ended = Running::to_the_end(tier, &stage.verb(&["backtrace"]));
    expect_how(&ended, How::Exit(0))?;
    ensure(ended.stdout.text().contains("marked_function"), ended.stdout.text())
}

/// Only a file system of its own can leave something out of what it shows.
fn nothing_is_left_of_separate_debug_information(tier: Tier) -> Result<(), String> {
    const DIRECTORY: &str = "/usr/lib/debug";
    if tier != Tier::Namespaces || !Path::new(DIRECTORY).is_dir() {
        return Ok(());
    }
    let ended = Running::to_the_end(tier, &Stage::new().verb(&["list", DIRECTORY]));
    ensure(ended.stdout.text().trim() == "[]", ended.stdout.text())
}

fn scratch_files(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let ended = Running::to_the_end(tier, &stage.verb(&["scratch", "."]));
    match tier {
        Tier::Landlock => expect_how(&ended, How::Exit(101)),
        Tier::Namespaces | Tier::Limits => expect_how(&ended, How::Exit(0)),
    }
}

fn a_forged_result_counts_nothing(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    expect_how(&Running::to_the_end(tier, &stage.verb(&["forge"])), How::Exit(7))
}

/// A signal that the caller ignores would be ignored across every exec.
#[expect(unsafe_code, reason = "sigaction may install handlers")]
fn ignored_signals_are_not_inherited(tier: Tier) -> Result<(), String> {
    let ignore = SigAction::new(SigHandler::SigIgn, SaFlags::empty(), SigSet::empty());
    // SAFETY: ignoring a signal installs no handler; nobody sends this one to the test program.
    unsafe { sigaction(Signal::SIGUSR2, &ignore) }.map_err(text)?;
    let stage = Stage::new();
    let signal = (Signal::SIGUSR2 as i32).to_string();
    let ended = Running::to_the_end(tier, &stage.verb(&["kill-myself", &signal]));
    expect_how(&ended, How::Signal(Signal::SIGUSR2 as i32))
}
