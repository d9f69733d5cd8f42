//! Share by communicating: a doorman owns the number of free places and the line, and everybody talks to him through a channel.
//! No lock anywhere.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

enum Message {
    LetMeIn {
        id: Sender<u64>,
        go: Sender<()>,
    },
    IsThereRoom(Sender<bool>),
    /// "I leave." The answer is true if I was still in the line.
    GivingUp {
        id: u64,
        was_waiting: Sender<bool>,
    },
    Leaving,
}

pub struct Semaphore {
    doorman: Option<Sender<Message>>,
    thread: Option<JoinHandle<()>>,
}

#[must_use]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

fn keep_the_door(mut free: usize, messages: Receiver<Message>) {
    let mut line: VecDeque<(u64, Sender<()>)> = VecDeque::new();
    let mut last_id = 0;
    for message in messages {
        match message {
            Message::LetMeIn { id, go } => {
                last_id += 1;
                let _ = id.send(last_id);
                if free > 0 {
                    free -= 1;
                    let _ = go.send(());
                } else {
                    line.push_back((last_id, go));
                }
            }
            Message::IsThereRoom(answer) => {
                let room = free > 0;
                free -= usize::from(room);
                let _ = answer.send(room);
            }
            Message::GivingUp { id, was_waiting } => {
                let before = line.len();
                line.retain(|(other, _)| *other != id);
                let _ = was_waiting.send(line.len() < before);
            }
            Message::Leaving => match line.pop_front() {
                Some((_, go)) => drop(go.send(())),
                None => free += 1,
            },
        }
    }
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        let (doorman, messages) = mpsc::channel();
        let thread = thread::spawn(move || keep_the_door(permits, messages));
        Self { doorman: Some(doorman), thread: Some(thread) }
    }

    fn tell(&self, message: Message) {
        self.doorman.as_ref().unwrap().send(message).expect("the doorman stays until the end");
    }

    fn ask<T>(&self, question: impl FnOnce(Sender<T>) -> Message) -> T {
        let (sender, answer) = mpsc::channel();
        self.tell(question(sender));
        answer.recv().unwrap()
    }

    pub fn acquire(&self) -> Permit<'_> {
        let (go, gone) = mpsc::channel();
        self.ask(|id| Message::LetMeIn { id, go });
        gone.recv().unwrap();
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.ask(Message::IsThereRoom).then(|| Permit { semaphore: self })
    }

    pub fn acquire_timeout(&self, timeout: Duration) -> Option<Permit<'_>> {
        let (go, gone) = mpsc::channel();
        let id = self.ask(|id| Message::LetMeIn { id, go });
        let in_time = gone.recv_timeout(timeout).is_ok();
        // If he says that I was not in the line any more, he has let me in meanwhile.
        if in_time || !self.ask(|was_waiting| Message::GivingUp { id, was_waiting }) {
            Some(Permit { semaphore: self })
        } else {
            None
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.tell(Message::Leaving);
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        self.doorman = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
