//! An adapter is called for many calls and from several lanes: it is a plain function and keeps nothing between them.

use std::cell::Cell;

use judge::wire::Payload;

fn main() {
    let calls = Cell::new(0);
    let adapter: judge::subject::Adapter = |_, _| {
        calls.set(calls.get() + 1);
        Payload::of([calls.get()])
    };
    judge::subject::serve((adapter, None));
}
