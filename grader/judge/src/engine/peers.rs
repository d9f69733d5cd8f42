//! The processes of a subject that speak to the judge: the main one, and the worker processes that came through the door. Most
//! exercises have the main one alone.
//!
//! Each has a channel, a reader and questions of its own. What it may say is checked against this: a worker speaks for itself alone.

use std::io;
use std::time::Duration;

use super::block::Block;
use super::deliveries::Deliveries;
use super::door::{Caller, Door};
use super::launch::Entrance;
use super::link::{Link, Received};
use crate::channel::Stream;
use crate::wire::{Malformed, Tid, ToJudge, ToSubject};

/// Workers that a run may have, those that have ended included: many more than any scenario has jobs.
const WORKERS: usize = 512;

/// Channels that one process may have open at a time: one that has become another program may open the next before the end of the
/// last was heard. (What is said on each is kept until it is whole.)
const OF_ONE_PROCESS: usize = 2;

/// The main process, which is always there.
pub(super) const MAIN: usize = 0;

pub(super) struct Peers {
    all: Vec<Peer>,
    door: Option<Door>,
}

struct Peer {
    link: Link,
    deliveries: Deliveries,
    /// Whether it has said [`ToJudge::Hello`].
    greeted: bool,
    /// The thread that it named as its reader, until the subject comes to rest: whose that is can be seen then.
    new_reader: Option<Tid>,
    /// Whether its end of the channel is closed: the process has ended.
    gone: bool,
    /// Whether it is known which process this is.
    met: bool,
    /// Its number in the subject's own process table, where that is known.
    own: Option<Tid>,
}

impl Peer {
    fn new(link: Link, own: Option<Tid>) -> Self {
        Self {
            link,
            deliveries: Deliveries::default(),
            greeted: false,
            new_reader: None,
            gone: false,
            met: own.is_some(),
            own,
        }
    }
}

/// What there was to hear.
pub(super) enum Said {
    Message(usize, ToJudge),
    /// All that was said has been heard.
    Nothing,
    /// This process has ended.
    Gone(usize),
    /// This process came; the system says which one it is where it can.
    Came(usize, Option<u32>),
    Malformed(Malformed),
    /// One lives, and has not taken what it was told for a minute.
    Deaf,
    /// Something came through the door that is no worker.
    Stranger,
    /// There have been more workers than there may be.
    TooMany(usize),
}

impl Peers {
    /// The main process alone. Where it has `processes`, others may come through its door, or connect.
    pub(super) fn new(main: Stream, own: Tid, processes: bool, entrance: Option<Entrance>) -> Self {
        let link = if processes { Link::with_descriptors(main) } else { Link::new(main) };
        let door = entrance.filter(|_| processes).map(Door::Entrance);
        Self { all: vec![Peer::new(link, Some(own))], door }
    }

    /// How many workers came.
    pub(super) fn workers(&self) -> usize {
        self.all.len() - 1
    }

    /// The next that there is to hear, without waiting.
    pub(super) fn receive(&mut self) -> io::Result<Said> {
        for (of, peer) in self.all.iter_mut().enumerate().filter(|(_, peer)| !peer.gone) {
            match peer.link.receive()? {
                Received::Message(message) => return Ok(Said::Message(of, message)),
                Received::Nothing => {}
                Received::Closed => {
                    peer.gone = true;
                    return Ok(Said::Gone(of));
                }
                Received::Malformed(why) => return Ok(Said::Malformed(why)),
                Received::Deaf => return Ok(Said::Deaf),
            }
        }
        match self.door.as_mut().map_or(Ok(Caller::Nobody), Door::next)? {
            Caller::Nobody => Ok(Said::Nothing),
            Caller::Worker(..) if self.workers() == WORKERS => Ok(Said::TooMany(WORKERS + 1)),
            Caller::Worker(stream, process) => {
                self.all.push(Peer::new(Link::new(stream), None));
                Ok(Said::Came(self.all.len() - 1, process))
            }
            Caller::Forged => Ok(Said::Stranger),
            Caller::Closed => {
                self.door = None;
                Ok(Said::Nothing)
            }
        }
    }

    /// A process greets: this thread of it reads its channel, and a door may have come along.
    pub(super) fn greets(&mut self, of: usize, reader: Tid, door: bool) -> Result<(), String> {
        let peer = &mut self.all[of];
        // Nobody's fault is only the first one: it is sent before the student's code runs.
        if std::mem::replace(&mut peer.greeted, true) {
            return Err("a second greeting".into());
        }
        peer.deliveries.reader_is(reader);
        peer.new_reader = Some(reader);
        match (door, peer.link.door()) {
            (true, Some(door)) if of == MAIN => self.door = Some(door),
            (true, _) if of != MAIN => return Err("a door of a worker process".into()),
            _ => {}
        }
        Ok(())
    }

    pub(super) fn has_greeted(&self, of: usize) -> bool {
        self.all[of].greeted
    }

    /// Whether it is known which process this is.
    pub(super) fn is_met(&self, of: usize) -> bool {
        self.all[of].met
    }

    /// It is known now, and so is how the subject numbers it where that can be seen.
    pub(super) fn meet(&mut self, of: usize, own: Option<Tid>) {
        (self.all[of].met, self.all[of].own) = (true, own);
    }

    /// How the subject numbers a process; `None` where that is not known.
    pub(super) fn own(&self, of: usize) -> Option<Tid> {
        self.all[of].own
    }

    /// The worker with this number in the subject's own process table: of several that had it one after the other, the last.
    pub(super) fn worker(&self, own: Tid) -> Option<usize> {
        self.all.iter().rposition(|peer| peer.own == Some(own)).filter(|of| *of != MAIN)
    }

