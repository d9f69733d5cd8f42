//! Places in a student's own source, read from paths and from backtraces.

use crate::bounds;
use crate::wire::Place;

/// The place, where it lies in a student's source: `exercises/NN-slug/src/…`. Its path is written with `/` on every system.
pub(super) fn of_student(file: &str, line: u32) -> Option<Place> {
    let file = file.replace('\\', "/");
    let file = &file[file.rfind("exercises/")?..];
    (file.contains("/src/") && file.len() <= bounds::PATH).then(|| Place { file: file.to_owned(), line })
}

/// The innermost frame in a student's source, and the library function that it called, read from the text of a backtrace:
/// each frame is a line `N: symbol`, followed by `at FILE:LINE:COLUMN` where debug information has it.
pub(super) fn innermost(trace: &str) -> (Option<Place>, Option<String>) {
    let (mut symbol, mut below) = (None, None);
    for line in trace.lines() {
        let line = line.trim();
        if let Some(at) = line.strip_prefix("at ") {
            if let Some(place) = of_frame(at) {
                return (Some(place), below.filter(|name: &String| name.len() <= bounds::PATH));
            }
        } else if let Some((_, name)) = line.split_once(": ") {
            below = symbol.replace(name.to_owned());
        }
    }
    (None, None)
}

/// Of `FILE:LINE:COLUMN`.
fn of_frame(at: &str) -> Option<Place> {
    let mut parts = at.rsplitn(3, ':');
    let (_column, line, file) = (parts.next()?, parts.next()?, parts.next()?);
    of_student(file, line.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_line_of_the_student_and_what_it_called_are_found() {
        let trace = "   0: judge::subject::stacks::take_backtrace\n             at ./grader/judge/src/stacks.rs:1:2\n   \
                     1: __restore_rt\n   2: syscall\n   3: std::sys::futex::futex_wait\n             at \
                     /rustc/x/library/std/src/futex.rs:10:5\n   4: std::sync::mpsc::Receiver<T>::recv\n             at \
                     /rustc/x/library/std/src/mpsc.rs:20:5\n   5: exercise_03::parallel_map\n             at \
                     /work/exercises/03-ordered-map/src/lib.rs:23:17\n   6: main\n";
        let (place, callee) = innermost(trace);
        assert_eq!(place, Some(Place { file: "exercises/03-ordered-map/src/lib.rs".into(), line: 23 }));
        assert_eq!(callee.as_deref(), Some("std::sync::mpsc::Receiver<T>::recv"));
    }

    #[test]
    fn a_thread_outside_the_students_source_has_no_place() {
        let elsewhere = "   0: rayon_core::sleep\n             at /x/rayon/src/sleep.rs:1:1\n";
        assert_eq!(innermost(elsewhere), (None, None));
    }

    #[test]
    fn only_the_students_own_source_is_a_place_of_theirs() {
        let at = |file: &str| of_student(file, 7).map(|place| place.file);
        let own = Some("exercises/03-ordered-map/src/pool.rs".to_owned());
        assert_eq!(at("/home/ada/kit/exercises/03-ordered-map/src/pool.rs"), own);
        assert_eq!(at(r"C:\kit\exercises\03-ordered-map\src\pool.rs"), own);
        assert_eq!(at("exercises/03-ordered-map/tests/adapter.rs"), None);
        assert_eq!(at("grader/judge/src/subject/event_loop.rs"), None);
        assert_eq!(at(&format!("exercises/03-ordered-map/src/{}.rs", "m".repeat(bounds::PATH))), None);
        assert_eq!(at("/rustc/5980/library/core/src/iter/traits/accum.rs"), None);
    }
}
