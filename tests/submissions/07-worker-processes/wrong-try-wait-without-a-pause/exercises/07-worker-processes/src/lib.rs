//! Looks for answers, then for the dead, then for answers, ...

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, TryRecvError, channel};
use std::thread;

struct Employee {
    child: Child,
    job: Option<usize>,
}

struct Team(Vec<Employee>);

impl Drop for Team {
    fn drop(&mut self) {
        for employee in &mut self.0 {
            drop(employee.child.stdin.take());
        }
        for employee in &mut self.0 {
            let _ = employee.child.wait();
        }
    }
}

fn employ(mut command: Command, number: usize, sender: &Sender<(usize, u64)>) -> Employee {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let sender = sender.clone();
    thread::spawn(move || {
        for line in stdout.lines() {
            let Some(answer) = line.ok().and_then(|line| line.parse().ok()) else { return };
            if sender.send((number, answer)).is_err() {
                return;
            }
        }
    });
    Employee { child, job: None }
}

pub fn map_in_processes<C>(jobs: &[u64], workers: usize, command: C) -> Vec<Result<u64, ExitStatus>>
where
    C: Fn() -> Command + Sync,
{
    assert!(workers > 0, "no workers");
    let (sender, answers) = channel();
    let mut results: Vec<Option<Result<u64, ExitStatus>>> = jobs.iter().map(|_| None).collect();
    let mut team = Team(vec![]);
    let mut next = 0;
    let mut missing = jobs.len();

    while missing > 0 {
        // Work for everybody who is idle, and people for the work that is left.
        for employee in team.0.iter_mut().filter(|employee| employee.job.is_none()) {
            if let Some(stdin) = employee.child.stdin.as_mut() {
                if next < jobs.len() && writeln!(stdin, "{}", jobs[next]).is_ok() {
                    employee.job = Some(next);
                    next += 1;
                }
            }
        }
        while next < jobs.len() && team.0.iter().filter(|one| one.job.is_some()).count() < workers {
            let mut employee = employ(command(), team.0.len(), &sender);
            writeln!(employee.child.stdin.as_mut().unwrap(), "{}", jobs[next]).unwrap();
            employee.job = Some(next);
            next += 1;
            team.0.push(employee);
        }
        match answers.try_recv() {
            Ok((number, answer)) => {
                if let Some(job) = team.0[number].job.take() {
                    results[job] = Some(Ok(answer));
                    missing -= 1;
                }
            }
            Err(TryRecvError::Empty) => {
                for employee in &mut team.0 {
                    if employee.job.is_none() {
                        continue;
                    }
                    if let Some(status) = employee.child.try_wait().unwrap() {
                        results[employee.job.take().unwrap()] = Some(Err(status));
                        employee.child.stdin = None;
                        missing -= 1;
                    }
                }
            }
            Err(TryRecvError::Disconnected) => unreachable!("this function has a sender itself"),
        }
    }
    drop(team);
    results.into_iter().map(Option::unwrap).collect()
}

pub fn worker<W>(work: W)
where
    W: Fn(u64) -> u64 + Sync,
{
    for line in std::io::stdin().lines().map_while(Result::ok) {
        println!("{}", work(line.parse().unwrap()));
    }
}
