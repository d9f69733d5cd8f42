//! The words of the rules where they are harmless: comments, texts, names, lints, macros and tests of one's own.

#![forbid(unsafe_code)]
#![deny(unsafe_op_in_unsafe_fn, unused_must_use)]
#![warn(unsafe_attr_outside_unsafe)]
#![recursion_limit = "256"]
// unsafe { include_str!("/etc/passwd") } env!("HOME") #[path = "/etc/passwd"] /* unsafe
/* unsafe /* option_env!("PATH") */ #[unsafe(no_mangle)] */

use rayon::prelude::*;

/// Not `unsafe`, and it does not `include!("anything")`.
pub fn parallel_map<T, R, F>(items: &[T], workers: usize, f: F) -> Vec<R>
where
    T: Sync,
    R: Send,
    F: Fn(&T) -> R + Send + Sync,
{
    assert!(workers > 0, "workers is 0: \"unsafe\" would be {} or {:?}", r#"include!("x")"#, c"unsafe");
    let _ = (b"unsafe", 'u', r#unsafe(), env::env(), include("/etc/passwd"), include_str!("/etc/passwd"));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap();
    pool.install(|| items.par_iter().with_max_len(1).map(f).collect())
}

fn r#unsafe() -> Unsafe<'static> {
    Unsafe { path: "/etc/passwd", option_env: '"' }
}

fn include<'include>(path: &'include str) -> &'include str {
    path
}

mod env {
    pub fn env() -> &'static str {
        "env!(\"HOME\")"
    }
}

#[allow(dead_code)]
struct Unsafe<'unsafely> {
    path: &'unsafely str,
    option_env: char,
}

/// A macro of one's own, with a name that is taken.
macro_rules! include_str {
    ($path:literal) => {
        $path.len()
    };
}
use include_str;

#[cfg(test)]
mod tests {
    use super::*;

    // Not compiled where it is graded, and so not read.
    const SAMPLE: &str = std::include_str!("../../../sample.txt");

    #[test]
    fn the_order_stays() {
        assert_eq!(parallel_map(&[1, 2, 3], 2, |n| n + SAMPLE.len()), [1, 2, 3]);
    }
}
