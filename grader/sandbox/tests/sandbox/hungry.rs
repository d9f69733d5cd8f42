//! Attacks on what the machine has: CPU time, memory, disk, processes. The limits stop them in every tier.

use std::fs;
use std::os::fd::AsFd;
use std::time::Duration;

use libtest_mimic::Trial;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::signal::Signal;
use sandbox::{Ended, How, Tier};

use crate::stage::{Running, Stage};
use crate::trials::{Bench, ensure, expect_how};
use crate::victim::{DONE, REFUSED};

type Run = fn(Tier) -> Result<(), String>;

/// Attacks that the limits stop, in every tier.
const HUNGRY: [(&str, Run); 12] = [
    ("spin", spin),
    ("spin_ignoring_the_warning", spin_ignoring_the_warning),
    ("spin_in_a_child", spin_in_a_child),
    ("sleep", sleep),
    ("big_file", big_file),
    ("many_files", many_files),
    ("files_without_end", files_without_end),
    ("big_output", big_output),
    ("many_threads", many_threads),
    ("many_processes", many_processes),
    ("daemon", daemon),
    ("inherited_descriptors", inherited_descriptors),
];

pub(crate) fn trials(bench: &Bench) -> Vec<Trial> {
    HUNGRY.iter().flat_map(|(name, run)| bench.each(&format!("attack::{name}"), &Tier::ALL, *run)).collect()
}

fn run_verb(tier: Tier, verb: &str) -> Ended {
    let stage = Stage::new();
    let mut spec = stage.spec(&[verb.into()]);
    spec.limits.cpu_seconds = 1;
    Running::to_the_end(tier, &spec)
}

/// Less than any of these programs must have used up. (The kernel's limit counts timer ticks: under load it strikes
/// after two thirds of the time that is reported.)
const SOME_TIME: Option<Duration> = Some(Duration::from_millis(100));

fn spin(tier: Tier) -> Result<(), String> {
    let ended = run_verb(tier, "spin");
    expect_how(&ended, How::Signal(Signal::SIGXCPU as i32))?;
    ensure(ended.cpu >= SOME_TIME, format!("cpu time {:?}", ended.cpu))
}

fn spin_ignoring_the_warning(tier: Tier) -> Result<(), String> {
    let ended = run_verb(tier, "spin-ignoring-xcpu");
    expect_how(&ended, How::Signal(Signal::SIGKILL as i32))?;
    ensure(ended.cpu >= SOME_TIME, format!("cpu time {:?}", ended.cpu))
}

fn spin_in_a_child(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut spec = stage.compiler_spec(&["spin-children".into()]);
    spec.limits.cpu_seconds = 1;
    let ended = Running::to_the_end(tier, &spec);
    expect_how(&ended, How::Exit(DONE))?;
    ensure(ended.stdout.text().contains("SIGXCPU"), ended.stdout.text())?;
    ensure(ended.cpu >= SOME_TIME, format!("cpu time {:?}", ended.cpu))
}

fn sleep(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut running = Running::start(tier, &stage.spec(&["sleep".into()]));
    running.jailed.stop();
    expect_how(&running.jailed.wait(), How::Stopped)
}

fn big_file(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let ended = Running::to_the_end(tier, &stage.spec(&["big-file".into(), "big".into()]));
    match tier {
        Tier::Landlock => expect_how(&ended, How::Exit(REFUSED))?,
        Tier::Namespaces | Tier::Limits => expect_how(&ended, How::Signal(Signal::SIGXFSZ as i32))?,
    }
    let left = fs::metadata(stage.path("work/big")).map_or(0, |data| data.len());
    let most = if tier == Tier::Limits { stage.spec(&[]).limits.file_bytes } else { 0 };
    ensure(left <= most, format!("{left} bytes were left on the machine"))
}

fn many_files(tier: Tier) -> Result<(), String> {
    work_directory_is_limited(tier, "many-files")
}

fn files_without_end(tier: Tier) -> Result<(), String> {
    work_directory_is_limited(tier, "tiny-files")
}

fn work_directory_is_limited(tier: Tier, verb: &str) -> Result<(), String> {
    let stage = Stage::new();
    let ended = Running::to_the_end(tier, &stage.spec(&[verb.into(), ".".into()]));
    match tier {
        Tier::Namespaces | Tier::Landlock => expect_how(&ended, How::Exit(REFUSED)),
        Tier::Limits => expect_how(&ended, How::WorkLimit),
    }
}

fn big_output(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let spec = stage.spec(&["big-output".into()]);
    let ended = Running::to_the_end(tier, &spec);
    expect_how(&ended, How::Exit(DONE))?;
    for (stream, total) in [(&ended.stdout, 64 << 20), (&ended.stderr, 3 << 20)] {
        ensure(stream.kept.len() == spec.limits.output_bytes, format!("kept {}", stream.kept.len()))?;
        ensure(stream.total == total, format!("counted {}", stream.total))?;
    }
    Ok(())
}

fn many_threads(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut spec = stage.spec(&["many-threads".into(), "8000".into()]);
    spec.limits.threads = 100;
    expect_how(&Running::to_the_end(tier, &spec), How::Exit(REFUSED))
}

/// A compiler may start processes, but not as many as it likes; and none of them outlives it.
fn many_processes(tier: Tier) -> Result<(), String> {
    let (stage, token) = (Stage::new(), token("many-processes"));
    let mut spec = stage.compiler_spec(&["fork-for-ever".into(), token.clone().into()]);
    spec.limits.threads = 50;
    expect_how(&Running::to_the_end(tier, &spec), How::Exit(REFUSED))?;
    nobody_is_left(&token)
}

fn daemon(tier: Tier) -> Result<(), String> {
    let (stage, token) = (Stage::new(), token("daemon"));
    let ended = Running::to_the_end(tier, &stage.compiler_spec(&["daemon".into(), token.clone().into()]));
    expect_how(&ended, How::Exit(DONE))?;
    nobody_is_left(&token)
}

fn inherited_descriptors(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let secret = fs::File::open(stage.path("secret")).map_err(|error| error.to_string())?;
    fcntl(secret.as_fd(), FcntlArg::F_SETFD(FdFlag::empty())).map_err(|error| error.to_string())?;
    let mut spec = stage.spec(&["find-descriptors".into()]);
    spec.limits.open_files = 70_000;
    let ended = Running::to_the_end(tier, &spec);
    expect_how(&ended, How::Exit(REFUSED))
}

/// Something that only the processes of one trial have in their command line.
pub(crate) fn token(name: &str) -> String {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!("{name}-{}-{count}", std::process::id())
}

/// No living process has this in its command line; the program itself is a zombie, which has none.
pub(crate) fn nobody_is_left(token: &str) -> Result<(), String> {
    let entries = fs::read_dir("/proc").map_err(|error| error.to_string())?.flatten();
    let alive: Vec<_> = entries
        .filter(|entry| {
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(token)
        })
        .map(|entry| entry.file_name())
        .collect();
    ensure(alive.is_empty(), format!("still alive: {alive:?}"))
}
