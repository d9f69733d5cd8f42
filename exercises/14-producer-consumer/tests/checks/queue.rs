//! The model of the buffer: what is in it, and whether it is closed. Which of several that wait goes on is left open.

use judge::checks::replay::{After, Miss, Spec};
use judge::steps::{Gave, Op};

use super::super::shared::{CLOSE, CLOSED, DONE, GET, PUT, UNIT};

/// Two buffers with room for so many items each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Queues {
    pub(crate) capacity: usize,
}

/// What the buffers hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Held([Queue; 2]);

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Queue {
    items: Vec<u64>,
    closed: bool,
}

impl Spec for Queues {
    type State = Held;

    fn start(&self) -> Held {
        Held::default()
    }

    fn next(&self, state: &Held, _driver: u16, op: &[u64]) -> Option<(Held, Vec<u64>)> {
        let mut after = state.clone();
        let queue = &mut after.0[usize::from(op[1] > 0)];
        let gave = match op[0] {
            PUT if queue.closed => vec![CLOSED, op[2]],
            PUT if queue.items.len() < self.capacity => {
                queue.items.push(op[2]);
                vec![DONE]
            }
            GET if !queue.items.is_empty() => vec![DONE, queue.items.remove(0)],
            GET if queue.closed => vec![CLOSED],
            CLOSE => {
                queue.closed = true;
                vec![DONE]
            }
            _ => return None,
        };
        Some((after, gave))
    }

    fn called(&self, op: &[u64]) -> String {
        match op[0] {
            PUT => format!("put({})", item(op[2])),
            GET => "get".to_owned(),
            _ => "close".to_owned(),
        }
    }

    fn gave(&self, op: &[u64], result: &[u64]) -> String {
        match (op[0], result) {
            (PUT, [CLOSED, back]) => format!("`Err(Closed({}))`", item(*back)),
            (PUT, _) => "`Ok(())`".to_owned(),
            (GET, [DONE, got]) => format!("`Some({})`", item(*got)),
            (GET, _) => "`None`".to_owned(),
            _ => String::new(),
        }
    }

    fn explain(&self, miss: &Miss) -> Option<(String, String)> {
        let (cause, hint) = cause(miss)?;
        Some((cause.to_owned(), hint.to_owned()))
    }
}

/// An item as it is written.
fn item(number: u64) -> String {
    if number == UNIT { "()".to_owned() } else { number.to_string() }
}

type Told = (&'static str, &'static str);

fn cause(miss: &Miss) -> Option<Told> {
    let code = |row: &[Op]| row.first().map(|op| op[0]);
    let first = |calls: &[(u16, Vec<Op>)]| calls.first().and_then(|(_, row)| code(row));
    let calls = |after: &After, what: u64| matches!(after, After::Row(_, row) if code(row) == Some(what));
    let closed = calls(&miss.after, CLOSE) || miss.before.iter().any(|before| calls(before, CLOSE));
    if miss.is_nudge() {
        return Some(SPURIOUS);
    }
    if let Some((_, row, gave)) = miss.wrong.first() {
        return Some(wrong_result(row, gave, closed));
    }
    let by_caller =
        matches!(&miss.after, After::Row(driver, _) if miss.late.iter().any(|(late, _)| late == driver));
    let in_a_row = matches!(&miss.after, After::Row(_, row) if row.len() > 1);
    Some(match (first(&miss.late), first(&miss.early)) {
        (Some(CLOSE), _) => CLOSE_WAITS,
        (Some(_), _) if calls(&miss.after, CLOSE) => CLOSE_WAKES_TOO_FEW,
        (Some(GET), _) if closed => GET_AFTER_CLOSE,
        (Some(PUT), _) if closed => PUT_AFTER_CLOSE,
        (Some(_), _) if in_a_row => TOO_FEW_WOKEN,
        (Some(PUT), _) if by_caller => PUT_WAITS,
        (Some(GET), _) if by_caller => GET_WAITS,
        (Some(PUT), _) => PUTTER_NOT_WOKEN,
        (Some(_), _) => GETTER_NOT_WOKEN,
        (None, Some(PUT)) => TOO_MUCH_ROOM,
        (None, Some(_)) => FROM_NOTHING,
        (None, None) => return None,
    })
}

