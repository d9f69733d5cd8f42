//! Lets the judge's drivers use two buffers, or calls the pipeline.
//!
//! Input of [`BUFFER`] and [`UNITS`]: the number of drivers, and the capacity. What the operations gave is told step by step, and what is
//! returned is how many items are there once the buffers are gone. Input of [`PIPELINE`]: the number of consumers, the capacity, and how many
//! items each source has; what is returned is how often sources were asked after their `None`. The types promise what the contract promises
//! and no more, so that an answer that asks for more does not compile.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use exercise_14::{BoundedBuffer, Closed, produce_and_consume};
use judge::subject::{Judge, drive};
use judge::wire::{Payload, Request, Work};

use super::shared::{BUFFER, CLOSE, CLOSED, CONSUME, DONE, GET, PRODUCE, PUT, SOURCE, UNIT, UNITS};

/// An item: sent between threads, never shared, and never copied.
struct Item {
    number: u64,
    /// Counted while the item is there.
    _there: Arc<()>,
    send_only: PhantomData<Cell<()>>,
}

impl Item {
    fn new(number: u64, there: &Arc<()>) -> Self {
        Self { number, _there: Arc::clone(there), send_only: PhantomData }
    }
}

/// Calls the student's code.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let (&first, rest) = request.input.numbers.split_first().expect("the judge sends how many there are");
    let (&capacity, items) = rest.split_first().expect("the judge sends the capacity");
    let place = |number: u64| usize::try_from(number).expect("numbers are small");
    match request.entry {
        BUFFER => {
            let there = Arc::new(());
            use_buffers(
                judge,
                first,
                place(capacity),
                |number| Item::new(number, &there),
                |item| item.number,
            );
            Payload::of([Arc::strong_count(&there) as u64 - 1])
        }
        UNITS => {
            use_buffers(judge, first, place(capacity), |_| (), |()| UNIT);
            Payload::of([0])
        }
        _ => Payload::of([pipeline(judge, place(first), place(capacity), items)]),
    }
}

/// Drivers use two buffers of such items, which are gone at the end.
fn use_buffers<T: Send>(
    judge: &Judge,
    drivers: u64,
    capacity: usize,
    item: impl Fn(u64) -> T + Sync,
    number: impl Fn(T) -> u64 + Sync,
) {
    let buffers = [BoundedBuffer::new(capacity), BoundedBuffer::new(capacity)];
    let drivers = u16::try_from(drivers).expect("drivers are few");
    drive(judge, drivers, |_| |op: &[u64]| act(&buffers, op, &item, &number));
}

fn act<T: Send>(
    buffers: &[BoundedBuffer<T>; 2],
    op: &[u64],
    item: impl Fn(u64) -> T,
    number: impl Fn(T) -> u64,
) -> Vec<u64> {
    let buffer = &buffers[usize::from(op[1] > 0)];
    match op[0] {
        PUT => match buffer.put(item(op[2])) {
            Ok(()) => vec![DONE],
            Err(Closed(item)) => vec![CLOSED, number(item)],
        },
        GET => buffer.get().map_or_else(|| vec![CLOSED], |item| vec![DONE, number(item)]),
        CLOSE => {
            buffer.close();
            vec![DONE]
        }
        _ => unreachable!("the judge sends operations that exist"),
    }
}

/// Where items come from: sent to a thread, never shared.
struct Source {
    next: u64,
    end: u64,
    /// Whether it has given `None`.
    over: bool,
    send_only: PhantomData<Cell<()>>,
}

fn pipeline(judge: &Judge, consumers: usize, capacity: usize, items: &[u64]) -> u64 {
    let source = |(number, &items): (u64, &u64)| Source {
        next: number * SOURCE,
        end: number * SOURCE + items,
        over: false,
        send_only: PhantomData,
    };
    let sources: Vec<Source> = (0..).zip(items).map(source).collect();
    let (there, asked_again) = (Arc::new(()), AtomicU64::new(0));
    let produce = |source: &mut Source| {
        if source.next == source.end {
            // The first time is as it should be.
            let again = std::mem::replace(&mut source.over, true);
            asked_again.fetch_add(again.into(), Ordering::Relaxed);
            return None;
        }
        let key = source.next;
        source.next += 1;
        let _ = judge.work(Work { kind: PRODUCE, key, input: Payload::default() });
        Some(Item::new(key, &there))
    };
    let consume = |item: Item| {
        let _ = judge.work(Work { kind: CONSUME, key: item.number, input: Payload::default() });
    };
    produce_and_consume(sources, consumers, capacity, produce, consume);
    asked_again.load(Ordering::Relaxed)
}
