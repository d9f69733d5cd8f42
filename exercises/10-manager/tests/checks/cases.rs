//! Calls of `manage`, what their clients do, and what is judged of them.

use judge::checks::{NothingLeftOfProcesses, Returns, WaitsAsleep};
use judge::processes::Death;
use judge::scenario::{Call, Plan, Planned, Scenario, Then, Ticks};
use judge::suite::Case;
use judge::wire::{Payload, Request};

use super::super::shared::{COMBINE, COMMAND, Key, NEXT, Op, START, Session, Step, mixed, next};
use super::bursts::OwnAnswers;
use super::clients::{ClientsReturn, EachStarted, GoesOn, Outlives, ReachTheirEnds, Statuses};
use super::explained::Explained;
use super::gone::ToldThatItIsGone;
use super::served::ServedAtOnce;
use super::updates::OneStep;

/// How long the start of a client takes.
pub(crate) const START_TICKS: Ticks = 5;

/// A call of a proxy, as a case plans it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planning {
    op: Op,
    /// What is inserted or passed as `with`; `None`: a number that looks like nothing.
    value: Option<u64>,
    /// How long `combine` takes, and how it ends.
    ticks: Ticks,
    gives: Option<u64>,
    panics: bool,
}

fn planning(op: Op) -> Planning {
    Planning { op, value: None, ticks: 0, gives: None, panics: false }
}

pub(crate) fn get(key: Key) -> Planning {
    planning(Op::Get(key))
}

pub(crate) fn insert(key: Key) -> Planning {
    planning(Op::Insert(key, 0))
}

pub(crate) fn remove(key: Key) -> Planning {
    planning(Op::Remove(key))
}

pub(crate) fn update(key: Key) -> Planning {
    planning(Op::Update(key, 0))
}

pub(crate) fn len() -> Planning {
    planning(Op::Len)
}

impl Planning {
    /// It inserts this, or passes it as `with`.
    pub(crate) fn of(self, value: u64) -> Self {
        Self { value: Some(value), ..self }
    }

    /// `combine` takes so long.
    pub(crate) fn taking(self, ticks: Ticks) -> Self {
        Self { ticks, ..self }
    }

    /// `combine` gives this.
    pub(crate) fn giving(self, value: u64) -> Self {
        Self { gives: Some(value), ..self }
    }

    /// `combine` panics.
    pub(crate) fn panicking(self) -> Self {
        Self { panics: true, ..self }
    }
}

/// What a thread of a client does next.
#[derive(Debug, Clone, Copy)]
enum Act {
    Call(Planning),
    Cut(Planning, u64),
    Burst { threads: u64, rounds: u64 },
    Dies(Death),
    Panics,
    Ends,
}

/// A client: what each of its threads does from which tick on.
#[derive(Debug, Clone)]
pub(crate) struct Client(Vec<Vec<(Ticks, Act)>>);

/// One that does nothing.
pub(crate) fn client() -> Client {
    Client(vec![Vec::new()])
}

impl Client {
    fn then(mut self, tick: Ticks, act: Act) -> Self {
        if let Some(thread) = self.0.last_mut() {
            thread.push((tick, act));
        }
        self
    }

    /// At this tick, or when it is back from the call before, if that is later.
    pub(crate) fn at(self, tick: Ticks, call: Planning) -> Self {
        self.then(tick, Act::Call(call))
    }

    /// These calls from this tick on, one each tick: so a tick tells which it was.
    pub(crate) fn all_at(self, tick: Ticks, calls: impl IntoIterator<Item = Planning>) -> Self {
        (tick..).zip(calls).fold(self, |client, (tick, call)| client.at(tick, call))
    }

    /// A call in which it is killed once so many bytes of it have gone out; right behind it otherwise.
    pub(crate) fn cut_at(self, tick: Ticks, call: Planning, bytes: u64) -> Self {
        self.then(tick, Act::Cut(call, bytes)).dies(tick, Death::Kill)
    }

    /// So many threads at the same moment insert and get so many values, each under a key of its own.
    pub(crate) fn burst_at(self, tick: Ticks, threads: u64, rounds: u64) -> Self {
        self.then(tick, Act::Burst { threads, rounds })
    }

