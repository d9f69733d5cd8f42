//! One launcher, many runs: a sandbox is used again where that makes no difference, and never otherwise.

use std::os::unix::net::UnixStream;

use libtest_mimic::Trial;
use sandbox::{How, Jailed, Launcher, Tier};

use crate::stage::Stage;
use crate::trials::{Bench, ensure, expect_how, text};

type Run = fn(Tier) -> Result<(), String>;

const TRIALS: [(&str, Run); 7] = [
    ("the_next_run_takes_the_same_sandbox", the_next_run_takes_the_same_sandbox),
    ("a_stopped_program_leaves_its_sandbox", a_stopped_program_leaves_its_sandbox),
    ("runs_side_by_side_have_their_own", runs_side_by_side_have_their_own),
    ("no_run_finds_what_another_left", no_run_finds_what_another_left),
    ("a_template_that_died_is_replaced", a_template_that_died_is_replaced),
    ("a_program_prepares_itself_once", a_program_prepares_itself_once),
    (
        "a_program_that_cannot_prepare_itself_runs_unprepared",
        a_program_that_cannot_prepare_itself_runs_unprepared,
    ),
];

pub(crate) fn trials(bench: &Bench) -> Vec<Trial> {
    TRIALS.iter().flat_map(|(name, run)| bench.each(&format!("again::{name}"), &Tier::ALL, *run)).collect()
}

/// A run, and its channel, which a sleeping program waits for.
fn start(launcher: &Launcher) -> Result<(Jailed, UnixStream), String> {
    let (ours, theirs) = UnixStream::pair().map_err(text)?;
    Ok((launcher.launch(theirs.into()).map_err(text)?, ours))
}

/// The process that supervises the program, as its status names it.
fn supervisor(jailed: &Jailed) -> Result<String, String> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", jailed.pid())).map_err(text)?;
    status
        .lines()
        .find(|line| line.starts_with("PPid:"))
        .map(str::to_owned)
        .ok_or_else(|| "no parent".to_owned())
}

fn the_next_run_takes_the_same_sandbox(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let launcher = Launcher::new(tier, &stage.verb(&["exit", "7"])).map_err(text)?;
    let mut supervisors = Vec::new();
    for _ in 0..5 {
        let (mut jailed, _channel) = start(&launcher)?;
        expect_how(&jailed.wait(), How::Exit(7))?;
        supervisors.push(supervisor(&jailed)?);
    }
    ensure(supervisors.windows(2).all(|two| two[0] == two[1]), format!("{supervisors:?}"))
}

fn a_stopped_program_leaves_its_sandbox(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let launcher = Launcher::new(tier, &stage.verb(&["sleep"])).map_err(text)?;
    let (mut first, _channel) = start(&launcher)?;
    let before = supervisor(&first)?;
    first.stop();
    expect_how(&first.wait(), How::Stopped)?;
    let (second, _channel) = start(&launcher)?;
    ensure(supervisor(&second)? == before, "the sandbox was not used again")
}

fn runs_side_by_side_have_their_own(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let launcher = Launcher::new(tier, &stage.verb(&["sleep"])).map_err(text)?;
    let ((mut one, _channel), (other, _other_channel)) = (start(&launcher)?, start(&launcher)?);
    ensure(supervisor(&one)? != supervisor(&other)?, "two programs share a sandbox")?;
    ensure(one.uid() != other.uid() || !nix::unistd::geteuid().is_root(), "two programs share a user id")?;
    drop(launcher);
    // They go on without it, and end as they would have.
    one.stop();
    expect_how(&one.wait(), How::Stopped)
}

/// The limits tier promises nothing about files.
fn no_run_finds_what_another_left(tier: Tier) -> Result<(), String> {
    if tier == Tier::Limits {
        return Ok(());
    }
    let stage = Stage::new();
    let spec = stage.verb(&["leave"]);
    let launcher = Launcher::new(tier, &spec).map_err(text)?;
    for _ in 0..3 {
        let (mut jailed, _channel) = start(&launcher)?;
        expect_how(&jailed.wait(), How::Exit(0))?;
    }
    Ok(())
}

/// The other tiers have no templates: there nothing waits beside a program.
fn a_template_that_died_is_replaced(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let launcher = Launcher::new(tier, &stage.verb(&["exit", "7"])).map_err(text)?;
    let (mut first, _channel) = start(&launcher)?;
    expect_how(&first.wait(), How::Exit(7))?;
    let supervisor = supervisor(&first)?.trim_start_matches("PPid:").trim().to_owned();
    let children = std::fs::read_to_string(format!("/proc/{supervisor}/task/{supervisor}/children"));
    let children = children.map_err(text)?;
    let letter = |pid: i32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next())
    };
    let pids = children.split_whitespace().filter_map(|pid| pid.parse().ok());
    let waiting: Vec<i32> = pids.filter(|pid| letter(*pid) != Some('Z')).collect();
    ensure(waiting.len() == usize::from(tier == Tier::Namespaces), format!("{waiting:?} wait"))?;
    for pid in waiting {
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL)
            .map_err(text)?;
        while letter(pid) != Some('Z') {
            std::thread::yield_now();
        }
    }
    first.stop();
    let (mut second, _channel) = start(&launcher)?;
    expect_how(&second.wait(), How::Exit(7))
}

/// In the other tiers each run is a program of its own.
fn a_program_prepares_itself_once(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let launcher = Launcher::new(tier, &stage.verb(&["preparations"])).map_err(text)?;
    let expect = |count| {
        let (mut jailed, _channel) = start(&launcher)?;
        expect_how(&jailed.wait(), How::Exit(count))
    };
    expect(0)?;
    launcher.prepare();
    let once = i32::from(tier == Tier::Namespaces);
    expect(once)?;
    expect(once)
}

fn a_program_that_cannot_prepare_itself_runs_unprepared(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let launcher = Launcher::new(tier, &stage.verb(&["dies-prepared"])).map_err(text)?;
    launcher.prepare();
    for _ in 0..3 {
        let (mut jailed, _channel) = start(&launcher)?;
        expect_how(&jailed.wait(), How::Exit(0))?;
    }
    Ok(())
}
