//! The attacks, and what must become of each in each tier: the table of SECURITY.md.

use std::ffi::OsString;
use std::fs;
use std::os::fd::AsFd;
use std::time::Duration;

use libtest_mimic::Trial;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::signal::Signal;
use sandbox::{Ended, How, Tier};

use crate::stage::{Running, SECRET, Stage};
use crate::trials::{Bench, FENCED, ensure, expect_how};
use crate::victim::{DONE, REFUSED};

/// What the limits tier makes of an attack that the other two refuse.
#[derive(Clone, Copy)]
enum InLimits {
    /// It succeeds: the control.
    Succeeds,
    /// It succeeds if the program has the caller's user id. (As root the program has another one.)
    SucceedsForTheUser,
    /// It ends in this way; also a control.
    Ends(How),
    /// It is refused there, too.
    Refused,
    /// Nothing is promised, and it is not tried: it would be the caller that is attacked.
    NotTried,
}
use InLimits::{Ends, NotTried, Refused, Succeeds, SucceedsForTheUser};

type Args = fn(&Stage) -> Vec<OsString>;

/// Attacks that end by themselves, refused or not.
const ATTACKS: &[(&str, Args, InLimits)] = &[
    ("read_a_secret", |stage| vec!["read".into(), stage.path("secret").into()], Succeeds),
    ("read_the_password_file", |_| vec!["read".into(), "/etc/passwd".into()], Succeeds),
    ("list_a_directory", |stage| vec!["list".into(), stage.path("").into()], Succeeds),
    ("list_the_root", |_| vec!["list".into(), "/".into()], Succeeds),
    ("list_processes", |_| vec!["list".into(), "/proc".into()], Succeeds),
    (
        "read_another_command_line",
        |_| vec!["read".into(), format!("/proc/{}/cmdline", std::process::id()).into()],
        Succeeds,
    ),
    ("write", |stage| vec!["write".into(), stage.path("open/treasure").into()], Succeeds),
    ("create", |stage| vec!["create".into(), stage.path("open/new").into()], Succeeds),
    ("truncate", |stage| vec!["truncate".into(), stage.path("open/treasure").into()], Succeeds),
    ("chmod", |stage| vec!["chmod".into(), stage.path("open/treasure").into()], SucceedsForTheUser),
    ("touch", |stage| vec!["touch".into(), stage.path("open/treasure").into()], SucceedsForTheUser),
    ("unlink", |stage| vec!["unlink".into(), stage.path("open/treasure").into()], Succeeds),
    (
        "rename",
        |stage| vec!["rename".into(), stage.path("open/treasure").into(), stage.path("open/loot").into()],
        Succeeds,
    ),
    (
        "hard_link",
        |stage| vec!["link".into(), stage.path("open/treasure").into(), stage.path("open/loot").into()],
        Succeeds,
    ),
    (
        "symbolic_link",
        |stage| vec!["symlink".into(), stage.path("secret").into(), stage.path("open/loot").into()],
        Succeeds,
    ),
    (
        "symbolic_link_in_the_work_directory",
        |stage| vec!["symlink".into(), stage.path("secret").into(), "loot".into()],
        Succeeds,
    ),
    ("make_a_pipe", |stage| vec!["mknod".into(), stage.path("open/pipe").into()], Succeeds),
    ("execute_another_program", |_| vec!["execute".into(), "/usr/bin/true".into()], Ends(How::Exit(0))),
    ("tcp_connect", |stage| vec!["tcp-connect".into(), stage.tcp_address().to_string().into()], Succeeds),
    ("tcp_listen", |_| vec!["tcp-listen".into()], Succeeds),
    ("udp", |stage| vec!["udp".into(), stage.udp_address().to_string().into()], Succeeds),
    ("unix_socket_by_path", |stage| vec!["unix-connect".into(), stage.path("open/socket").into()], Succeeds),
    (
        "unix_datagram_by_path",
        |stage| vec!["unix-datagram".into(), stage.path("open/datagrams").into()],
        Succeeds,
    ),
    (
        "unix_datagram_from_a_pair",
        |stage| vec!["pair-datagram".into(), stage.path("open/datagrams").into()],
        Succeeds,
    ),
    ("abstract_unix_socket", |stage| vec!["abstract-connect".into(), stage.abstract_name()], Succeeds),
    ("start_processes", |_| vec!["spawn".into()], Refused),
    ("fork", |_| vec!["fork".into()], Refused),
    ("fork_by_clone3", |_| vec!["clone3".into()], Refused),
    ("two_gib_heap", |_| vec!["heap".into()], Refused),
    ("two_gib_memfd", |_| vec!["memfd".into()], Ends(How::Signal(Signal::SIGXFSZ as i32))),
    ("signal_the_caller", |_| vec!["signal".into(), caller()], NotTried),
    ("signal_the_launcher", |_| vec!["signal-parent".into()], NotTried),
    ("trace_the_caller", |_| vec!["trace".into(), caller()], NotTried),
    ("trace_the_launcher", |_| vec!["trace-parent".into()], NotTried),
    ("limit_the_caller", |_| vec!["limit".into(), caller()], NotTried),
    ("limit_the_launcher", |_| vec!["limit-parent".into()], NotTried),
    ("peek_into_the_caller", |_| vec!["peek".into(), caller()], NotTried),
    ("peek_into_the_launcher", |_| vec!["peek-parent".into()], Refused),
    ("have_signals_sent_to_the_caller", |_| vec!["own".into(), caller()], NotTried),
    ("raise_its_own_limits", |_| vec!["raise-limits".into()], Refused),
    ("become_root", |_| vec!["become-root".into()], Refused),
    ("io_uring", |_| vec!["io-uring".into()], NotTried),
    ("make_a_user_namespace", |_| vec!["unshare".into()], NotTried),
];

pub(crate) fn trials(bench: &Bench) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (name, args, in_limits) in ATTACKS.iter().copied() {
        let name = format!("attack::{name}");
        trials.extend(bench.each(&name, &FENCED, move |tier| refused(tier, args)));
        trials.extend(match in_limits {
            NotTried => Vec::new(),
            SucceedsForTheUser if nix::unistd::geteuid().is_root() => Vec::new(),
            Refused => bench.each(&name, &[Tier::Limits], move |tier| refused(tier, args)),
            Succeeds | SucceedsForTheUser => control(bench, &name, args, How::Exit(DONE)),
            Ends(how) => control(bench, &name, args, how),
        });
    }
    for (name, run) in HUNGRY {
        trials.extend(bench.each(&format!("attack::{name}"), &Tier::ALL, run));
    }
    trials
}

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

fn caller() -> OsString {
    std::process::id().to_string().into()
}

fn refused(tier: Tier, args: Args) -> Result<(), String> {
    let stage = Stage::new();
    let ended = Running::to_the_end(tier, &stage.spec(&args(&stage)));
    expect_how(&ended, How::Exit(REFUSED))?;
    ensure(!ended.stdout.text().contains(SECRET), "the secret got out")?;
    stage.damage()
}

fn control(bench: &Bench, name: &str, args: Args, how: How) -> Vec<Trial> {
    bench.each(&format!("{name}::control"), &[Tier::Limits], move |tier| {
        let stage = Stage::new();
        expect_how(&Running::to_the_end(tier, &stage.spec(&args(&stage))), how)
    })
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
fn token(name: &str) -> String {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!("{name}-{}-{count}", std::process::id())
}

/// No living process has this in its command line; the program itself is a zombie, which has none.
fn nobody_is_left(token: &str) -> Result<(), String> {
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
