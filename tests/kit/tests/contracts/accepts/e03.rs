//! `parallel_map` accepts whatever the contract's bounds allow.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::MutexGuard;

use solution_03::parallel_map;

/// May be shared between threads and not sent to one.
struct SyncOnly(u32, PhantomData<MutexGuard<'static, ()>>);

#[test]
fn items_need_only_be_sync_and_results_only_send() {
    let items = [SyncOnly(1, PhantomData), SyncOnly(2, PhantomData)];
    let cells: Vec<Cell<u32>> = parallel_map(&items, 2, |item| Cell::new(item.0));
    assert_eq!(cells.iter().map(Cell::get).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn the_function_and_the_items_may_borrow_from_the_caller() {
    let words = ["a".to_owned(), "bc".to_owned()];
    let borrowed: Vec<&str> = words.iter().map(String::as_str).collect();
    let prefix = String::from("x");
    let made = parallel_map(&borrowed, 2, |word| format!("{prefix}{word}"));
    assert_eq!(made, ["xa", "xbc"]);
}

#[test]
fn nothing_need_be_cloned_defaulted_or_printed() {
    struct Opaque;
    let made: Vec<Opaque> = parallel_map(&[Opaque, Opaque], 2, |_| Opaque);
    assert_eq!(made.len(), 2);
}
