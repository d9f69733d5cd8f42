//! Thirty macros, each of which says twice what it is told.

use rayon::prelude::*;

pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}

macro_rules! m0 {
    ($($t:tt)*) => { m1!($($t)* $($t)*); };
}
macro_rules! m1 {
    ($($t:tt)*) => { m2!($($t)* $($t)*); };
}
macro_rules! m2 {
    ($($t:tt)*) => { m3!($($t)* $($t)*); };
}
macro_rules! m3 {
    ($($t:tt)*) => { m4!($($t)* $($t)*); };
}
macro_rules! m4 {
    ($($t:tt)*) => { m5!($($t)* $($t)*); };
}
macro_rules! m5 {
    ($($t:tt)*) => { m6!($($t)* $($t)*); };
}
macro_rules! m6 {
    ($($t:tt)*) => { m7!($($t)* $($t)*); };
}
macro_rules! m7 {
    ($($t:tt)*) => { m8!($($t)* $($t)*); };
}
macro_rules! m8 {
    ($($t:tt)*) => { m9!($($t)* $($t)*); };
}
macro_rules! m9 {
    ($($t:tt)*) => { m10!($($t)* $($t)*); };
}
macro_rules! m10 {
    ($($t:tt)*) => { m11!($($t)* $($t)*); };
}
macro_rules! m11 {
    ($($t:tt)*) => { m12!($($t)* $($t)*); };
}
macro_rules! m12 {
    ($($t:tt)*) => { m13!($($t)* $($t)*); };
}
macro_rules! m13 {
    ($($t:tt)*) => { m14!($($t)* $($t)*); };
}
macro_rules! m14 {
    ($($t:tt)*) => { m15!($($t)* $($t)*); };
}
macro_rules! m15 {
    ($($t:tt)*) => { m16!($($t)* $($t)*); };
}
macro_rules! m16 {
    ($($t:tt)*) => { m17!($($t)* $($t)*); };
}
macro_rules! m17 {
    ($($t:tt)*) => { m18!($($t)* $($t)*); };
}
macro_rules! m18 {
    ($($t:tt)*) => { m19!($($t)* $($t)*); };
}
macro_rules! m19 {
    ($($t:tt)*) => { m20!($($t)* $($t)*); };
}
macro_rules! m20 {
    ($($t:tt)*) => { m21!($($t)* $($t)*); };
}
macro_rules! m21 {
    ($($t:tt)*) => { m22!($($t)* $($t)*); };
}
macro_rules! m22 {
    ($($t:tt)*) => { m23!($($t)* $($t)*); };
}
macro_rules! m23 {
    ($($t:tt)*) => { m24!($($t)* $($t)*); };
}
macro_rules! m24 {
    ($($t:tt)*) => { m25!($($t)* $($t)*); };
}
macro_rules! m25 {
    ($($t:tt)*) => { m26!($($t)* $($t)*); };
}
macro_rules! m26 {
    ($($t:tt)*) => { m27!($($t)* $($t)*); };
}
macro_rules! m27 {
    ($($t:tt)*) => { m28!($($t)* $($t)*); };
}
macro_rules! m28 {
    ($($t:tt)*) => { m29!($($t)* $($t)*); };
}
macro_rules! m29 {
    ($($t:tt)*) => { const _: &str = stringify!($($t)* $($t)*); };
}

m0!(boom);
