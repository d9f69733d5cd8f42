//! Turns the judge's requests into calls of `exchange`, and lives the life of the child.
//!
//! Input: three numbers for each message, as [`Bytes`] has them. Output: how the child ended, as [`told`] has it. The types promise what
//! the contract promises and no more, so that an answer that asks for more does not compile.

use std::marker::PhantomData;
use std::process::Command;
use std::rc::Rc;
use std::thread;

use exercise_08::{child, exchange};
use judge::processes::told;
use judge::subject::Judge;
use judge::wire::{Payload, Request, Work};

use super::shared::{
    BACK, Bytes, CUT, FAILED, HANDLE, NO_PROGRAM, ON_REPLY, Orders, REPLY, REST, START, digest,
};

/// Neither sent between threads nor shared by them.
type OneThread = PhantomData<Rc<()>>;

/// Calls the student's function.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let bytes = request.input.numbers.chunks_exact(3).map(Bytes::from_numbers);
    let messages: Vec<Vec<u8>> = bytes.map(Bytes::make).collect();
    let (mut passed_on, here): (u64, OneThread) = (0, PhantomData);
    let mut command = judge.worker(0);
    if request.entry == NO_PROGRAM {
        command = missing(&command);
    }
    let status = exchange(command, &messages, |reply: Vec<u8>| {
        let _: [OneThread; 1] = [here];
        ask(judge, ON_REPLY, passed_on, &reply);
        passed_on += 1;
    });
    Payload::of(told(Err(status)))
}

/// Of this command nothing is left but the program's name, and there is no such program.
#[expect(clippy::disallowed_methods, reason = "it starts nothing: there is no such program")]
fn missing(command: &Command) -> Command {
    let mut name = command.get_program().to_owned();
    name.push("-is-missing");
    Command::new(name)
}

/// What the process does whose command [`call`] gave.
pub(crate) fn worker(judge: &Judge, _entry: u16) {
    let tells = !ask(judge, START, 0, &[]).numbers.is_empty();
    let (mut handled, here): (u64, OneThread) = (0, PhantomData);
    child(|message: Vec<u8>, reply: &mut dyn FnMut(&[u8])| {
        let _: [OneThread; 1] = [here];
        let orders = Orders::from_numbers(&ask(judge, HANDLE, handled, &message).numbers);
        follow(judge, handled, &orders, reply);
        handled += 1;
    });
    if tells {
        ask(judge, BACK, 0, &[]);
    }
}

/// Tells the judge of a panic of the function that sends a reply.
struct Sending<'a>(&'a Judge);

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            ask(self.0, FAILED, 0, &[]);
        }
    }
}

/// Replies to a message as the judge wants it.
fn follow(judge: &Judge, message: u64, orders: &Orders, reply: &mut dyn FnMut(&[u8])) {
    for (nth, bytes) in (0..).zip(&orders.replies) {
        let bytes = bytes.make();
        if orders.paced {
            ask(judge, REPLY, orders.first + nth, &[]);
        }
        let is_last = nth + 1 == orders.replies.len() as u64;
        // The judge answers when all is at rest: when this thread waits for room in the pipe, or for the end.
        let cuts = (orders.cut && is_last).then(|| {
            let judge = judge.clone();
            thread::spawn(move || ask(&judge, CUT, 0, &[]))
        });
        let sending = Sending(judge);
        reply(&bytes);
        drop(sending);
        if let Some(cuts) = cuts {
            let _ = cuts.join();
        }
    }
    if orders.rests {
        ask(judge, REST, message, &[]);
    }
}

/// Tells the judge of these bytes, and waits for what it says.
fn ask(judge: &Judge, kind: u16, key: u64, bytes: &[u8]) -> Payload {
    let input = match kind {
        HANDLE | ON_REPLY => Payload::of([bytes.len() as u64, digest(bytes)]),
        _ => Payload::default(),
    };
    judge.work(Work { kind, key, input })
}
