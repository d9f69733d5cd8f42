//! Turns the judge's requests into calls of the six functions.
//!
//! The types promise what the contract promises and no more, so that an answer that asks for more does not compile.

use std::cell::Cell;
use std::marker::PhantomData;

use exercise_17::{Approach, Job, Machine, Shape, event_loop, fastest, mixed, predict, sequential, threads};
use judge::subject::{Judge, one_clock};
use judge::wire::{Payload, Request, Work};

use super::shared::{COMPUTE, EVENT_LOOP, FASTEST, FETCH, MIXED, PREDICT, Question, SEQUENTIAL, THREADS};

#[derive(Clone)]
struct Judged {
    judge: Judge,
    key: u64,
}

/// Sent between threads, never shared.
struct Data {
    number: Option<u64>,
    send_only: PhantomData<Cell<()>>,
}

/// Likewise.
struct Output {
    number: u64,
    send_only: PhantomData<Cell<()>>,
}

impl Judged {
    fn work(&self, kind: u16, number: Option<u64>) -> Work {
        Work { kind, key: self.key, input: Payload::of(number) }
    }
}

impl Job for Judged {
    type Data = Data;
    type Output = Output;

    fn fetch(&self) -> Data {
        data(&self.judge.work(self.work(FETCH, None)))
    }

    async fn fetch_async(&self) -> Data {
        data(&self.judge.ask(self.work(FETCH, None)).await)
    }

    fn compute(&self, data: Data) -> Output {
        let answer = self.judge.work(self.work(COMPUTE, data.number));
        Output { number: answer.numbers[0], send_only: PhantomData }
    }
}

/// Where the call is measured, fetching gives nothing.
fn data(answer: &Payload) -> Data {
    Data { number: answer.numbers.first().copied(), send_only: PhantomData }
}

/// Calls the student's code.
pub(crate) fn call(judge: &Judge, request: &Request) -> Payload {
    let numbers = &request.input.numbers[..];
    let jobs = |number: u64| -> Vec<Judged> {
        (0..number).map(|key| Judged { judge: judge.clone(), key }).collect()
    };
    match (request.entry, numbers) {
        (SEQUENTIAL, &[number]) => outputs(sequential(&jobs(number))),
        (THREADS, &[workers, number]) => outputs(threads(&jobs(number), count(workers))),
        (EVENT_LOOP, &[number]) => {
            let jobs = jobs(number);
            one_clock::run(judge, || async move { outputs(event_loop(&jobs).await) })
        }
        (MIXED, &[workers, number]) => {
            let jobs = jobs(number);
            one_clock::run(judge, || async move { outputs(mixed(&jobs, count(workers)).await) })
        }
        (PREDICT, questions) => Payload::of(questions.as_chunks().0.iter().map(|question| {
            let question = read(*question);
            let (shape, machine) = asked(question);
            predict(approaches()[count(question.approach)], shape, machine)
        })),
        (FASTEST, questions) => Payload::of(questions.as_chunks().0.iter().map(|question| {
            let (shape, machine) = asked(read(*question));
            let named = fastest(shape, machine);
            approaches()
                .iter()
                .zip(0..)
                .find(|(approach, _)| **approach == named)
                .map_or(0, |(_, place)| place)
        })),
        _ => unreachable!("the judge asks as agreed"),
    }
}

fn outputs(outputs: Vec<Output>) -> Payload {
    Payload::of(outputs.into_iter().map(|output| output.number))
}

fn approaches() -> [Approach; 5] {
    use Approach::{EventLoop, Mixed, Processes, Sequential, Threads};
    [Sequential, EventLoop, Threads, Mixed, Processes]
}

fn read(numbers: [u64; Question::LENGTH]) -> Question {
    let [approach, jobs, fetch, compute, cores, workers, one_at_a_time, process_start] = numbers;
    let one_at_a_time = one_at_a_time > 0;
    Question { approach, jobs, fetch, compute, cores, workers, one_at_a_time, process_start }
}

fn asked(question: Question) -> (Shape, Machine) {
    let Question { approach: _, jobs, fetch, compute, cores, workers, one_at_a_time, process_start } =
        question;
    (Shape { jobs, fetch, compute }, Machine { cores, workers, one_at_a_time, process_start })
}

fn count(number: u64) -> usize {
    usize::try_from(number).expect("numbers are small")
}
