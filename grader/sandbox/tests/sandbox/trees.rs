//! Programs that may start processes: what they are promised, and what holds all of their processes, each by itself and together.

use std::fs;
use std::io::Read;
use std::os::unix::net::UnixStream;

use libtest_mimic::Trial;
use nix::sys::signal::Signal;
use sandbox::{Ended, How, Launcher, Limits, Spec, Tier};

use crate::hungry::{nobody_is_left, token};
use crate::stage::{Running, SECRET, Stage};
use crate::trials::{Bench, FENCED, ensure, expect_how, text};
use crate::victim::{DONE, REFUSED};

type Run = fn(Tier) -> Result<(), String>;

const PROMISED: [(&str, Run); 10] = [
    ("this_tier_holds_processes", |tier| sandbox::holds_processes(tier)),
    ("workers_talk_over_pipes", |tier| done(tier, &["workers-talk", "2"])),
    ("sixty_four_workers_at_once", |tier| done(tier, &["workers-talk", "64"])),
    ("workers_start_workers", |tier| done(tier, &["in-a-worker", "in-a-worker", "workers-talk", "2"])),
    ("every_end_is_told", |tier| done(tier, &["workers-end"])),
    ("an_orphan_is_adopted", an_orphan_is_adopted),
    ("workers_can_be_watched", workers_can_be_watched),
    ("nothing_is_left_at_the_end", nothing_is_left_at_the_end),
    ("nothing_is_left_when_it_is_stopped", nothing_is_left_when_it_is_stopped),
    ("the_next_run_finds_nothing_of_the_last", the_next_run_finds_nothing_of_the_last),
];

const LIMITED: [(&str, Run); 5] = [
    ("fork_bomb", fork_bomb),
    ("memory_of_a_worker", |tier| refused(tier, &["in-a-worker", "heap"])),
    ("threads_of_a_worker", |tier| refused(tier, &["in-a-worker", "many-threads", "8000"])),
    ("cpu_time_of_a_worker", cpu_time_of_a_worker),
    ("descriptors_of_a_worker", descriptors_of_a_worker),
];

/// What the limits tier makes of an attack that the other two refuse.
#[derive(Clone, Copy)]
enum InLimits {
    /// It succeeds: the control.
    Succeeds,
    /// It ends the program in this way; also a control.
    Kills,
    /// It is refused there, too.
    Refused,
    /// It could harm somebody else, or says nothing: the verb alone was tried without processes.
    NotTried,
}
use InLimits::{Kills, NotTried, Refused, Succeeds};

