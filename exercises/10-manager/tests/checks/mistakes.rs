//! What a result that no order explains comes from.

use std::collections::BTreeSet;

use judge::words::thousands;

use super::super::shared::{Gave, Key, Op, digest};
use super::history::{Called, Combined};

/// A call whose result contradicts those before it.
pub(super) struct Contradicted<'a> {
    pub(super) history: &'a [Called],
    /// What clients of other calls of `manage` did.
    pub(super) others: &'a [Called],
    pub(super) called: &'a Called,
    /// What it could have given.
    pub(super) instead_of: &'a BTreeSet<Gave>,
}

/// Who has brought a number into the dict.
fn origin(history: &[Called], value: u64) -> Option<(&Called, &'static str)> {
    let wrote = |called: &&Called| matches!(called.op, Op::Insert(_, inserted) if inserted == value);
    let made = |called: &&Called| {
        called.combined.iter().any(|combined| combined.gave.is_some_and(|(_, gave)| gave == value))
    };
    let passed = |called: &&Called| matches!(called.op, Op::Update(_, with) if with == value);
    let find = |is: &dyn Fn(&&Called) -> bool| history.iter().find(is);
    let wrote = find(&wrote).map(|called| (called, "the value of "));
    let made = || find(&made).map(|called| (called, "what `combine` gave for "));
    wrote.or_else(made).or_else(|| find(&passed).map(|called| (called, "the `with` of ")))
}

/// A number as a reader knows it.
pub(super) fn shown_value(history: &[Called], value: u64) -> String {
    match (value, origin(history, value)) {
        (0..1_000, _) => thousands(value),
        (u64::MAX, _) => "`u64::MAX`".to_owned(),
        (_, Some((called, what))) => format!("{what}{}", called.shown()),
        (_, None) => "a number that nobody wrote".to_owned(),
    }
}

/// A result as a reader knows it.
pub(super) fn shown_gave(history: &[Called], gave: Gave) -> String {
    match gave {
        Gave::Option(None) => "`None`".to_owned(),
        Gave::Option(Some(value)) | Gave::Value(value) => shown_value(history, value),
        Gave::NoSuchKey(_) => "`NoSuchKey` with this key".to_owned(),
        Gave::Gone => "`Gone`".to_owned(),
    }
}

/// What it gave, and the call that had returned before and says otherwise.
pub(super) fn observed(case: &Contradicted<'_>) -> String {
    let gave = match case.called.gave() {
        Some(Gave::NoSuchKey(text)) if Some(text) != case.called.op.key().map(|key| digest(&key.text())) => {
            format!("`NoSuchKey` with another text, of {} bytes", thousands(text[0]))
        }
        Some(gave) => shown_gave(case.history, gave),
        None => "nothing that can be told".to_owned(),
    };
    if let Some(removed) = case.removed_meanwhile() {
        return format!("it gave {gave}; but {} had returned while `combine` ran", removed.shown());
    }
    // Nothing is contradicted by the call whose value it is.
    let is_its = |writer: &&Called| match case.called.gave() {
        Some(Gave::Option(Some(value)) | Gave::Value(value)) => {
            origin(case.history, value).is_some_and(|(origin, _)| origin.begun == writer.begun)
        }
        _ => false,
    };
    let writer = case
        .last_writer()
        .filter(|writer| !is_its(writer))
        .map_or_else(String::new, |writer| format!("; but {} had returned before", writer.shown()));
    format!("it gave {gave}{writer}")
}

