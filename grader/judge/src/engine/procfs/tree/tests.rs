//! Real trees of small processes, each under a shell. No verdict depends on time: whatever is waited for comes, or the test never ends.

#![expect(clippy::disallowed_methods, reason = "the trees that are looked at have to be started")]

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use super::super::super::syscalls;
use super::super::super::watch::{Doing, Event, Timer};
use super::*;

/// A tree and the watch for it. It ends with its process group, which nothing here leaves.
struct Planted {
    root: Child,
    watch: Tree,
}

/// Nobody is exempt.
const NONE: &dyn Fn(Tid) -> bool = &|_| false;

impl Planted {
    fn shell(script: &str) -> Self {
        Self::new("sh", &["-c", script])
    }

    fn new(program: &str, args: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(args).process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        let root = command.spawn().unwrap();
        let watch = Tree::new(root.id()).unwrap();
        Self { root, watch }
    }

    fn look(&mut self, exempt: &dyn Fn(Tid) -> bool) -> Look {
        self.watch.look(exempt, &BTreeSet::new(), false).unwrap()
    }

    /// What is seen once all sleep as they are to.
    fn asleep(&mut self, so: impl Fn(&mut Tree, &[Seen]) -> bool) -> Vec<Seen> {
        loop {
            if let Look::Asleep(seen) = self.look(NONE)
                && so(&mut self.watch, &seen)
            {
                return seen;
            }
        }
    }

    fn say(&mut self, line: &str) {
        writeln!(self.root.stdin.as_mut().unwrap(), "{line}").unwrap();
    }
}

impl Drop for Planted {
    fn drop(&mut self) {
        // A zombie of the group that is nobody's by then goes with whoever adopts it.
        let _ = killpg(pid(self.root.id()), Signal::SIGKILL);
        let _ = self.root.wait();
    }
}

fn pid(number: u32) -> Pid {
    Pid::from_raw(i32::try_from(number).unwrap())
}

fn doings(seen: &[Seen]) -> Vec<Doing> {
    seen.iter().map(|thread| thread.doing).collect()
}

const CHILD: Doing = Doing::WaitsForEvent(Event::Child);
const INPUT: Doing = Doing::WaitsForEvent(Event::Input);
const ROOM: Doing = Doing::WaitsForEvent(Event::Room);
const LONG: Doing = Doing::WaitsForTime(Timer::LongSleep);

#[test]
fn every_process_is_seen_in_its_own_sleep() {
    let mut tree = Planted::shell("sleep 1000 | cat; true");
    let seen = tree.asleep(|_, seen| [CHILD, INPUT, LONG].iter().all(|one| doings(seen).contains(one)));
    assert_eq!(seen.len(), 3);
    let mut names: Vec<_> = seen.iter().map(|thread| tree.watch.name(thread.tid).unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["cat", "sh", "sleep"]);
    assert!(seen.iter().all(|thread| tree.watch.process_of(thread.tid) == Some(thread.tid)));
    assert!(tree.watch.relatives().iter().all(|one| !one.zombie && one.process != tree.watch.main()));
    assert_eq!([tree.watch.population(), tree.watch.alive().unwrap(), tree.watch.births()], [3, 3, 3]);
    assert_eq!(tree.watch.usage(NONE).len(), 3);
    // Three small programs: some of their pages are their own, and not many.
    assert!((4 << 10..16 << 20).contains(&tree.watch.memory()), "{}", tree.watch.memory());
}

#[test]
fn children_of_children_belong_to_the_tree_and_so_does_what_comes_later() {
    let mut tree = Planted::shell("sh -c 'sh; true'; true");
    let are = |count: usize| move |tree: &mut Tree, _: &[Seen]| tree.population() == count;
    tree.asleep(are(3));
    tree.say("sleep 1000 &");
    tree.asleep(are(4));
    tree.say("(sleep 1000; true) &");
    let seen = tree.asleep(|_, seen| doings(seen).iter().filter(|&&one| one == LONG).count() == 2);
    assert_eq!(seen.len(), 6);
}

#[test]
fn one_that_has_ended_and_is_not_waited_for_is_a_zombie() {
    let mut tree = Planted::shell("sleep 1000 & exec sleep 1000");
    tree.asleep(|_, seen| doings(seen) == [LONG, LONG]);
    let [Relative { process, zombie: false }] = tree.watch.relatives()[..] else { panic!("one lives") };
    kill(pid(u32::try_from(process).unwrap()), Signal::SIGKILL).unwrap();
    let seen = tree.asleep(|_, seen| seen.len() == 1);
    assert_eq!(doings(&seen), [LONG]);
    assert_eq!(tree.watch.relatives(), [Relative { process, zombie: true }]);
    assert!(!tree.watch.has(process) || tree.watch.process_of(process) == Some(process));
}

/// The files of one that has ended belong to root, and whoever judges a program of another user looks with that user's eyes.
#[test]
fn one_whose_files_are_closed_by_its_end_is_a_zombie() {
    const SOMEBODY: u32 = 65_534;
    let mut command = Command::new("sh");
    command.args(["-c", "sleep 1000 & exec sleep 1000"]).process_group(0);
    if nix::unistd::geteuid().is_root() {
        command.uid(SOMEBODY).gid(SOMEBODY);
        nix::unistd::setfsuid(SOMEBODY.into());
    }
    let root = command.spawn().unwrap();
    let watch = Tree::new(root.id()).unwrap();
    let mut tree = Planted { root, watch };
    let main = tree.watch.main();
    // The other one waits for the judge all its life: nobody has opened its files.
    let others: &dyn Fn(Tid) -> bool = &|tid| tid != main;
    while !matches!(tree.look(others), Look::Asleep(seen) if doings(&seen) == [LONG] && tree.watch.population() == 2)
    {
    }
    let [Relative { process, .. }] = tree.watch.relatives()[..] else { panic!("one lives") };
    kill(pid(u32::try_from(process).unwrap()), Signal::SIGKILL).unwrap();
    let seen = tree.asleep(|_, seen| seen.len() == 1);
    assert_eq!(doings(&seen), [LONG]);
    assert_eq!(tree.watch.relatives(), [Relative { process, zombie: true }]);
}

