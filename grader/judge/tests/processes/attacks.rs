//! Code that speaks to the judge past the kit, through the door and in the name of worker processes. It wins nothing but its own failure,
//! and is no trouble of the machine.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::parent_id;

use judge::channel::{SUBJECT_VARIABLE, THROUGH_THE_DOOR};
use judge::engine::launch::Program;
use judge::processes::told;
use judge::run::{End, Excess};
use judge::subject::Judge;
use judge::wire::{Outcome, PROTOCOL, Payload, Tid, ToJudge, Work, encode};
use libtest_mimic::Trial;
use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};
use nix::unistd::{close, gettid};

use crate::{WORK, play, scenario};

/// The first number of an attack.
pub(crate) const FIRST: u16 = 100;

/// An attack that takes place in a worker process, and why the judge ends the run.
type Attack = (&'static str, fn(Door), &'static str);

const ATTACKS: [Attack; 11] = [
    ("nothing_at_the_door_but_bytes", |door| door.send(b"w", &[]), STRANGER),
    ("too_many_descriptors", |door| door.send(b"w", &[0; 9]), STRANGER),
    (
        "a_file_at_the_door",
        |door| door.send(b"w", &[File::open("/proc/self/stat").expect("it is there").as_raw_fd()]),
        STRANGER,
    ),
    ("a_pipe_at_the_door", |door| door.send(b"w", &[io::pipe().expect("a pipe").0.as_raw_fd()]), STRANGER),
    ("channels_without_end", channels_without_end, "channels without end of one process"),
    ("rubbish", |door| door.say(&[0xff; 64]), "a frame"),
    ("another_protocol", |door| door.hello(PROTOCOL + 1, own()), "a worker process of another protocol"),
    (
        "a_reader_of_another_process",
        |door| door.hello(PROTOCOL, parents()),
        "a channel that a thread of another process reads",
    ),
    ("work_of_another_process", |door| door.work(parents()), "work from a thread of another process"),
    ("work_of_nobody", |door| door.work(Tid::from(u32::MAX)), "work from a thread that does not exist"),
    (
        "the_end_of_a_call",
        |door| door.tell(&END_OF_THE_CALL),
        "from a worker process, what only the main one may say",
    ),
];

const STRANGER: &str = "something at the door that is no worker";

const END_OF_THE_CALL: ToJudge = ToJudge::Ended { call: 0, outcome: Outcome::Returned(NOTHING), at: None };
const NOTHING: Payload = Payload { numbers: Vec::new(), texts: Vec::new() };

/// What is closed to everybody, what says nothing, and more processes than anybody needs: the main process does these.
const CLOSED: u16 = FIRST + 50;
const SILENT: u16 = FIRST + 51;
const CROWD: u16 = FIRST + 52;

pub(crate) fn trials() -> Vec<Trial> {
    let attack = |(number, &(name, _, why)): (u16, &Attack)| {
        Trial::test(format!("attack::{name}"), move || {
            let run = play(&Program::this()?, &scenario(number, 1, &[10]));
            match run.end {
                End::Forged(said) if said.contains(why) => Ok(()),
                other => Err(format!("{other:?}\n{}", run.output).into()),
            }
        })
    };
    let mut trials: Vec<Trial> = (FIRST..).zip(&ATTACKS).map(attack).collect();
    for (number, name) in [(CLOSED, "a_door_that_is_closed"), (SILENT, "a_door_that_is_kept_from_the_others")]
    {
        trials.push(Trial::test(format!("attack::{name}"), move || {
            let run = play(&Program::this()?, &scenario(number, 1, &[10]));
            let ended = (&run.end, run.workers, &run.left[..]);
            if ended == (&End::Finished, 0, &[][..]) { Ok(()) } else { Err(format!("{ended:?}").into()) }
        }));
    }
    trials.push(Trial::test("attack::a_crowd", || {
        let run = play(&Program::this()?, &scenario(CROWD, 1, &[10]));
        match run.end {
            End::RunsAway(Excess::Processes(81..)) => Ok(()),
            other => Err(format!("{other:?}").into()),
        }
    }));
    trials
}

/// Starts the worker that is to do it, and waits for its end.
pub(crate) fn in_the_main_process(judge: &Judge, entry: u16) -> Payload {
    let way = judge
        .worker(entry)
        .get_envs()
        .find(|(name, _)| *name == SUBJECT_VARIABLE)
        .and_then(|(_, way)| way.map(number));
    match entry {
        CLOSED => close(way.expect("there is a door")).expect("it is open"),
        SILENT => Door(way.expect("there is a door")).send(b"", &[]),
        // The judge ends it before it has all of them.
        CROWD => std::mem::forget((0..300).map(|_| judge.worker(entry).spawn()).collect::<Vec<_>>()),
        _ => {}
    }
    let status = judge.worker(entry).status().expect("a worker starts");
    Payload::of(told(Err(status)))
}

pub(crate) fn in_a_worker(entry: u16) -> ! {
    if let Some((_, attack, _)) = ATTACKS.get(usize::from(entry - FIRST)) {
        attack(Door(number(&std::env::var_os(SUBJECT_VARIABLE).expect("a worker is told of the door"))));
    }
    // It waits for what comes of that: the end of all.
    loop {
        std::thread::park();
    }
}

/// The number of the door's descriptor.
fn number(way: &OsStr) -> RawFd {
    let way = way.to_str().and_then(|way| way.strip_prefix(THROUGH_THE_DOOR));
    way.and_then(|number| number.parse().ok()).expect("the number of a door")
}

/// The subject's end of the door.
#[derive(Clone, Copy)]
struct Door(RawFd);

impl Door {
    fn send(self, bytes: &[u8], descriptors: &[RawFd]) {
        let along = [ControlMessage::ScmRights(descriptors)];
        let along: &[_] = if descriptors.is_empty() { &[] } else { &along };
        sendmsg::<()>(self.0, &[io::IoSlice::new(bytes)], along, MsgFlags::MSG_NOSIGNAL, None)
            .expect("it is open");
    }

    /// A channel of one's own; it stays open.
    fn channel(self) -> UnixStream {
        let (ours, theirs) = UnixStream::pair().expect("a pair");
        self.send(b"w", &[theirs.as_raw_fd()]);
        ours
    }

    fn say(self, bytes: &[u8]) {
        let mut channel = self.channel();
        channel.write_all(bytes).expect("the judge reads");
        std::mem::forget(channel);
    }

    fn tell(self, message: &ToJudge) {
        self.say(&encode(message).expect("it is short"));
    }

    fn hello(self, protocol: u32, reader: Tid) {
        self.tell(&ToJudge::Hello { protocol, reader, process: std::process::id(), door: false });
    }

    /// In the name of this thread.
    fn work(self, tid: Tid) {
        let work = Work { kind: WORK, key: 0, input: Payload::default() };
        self.tell(&ToJudge::Work { id: 0, call: 0, tid, name: None, on_caller: false, work });
    }
}

fn own() -> Tid {
    Tid::from(gettid().as_raw().unsigned_abs())
}

/// The main thread of the parent.
fn parents() -> Tid {
    Tid::from(parent_id())
}

fn channels_without_end(door: Door) {
    std::mem::forget((0..200).map(|_| door.channel()).collect::<Vec<_>>());
}