    /// It ends so.
    pub(crate) fn dies(self, tick: Ticks, death: Death) -> Self {
        self.then(tick, Act::Dies(death))
    }

    /// Its `body` panics.
    pub(crate) fn panics(self, tick: Ticks) -> Self {
        self.then(tick, Act::Panics)
    }

    /// It ends at this tick, by itself.
    pub(crate) fn until(self, tick: Ticks) -> Self {
        self.then(tick, Act::Ends)
    }

    /// What comes now is done by another thread of it.
    pub(crate) fn thread(mut self) -> Self {
        self.0.push(Vec::new());
        self
    }

    fn is_cut(&self) -> bool {
        self.0.iter().flatten().any(|(_, act)| matches!(act, Act::Cut(..)))
    }
}

/// What keeps a client from being started: its number.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fails {
    /// `command` panics.
    Command(usize),
    /// The command names a program that does not exist.
    Program(usize),
}

/// At which tick `command` fails, if nobody calls it late.
const FAILS_AT: Ticks = 50;

/// One or more calls of `manage`.
#[derive(Debug, Clone)]
pub(crate) struct Serving {
    label: String,
    /// Each with its lane.
    calls: Vec<(u32, Vec<Client>)>,
    /// In the first one.
    fails: Option<Fails>,
    /// Whether clients tell that they have returned.
    tells: bool,
    /// Whether `combine` takes so long that a time limit of some seconds runs out meanwhile.
    patient: bool,
}

/// One call with these clients.
pub(crate) fn serve(label: &str, clients: Vec<Client>) -> Serving {
    Serving { label: label.to_owned(), calls: vec![(0, clients)], fails: None, tells: false, patient: false }
}

/// What a scenario is put together from.
#[derive(Default)]
struct Parts {
    plan: Plan,
    clients: u64,
    updates: u64,
}

impl Serving {
    /// And one more call, in this lane.
    pub(crate) fn and(mut self, lane: u32, clients: Vec<Client>) -> Self {
        self.calls.push((lane, clients));
        self
    }

    /// What `combine` takes is very long.
    pub(crate) fn patient(self) -> Self {
        Self { patient: true, ..self }
    }

    /// A client of the first call can't be started.
    pub(crate) fn but(self, fails: Fails) -> Self {
        Self { fails: Some(fails), ..self }
    }

    fn scenario(&self) -> Scenario {
        let mut parts = Parts::default();
        let mut calls = Vec::new();
        for (nth, (lane, clients)) in self.calls.iter().enumerate() {
            let fails = self.fails.filter(|_| nth == 0);
            let first = parts.clients;
            let mut updates = Vec::new();
            for client in clients {
                updates.extend(parts.add(client, self.tells));
            }
            let missing = match fails {
                Some(Fails::Program(client)) => first + client as u64 + 1,
                _ => 0,
            };
            if let Some(fails) = fails {
                parts.fail(first, clients.len() as u64, fails);
            }
            let session =
                Session { clients: clients.len() as u64, first, asks: fails.is_some(), missing, updates };
            let request = Request { entry: 0, input: Payload::of(session.numbers()) };
            calls.push(Call { lane: *lane, request });
        }
        let scenario = Scenario::new(&self.label, calls, parts.plan).with_processes();
        if self.patient { scenario.patient() } else { scenario }
    }

    fn case(&self) -> Case {
        Case::of(self.scenario())
    }

    /// It returns, and each client does all that it is told.
    fn served(&self) -> Case {
        self.case().and(GoesOn).and(EachStarted).and(ReachTheirEnds)
    }

    /// Each call gives what it should, and the dict is what they have made of it.
    pub(crate) fn answers(self) -> Case {
        self.served().and(Explained)
    }

    /// The same, where threads of clients burst out.
    pub(crate) fn answers_each_its_own(self) -> Case {
        self.served().and(OwnAnswers).and(Explained)
    }

    /// Updates are single steps.
    pub(crate) fn updates_in_one_step(self) -> Case {
        self.served().and(OneStep).and(Explained)
    }

    /// Nobody waits for another client.
    pub(crate) fn serves_at_once(self) -> Case {
        self.served().and(ServedAtOnce).and(Explained)
    }

