//! End-to-end tests of the `grader` program: a class is graded, the kit verified, results are kept, mistakes are named,
//! hostile hand-ins do no harm.

mod adding;
mod course;
mod documents;
mod exporting;
mod exports;
mod grading;
mod handed_in;
mod jail;
mod linking;
mod machine;
mod measuring;
mod releasing;
mod replaying;
mod reporting;
mod shapes;
mod sight;
mod storing;
mod usage;
mod verifying;

/// The exercise that these tests grade: its slug.
const SLUG: &str = "03-ordered-map";

/// A hand-in of the corpus, as a package.
fn corpus(name: &str) -> String {
    format!("tests/submissions/{SLUG}/{name}/exercises/{SLUG}")
}