const ATTACKS: &[(&str, &[&str], InLimits)] = &[
    ("kill_the_first_process", &["in-a-worker", "kill", "1", "9"], NotTried),
    ("kill_everybody", &["in-a-worker", "kill", "-1", "9"], NotTried),
    ("kill_the_group", &["in-a-worker", "kill", "0", "9"], Kills),
    ("kill_the_group_by_number", &["in-a-worker", "kill-my-group-by-number"], Kills),
    ("kill_the_main_process", &["in-a-worker", "kill-main"], Kills),
    ("kill_a_thread_of_the_main_process", &["in-a-worker", "kill-a-thread"], Kills),
    ("stop_itself", &["worker-stops", "kill"], Succeeds),
    ("stop_itself_by_thread", &["worker-stops", "tkill"], Succeeds),
    ("stop_itself_by_process_and_thread", &["worker-stops", "tgkill"], Succeeds),
    ("signal_the_launcher", &["in-a-worker-at-my-parent", "signal"], NotTried),
    ("trace_the_launcher", &["in-a-worker-at-my-parent", "trace"], NotTried),
    ("limit_the_launcher", &["in-a-worker-at-my-parent", "limit"], NotTried),
    ("peek_into_the_launcher", &["in-a-worker-at-my-parent", "peek"], NotTried),
    ("have_signals_sent_to_the_launcher", &["in-a-worker-at-my-parent", "own"], NotTried),
    ("trace_the_main_process", &["in-a-worker", "trace-parent"], Succeeds),
    ("limit_the_main_process", &["in-a-worker", "limit-parent"], Succeeds),
    ("read_memory_of_the_main_process", &["in-a-worker", "read-memory-of-main"], Succeeds),
    ("hold_the_main_process_by_descriptor", &["in-a-worker", "pidfd"], Succeeds),
    ("start_in_a_group_of_its_own", &["group-of-its-own"], Refused),
    ("go_to_a_group_of_its_own", &["in-a-worker", "setpgid"], Refused),
    ("go_to_a_session_of_its_own", &["in-a-worker", "setsid"], Refused),
    ("let_orphans_go", &["let-orphans-go"], Succeeds),
    ("start_a_sibling", &["in-a-worker", "sibling"], Succeeds),
    ("start_a_child_that_kills_at_its_end", &["child-that-kills-at-its-end"], Succeeds),
    ("start_a_child_that_stops_at_its_end", &["child-that-stops-at-its-end"], Succeeds),
    ("stop_with_the_parent", &["in-a-worker", "stop-with-my-parent"], Succeeds),
    ("start_a_child_in_a_namespace", &["child-in-a-namespace"], NotTried),
    ("fork_by_clone3", &["in-a-worker", "clone3"], NotTried),
    ("hide_from_the_judge", &["in-a-worker", "hide"], Succeeds),
    ("make_a_user_namespace", &["in-a-worker", "unshare"], NotTried),
    ("become_root", &["in-a-worker", "become-root"], Refused),
    ("raise_its_own_limits", &["in-a-worker", "raise-limits"], Refused),
    ("io_uring", &["in-a-worker", "io-uring"], NotTried),
    ("memory_in_a_file", &["in-a-worker", "memfd"], NotTried),
    ("start_a_shell", &["start", "/bin/sh"], Succeeds),
    ("start_a_program_of_the_machine", &["start", "/usr/bin/env"], Succeeds),
    ("start_a_program_by_its_name", &["start", "true"], Succeeds),
    ("read_the_password_file", &["in-a-worker", "read", "/etc/passwd"], Succeeds),
    ("list_the_root", &["in-a-worker", "list", "/"], Succeeds),
    ("tcp_listen", &["in-a-worker", "tcp-listen"], Succeeds),
];

/// What the namespaces tier refuses only where the kernel has Landlock: what is seen there is the program's own.
const BY_LANDLOCK_ALONE: [&str; 1] = ["list_the_root"];

pub(crate) fn trials(bench: &Bench) -> Vec<Trial> {
    let everywhere = PROMISED.iter().chain(&LIMITED);
    let mut trials: Vec<Trial> =
        everywhere.flat_map(|(name, run)| bench.each(&format!("tree::{name}"), &Tier::ALL, *run)).collect();
    for (name, verb, in_limits) in ATTACKS.iter().copied() {
        let by_landlock_alone = bench.lacks(Tier::Landlock) && BY_LANDLOCK_ALONE.contains(&name);
        let name = format!("tree::{name}");
        let tiers: &[Tier] = if by_landlock_alone { &[Tier::Landlock] } else { &FENCED };
        trials.extend(bench.each(&name, tiers, move |tier| refused(tier, verb)));
        let control = |how| {
            bench.each(&format!("{name}::control"), &[Tier::Limits], move |tier| {
                ends(tier, verb, how).map(drop)
            })
        };
        trials.extend(match in_limits {
            NotTried => Vec::new(),
            Refused => bench.each(&name, &[Tier::Limits], move |tier| refused(tier, verb)),
            Succeeds => control(How::Exit(DONE)),
            Kills => control(How::Signal(Signal::SIGKILL as i32)),
        });
    }
    trials
}

fn ends(tier: Tier, verb: &[&str], how: How) -> Result<Ended, String> {
    let stage = Stage::new();
    let ended = Running::to_the_end(tier, &stage.tree_spec(verb));
    expect_how(&ended, how)?;
    Ok(ended)
}

fn done(tier: Tier, verb: &[&str]) -> Result<(), String> {
    ends(tier, verb, How::Exit(DONE)).map(drop)
}

fn refused(tier: Tier, verb: &[&str]) -> Result<(), String> {
    let ended = ends(tier, verb, How::Exit(REFUSED))?;
    ensure(!ended.stdout.text().contains(SECRET), "the secret got out")
}

fn an_orphan_is_adopted(tier: Tier) -> Result<(), String> {
    let token = token("orphan");
    done(tier, &["leave-an-orphan", &token])?;
    nobody_is_left(&token)
}

