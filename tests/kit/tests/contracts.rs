//! The contracts as the compiler sees them: what a public function must accept is compiled with this target, what it must
//! refuse is compiled by trybuild, with the compiler's message beside it.
//!
//! Another exercise takes a module under `contracts/accepts/` and files `contracts/NN-….rs`.

#[path = "contracts/accepts/e03.rs"]
mod e03;

#[test]
fn what_the_contracts_refuse_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/contracts/*.rs");
}
