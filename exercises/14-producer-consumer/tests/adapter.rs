//! Lets the judge's drivers use two buffers, or calls the pipeline.
//!
//! Input of [`BUFFER`]: the number of drivers, and the capacity. What the operations gave is told step by step. Input of [`PIPELINE`]: the
//! number of consumers, the capacity, and how many items each source has. Neither returns anything. The types promise what the contract
//! promises and no more, so that an answer that asks for more does not compile.

use std::cell::Cell;
use std::marker::PhantomData;

use exercise_14::{BoundedBuffer, Closed, produce_and_consume};
use judge::subject::{Judge, drive};
use judge::wire::{Payload, Request, Work};

use super::shared::{BUFFER, CLOSE, CLOSED, CONSUME, DONE, GET, PRODUCE, PUT, SOURCE};

/// An item: sent between threads, never shared, and never copied.
struct Item {
    number: u64,
    send_only: PhantomData<Cell<()>>,
}

impl Item {
    fn new(number: u64) -> Self {
        Self { number, send_only: PhantomData }
    }
}

/// Calls the student's code.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let (&first, rest) = request.input.numbers.split_first().expect("the judge sends how many there are");
    let (&capacity, items) = rest.split_first().expect("the judge sends the capacity");
    let place = |number: u64| usize::try_from(number).expect("numbers are small");
    match request.entry {
        BUFFER => {
            let buffers = [BoundedBuffer::new(place(capacity)), BoundedBuffer::new(place(capacity))];
            let drivers = u16::try_from(first).expect("drivers are few");
            drive(judge, drivers, |_| |op: &[u64]| act(&buffers, op));
        }
        _ => pipeline(judge, place(first), place(capacity), items),
    }
    Payload::default()
}

fn act(buffers: &[BoundedBuffer<Item>; 2], op: &[u64]) -> Vec<u64> {
    let buffer = &buffers[usize::from(op[1] > 0)];
    match op[0] {
        PUT => match buffer.put(Item::new(op[2])) {
            Ok(()) => vec![DONE],
            Err(Closed(item)) => vec![CLOSED, item.number],
        },
        GET => buffer.get().map_or_else(|| vec![CLOSED], |item| vec![DONE, item.number]),
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
    send_only: PhantomData<Cell<()>>,
}

fn pipeline(judge: &Judge, consumers: usize, capacity: usize, items: &[u64]) {
    let source = |(number, &items): (u64, &u64)| Source {
        next: number * SOURCE,
        end: number * SOURCE + items,
        send_only: PhantomData,
    };
    let sources: Vec<Source> = (0..).zip(items).map(source).collect();
    let produce = |source: &mut Source| {
        if source.next == source.end {
            return None;
        }
        let key = source.next;
        source.next += 1;
        let _ = judge.work(Work { kind: PRODUCE, key, input: Payload::default() });
        Some(Item::new(key))
    };
    let consume = |item: Item| {
        let _ = judge.work(Work { kind: CONSUME, key: item.number, input: Payload::default() });
    };
    produce_and_consume(sources, consumers, capacity, produce, consume);
}
