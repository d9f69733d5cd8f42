//! Runs in which nothing can be seen.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::net::UnixStream;

use super::*;
use crate::engine::launch::Program;
use crate::engine::watch::Usage;
use crate::run::Exit;
use crate::scenario::{Limits, Plan};

/// Of a process that can't be seen, or in which a single thread does this.
struct Sight(Option<Doing>);

impl Watch for Sight {
    fn look(&mut self, _: &dyn Fn(Tid) -> bool, _: &BTreeSet<Tid>, _: bool) -> io::Result<Look> {
        let seen = self.0.map(|doing| vec![Seen { tid: 1, turns: 1, doing }]);
        Ok(seen.map_or(Look::Gone, Look::Asleep))
    }

    fn cpu(&mut self) -> io::Result<Duration> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn usage(&mut self, _: &dyn Fn(Tid) -> bool) -> Vec<(Tid, Usage)> {
        Vec::new()
    }

    fn main(&self) -> Tid {
        1
    }

    fn has(&mut self, _: Tid) -> bool {
        false
    }

    fn finds(&mut self, _: Tid) -> bool {
        false
    }

    fn name(&mut self, _: Tid) -> Option<String> {
        None
    }
}

/// One that has ended with this status.
struct Ended(i32);

impl Process for Ended {
    fn kill(&mut self) {}

    fn wait(&mut self) -> io::Result<Exit> {
        Ok(Exit::Status(self.0))
    }

    fn output(&mut self) -> String {
        String::new()
    }
}

/// What comes of a process that can't be seen from the first look on, whose end of the channel is open or closed.
fn unseen(open: bool) -> Result<Run, Error> {
    played(open, Sight(None), Duration::from_millis(20))
}

/// What comes of a process of which this is seen, and that has no time for pauses.
fn played(open: bool, sight: Sight, wall: Duration) -> Result<Run, Error> {
    let limits = Limits { wall, pauses: Duration::ZERO, ..Limits::default() };
    let scenario = Scenario { limits, ..Scenario::new("none", Vec::new(), Plan::default()) };
    let (ours, theirs) = UnixStream::pair().expect("the system gives a pair");
    ours.set_nonblocking(true).expect("any socket can be so");
    let theirs = open.then_some(theirs);
    let subject = Subject { channel: ours.into(), pid: 1, process: Box::new(Ended(7)), entrance: None };
    let launcher = Program::new("/none".into());
    let run = Session::new(&scenario, &launcher, subject, Box::new(sight), None).play();
    drop(theirs);
    run
}

/// Nothing of a student's has run by then: it is trouble of the machine, and told by its exit.
#[test]
fn a_process_that_is_gone_at_the_first_look_is_told_by_its_exit() {
    let End::Inconclusive(why) = unseen(false).unwrap().end else { panic!("nothing is proven") };
    assert_eq!(why, "the program ended before it had begun (Status(7))");
}

/// Only a wait that is known to end by itself is a pause.
#[test]
fn a_wait_that_may_have_no_limit_is_not_called_a_pause() {
    let sight = Sight(Some(Doing::WaitsForEvent(Event::Socket)));
    let run = played(true, sight, Duration::from_mins(1)).unwrap();
    let End::Inconclusive(why) = run.end else { panic!("nothing is proven") };
    assert_eq!(why, UNKNOWN_LIMIT);
}

#[test]
fn a_process_that_goes_on_and_can_not_be_seen_is_trouble_and_is_not_waited_for_forever() {
    assert!(matches!(unseen(true), Err(Error::Watch(_))));
}
