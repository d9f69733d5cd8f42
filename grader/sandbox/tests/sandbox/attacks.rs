//! The attacks, and what must become of each in each tier: the table of SECURITY.md.

use std::ffi::OsString;

use libtest_mimic::Trial;
use nix::sys::signal::Signal;
use sandbox::{How, Tier};

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
    ("find_another_process", |_| vec!["find-others".into()], Succeeds),
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
    ("write_its_own_memory", |_| vec!["open-for-writing".into(), "/proc/self/mem".into()], Succeeds),
    ("read_where_its_memory_is", |_| vec!["read".into(), "/proc/self/maps".into()], Succeeds),
    ("read_its_mappings", |_| vec!["read".into(), "/proc/self/smaps".into()], Succeeds),
    ("read_its_environment_by_proc", |_| vec!["read".into(), "/proc/self/environ".into()], Succeeds),
    ("read_the_maps_of_its_thread", |_| vec!["read".into(), "/proc/thread-self/maps".into()], Succeeds),
    ("open_its_own_memory", |_| vec!["open".into(), "/proc/self/mem".into()], Succeeds),
    ("open_its_page_map", |_| vec!["open".into(), "/proc/self/pagemap".into()], Succeeds),
    ("open_its_auxiliary_vector", |_| vec!["open".into(), "/proc/self/auxv".into()], Succeeds),
    (
        "set_how_late_its_sleeps_may_end",
        |_| vec!["open-for-writing".into(), "/proc/self/timerslack_ns".into()],
        Succeeds,
    ),
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

/// What the namespaces tier refuses only where the kernel has Landlock: what is seen there is the program's own.
const BY_LANDLOCK_ALONE: [&str; 10] = [
    "list_the_root",
    "write_its_own_memory",
    "read_where_its_memory_is",
    "read_its_mappings",
    "read_its_environment_by_proc",
    "read_the_maps_of_its_thread",
    "open_its_own_memory",
    "open_its_page_map",
    "open_its_auxiliary_vector",
    "set_how_late_its_sleeps_may_end",
];

pub(crate) fn trials(bench: &Bench) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (name, args, in_limits) in ATTACKS.iter().copied() {
        let by_landlock_alone = BY_LANDLOCK_ALONE.contains(&name);
        let name = format!("attack::{name}");
        let tiers: &[Tier] =
            if bench.lacks(Tier::Landlock) && by_landlock_alone { &[Tier::Landlock] } else { &FENCED };
        trials.extend(bench.each(&name, tiers, move |tier| refused(tier, args)));
        trials.extend(match in_limits {
            NotTried => Vec::new(),
            SucceedsForTheUser if nix::unistd::geteuid().is_root() => Vec::new(),
            Refused => bench.each(&name, &[Tier::Limits], move |tier| refused(tier, args)),
            Succeeds | SucceedsForTheUser => control(bench, &name, args, How::Exit(DONE)),
            Ends(how) => control(bench, &name, args, how),
        });
    }
    trials
}

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
