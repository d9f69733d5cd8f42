#!/usr/bin/env bash
# Gradescope runs this once, as root and with the network, when it builds the autograder's image: installs a C linker and the
# toolchain, builds the grader and all that exercises are given, and grades the untouched stubs as a trial.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
export RUSTUP_HOME="${RUSTUP_HOME:-/opt/rust/rustup}" CARGO_HOME="${CARGO_HOME:-/opt/rust/cargo}"
export PATH="$CARGO_HOME/bin:$PATH"
source=/autograder/source
kit=/opt/kit

if ! command -v cc >/dev/null || ! command -v curl >/dev/null; then
    apt-get update
    apt-get install -y --no-install-recommends ca-certificates curl gcc libc6-dev
fi
if ! command -v cargo >/dev/null; then
    curl --proto '=https' --tlsv1.2 --silent --show-error --fail https://sh.rustup.rs |
        sh -s -- -y --no-modify-path --profile minimal --default-toolchain none
fi

mkdir -p "$kit"
cp -a "$source/kit/." "$kit/"
cd "$kit"
# One job at a time, and no debug information: the container has little memory.
export CARGO_PROFILE_DEV_DEBUG="${CARGO_PROFILE_DEV_DEBUG:-none}"
cargo build --locked --jobs 1 -p grader
exercises=()
while read -r exercise; do exercises+=(--exercise "$exercise"); done <"$source/exercises"
CARGO_BUILD_JOBS=1 target/debug/grader grade "$kit" --jobs 1 "${exercises[@]}"

# A hand-in runs as another user: the hidden suites and the bundle are none of its business.
mkdir -p /autograder/results
chmod -R go= "$source" "$kit/grader" "$kit/tests" "$kit/solutions"
echo "the autograder is ready"
