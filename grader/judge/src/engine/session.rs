//! One run, from the first message to the last: the table of the design, line by line.
//!
//! | the subject is | and | then |
//! |---|---|---|
//! | at rest | a call can be made | make it |
//! | at rest | all calls have ended (and, on one clock, nothing is in flight) | call the roll; finished once each lane has answered |
//! | at rest | as much is in flight as is wanted | enough |
//! | at rest, on one clock | a timer, or work, is due later | move all clocks there |
//! | at rest | work is in flight | move the clock to the earliest due, end that one |
//! | at rest, for certain | nothing is in flight | deadlock |
//! | at rest, not for certain | nothing is in flight | wait for real; give up on proof of lateness |
//! | at rest, its threads unseen | nothing is in flight | wait for real; give up after twenty times the lateness allowed |
//! | busy | a thread used up its CPU budget since the last message | busy-waiting or an endless loop |
//! | busy | a very long time passed | inconclusive |

mod blocking;
mod explain;
mod hearing;
mod one_clock;
mod processes;
mod roll;
mod spinning;
mod stepping;

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::Error;
use super::block::Block;
use super::budget::Budget;
use super::burning::Burning;
use super::launch::{Launch, Process, Subject};
use super::ledger::{Arrival, Ledger, Release};
use super::pauses::Pauses;
use super::peers::{MAIN, Peers, asked_as, question};
use super::spins::Spins;
use super::waits::{Idle, Rest, Waits};
use super::wakes::Wakes;
use super::watch::{Doing, Event, Look, Seen, Timer, Watch};
use crate::bounds;
use crate::run::{End, Left, Pause, Run, Waiting};
use crate::scenario::{Scenario, Timers};
use crate::wire::{Answer, PROTOCOL, Panic, Tid, ToJudge, ToSubject};
use blocking::Parking;
use hearing::Heard;
use one_clock::OneClock;
use roll::Roll;

pub(super) struct Session<'a> {
    scenario: &'a Scenario,
    launcher: &'a dyn Launch,
    peers: Peers,
    watch: Box<dyn Watch>,
    process: Box<dyn Process>,
    /// The main thread.
    main: Tid,
    ledger: Ledger<'a>,
    waits: Waits,
    pauses: Pauses,
    spins: Spins,
    burning: Burning,
    wakes: Wakes,
    roll: Roll,
    parking: Parking,
    one_clock: OneClock,
    budget: Budget<'a>,
    waiting: Waiting,
    panics: Vec<Panic>,
    /// When something was last said.
    last_message: Instant,
    /// Since when the process can't be seen any more.
    gone_since: Option<Instant>,
    pause: Duration,
    /// What was heard while something else was waited for, and ends the run.
    cut_short: Option<End>,
    /// Whether the run is over, and its record complete: only places are asked for any more.
    decided: bool,
    /// The other processes that there were once all calls had ended.
    left: Vec<Left>,
    /// What the processes share.
    block: Option<Block>,
}

/// Whether a run goes on.
type Step = Result<Option<End>, Error>;

impl<'a> Session<'a> {
    /// Of what `launcher` has launched.
    pub(super) fn new(
        scenario: &'a Scenario,
        launcher: &'a dyn Launch,
        subject: Subject,
        mut watch: Box<dyn Watch>,
        block: Option<Block>,
    ) -> Self {
        let main = watch.main();
        if scenario.one_clock == Some(Timers::Held) {
            watch.main_is_held();
        }
        Self {
            scenario,
            launcher,
            peers: Peers::new(subject.channel, main, scenario.processes, subject.entrance),
            watch,
            process: subject.process,
            main,
            ledger: Ledger::new(scenario),
            waits: Waits::new(scenario.limits).of_several(scenario.processes),
            pauses: Pauses::default(),
            spins: Spins::default(),
            burning: Burning::default(),
            wakes: Wakes::default(),
            roll: Roll::default(),
            parking: Parking::default(),
            one_clock: OneClock::default(),
            budget: Budget::new(scenario),
            waiting: Waiting::default(),
            panics: Vec::new(),
            last_message: Instant::now(),
            gone_since: None,
            pause: FIRST_PAUSE,
            cut_short: None,
            decided: false,
            left: Vec::new(),
            block,
        }
    }

