//! Each worker has a mailbox of its own. The main thread keeps the list and sends the next job to whoever has reported.

use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Sender};
use std::thread;

struct Report<R> {
    worker: usize,
    index: usize,
    outcome: thread::Result<R>,
}

pub fn run_jobs<J, R, W, C>(jobs: Vec<J>, workers: usize, work: W, mut on_result: C)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Send + Sync,
    C: FnMut(usize, R),
{
    if workers < 1 {
        panic!("workers is {workers}");
    }
    let mut jobs = jobs.into_iter().enumerate();
    let work = &work;
    thread::scope(|scope| {
        let (reports, inbox) = mpsc::channel::<Report<R>>();
        let mut mailboxes: Vec<Option<Sender<(usize, J)>>> = Vec::new();
        for worker in 0..workers.min(jobs.len()) {
            let (mailbox, letters) = mpsc::channel::<(usize, J)>();
            let reports = reports.clone();
            scope.spawn(move || {
                for (index, job) in letters {
                    let outcome = panic::catch_unwind(AssertUnwindSafe(|| work(job)));
                    if reports.send(Report { worker, index, outcome }).is_err() {
                        break;
                    }
                }
            });
            mailbox.send(jobs.next().unwrap()).unwrap();
            mailboxes.push(Some(mailbox));
        }
        drop(reports);

        // Ends when the last worker has left: it leaves when its mailbox is taken away.
        for Report { worker, index, outcome } in inbox {
            let result = outcome.unwrap_or_else(|payload| panic::resume_unwind(payload));
            match jobs.next() {
                Some(job) => mailboxes[worker].as_ref().unwrap().send(job).unwrap(),
                None => mailboxes[worker] = None,
            }
            on_result(index, result);
        }
    });
}
