//! The contracts as the compiler sees them: what a public function must accept is compiled (and called) with this target, what
//! it must refuse is compiled by trybuild, with the compiler's message beside it. The exercises' contracts are tried on the
//! solutions; the judge's is what an author of adapters, policies and suites relies on.
//!
//! Another exercise takes a module under `contracts/accepts/` and files `contracts/NN-….rs`.

#[path = "contracts/accepts/e01.rs"]
mod e01;
#[path = "contracts/accepts/e02.rs"]
mod e02;
#[path = "contracts/accepts/e03.rs"]
mod e03;
#[path = "contracts/accepts/e04.rs"]
mod e04;
#[path = "contracts/accepts/e05.rs"]
mod e05;
#[path = "contracts/accepts/e06.rs"]
mod e06;
#[path = "contracts/accepts/judge.rs"]
mod judge;

#[test]
fn what_the_contracts_refuse_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/contracts/*.rs");
}
