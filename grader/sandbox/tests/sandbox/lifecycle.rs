//! From launch to end: failures on the way in, stopping, dropping, and who dies with whom.

#![expect(clippy::disallowed_methods, reason = "a caller that is killed is another process")]

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio, exit};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use sandbox::{Error, How, Spec, Tier, ViewEntry};

use crate::stage::{Running, Stage, victim_program};
use crate::trials::{Bench, ensure, expect_how, text};
use crate::victim;

type Run = fn(Tier) -> Result<(), String>;

const TRIALS: [(&str, Run); 9] = [
    ("a_killed_launcher_is_no_result", a_killed_launcher_is_no_result),
    ("the_channel_ends_with_the_program", the_channel_ends_with_the_program),
    ("stop_is_final_and_repeatable", stop_is_final_and_repeatable),
    ("stop_keeps_an_earlier_end", stop_keeps_an_earlier_end),
    ("drop_kills", drop_kills),
    ("it_dies_with_its_caller", it_dies_with_its_caller),
    ("it_outlives_the_thread_that_launched_it", it_outlives_the_thread_that_launched_it),
    ("wall_limit", wall_limit),
    ("failures_name_the_step", failures_name_the_step),
];

pub(crate) fn trials(bench: &Bench) -> Vec<Trial> {
    TRIALS
        .iter()
        .flat_map(|(name, run)| bench.each(&format!("lifecycle::{name}"), &Tier::ALL, *run))
        .collect()
}

fn a_killed_launcher_is_no_result(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut running = Running::start(tier, &stage.verb(&["sleep"]));
    let stat = fs::read_to_string(format!("/proc/{}/stat", running.jailed.pid())).map_err(text)?;
    let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)).ok_or("no parent")?;
    kill(Pid::from_raw(parent.parse().map_err(text)?), Signal::SIGKILL).map_err(text)?;
    let ended = running.jailed.wait();
    expect_how(&ended, How::NoResult)?;
    ensure(ended.cpu.is_none(), "nothing is known about it")?;
    // It dies with its launcher: its end of the channel closes. (If not, the trial fails instead of waiting forever.)
    running.channel.set_read_timeout(Some(BACKSTOP)).map_err(text)?;
    ensure(running.channel.read(&mut [0]).map_err(text)? == 0, "the channel has ended")
}

fn the_channel_ends_with_the_program(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut running = Running::start(tier, &stage.verb(&["exit", "0"]));
    let mut rest = Vec::new();
    running.channel.read_to_end(&mut rest).map_err(text)?;
    ensure(rest.is_empty(), "nothing was said")
}

fn stop_is_final_and_repeatable(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut running = Running::start(tier, &stage.verb(&["sleep"]));
    let process = format!("/proc/{}", running.jailed.pid());
    ensure(Path::new(&process).exists(), "it runs")?;
    running.jailed.stop();
    ensure(!Path::new(&process).exists(), "it is gone when stop returns")?;
    running.jailed.stop();
    expect_how(&running.jailed.wait(), How::Stopped)?;
    running.jailed.stop();
    expect_how(&running.jailed.wait(), How::Stopped)
}

fn stop_keeps_an_earlier_end(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut running = Running::start(tier, &stage.verb(&["exit", "7"]));
    let process = format!("/proc/{}", running.jailed.pid());
    expect_how(&running.jailed.wait(), How::Exit(7))?;
    ensure(Path::new(&process).exists(), "its process id is kept until stop")?;
    running.jailed.stop();
    ensure(!Path::new(&process).exists(), "and no longer")?;
    expect_how(&running.jailed.wait(), How::Exit(7))
}

fn drop_kills(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let running = Running::start(tier, &stage.verb(&["sleep"]));
    let process = format!("/proc/{}", running.jailed.pid());
    drop(running);
    ensure(!Path::new(&process).exists(), "it is gone")
}

/// Keeps a trial that has failed from waiting forever; far beyond what a loaded machine needs.
const BACKSTOP: Duration = Duration::from_mins(2);

const HOLD: &str = "--hold";