    pub(super) fn play(mut self) -> Result<Run, Error> {
        let end = loop {
            if let Some(end) = self.step()? {
                break end;
            }
        };
        let cpu = self.budget.used(&mut *self.watch);
        // Before the process goes: while its files in /proc are open, the kernel takes long over clearing them away.
        drop(self.watch);
        self.process.kill();
        let end = match end {
            // How it ended is known only now.
            End::Exited(_) => match self.process.wait() {
                // Nothing of a student's runs before the greeting.
                Ok(exit) if !self.peers.has_greeted(MAIN) => {
                    End::Inconclusive(format!("the program ended before it had begun ({exit:?})"))
                }
                Ok(exit) => End::Exited(exit),
                // It may have been the machine's doing: nothing is proven.
                Err(trouble) => End::Inconclusive(trouble.to_string()),
            },
            end => {
                let _ = self.process.wait();
                end
            }
        };
        self.waiting.hurried = self.waits.hurried();
        let output = self.process.output();
        let (paused, words) = (self.budget.paused(self.ledger.made()), self.budget.words());
        let Ledger { works, calls, threads, looks, .. } = self.ledger;
        let Scenario { event_loop, one_clock, .. } = *self.scenario;
        Ok(Run {
            works,
            calls,
            end,
            panics: self.panics,
            waiting: self.waiting,
            output,
            event_loop,
            one_clock,
            threads,
            cpu,
            paused,
            words,
            workers: self.peers.workers(),
            left: self.left,
            looks,
        })
    }

    fn step(&mut self) -> Step {
        if let Some(end) = self.cut_short.take() {
            return Ok(Some(end));
        }
        match self.receive_all()? {
            Heard::Something => {
                if self.scenario.event_loop || self.scenario.one_clock.is_some() {
                    self.peers.let_speak(AT_ONCE);
                }
                return Ok(None);
            }
            Heard::End(end) => return Ok(Some(end)),
            Heard::Nothing => {}
        }
        let (ledger, peers) = (&self.ledger, &self.peers);
        let exempt = |tid| ledger.is_waiting(tid) || peers.reader_rests(tid);
        match self.watch.look(&exempt, &self.spins.proven, peers.owed()).map_err(Error::Watch)? {
            Look::Gone => self.gone()?,
            Look::Busy => {
                let bred = self.budget.breeds(&*self.watch).or_else(|| Budget::crowds(&*self.watch));
                return if bred.is_some() { Ok(bred) } else { self.busy() };
            }
            Look::Asleep(seen) => {
                // A message that was sent before the last thread fell asleep is there now; after that instant nobody
                // could send one.
                self.peers.look_again();
                match self.receive_all()? {
                    Heard::Something => {}
                    Heard::End(end) => return Ok(Some(end)),
                    Heard::Nothing => return self.asleep(&seen),
                }
            }
        }
        Ok(None)
    }

    /// What process `of` says.
    fn hear(&mut self, of: usize, message: ToJudge) -> Result<Result<(), String>, Error> {
        match message {
            // The main process's first message is sent before anything of a student's runs, and a worker is the same program.
            ToJudge::Hello { protocol, .. } if protocol != PROTOCOL && !self.peers.has_greeted(of) => {
                let forged = Err("a worker process of another protocol".into());
                return if of == MAIN { Err(Error::Protocol(protocol)) } else { Ok(forged) };
            }
            ToJudge::Hello { reader, process, door, .. } => {
                self.waits.reader_is(reader);
                let greeted = self.peers.greets(of, reader, door);
                self.meet(of, process);
                if let (Ok(()), Some(block)) = (&greeted, &self.block) {
                    self.peers.hand_over(of, block).map_err(Error::Watch)?;
                }
                return Ok(greeted);
            }
            ToJudge::Work { id, call, tid, name, on_caller, work } => {
                let Some(id) = question(of, id) else {
                    return Ok(Err("work with a number that nobody gets to".into()));
                };
                let on_caller = on_caller && of == MAIN;
                if let Err(why) = self.asks(of, tid) {
                    return Ok(Err(why));
                }
                let held_up = self.pauses.held_up().map(|(thread, time)| self.pause(&thread, time));
                let arrival = Arrival { process: of, id, call, tid, name, on_caller, work, held_up };
                return Ok(self.ledger.arrive(arrival));
            }
            ToJudge::Begin { id, call, work, at, moved } => {
                self.waiting.moved = self.waiting.moved.or(moved);
                return match self.ledger.begin(id, call, work, at) {
                    Ok(answer) => {
                        self.send(&ToSubject::Answer { id, answer });
                        Ok(Ok(()))
                    }
                    Err(why) => Ok(Err(why)),
                };
            }
            ToJudge::Finish { id, at } => return Ok(self.ledger.finish(id, at)),
            ToJudge::Dropped { id, at } => return Ok(self.ledger.dropped(id, at)),
            ToJudge::Ended { call, outcome, at } => {
                let ended = self.ledger.end_call(call, outcome, at);
                if ended.is_ok() {
                    let index = call as usize;
                    self.ledger.calls[index].cpu = self.budget.of_call(index, &mut *self.watch);
                }
                return Ok(ended);
            }
            ToJudge::Panicking(panic) if self.panics.len() < bounds::PANICS => self.panics.push(panic),
            // More panics than a report can tell, an answer that came too late, or what ends the run before it is heard.
            ToJudge::Panicking(_) | ToJudge::Stacks(_) | ToJudge::TooLong { .. } => {}
            ToJudge::Here { nonce } => return Ok(self.roll.hear(nonce)),
            ToJudge::Parks(parks) => return Ok(self.parking.hear(parks)),
            message @ (ToJudge::Ask { .. }
            | ToJudge::Note { .. }
            | ToJudge::Nap { .. }
            | ToJudge::Withdraw { .. }
            | ToJudge::Own { .. }) => return Ok(self.hear_on_one_clock(message)),
        }
        Ok(Ok(()))
    }

