//! The programs inside the sandbox: hostile ones and honest ones, all of them bounded and harmless where nothing stops
//! them. Each is one verb with arguments.

mod files;
mod honest;
mod hungry;
mod network;
mod processes;
mod trees;

use std::io;
use std::process::exit;

pub(crate) use honest::prepare;

/// The argument that makes this program a victim; the verb follows.
pub(crate) const ARG: &str = "--victim";

/// Far longer than any victim is needed.
const LIFETIME_SECONDS: u32 = 1200;

/// The exit code of an attack that succeeded.
pub(crate) const DONE: i32 = 40;
/// The exit code of an attack that was refused.
pub(crate) const REFUSED: i32 = 41;

/// Runs the victim and ends the process, if this process was started as one.
pub(crate) fn main_if_asked() {
    let args: Vec<String> =
        std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let [ARG, verb, rest @ ..] = args.as_slice() else { return };
    // Whatever it does and whoever forgets it, it ends one day.
    nix::unistd::alarm::set(LIFETIME_SECONDS);
    honest::run(verb, rest);
    let attacks = [files::attack, network::attack, hungry::attack, processes::attack, trees::attack];
    match attacks.into_iter().find_map(|attack| attack(verb, rest)) {
        Some(Ok(())) => exit(DONE),
        Some(Err(error)) => {
            println!("{error}");
            exit(REFUSED)
        }
        None => panic!("no victim does {verb:?} with {rest:?}"),
    }
}

/// What the last system call said: a negative result is its error.
fn check(result: impl Into<i64>) -> io::Result<i64> {
    match result.into() {
        ..0 => Err(io::Error::last_os_error()),
        result => Ok(result),
    }
}

fn number(text: &str) -> i32 {
    text.parse().expect("a number")
}