/// Launches a program that sleeps, says its process id, and waits to be killed, if this process was started for that.
pub(crate) fn hold_if_asked() {
    let args: Vec<OsString> = std::env::args_os().collect();
    let [_, hold, tier, program, work] = args.as_slice() else { return };
    if hold == HOLD {
        let mut spec = Spec::run(program, work);
        spec.args = vec![victim::ARG.into(), "sleep".into()];
        let tier = tier.to_str().and_then(Tier::from_name).expect("a tier");
        let running = Running::start(tier, &spec);
        println!("{}", running.jailed.pid());
        let _ = std::io::stdin().read(&mut [0]);
        exit(0)
    }
}

fn it_dies_with_its_caller(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut caller = Command::new("/proc/self/exe")
        .args([HOLD, tier.as_str()])
        .args([victim_program(), &stage.path("work")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(text)?;
    let mut line = String::new();
    BufReader::new(caller.stdout.take().ok_or("no stdout")?).read_line(&mut line).map_err(text)?;
    let process = format!("/proc/{}", line.trim());
    ensure(Path::new(&process).join("stat").exists(), format!("{process} runs"))?;
    caller.kill().and_then(|()| caller.wait()).map_err(text)?;
    // Its launcher sees the caller's end and kills it. How long that takes decides nothing.
    let begun = Instant::now();
    while Path::new(&process).exists() && begun.elapsed() < BACKSTOP {
        thread::yield_now();
    }
    ensure(!Path::new(&process).exists(), format!("{process} goes on without its caller"))
}

fn it_outlives_the_thread_that_launched_it(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let spec = stage.verb(&["greet"]);
    let launched = thread::spawn(move || Running::start(tier, &spec)).join();
    let mut running = launched.map_err(|_| "not launched")?;
    let mut answer = [0];
    running.channel.write_all(b"a").and_then(|()| running.channel.read_exact(&mut answer)).map_err(text)?;
    expect_how(&running.jailed.wait(), How::Exit(0))
}

fn wall_limit(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let mut spec = stage.verb(&["sleep"]);
    spec.limits.wall_ms = 20;
    expect_how(&Running::start(tier, &spec).jailed.wait(), How::WallLimit)
}

fn failures_name_the_step(tier: Tier) -> Result<(), String> {
    let stage = Stage::new();
    let launch = |spec: &Spec| {
        let nothing = fs::File::open("/dev/null").expect("/dev/null").into();
        sandbox::launch(tier, spec, nothing).map(drop)
    };
    let no_program = Spec { program: stage.path("secret"), ..stage.verb(&[]) };
    ensure(matches!(launch(&no_program), Err(Error::NotInView { .. })), "a program outside of the view")?;
    let mut missing = stage.verb(&[]);
    missing.view.push(ViewEntry::same(stage.path("nowhere")));
    ensure(matches!(launch(&missing), Err(Error::View { .. })), "a part of the view that is not there")?;
    let mut text_file = no_program;
    text_file.view.push(ViewEntry::same(stage.path("secret")));
    match launch(&text_file) {
        Err(Error::Setup { step, .. }) if step == "exec" => {}
        other => return Err(format!("a program that is none: {other:?}")),
    }
    let mut long = stage.verb(&["exit", "0"]);
    long.env.push(("LONG".into(), "x".repeat(1 << 20).into()));
    ensure(matches!(launch(&long), Err(Error::Channel(_))), "more than fits into an order")?;
    if geteuid().is_root() && tier != Tier::Namespaces {
        fs::create_dir(stage.path("closed")).map_err(text)?;
        fs::copy(victim_program(), stage.path("closed/program")).map_err(text)?;
        fs::set_permissions(stage.path("closed"), fs::Permissions::from_mode(0o700)).map_err(text)?;
        match launch(&Spec::run(stage.path("closed/program"), stage.path("work"))) {
            Err(Error::Setup { step, reason, .. })
                if step == "reach" && reason.contains("closed/program") => {}
            other => return Err(format!("a program that only root reaches: {other:?}")),
        }
    }
    Ok(())
}
