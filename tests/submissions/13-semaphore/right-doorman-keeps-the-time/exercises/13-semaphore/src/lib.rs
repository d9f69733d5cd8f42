//! A doorman thread owns the count, the line and the clock; everybody writes to him and waits for an answer.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

enum Letter {
    Enter { until: Option<Instant>, answer: SyncSender<bool> },
    Try(SyncSender<bool>),
    Back,
}

struct Guest {
    until: Option<Instant>,
    answer: SyncSender<bool>,
}

fn doorman(mut free: usize, letters: &Receiver<Letter>) {
    let mut line: VecDeque<Guest> = VecDeque::new();
    loop {
        let next_alarm = line.iter().filter_map(|guest| guest.until).min();
        let letter = match next_alarm {
            None => letters.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => letters.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        match letter {
            Ok(Letter::Try(answer)) => {
                let yes = free > 0;
                free -= usize::from(yes);
                let _ = answer.send(yes);
            }
            Ok(Letter::Enter { answer, .. }) if free > 0 => {
                free -= 1;
                let _ = answer.send(true);
            }
            Ok(Letter::Enter { until, answer }) => line.push_back(Guest { until, answer }),
            Ok(Letter::Back) => match line.pop_front() {
                Some(first) => {
                    let _ = first.answer.send(true);
                }
                None => free += 1,
            },
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let now = Instant::now();
        line.retain(|guest| {
            let over = guest.until.is_some_and(|until| until <= now);
            if over {
                let _ = guest.answer.send(false);
            }
            !over
        });
    }
}

pub struct Semaphore {
    letters: Option<Mutex<Sender<Letter>>>,
    doorman: Option<JoinHandle<()>>,
}

#[must_use = "the permit goes back as soon as it is dropped"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    #[must_use]
    pub fn new(permits: usize) -> Self {
        let (sender, letters) = mpsc::channel();
        let doorman = thread::spawn(move || doorman(permits, &letters));
        Self { letters: Some(Mutex::new(sender)), doorman: Some(doorman) }
    }

    fn write(&self, letter: Letter) {
        self.letters.as_ref().unwrap().lock().unwrap().send(letter).unwrap();
    }

    fn ask(&self, letter: impl FnOnce(SyncSender<bool>) -> Letter) -> Option<Permit<'_>> {
        let (answer, answered) = mpsc::sync_channel(1);
        self.write(letter(answer));
        answered.recv().unwrap().then(|| Permit { semaphore: self })
    }

    pub fn acquire(&self) -> Permit<'_> {
        self.ask(|answer| Letter::Enter { until: None, answer }).unwrap()
    }

    #[must_use]
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.ask(Letter::Try)
    }

    #[must_use]
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let until = Instant::now().checked_add(timeout);
        self.ask(|answer| Letter::Enter { until, answer })
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        self.letters = None;
        let _ = self.doorman.take().unwrap().join();
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.write(Letter::Back);
    }
}