    /// A thread says that it waits from now on.
    fn asks(&mut self, of: usize, tid: Tid) -> Result<(), String> {
        if self.watch.lacks(tid) {
            return Err("work from a thread that does not exist".into());
        }
        self.peers.heard_from(of, tid);
        self.burning.spoke(tid);
        self.wakes.asks(tid, &mut *self.watch)
    }

    fn asleep(&mut self, seen: &[Seen]) -> Step {
        if self.look_for_blocking(seen)? {
            return Ok(None);
        }
        if let Err(why) = self.wakes.at_rest(seen) {
            return Ok(Some(End::Forged(why)));
        }
        if self.limit_runs() {
            return self.within_limit(seen);
        }
        self.look_for_pauses(seen);
        if let Some(end) = Budget::crowds(&*self.watch) {
            return Ok(Some(end));
        }
        let certain = match self.waits.rest(seen) {
            Rest::NotYet => return self.pauses_on(seen),
            Rest::Yes { certain } => certain,
        };
        if self.look_for_polling(seen)? {
            return Ok(None);
        }
        self.peers.at_rest();
        if let ControlFlow::Break(looked) = self.look_for_strangers() {
            return Ok(looked);
        }
        let spins = seen.iter().any(|thread| thread.doing == Doing::Runs);
        if spins && !self.had_grace()? {
            return Ok(self.not_yet());
        }
        self.ledger.settle();
        if let Some(end) = self.look_at_the_block()? {
            return Ok(Some(end));
        }
        let ready = self.ledger.ready_calls();
        if !ready.is_empty() {
            self.make_calls(&ready);
            return Ok(None);
        }
        if self.ledger.all_calls_ended() && !self.something_lingers() {
            if self.scenario.calls.is_empty() {
                return Ok(Some(End::Finished));
            }
            if self.call_the_roll() {
                self.left = self.relatives();
                return Ok(None);
            }
        }
        if self.scenario.enough.is_some_and(|enough| self.ledger.in_flight() >= enough) {
            return Ok(Some(End::Enough));
        }
        if self.moves_in_vain() {
            return self.polls_in_vain(seen).map(Some);
        }
        if self.moved_all_clocks(seen) {
            return Ok(None);
        }
        if !self.ledger.nothing_in_flight() {
            return self.advance(seen);
        }
        if certain {
            return self.explained(seen, End::Deadlock).map(Some);
        }
        if spins {
            return self.busy();
        }
        match self.waits.idle(seen) {
            Idle::NotYet => self.pauses_on(seen),
            Idle::Oversleeps(late) => self.explained(&late, End::Oversleeps).map(Some),
            Idle::StandsStill => self.explain_all().map(End::StandsStill).map(Some),
            Idle::PollsForever(pollers) => self.explained(&pollers, End::PollsForever).map(Some),
        }
    }

    /// Whether all that goes on by itself from here is a sleep: not where a thread spins, or can't be seen.
    fn look_for_pauses(&mut self, seen: &[Seen]) {
        let unknown = |thread: &Seen| matches!(thread.doing, Doing::Runs | Doing::Unseen);
        if self.scenario.event_loop || seen.iter().any(unknown) {
            return self.pauses.progress();
        }
        self.pauses.look(seen.iter().filter(|thread| self.waits.is_timed(thread)));
    }

    fn pause(&mut self, thread: &Seen, at_least: Duration) -> Pause {
        let asked = match thread.doing {
            Doing::WaitsForTime(Timer::ShortSleep(asked)) => Some(asked),
            _ => None,
        };
        Pause { thread: self.stuck(thread, None).thread, asked, at_least }
    }

