//! The loop is for one thread, so Rc and RefCell do.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

pub trait Machine: Clone + Send + Sync + 'static {
    fn now(&self) -> Duration;
    fn park(&self, until: Option<Duration>);
    fn unpark(&self);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

type Boxed = Pin<Box<dyn Future<Output = ()>>>;

pub struct EventLoop<M> {
    machine: M,
    tasks: Rc<RefCell<VecDeque<Boxed>>>,
}

impl<M: Machine> EventLoop<M> {
    pub fn new(machine: M) -> Self {
        Self { machine, tasks: Rc::default() }
    }

    pub fn block_on<F: Future>(&self, main: F) -> F::Output {
        let mut main = pin!(main);
        let mut cx = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(output) = main.as_mut().poll(&mut cx) {
                return output;
            }
            let tasks = self.tasks.take();
            for mut task in tasks {
                if task.as_mut().poll(&mut cx).is_pending() {
                    self.tasks.borrow_mut().push_back(task);
                }
            }
        }
    }

    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let result = Rc::new(RefCell::new(None));
        let theirs = result.clone();
        self.tasks.borrow_mut().push_back(Box::pin(async move {
            *theirs.borrow_mut() = Some(task.await);
        }));
        JoinHandle { result }
    }

    pub fn sleep(&self, time: Duration) -> Sleep<M> {
        Sleep { when: self.machine.now() + time, machine: self.machine.clone() }
    }
}

impl<M: Machine> Clone for EventLoop<M> {
    fn clone(&self) -> Self {
        Self { machine: self.machine.clone(), tasks: self.tasks.clone() }
    }
}

pub struct JoinHandle<T> {
    result: Rc<RefCell<Option<T>>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, Panicked>;
    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.result.borrow_mut().take().map_or(Poll::Pending, |result| Poll::Ready(Ok(result)))
    }
}

pub struct Sleep<M> {
    when: Duration,
    machine: M,
}

impl<M: Machine> Future for Sleep<M> {
    type Output = ();
    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        if self.machine.now() >= self.when { Poll::Ready(()) } else { Poll::Pending }
    }
}