fn wrong_result(row: &[Op], gave: &[Gave], closed: bool) -> Told {
    let none = |gave: &Gave| *gave == Gave::Result(vec![CLOSED]);
    match row.first().map(|op| op[0]) {
        Some(PUT) if closed => WRONG_PUT_AFTER_CLOSE,
        Some(PUT) => (
            "`put` refuses an item though nobody has closed the buffer",
            "let `put` wait while the buffer is full, and give the item back only once it is closed",
        ),
        _ if gave.iter().any(none) && closed => FORGETS_ITEMS,
        _ if gave.iter().any(none) => FROM_NOTHING,
        _ => OUT_OF_ORDER,
    }
}

const SPURIOUS: Told = (
    "a thread that wakes takes that for its event: a `Condvar` may wake whoever waits for no reason, and then there is no item, or no room",
    "wait in a loop that looks again each time: `while items.is_empty() && !closed { guard = condvar.wait(guard)… }`, or `wait_while`",
);
const CLOSE_WAITS: Told = (
    "`close` waits: until the buffer is empty, or for a lock that somebody keeps while he waits",
    "let `close` set a flag under the lock, wake everybody and return",
);
const CLOSE_WAKES_TOO_FEW: Told = (
    "`close` does not wake everybody: those who wait in `get` and those who wait in `put` have to be told, and all of them",
    "`notify_all` on each `Condvar`, after `closed` has been set under the lock; and let both loops look at `closed`",
);
const GET_AFTER_CLOSE: Told = (
    "`get` waits though the buffer is closed: nothing will come any more. If the end is an item of its own (a sentinel), there are only so \
     many of them",
    "let `get` wait only while the buffer is empty and not closed; once it is both closed and empty, give `None` to everybody, however often \
     it is called: a flag stays, and a sentinel is gone once it is taken",
);
const PUT_AFTER_CLOSE: Told = (
    "`put` waits though the buffer is closed: nobody may make room any more",
    "look at `closed` first, before the room, and each time that the thread wakes",
);
const WRONG_PUT_AFTER_CLOSE: Told = (
    "an item goes in after `close`, or another one comes back than the one that was given",
    "look at `closed` under the same lock in which the item goes in, also after having waited; give back the very item: `Err(Closed(item))`",
);
const TOO_FEW_WOKEN: Told = (
    "several went on in a row, and not as many threads were woken: whoever notifies only when the buffer was empty (or full) wakes one, and \
     with one `Condvar` for both sides `notify_one` may wake a thread of the wrong side",
    "notify with each item that comes or goes; have a `Condvar` for those who wait for items and another for those who wait for room, or \
     `notify_all`",
);
const PUT_WAITS: Told = (
    "`put` waits though there is room: the condition counts otherwise than the contract (a ring that is full one place early), or a place \
     was not given back by a `get`",
    "there is room while fewer than `capacity` items are in; keep the length, and do not infer it from two positions",
);
const GET_WAITS: Told = (
    "`get` waits though there is an item: it was lost, dropped, or the condition looks at something else",
    "let `get` wait only while the buffer is empty and not closed",
);
const PUTTER_NOT_WOKEN: Told = (
    "a lost wake-up: a place became free, and nobody who waits in `put` of this buffer was woken",
    "let each `get` that takes an item notify those who wait for room, after the item is out; and let each buffer have its own `Condvar`s, no \
     `static`",
);
const GETTER_NOT_WOKEN: Told = (
    "a lost wake-up: an item came, and nobody who waits in `get` of this buffer was woken",
    "let each `put` notify those who wait for items, after the item is in; and let each buffer have its own `Condvar`s, no `static`",
);
const TOO_MUCH_ROOM: Told = (
    "more items are in than `capacity`: the buffer has no bound, or room for one more (`>` for `>=`), or an item was dropped to make room; or \
     it asks its queue how much that holds, which may be more",
    "keep `capacity` in a field, and let `put` wait while `items.len() >= capacity`, in a loop under the lock",
);
const FROM_NOTHING: Told = (
    "`get` comes back though there is no item and the buffer is not closed",
    "let `get` wait while the buffer is empty and not closed, in a loop under the lock",
);
const FORGETS_ITEMS: Told = (
    "`close` makes the buffer forget its items, or `get` looks at `closed` before the items",
    "look for an item first; give `None` only where there is none and the buffer is closed",
);
const OUT_OF_ORDER: Told = (
    "another item comes out than the one that has been in for longest: newest first, overwritten, or given twice",
    "put in at the end and take out at the front: `VecDeque::push_back` and `pop_front`",
);