    fn make_calls(&mut self, ready: &[usize]) {
        for &index in ready {
            self.ledger.start_call(index);
            self.budget.call_begins(index, &mut *self.watch);
            let call = &self.scenario.calls[index];
            let number = u32::try_from(index).expect("a scenario holds few calls");
            let lengths = if self.scenario.event_loop { self.scenario.plan.lengths() } else { Vec::new() };
            let (lane, request) = (call.lane, call.request.clone());
            self.send(&ToSubject::Start { call: number, lane, request, lengths });
        }
        self.pauses.acted();
        self.progress();
    }

    fn advance(&mut self, seen: &[Seen]) -> Step {
        let late: Vec<Seen> = self.waits.sleepers(seen).cloned().collect();
        for sleeper in late {
            let stuck = self.stuck(&sleeper, None);
            if !self.waiting.sleeping.contains(&stuck) {
                self.waiting.sleeping.push(stuck);
            }
        }
        self.look_for_burning(seen);
        let before = self.ledger.now();
        if let Some(Release { id, tid, mut answer, nudges, asks }) = self.ledger.release() {
            if let Some(nudged) = nudges {
                answer = Answer::Return(self.nudge(nudged, seen).payload());
            }
            if let Some(index) = asks {
                self.ledger.works[index].alive = self.watch.alive();
            }
            if let Some(tid) = tid {
                self.burning.spoke(tid);
                if let Err(why) = self.wakes.answered(tid, &mut *self.watch) {
                    return Ok(Some(End::Forged(why)));
                }
            }
            self.tell_the_time_since(before);
            let (of, id) = asked_as(id);
            self.peers.answer(of, tid, &ToSubject::Answer { id, answer }).map_err(Error::Watch)?;
        }
        self.pauses.acted();
        self.progress();
        // The released thread most often has something to say at once.
        self.peers.wait(AFTER_RELEASE);
        Ok(None)
    }

    /// Sends what is no answer to a thread that sleeps.
    fn send(&mut self, message: &ToSubject) {
        self.peers.send(message);
    }

    /// Nothing is proven yet: waits a moment, unless a very long time has passed.
    fn not_yet(&mut self) -> Option<End> {
        if self.last_message.elapsed() > self.scenario.limits.wall {
            let why = format!("no message and no proof within {} s", self.scenario.limits.wall.as_secs());
            return Some(End::Inconclusive(why));
        }
        self.wait_a_little();
        None
    }

    /// All sleep, some of them for a while only, and that is waited for: real time that the program's own pauses take.
    fn pauses_on(&mut self, seen: &[Seen]) -> Step {
        let timed: Vec<Seen> = seen.iter().filter(|thread| self.waits.is_timed(thread)).cloned().collect();
        let naps = timed.iter().filter(|thread| !thread.doing.is_long());
        self.budget.lull(Instant::now(), naps.map(|thread| (thread.tid, thread.turns)).collect());
        if self.budget.dawdles(self.ledger.made()) {
            // Whoever waits for bytes does not pause.
            if timed.iter().any(|thread| thread.doing == Doing::WaitsForEvent(Event::Socket)) {
                return Ok(Some(End::Inconclusive(UNKNOWN_LIMIT.into())));
            }
            return self.explained(&timed, End::Dawdles).map(Some);
        }
        Ok(self.not_yet())
    }

    fn wait_a_little(&mut self) {
        self.peers.wait(self.pause);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    fn progress(&mut self) {
        self.waits.progress();
        self.pauses.progress();
        self.spins.progress();
        self.parking.progress();
        self.watch.progress();
        self.last_message = Instant::now();
        self.pause = FIRST_PAUSE;
    }
}

/// Why nothing is proven where threads wait on sockets that can't be asked.
const UNKNOWN_LIMIT: &str = "a thread waits on a socket, and this machine does not let the judge see whether that wait has a time \
                             limit: it forbids `pidfd_getfd`, as containers do without the capability SYS_PTRACE";

fn running(tid: Tid) -> Seen {
    Seen { tid, turns: 0, doing: Doing::Runs }
}

/// Pauses between looks at a busy subject: short at first, since most programs come to rest at once. A message ends them.
const FIRST_PAUSE: Duration = Duration::from_micros(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(2);
const AFTER_RELEASE: Duration = Duration::from_micros(200);

/// An event loop says much in a row, and waits for no answer while it has something else to do: heard all at once, that costs a
/// fraction of what it costs word for word.
const AT_ONCE: Duration = Duration::from_micros(100);

#[cfg(all(test, unix))]
mod tests;