#[test]
fn whoever_waits_for_room_in_a_pipe_of_the_tree_waits_for_another_of_it() {
    let mut tree = Planted::shell("yes | sleep 1000");
    let seen = tree.asleep(|_, seen| doings(seen).contains(&ROOM));
    assert_eq!(seen.len(), 3);
}

#[test]
fn whoever_waits_for_the_judge_to_read_is_busy() {
    // Nobody reads here either, until the judge does.
    let mut tree = Planted::shell("yes & exec sleep 1000");
    let is_full = |number: Tid| {
        let file = |name: &str| fs::read(format!("/proc/{number}/{name}")).unwrap();
        parse_state(&file("stat")).unwrap() == b'S' && syscalls::writes_to(&file("syscall")) == Some(1)
    };
    loop {
        assert!(matches!(tree.look(NONE), Look::Busy));
        if let [Relative { process, .. }] = tree.watch.relatives()[..]
            && is_full(process)
        {
            break;
        }
    }
    (0..20).for_each(|_| assert!(matches!(tree.look(NONE), Look::Busy)));
}

#[test]
fn one_that_runs_keeps_the_tree_awake() {
    let mut tree = Planted::shell("sleep 1000 & while :; do :; done");
    (0..50).for_each(|_| assert!(matches!(tree.look(NONE), Look::Busy)));
}

#[test]
fn nobody_that_is_exempt_is_ended_unseen() {
    let mut tree = Planted::shell("sleep 1000 & exec sleep 1000");
    tree.asleep(|_, seen| doings(seen) == [LONG, LONG]);
    let [Relative { process, .. }] = tree.watch.relatives()[..] else { panic!("one lives") };
    let all: &dyn Fn(Tid) -> bool = &|_| true;
    assert!(matches!(tree.look(all), Look::Asleep(seen) if seen.is_empty()));
    // As it is between being killed and being gone: awake.
    kill(pid(u32::try_from(process).unwrap()), Signal::SIGSTOP).unwrap();
    while !fs::read(format!("/proc/{process}/stat")).is_ok_and(|stat| parse_state(&stat).unwrap() == b'T') {}
    assert!(matches!(tree.look(all), Look::Busy));
}

#[test]
fn what_those_have_used_that_are_gone_is_not_forgotten() {
    let mut tree = Planted::shell("(i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done); cat; true");
    tree.asleep(|tree, seen| tree.population() == 2 && doings(seen).contains(&INPUT));
    let used = tree.watch.cpu().unwrap();
    // Two ticks of the clock; the loop takes many.
    assert!(used >= Duration::from_millis(20), "{used:?}");
    assert!(tree.watch.cpu().unwrap() >= used);
}

#[test]
fn of_a_crowd_no_more_are_listed_than_tell_that_it_is_one() {
    let mut tree = Planted::shell("i=0; while [ $i -lt 150 ]; do sleep 1000 & i=$((i+1)); done; wait");
    while tree.watch.population() < LISTED_AT_MOST {
        tree.look(NONE);
    }
    (0..3).for_each(|_| drop(tree.look(NONE)));
    assert_eq!(tree.watch.population(), LISTED_AT_MOST);
}

#[test]
fn a_tree_that_never_rests_is_seen_to_grow() {
    let mut tree = Planted::shell("for i in 1 2 3 4 5; do sleep 1000 & done; while :; do :; done");
    while tree.watch.population() < 6 {
        assert!(matches!(tree.look(NONE), Look::Busy));
    }
}

#[test]
fn a_tree_whose_root_has_ended_is_gone() {
    let mut tree = Planted::shell("sleep 1000 | cat; true");
    tree.asleep(|_, seen| seen.len() == 3);
    tree.root.kill().unwrap();
    while !matches!(tree.look(NONE), Look::Gone) {}
}

#[test]
fn in_a_process_table_of_its_own_a_tree_is_known_by_its_own_numbers() {
    let separate = ["--user", "--map-root-user", "--pid", "--fork", "--kill-child"];
    let script = ["sh", "-c", "sleep 1000 | cat; true"];
    let mut tree = Planted::new("unshare", &[&separate[..], &script[..]].concat());
    loop {
        match tree.watch.look(NONE, &BTreeSet::new(), false) {
            Ok(Look::Asleep(seen)) if seen.len() == 4 && doings(&seen).contains(&LONG) => break,
            Ok(Look::Gone) => {
                println!("not run: this machine lets nobody have a process table of its own");
                return;
            }
            _ => {}
        }
    }
    let mut relatives: Vec<Tid> = tree.watch.relatives().iter().map(|one| one.process).collect();
    relatives.sort_unstable();
    assert_eq!(relatives, [1, 2, 3]);
    assert_eq!([1, 2, 3].map(|tid| tree.watch.process_of(tid)), [Some(1), Some(2), Some(3)]);
    assert_eq!(tree.watch.name(1).as_deref(), Some("sh"));
    let here = *tree.watch.members.iter().find(|(_, member)| member.own() == 1).unwrap().0;
    assert_eq!(tree.watch.joins(here), Some(1));
    assert!(tree.watch.finds(3) && !tree.watch.finds(4));
}
