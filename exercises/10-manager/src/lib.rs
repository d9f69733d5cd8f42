//! Exercise 10: a dict that lives in one process and is used in others (Python: `Manager().dict()`).
//!
//! Fill in [`manage`], which runs in the process that owns the dict, [`client`], which runs in each process that uses it, and
//! [`Proxy`], which stands for the dict there. The lesson, with hints, is in `README.md` beside this package's `Cargo.toml`;
//! check your answer with `cargo test -p exercise-10`.

use std::collections::BTreeMap;
use std::process::{Command, ExitStatus};

/// Why a call of a proxy failed. Given: leave as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    /// The manager raised this: the key, exactly as it was passed, is not there.
    NoSuchKey(String),
    /// The manager is gone, for good.
    Gone,
}

/// Starts `clients` client processes, serves their proxies until all of them have ended, and returns the dict as it is then
/// with how each client ended, in the order of their numbers.
///
/// `command(i)` gives the command that starts client i: this program again, in which [`client`] is called. Its standard input
/// and output are yours to connect, with a pipe each; arguments and variables may be added; take nothing away. Each client
/// is started once. `combine` is what [`Proxy::update`] does to a value. What goes to standard error is for people: panics
/// are printed there.
///
/// What a caller may rely on:
///
/// - A call of a proxy does to the dict what its name says, exactly once, and returns its own result to its own caller. The
///   dict is empty at first.
/// - All clients are started, and served, at the same time: one that is silent, slow or dead holds up nobody. (While
///   `combine` runs for one call, others may wait.)
/// - When a call has returned, every call that begins later, in whatever process, sees what it did.
/// - `update` is one step: nothing else happens to that key between the value that `combine` was given and the value that it
///   returned. `combine` runs in the calling process, exactly once for each update that succeeds, and not if the key is
///   missing. `len` is one step as well.
/// - Keys may hold any characters, also none, newlines and zeros, and be 1 MiB long. Values are any 64 bits.
/// - An error of a call is the caller's alone: it passes back as `Err`, and everything goes on.
/// - A client that ends early, whatever it was about to say, is only missing: what it had finished saying counts, also if it
///   does not hear the answer any more; half a call does nothing.
/// - No clients: an empty dict at once. There are at most 64.
/// - When the call returns or panics, every client has ended and been waited for. Waiting sleeps.
///
/// # Panics
///
/// If `combine` or `command` panics, or a client cannot be started. Then the proxies of clients that still run give
/// [`CallError::Gone`], never wait forever, and the call waits for those clients to end by themselves. A call of a proxy that
/// is in progress then gives `Gone` as well, whether or not the dict changed. `combine` is not called again once it has
/// panicked.
pub fn manage<C, U>(clients: usize, command: C, combine: U) -> (BTreeMap<String, u64>, Vec<ExitStatus>)
where
    C: Fn(usize) -> Command + Sync,
    U: Fn(u64, u64) -> u64 + Send + Sync,
{
    let _ = (clients, command, combine);
    todo!()
}

/// Stands for the manager's dict in a client process. Several threads may use it at once.
#[derive(Debug)]
pub struct Proxy {
    // Yours: whatever it takes to reach the manager.
}

impl Proxy {
    /// The value of a key; `None` if the key is not there.
    ///
    /// # Errors
    ///
    /// [`CallError::Gone`] if the manager is gone.
    pub fn get(&self, key: &str) -> Result<Option<u64>, CallError> {
        let _ = key;
        todo!()
    }

    /// Sets the value of a key: what was there before.
    ///
    /// # Errors
    ///
    /// [`CallError::Gone`] if the manager is gone.
    pub fn insert(&self, key: &str, value: u64) -> Result<Option<u64>, CallError> {
        let _ = (key, value);
        todo!()
    }

    /// Removes a key: its value.
    ///
    /// # Errors
    ///
    /// [`CallError::NoSuchKey`] if the key is not there, [`CallError::Gone`] if the manager is gone.
    pub fn remove(&self, key: &str) -> Result<u64, CallError> {
        let _ = key;
        todo!()
    }

    /// Sets the value of a key to `combine(value, with)`, which the manager calls: the new value.
    ///
    /// # Errors
    ///
    /// [`CallError::NoSuchKey`] if the key is not there, [`CallError::Gone`] if the manager is gone.
    pub fn update(&self, key: &str, with: u64) -> Result<u64, CallError> {
        let _ = (key, with);
        todo!()
    }

    /// How many keys there are.
    ///
    /// # Errors
    ///
    /// [`CallError::Gone`] if the manager is gone.
    #[expect(clippy::len_without_is_empty, reason = "it is a call of another process, and not a property")]
    pub fn len(&self) -> Result<usize, CallError> {
        todo!()
    }
}

/// What a client process does: it makes the proxy, calls `body` with it, and returns when `body` has.
///
/// A panic of `body` ends the process: nothing has to be done about it.
pub fn client<B>(body: B)
where
    B: FnOnce(&Proxy),
{
    drop(body);
    todo!()
}
