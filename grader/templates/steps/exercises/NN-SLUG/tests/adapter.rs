//! Lets the judge's drivers use an event.
//!
//! Input: the number of drivers. Output: nothing; what the operations gave is told step by step. The types promise what the contract
//! promises and no more, so that an answer that asks for more does not compile.

use exercise_NN::Event;
use judge::subject::{Judge, drive};
use judge::wire::{Payload, Request};

use super::shared::{CLEAR, IS_SET, SET, WAIT};

/// Lets the drivers do what the judge says.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let &[drivers] = request.input.numbers.as_slice() else {
        unreachable!("the judge sends the number of drivers")
    };
    let drivers = u16::try_from(drivers).expect("drivers are few");
    let event = Event::new();
    let event = &event;
    drive(judge, drivers, |_driver| move |op: &[u64]| act(event, op));
    Payload::default()
}

/// Does an operation; gives its result as numbers.
fn act(event: &Event, op: &[u64]) -> Vec<u64> {
    match op[0] {
        WAIT => event.wait(),
        SET => event.set(),
        CLEAR => event.clear(),
        IS_SET => return vec![u64::from(event.is_set())],
        _ => unreachable!("the judge sends operations that exist"),
    }
    vec![]
}