impl Contradicted<'_> {
    /// The last call that had changed this key, or any key where it is a call of `len`, and had returned before this one began.
    fn last_writer(&self) -> Option<&Called> {
        let key = self.called.op.key();
        let writes = |called: &&Called| match called.op {
            Op::Get(_) | Op::Len => false,
            _ => key.is_none() || called.op.key() == key,
        };
        let did = |called: &&Called| matches!(called.gave(), Some(Gave::Option(_) | Gave::Value(_)));
        let before = |called: &&Called| called.back.is_some_and(|back| back.place <= self.called.begun);
        let mut all = self.history.iter().filter(writes).filter(did).filter(before);
        all.next_back()
    }

    /// The call that removed the key of an update between the begin and the end of its `combine`.
    fn removed_meanwhile(&self) -> Option<&Called> {
        let of_it =
            |called: &&Called| matches!(called.op, Op::Remove(_)) && called.op.key() == self.called.op.key();
        let meanwhile = |called: &&Called| {
            let during = |back: usize| {
                let of = |combined: &&Combined| {
                    combined.place <= back && combined.gave.is_some_and(|(end, _)| back <= end)
                };
                self.called.combined.iter().any(|combined| of(&combined))
            };
            matches!(called.gave(), Some(Gave::Value(_)))
                && called.back.is_some_and(|back| during(back.place))
        };
        self.history.iter().filter(of_it).find(meanwhile)
    }

    /// Whether `combine` ran for some call between the begin and the return of this one.
    fn combines_meanwhile(&self) -> bool {
        let back = self.called.back.map_or(usize::MAX, |back| back.place);
        let mut combines = self.history.iter().flat_map(|called| &called.combined);
        combines.any(|combined| {
            combined.place <= back && combined.gave.is_none_or(|(end, _)| end >= self.called.begun)
        })
    }
}

fn is_odd(key: Option<Key>) -> bool {
    matches!(key, Some(Key::Odd(_) | Key::Long(..)))
}

pub(super) const KEYS: (&str, &str) = (
    "the key does not survive its way to the manager: it holds what ends a key or a request there (a newline, a space, a zero, nothing at all), \
     or what an escape is made of; or it is longer than the bytes for its length can say",
    "write the length of the key first, in four or eight bytes, and read exactly as many bytes; then any key will do. If you escape: in one \
     pass over the key, the sign of the escapes as well, and back in one pass",
);

const MIXED_UP: (&str, &str) = (
    "an answer goes to another caller than the one that asked: clients or threads read from one pipe, and whoever comes first takes what is \
     there",
    "give each client pipes of its own, and hold one lock from a request to its answer",
);

/// The likely cause, and what to try.
pub(super) fn why(case: &Contradicted<'_>) -> (&'static str, &'static str) {
    let Contradicted { called, instead_of, .. } = case;
    let gave = called.gave();
    let due_error = instead_of.iter().any(|gave| matches!(gave, Gave::NoSuchKey(_)));
    if let Op::Len = called.op {
        if let (Some(Gave::Value(gave)), true) = (gave, instead_of.len() == 1)
            && instead_of
                .iter()
                .any(|due| matches!(due, Gave::Value(due) if *due > gave && due % 256 == gave))
        {
            return (
                "the number is cut on its way: it is sent in one byte",
                "send it as you send a value, in eight bytes or as text",
            );
        }
        if case.combines_meanwhile() {
            return (
                "a key is not in the dict while `combine` runs for it (it is taken out, and put back with its new value); or the dict has parts \
                 that are counted one after the other, and keys come and go meanwhile",
                "leave a key in its place until its new value is there; where the dict has parts, count while you hold the locks of all of them",
            );
        }
        if case.history.iter().any(|called| is_odd(called.op.key())) {
            return (
                "an odd key (empty, with newlines, …) is not kept, or two of them are taken for one: a key does not survive its way to the \
                 manager, or is not passed over to the dict",
                KEYS.1,
            );
        }
        return (
            "the number is kept beside the dict, and counts inserts of a key that is there, or removals of one that is not; or the dict is a copy, \
             or keeps what was removed",
            "ask the dict itself: `dict.len()`, under its lock",
        );
    }
    if let (Some(Gave::NoSuchKey(_)), true) = (gave, due_error) {
        return (
            "the key in the error is not the one that was passed: it was cut, changed on its way, or is a message",
            "the proxy knows the key: `CallError::NoSuchKey(key.to_owned())`",
        );
    }
    if is_odd(called.op.key()) {
        return KEYS;
    }
    if let (Op::Update(..), true) = (called.op, instead_of.is_empty()) {
        return (
            "its result fits no moment: what it went on from was not the key's value, or what it gave is not what `combine` made",
            "read, combine and write under one lock, and answer with what `combine` gave",
        );
    }
    if due_error && case.removed_meanwhile().is_some() {
        return (
            "the key is removed while `combine` runs for it, and then the update writes it again: the dict is not locked meanwhile",
            "hold the lock of the dict (or of that key) from the moment in which the value is read until the new one is written, also while \
             `combine` runs",
        );
    }
    if due_error && !called.combined.is_empty() {
        return (
            "`update` makes a key that is missing: the entry is filled in (`or_insert`, `unwrap_or`) and combined",
            "look the key up: if it is missing, nothing is combined, nothing is written, and the answer is an error",
        );
    }
    if due_error {
        return (
            "that a key is missing is told as a number (0, `u64::MAX`), which may be a value as well; or the dict that was asked is out of date",
            "let an answer say first what it is: a value, nothing, or an error",
        );
    }
    match gave {
        Some(Gave::Option(Some(value)) | Gave::Value(value)) => of_a_value(case, value),
        _ => of_nothing(case),
    }
}

