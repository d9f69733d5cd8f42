//! Thread numbers: a subject in a process table of its own counts its threads otherwise than the judge sees them.
//!
//! Invariant: a number in a message means nothing until it is translated here. From here on a [`Tid`] is the judge's own,
//! the one that /proc knows, of a thread that the subject really has.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;

use crate::wire::Tid;

/// Translates a subject's numbers of its threads to the judge's.
pub(super) struct Tids {
    tasks: String,
    /// By the subject's number. `None` where both count alike.
    known: Option<HashMap<Tid, Tid>>,
}

impl Tids {
    /// # Errors
    /// Where the process can't be looked at.
    pub(super) fn of(pid: u32) -> io::Result<Self> {
        let tasks = format!("/proc/{pid}/task");
        let alike = match fs::read_to_string(format!("{tasks}/{pid}/status")) {
            Ok(status) => inside(&status).is_none_or(|inside| inside == Tid::from(pid)),
            Err(_) if cfg!(not(target_os = "linux")) => true,
            Err(error) => return Err(error),
        };
        Ok(Self { tasks, known: (!alike).then(HashMap::new) })
    }

    /// The judge's number of the thread that the subject calls `tid`, if the subject has such a thread; `has` says whether
    /// it has one with this number of the judge's.
    pub(super) fn translate(&mut self, tid: Tid, mut has: impl FnMut(Tid) -> bool) -> Option<Tid> {
        let Some(known) = &mut self.known else { return has(tid).then_some(tid) };
        match known.get(&tid) {
            Some(&outside) if has(outside) => return Some(outside),
            // A new thread, or a number that is used again.
            _ => refresh(known, &self.tasks),
        }
        known.get(&tid).copied()
    }
}

/// Forgets threads that have ended, and looks up those that are new.
fn refresh(known: &mut HashMap<Tid, Tid>, tasks: &str) {
    let listed = fs::read_dir(tasks).into_iter().flatten().flatten();
    let listed: HashSet<Tid> = listed.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    known.retain(|_, outside| listed.contains(outside));
    let looked_up: HashSet<Tid> = known.values().copied().collect();
    for &outside in listed.difference(&looked_up) {
        // A thread that ends meanwhile has nothing to say.
        let status = fs::read_to_string(format!("{tasks}/{outside}/status")).unwrap_or_default();
        if let Some(inside) = inside(&status) {
            known.insert(inside, outside);
        }
    }
}

/// The number that a thread has in its own process table: the last of the `NSpid` line of its `status` (proc(5)). A kernel
/// without process tables of one's own has no such line.
fn inside(status: &str) -> Option<Tid> {
    let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:"))?;
    numbers.split_whitespace().last()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_number_is_the_subjects_own() {
        assert_eq!(inside("Name:\ta\nNSpid:\t4242\t17\t3\nNSpgid:\t1\n"), Some(3));
        assert_eq!(inside("Name:\ta\nNSpid:\t4242\n"), Some(4242));
        assert_eq!(inside("Name:\ta\n"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn threads_are_found_again_by_their_own_number() {
        // Translated as if this process counted otherwise: every thread has to be looked up.
        let pid = std::process::id();
        let mut tids = Tids { tasks: format!("/proc/{pid}/task"), known: Some(HashMap::new()) };
        let (tell, told) = std::sync::mpsc::channel();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            tell.send(Tid::from(nix::unistd::gettid().as_raw().unsigned_abs())).unwrap();
            ended.recv()
        });
        let tid = told.recv().unwrap();
        let tasks = tids.tasks.clone();
        let has = |tid: Tid| fs::metadata(format!("{tasks}/{tid}")).is_ok();
        assert_eq!(tids.translate(tid, has), Some(tid));
        assert_eq!(tids.translate(Tid::from(pid), has), Some(Tid::from(pid)));
        drop(end);
        assert!(thread.join().unwrap().is_err());
        // The kernel lets a joined thread go a moment later; the loop ends because it does.
        while has(tid) {}
        assert_eq!(tids.translate(tid, has), None);
    }
}
