// The compiler panics on this: rust-lang/rust#119095. A way out of a mark, if that were trouble of the machine.
use rayon::prelude::*;
pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers.min(items.len()).max(1)).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}

fn any<T>() -> T { loop {} }
trait Acquire { type Connection; }
impl Acquire for &'static () { type Connection = (); }
trait Unit {}
impl Unit for () {}
fn get_connection<T>() -> impl Unit where T: Acquire, T::Connection: Unit, { any::<T::Connection>() }
pub fn never_called() { let future = async { async { get_connection::<&'static ()>() }.await }; future.resolve_me(); }
trait ResolveMe { fn resolve_me(self); }
impl<S> ResolveMe for S where (): CheckSend<S>, { fn resolve_me(self) {} }
trait CheckSend<F> {}
impl<F> CheckSend<F> for () where F: Send {}
trait NeverImplemented {}
impl<E, F> CheckSend<F> for E where E: NeverImplemented {}