    /// Whether more channels than one process needs are of the process of this one.
    pub(super) fn is_one_too_many(&self, of: usize) -> bool {
        let own = self.all[of].own;
        own.is_some() && self.all.iter().filter(|peer| !peer.gone && peer.own == own).count() > OF_ONE_PROCESS
    }

    /// The worker processes that greeted since this was asked last, each with the thread that it named as its reader.
    pub(super) fn new_readers(&mut self) -> Vec<(usize, Tid)> {
        let workers = self.all.iter_mut().enumerate().skip(1);
        workers.filter_map(|(of, peer)| Some((of, peer.new_reader.take()?))).collect()
    }

    /// Those that have not ended.
    pub(super) fn alive(&self) -> Vec<usize> {
        (0..self.all.len()).filter(|&of| !self.all[of].gone).collect()
    }

    /// Sends the main process what is no answer to a thread that sleeps.
    pub(super) fn send(&mut self, message: &ToSubject) {
        self.send_to(MAIN, message);
    }

    /// The same for any process.
    pub(super) fn send_to(&mut self, of: usize, message: &ToSubject) {
        self.all[of].deliveries.sent();
        self.all[of].link.send(message);
    }

    /// Lets a process have the block that all share: the first thing that it is told.
    pub(super) fn hand_over(&mut self, of: usize, block: &Block) -> io::Result<()> {
        let message = block.message();
        #[cfg(unix)]
        if let Some(descriptor) = block.descriptor() {
            self.all[of].deliveries.sent();
            return self.all[of].link.send_with(&message, descriptor);
        }
        self.send_to(of, &message);
        Ok(())
    }

    /// Answers a thread that sleeps, or what is awaited on none, at once.
    pub(super) fn answer(&mut self, of: usize, tid: Option<Tid>, message: &ToSubject) -> io::Result<()> {
        let peer = &mut self.all[of];
        peer.link.send(message);
        peer.link.flush()?;
        match tid {
            Some(tid) => peer.deliveries.answered(tid),
            None => peer.deliveries.sent(),
        }
        Ok(())
    }

    /// A thread asked for more: it has had its answer.
    pub(super) fn heard_from(&mut self, of: usize, tid: Tid) {
        self.all[of].deliveries.heard_from(tid);
    }

    /// Every thread was seen to sleep, the readers among them.
    pub(super) fn at_rest(&mut self) {
        self.all.iter_mut().for_each(|peer| peer.deliveries.at_rest());
    }

    /// Whether somebody was sent something and has said nothing since.
    pub(super) fn owed(&self) -> bool {
        self.all.iter().any(|peer| !peer.gone && peer.deliveries.owed())
    }

    /// Whether this thread reads a channel, with nothing left to hand over.
    pub(super) fn reader_rests(&self, tid: Tid) -> bool {
        self.all.iter().any(|peer| !peer.gone && peer.deliveries.reader_rests(tid))
    }

    /// More may have arrived since everything was heard.
    pub(super) fn look_again(&mut self) {
        self.all.iter_mut().for_each(|peer| peer.link.look_again());
    }

    /// Leaves the subject alone for this long, whatever it says meanwhile.
    pub(super) fn let_speak(&mut self, time: Duration) {
        self.all[MAIN].link.let_speak(time);
    }

    /// Waits until there is something to hear, at most this long.
    #[cfg(target_os = "linux")]
    pub(super) fn wait(&mut self, at_most: Duration) {
        use std::os::fd::AsFd;

        use nix::poll::{PollFd, PollFlags, ppoll};

        let (alive, door): (Vec<&mut Peer>, _) =
            (self.all.iter_mut().filter(|peer| !peer.gone).collect(), self.door.as_ref());
        let of_links = alive.iter().map(|peer| peer.link.as_fd());
        let mut polled: Vec<PollFd<'_>> = of_links
            .chain(door.map(Door::as_fd))
            .map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN))
            .collect();
        // Woken early or not at all: whoever waits looks again.
        let nothing = matches!(ppoll(&mut polled, Some(at_most.into()), None), Ok(0));
        let ready: Vec<bool> = polled.iter().map(|one| !nothing && one.any() != Some(false)).collect();
        for (peer, ready) in alive.into_iter().zip(ready) {
            peer.link.waited(ready);
        }
    }

    /// Waits a moment.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn wait(&mut self, at_most: Duration) {
        self.all[MAIN].link.wait(at_most);
        self.look_again();
    }
}

/// Of all processes' questions, each has a number: its process, and above that what the process says.
const OF_A_PROCESS: u64 = 1 << 40;

/// The number of a process's question among all. `None`: no process ever asks so many.
pub(super) fn question(of: usize, id: u64) -> Option<u64> {
    (id < OF_A_PROCESS).then_some(of as u64 * OF_A_PROCESS + id)
}

/// The process that a question is of, and its number there.
pub(super) fn asked_as(question: u64) -> (usize, u64) {
    let of = usize::try_from(question / OF_A_PROCESS).expect("processes are few");
    (of, question % OF_A_PROCESS)
}

/// Whether a worker process may say this. Calls of the student's function are the main process's alone.
pub(super) fn may_say(of: usize, message: &ToJudge) -> bool {
    of == MAIN
        || matches!(
            message,
            ToJudge::Hello { .. }
                | ToJudge::Work { .. }
                | ToJudge::Panicking(_)
                | ToJudge::Stacks(_)
                | ToJudge::TooLong { .. }
        )
}
