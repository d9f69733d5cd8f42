//! The portable pair, as students have it on macOS and Windows, tried on the corpus.

use judge::engine::launch::{Portable, Program};

use crate::build;

/// Launches a built hand-in without a sandbox: the portable channel is a connection, which a sandbox would not let it make.
pub(super) fn launcher(program: &build::Program) -> Portable {
    Portable(Program::new(program.path.clone()))
}