/// It gave a value, and that was not the right one.
fn of_a_value(case: &Contradicted<'_>, value: u64) -> (&'static str, &'static str) {
    let found = origin(case.history, value);
    let by_its_end = case.called.op.key().is_some_and(|key| key.text().ends_with(&format!(" {value}")));
    if found.is_none() && by_its_end {
        return KEYS;
    }
    if found.is_none() && origin(case.others, value).is_some() {
        return (
            "it is a value of another call of `manage`: the two share a dict, which is a `static`",
            "let each call make a dict of its own, and share it with its threads by reference",
        );
    }
    let Some((origin, _)) = found else {
        return (
            "a number changes on its way: it is read as a signed one, as a float, or cut; or an answer of something else is taken for it",
            "send all 64 bits, in eight bytes or as text that is read with `parse::<u64>()`",
        );
    };
    if origin.op.key() != case.called.op.key() {
        return MIXED_UP;
    }
    if case.instead_of.contains(&Gave::Option(None)) {
        return match case.called.op {
            Op::Insert(_, inserted) if inserted == value => INSERTED,
            Op::Insert(..) => (
                "`insert` tells what was there at some other time",
                "answer with what `BTreeMap::insert` gives",
            ),
            _ => STALE,
        };
    }
    match case.called.op {
        Op::Insert(_, inserted) if inserted == value => INSERTED,
        Op::Update(_, with) if with == value => {
            ("`update` tells what was passed to it", "answer with what `combine` gave")
        }
        Op::Update(..) if matches!(origin.op, Op::Insert(..)) => {
            ("`update` tells what was there before", "answer with what `combine` gave")
        }
        _ => STALE,
    }
}

const INSERTED: (&str, &str) = (
    "`insert` tells what was inserted, and not what was there before",
    "answer with what `BTreeMap::insert` gives",
);

const STALE: (&str, &str) = (
    "the value is an old one: a copy of the dict, or of what was read before, is kept in the client, or a change is written later than it is \
     answered",
    "keep nothing in the proxy: ask the manager each time, and let it answer when the change is made",
);

/// It gave nothing, where a value was due.
fn of_nothing(case: &Contradicted<'_>) -> (&'static str, &'static str) {
    let by_another = case.last_writer().is_some_and(|writer| writer.client != case.called.client);
    let stands_for_nothing =
        |gave: &Gave| matches!(gave, Gave::Option(Some(0 | u64::MAX)) | Gave::Value(0 | u64::MAX));
    if case.instead_of.iter().all(stands_for_nothing) {
        return (
            "this very value stands for \"nothing\" in an answer, and it is a value like every other",
            "let an answer say first what it is (a byte, a word), and then the value",
        );
    }
    match case.called.op {
        _ if by_another => (
            "what another client has written is not seen: the dict is in the client's own memory (a `static`, a copy that was sent at the \
             start), or the change is still on its way",
            "there is one dict, in the manager: send each call there, and wait for the answer",
        ),
        Op::Insert(..) => (
            "`insert` does not wait for its answer, or tells nothing of what was there",
            "answer with what `BTreeMap::insert` gives, and let the proxy wait for it",
        ),
        _ => (
            "what was written before is not there, or is not found: it is kept under another key, or the answer is not read as it was written",
            "let one function write a message and one read it, on both sides",
        ),
    }
}