fn nothing_is_left_at_the_end(tier: Tier) -> Result<(), String> {
    let token = token("left");
    done(tier, &["in-a-worker", "leave-and-end", &token])?;
    nobody_is_left(&token)
}

/// A program that has left processes of each kind behind, and sleeps.
fn left_behind(launcher: &Launcher) -> Result<(sandbox::Jailed, UnixStream), String> {
    let (ours, theirs) = UnixStream::pair().map_err(text)?;
    Ok((launcher.launch(theirs.into()).map_err(text)?, ours))
}

fn nothing_is_left_when_it_is_stopped(tier: Tier) -> Result<(), String> {
    let (stage, token) = (Stage::new(), token("stopped"));
    let mut running = Running::start(tier, &stage.tree_spec(&["leave-and-sleep", &token]));
    running.jailed.stop();
    expect_how(&running.jailed.wait(), How::Stopped)?;
    nobody_is_left(&token)
}

fn the_next_run_finds_nothing_of_the_last(tier: Tier) -> Result<(), String> {
    let (stage, token) = (Stage::new(), token("again"));
    let launcher = Launcher::new(tier, &stage.tree_spec(&["leave-and-sleep", &token])).map_err(text)?;
    for _ in 0..3 {
        let (mut jailed, channel) = left_behind(&launcher)?;
        // It sees the end of its channel, and ends; what it has left goes on.
        drop(channel);
        expect_how(&jailed.wait(), How::Exit(DONE))?;
        jailed.stop();
        nobody_is_left(&token)?;
    }
    Ok(())
}

/// What a judge needs: each process is found from its parent, and each thread's system call can be read.
fn workers_can_be_watched(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut running =
        Running::start(tier, &stage.tree_spec(&["in-a-worker", "in-a-worker", "sleepers", "2"]));
    running.channel.read_exact(&mut [0]).map_err(text)?;
    let observer = running.jailed.observer();
    let mut process = running.jailed.pid();
    for _ in 0..2 {
        let children =
            fs::read_to_string(format!("/proc/{process}/task/{process}/children")).map_err(text)?;
        let children: Vec<i32> = children.split_whitespace().filter_map(|child| child.parse().ok()).collect();
        let [only] = children[..] else { return Err(format!("{process} has the children {children:?}")) };
        process = only;
    }
    let entries = fs::read_dir(format!("/proc/{process}/task")).map_err(text)?;
    let tasks: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    ensure(tasks.len() == 3, format!("{tasks:?}"))?;
    for task in tasks {
        let call = || fs::read_to_string(task.join("syscall")).map_err(text);
        // How long it takes to fall asleep decides nothing.
        while call()?.starts_with("running") {
            std::thread::yield_now();
        }
    }
    drop(observer);
    running.jailed.stop();
    expect_how(&running.jailed.wait(), How::Stopped)
}

fn fork_bomb(tier: Tier) -> Result<(), String> {
    let (stage, token) = (Stage::new(), token("bomb"));
    let few = Limits { threads: 50, ..Limits::with_processes() };
    let spec = Spec { limits: few, ..stage.tree_spec(&["bomb", &token]) };
    let launcher = Launcher::new(tier, &spec).map_err(text)?;
    for _ in 0..2 {
        let (mut jailed, _channel) = left_behind(&launcher)?;
        expect_how(&jailed.wait(), How::Exit(REFUSED))?;
        jailed.stop();
        nobody_is_left(&token)?;
    }
    Ok(())
}

fn cpu_time_of_a_worker(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut spec = stage.tree_spec(&["spin-children"]);
    spec.limits.cpu_seconds = 1;
    let ended = Running::to_the_end(tier, &spec);
    expect_how(&ended, How::Exit(DONE))?;
    ensure(ended.stdout.text().contains("SIGXCPU"), ended.stdout.text())
}

/// A worker has its three streams, and nothing of the channel but what it is given.
fn descriptors_of_a_worker(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut spec = stage.tree_spec(&["in-a-worker", "find-descriptors"]);
    spec.limits.open_files = 70_000;
    expect_how(&Running::to_the_end(tier, &spec), How::Exit(REFUSED))
}
