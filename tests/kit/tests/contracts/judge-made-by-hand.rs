//! Whoever asks the judge got it from the judge's own call: there is no other way to one.

use judge::subject::Judge;

fn main() {
    let _ = Judge::default();
}
