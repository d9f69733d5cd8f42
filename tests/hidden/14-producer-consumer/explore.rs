//! Lets drivers use one buffer at the same moment, in many interleavings. Setup: the capacity. Operations are those of the steps.

use exercise_14::{BoundedBuffer, Closed};
use explore::exploring::{Stage, explore};
use judge::wire::{Payload, Request};

use super::shared::{CLOSED, DONE, GET, PUT};

pub(crate) fn call(request: &Request) -> Payload {
    explore(request, program)
}

fn program(stage: &Stage, setup: &[u64]) {
    let buffer = BoundedBuffer::new(usize::try_from(setup[0]).expect("the capacity is small"));
    stage.play(|_, op| match op[0] {
        PUT => match buffer.put(op[2]) {
            Ok(()) => vec![DONE],
            Err(Closed(item)) => vec![CLOSED, item],
        },
        GET => buffer.get().map_or_else(|| vec![CLOSED], |item| vec![DONE, item]),
        _ => {
            buffer.close();
            vec![DONE]
        }
    });
}
