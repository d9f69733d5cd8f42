//! Lets the judge's drivers use two banks.
//!
//! Input: the number of drivers, and the balances of both banks. What the operations gave is told step by step. The closures can't be sent
//! to another thread, as the contract says.

use std::marker::PhantomData;

use exercise_12::{Bank, InsufficientFunds};
use judge::subject::{Judge, drive};
use judge::wire::{Payload, Request, Work};

use super::shared::{AMOUNT, CHANGE, INSUFFICIENT, MOVED, TOTAL, TRANSFER, UPDATE};

/// Lets the drivers do what the judge says.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let (&drivers, balances) =
        request.input.numbers.split_first().expect("the judge sends the number of drivers");
    let banks = [Bank::new(balances.to_vec()), Bank::new(balances.to_vec())];
    let drivers = u16::try_from(drivers).expect("drivers are few");
    let shared: &(dyn Fn(&[u64]) -> Vec<u64> + Sync) = &|op| act(judge, &banks, op);
    drive(judge, drivers, |_| |op: &[u64]| shared(op));
    Payload::default()
}

fn act(judge: &Judge, banks: &[Bank; 2], op: &[u64]) -> Vec<u64> {
    let place = |number: u64| usize::try_from(number).expect("accounts are few");
    let ask = |kind: u16, key: u64, given: &[u64]| {
        judge.work(Work { kind, key, input: Payload::of(given.iter().copied()) }).numbers[0]
    };
    // Whoever holds this stays on its thread.
    let stays: PhantomData<*const ()> = PhantomData;
    match *op {
        [UPDATE, bank, account, key] => {
            let change = move |balance| {
                let _ = stays;
                ask(CHANGE, key, &[bank, account, balance])
            };
            vec![banks[place(bank)].update(place(account), change)]
        }
        [TRANSFER, bank, from, to, key] => {
            let amount = move |had, has| {
                let _ = stays;
                ask(AMOUNT, key, &[bank, from, to, had, has])
            };
            match banks[place(bank)].transfer(place(from), place(to), amount) {
                Ok(moved) => vec![MOVED, moved],
                Err(InsufficientFunds) => vec![INSUFFICIENT],
            }
        }
        [TOTAL, bank] => vec![banks[place(bank)].total()],
        _ => unreachable!("the judge sends operations that exist"),
    }
}