    /// Clients that end early cost the others nothing.
    pub(crate) fn survives(self) -> Case {
        let outlives = self.case().and(Outlives).and(EachStarted).and(ReachTheirEnds);
        outlives.and(ServedAtOnce).and(Explained).and(Statuses).and(NothingLeftOfProcesses)
    }

    /// The manager panics, and its clients learn it.
    pub(crate) fn tells(self) -> Case {
        self.case().and(ToldThatItIsGone).and(NothingLeftOfProcesses)
    }

    /// It ends when its clients have returned, and no process is left.
    pub(crate) fn ends(self) -> Case {
        let served = Self { tells: true, ..self }.served();
        served.and(Explained).and(Statuses).and(NothingLeftOfProcesses).and(ClientsReturn)
    }

    /// No busy-waiting, no fixed sleeps.
    pub(crate) fn asleep(self) -> Case {
        self.case().and(Returns).and(WaitsAsleep)
    }
}

impl Parts {
    /// Plans a client; its updates: what is passed as `with`, and the key.
    fn add(&mut self, client: &Client, tells: bool) -> Vec<(u64, u64)> {
        let number = self.clients;
        self.clients += 1;
        let orders = [client.0.len() as u64, u64::from(client.is_cut()), u64::from(tells)];
        self.plan.set(START, number, Planned::new(START_TICKS, Then::Return(Payload::of(orders))));
        let mut updates = Vec::new();
        for (thread, acts) in (0..).zip(&client.0) {
            let ends = matches!(acts.last(), Some((_, Act::Ends | Act::Dies(_) | Act::Panics)));
            let end = (!ends).then_some((0, Act::Ends));
            for (place, (tick, act)) in (0..).zip(acts.iter().copied().chain(end)) {
                let then = match act {
                    Act::Call(call) => {
                        Step::Call(self.fill_in(call, (number, thread, place), &mut updates)).then()
                    }
                    Act::Cut(call, bytes) => {
                        Step::CutCall(self.fill_in(call, (number, thread, place), &mut updates), bytes).then()
                    }
                    Act::Burst { threads, rounds } => Step::Burst { threads, rounds, seed: number }.then(),
                    Act::Dies(death) => Then::Die(death),
                    Act::Panics => Then::Panic(format!("client {number} has had enough")),
                    Act::Ends => Step::End.then(),
                };
                let planned = Planned { not_before: tick, ..Planned::new(0, then) };
                self.plan.set(NEXT, next(number, thread, place), planned);
            }
        }
        updates
    }

    /// The call with its number, and the plan of its `combine`.
    fn fill_in(
        &mut self,
        call: Planning,
        (client, thread, place): (u64, u64, u64),
        updates: &mut Vec<(u64, u64)>,
    ) -> Op {
        let value = call.value.unwrap_or_else(|| mixed(client << 40 | thread << 32 | place));
        match call.op {
            Op::Insert(key, _) => Op::Insert(key, value),
            Op::Update(key, _) => {
                let then = match call.gives {
                    _ if call.panics => Then::Panic("these two can't be combined".to_owned()),
                    Some(value) => Then::Return(Payload::of([value])),
                    None => Then::ReturnSecret,
                };
                self.plan.set(COMBINE, self.updates, Planned::new(call.ticks, then));
                updates.push((value, self.updates));
                self.updates += 1;
                Op::Update(key, value)
            }
            other => other,
        }
    }

    /// Plans the calls of `command`, of which one fails.
    fn fail(&mut self, first: u64, clients: u64, fails: Fails) {
        let (Fails::Command(at) | Fails::Program(at)) = fails;
        for client in 0..clients {
            let (ticks, then) = match fails {
                Fails::Command(_) if client == at as u64 => {
                    (FAILS_AT, Then::Panic("`command` has no more to give".to_owned()))
                }
                Fails::Program(_) if client == at as u64 => (FAILS_AT, Then::Return(Payload::default())),
                _ => (0, Then::Return(Payload::default())),
            };
            self.plan.set(COMMAND, first + client, Planned::new(ticks, then));
        }
    }
}

impl Step {
    fn then(self) -> Then {
        Then::Return(Payload::of(self.numbers()))
    }
}
