//! Turns the judge's requests into calls of `manage`, and lives the lives of the clients.
//!
//! Input: see [`Session`]. Output: how many statuses there are; two numbers for each, as [`told`] has it; then three for each entry of the
//! dict, in its order: length and digest of the key, and the value. The types promise what the contract promises and no more, so that an
//! answer that asks for more does not compile.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::process::Command;
use std::rc::Rc;
use std::sync::{Barrier, MutexGuard};
use std::thread;

use exercise_10::{CallError, Proxy, client, manage};
use judge::processes::{Death, told};
use judge::subject::{Judge, Tap};
use judge::wire::{Payload, Request, Work};

use super::shared::{BACK, COMBINE, COMMAND, Gave, Key, NEXT, Op, START, Session, Step, digest, next, row};

/// The key of an update that was not planned.
const NOT_IN_THE_LIST: u64 = u64::MAX;

/// Shared between threads, never sent to one.
type SyncOnly = PhantomData<MutexGuard<'static, ()>>;
/// Neither sent between threads nor shared by them.
type OneThread = PhantomData<Rc<()>>;

/// Calls the student's function.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let session = Session::from_numbers(&request.input.numbers);
    let updates: BTreeMap<u64, u64> = session.updates.iter().copied().collect();
    let clients = usize::try_from(session.clients).expect("the judge sends a small number of clients");
    let shared: SyncOnly = PhantomData;
    let session = &session;
    // It has this of its own: so it may be shared, and not sent.
    let command = move |number: usize| -> Command {
        let _: [SyncOnly; 1] = [shared];
        assert!(number < clients, "`command` is called for client {number}, and there are {clients}");
        let number = session.first + number as u64;
        if session.asks {
            ask(judge, COMMAND, number, []);
        }
        let command = judge.worker(u16::try_from(number).expect("they are few"));
        if number + 1 == session.missing { missing(&command) } else { command }
    };
    let combine = |value: u64, with: u64| -> u64 {
        let key = updates.get(&with).copied().unwrap_or(NOT_IN_THE_LIST);
        ask(judge, COMBINE, key, [value, with])[0]
    };
    let (dict, statuses) = manage(clients, command, combine);
    let mut numbers = vec![statuses.len() as u64];
    numbers.extend(statuses.into_iter().flat_map(|status| told(Err(status))));
    for (key, value) in dict {
        numbers.extend(digest(&key).into_iter().chain([value]));
    }
    Payload::of(numbers)
}

/// A command of which nothing is left but the program's name, and there is no such program.
#[expect(clippy::disallowed_methods, reason = "it starts nothing: there is no such program")]
fn missing(command: &Command) -> Command {
    let mut name = command.get_program().to_owned();
    name.push("-is-missing");
    Command::new(name)
}

/// What the process does whose command [`call`] gave.
pub(crate) fn worker(judge: &Judge, number: u16) {
    let number = u64::from(number);
    let orders = ask(judge, START, number, []);
    let &[threads, is_tapped, tells] = &orders[..] else { panic!("there is no client {number}") };
    // Before anything is written.
    let tap = (is_tapped > 0).then(|| Tap::install().expect("there are pipes"));
    let here: OneThread = PhantomData;
    client(move |proxy: &Proxy| {
        let _: [OneThread; 1] = [here];
        thread::scope(|scope| {
            for thread in 1..threads {
                scope.spawn(move || interpret(judge, proxy, (number, thread), None));
            }
            interpret(judge, proxy, (number, 0), tap.as_ref());
        });
    });
    if tells > 0 {
        ask(judge, BACK, number, []);
    }
}

/// What one thread of a client does, as the judge wants it.
fn interpret(judge: &Judge, proxy: &Proxy, (client, thread): (u64, u64), tap: Option<&Tap>) {
    let mut gave = Vec::new();
    for place in 0.. {
        let told = ask(judge, NEXT, next(client, thread, place), gave);
        gave = match Step::from_numbers(&told) {
            None | Some(Step::End) => return,
            Some(Step::Call(op)) => told_back(carry_out(proxy, op)).into(),
            Some(Step::CutCall(op, bytes)) => {
                if let Some(tap) = tap {
                    tap.end_after(bytes, Death::Kill);
                }
                told_back(carry_out(proxy, op)).into()
            }
            Some(Step::Burst { threads, rounds, seed }) => burst(proxy, threads, rounds, seed),
        };
    }
}

/// Several threads at the same time; what each call gave, thread by thread.
fn burst(proxy: &Proxy, threads: u64, rounds: u64, seed: u64) -> Vec<u64> {
    let all = Barrier::new(usize::try_from(threads).expect("they are few"));
    let of_one = |thread| {
        let ops = row(thread, rounds, seed);
        all.wait();
        ops.into_iter().map(|(op, _)| carry_out(proxy, op)).collect::<Vec<Gave>>()
    };
    let of_one = &of_one;
    thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|thread| scope.spawn(move || of_one(thread))).collect();
        let rows =
            all.into_iter().map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        rows.flatten().flat_map(told_back).collect()
    })
}

/// Makes a call of the student's proxy.
fn carry_out(proxy: &Proxy, op: Op) -> Gave {
    let key = op.key().map(Key::text).unwrap_or_default();
    let gave = match op {
        Op::Get(_) => proxy.get(&key).map(Gave::Option),
        Op::Insert(_, value) => proxy.insert(&key, value).map(Gave::Option),
        Op::Remove(_) => proxy.remove(&key).map(Gave::Value),
        Op::Update(_, with) => proxy.update(&key, with).map(Gave::Value),
        Op::Len => proxy.len().map(|number| Gave::Value(number as u64)),
    };
    gave.unwrap_or_else(|error| match error {
        CallError::NoSuchKey(key) => Gave::NoSuchKey(digest(&key)),
        CallError::Gone => Gave::Gone,
    })
}

/// What a call gave, as three numbers.
fn told_back(gave: Gave) -> [u64; 3] {
    match gave {
        Gave::Option(None) => [0, 0, 0],
        Gave::Option(Some(value)) => [1, value, 0],
        Gave::Value(value) => [2, value, 0],
        Gave::NoSuchKey([length, digest]) => [3, length, digest],
        Gave::Gone => [4, 0, 0],
    }
}

/// Asks the judge, and waits for what it says.
fn ask(judge: &Judge, kind: u16, key: u64, input: impl IntoIterator<Item = u64>) -> Vec<u64> {
    judge.work(Work { kind, key, input: Payload::of(input) }).numbers
}
