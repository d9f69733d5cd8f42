//! A system call filter as a binary decision over the call's number.
//!
//! seccompiler compares the number with one listed call after the other. That is slow where it counts: for each filter that is
//! installed the kernel works out, for every number there is, whether the call is always allowed (`seccomp_cache_prepare` in
//! its `kernel/seccomp.c`). So the numbers are cut into spans that are treated alike, and the span is found by halving.
//! What looks at arguments is left to seccompiler.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompFilter, SeccompRule, TargetArch, sock_filter,
};

/// A call, with the argument patterns it is matched for; none: always.
pub(super) type Rules = BTreeMap<c_long, Vec<SeccompRule>>;

/// The instructions of classic BPF that are used here (Linux, `bpf_common.h`).
const LOAD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
const JUMP: u32 = libc::BPF_JMP | libc::BPF_JA;
const JUMP_IF_AT_LEAST: u32 = libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K;
const RETURN: u32 = libc::BPF_RET | libc::BPF_K;

/// Where the call's number lies in the kernel's `struct seccomp_data`.
const NUMBER_AT: u32 = 0;

/// The numbers from this one to the next span's, and what is done about their calls.
type Span = (u32, BpfProgram);

/// The filter that takes the action `listed` for what the rules match, and `other` for everything else.
///
/// # Errors
/// Where seccompiler makes no filter of the rules, or has none for this architecture.
pub(super) fn compile(
    rules: Rules,
    other: &SeccompAction,
    listed: &SeccompAction,
) -> Result<BpfProgram, BackendError> {
    let arch: TargetArch = std::env::consts::ARCH.try_into()?;
    let linear = |rules| SeccompFilter::new(rules, other.clone(), listed.clone(), arch)?.try_into();
    let always = vec![instruction(RETURN, listed.clone().into())];
    // Without a rule it makes sure of the architecture, and takes the other action.
    let mut program: BpfProgram = linear(Rules::new())?;
    let never: BpfProgram = program.pop().into_iter().collect();
    program.push(instruction(LOAD, NUMBER_AT));

    let mut spans: Vec<Span> = vec![(0, never.clone())];
    for (call, patterns) in rules {
        let number = u32::try_from(call).map_err(|_| BackendError::InvalidArgumentNumber)?;
        let treatment =
            if patterns.is_empty() { always.clone() } else { linear(Rules::from([(call, patterns)]))? };
        begin(&mut spans, number, treatment);
        begin(&mut spans, number + 1, never.clone());
    }
    program.extend(decide(&spans));
    Ok(program)
}

/// From this number on, which is the largest so far, calls are treated so.
fn begin(spans: &mut Vec<Span>, number: u32, treatment: BpfProgram) {
    // Nothing lies between two calls that follow each other.
    if spans.last().is_some_and(|(last, _)| *last == number) {
        spans.pop();
    }
    if spans.last().is_none_or(|(_, before)| *before != treatment) {
        spans.push((number, treatment));
    }
}

/// Finds the span of the number that is loaded.
fn decide(spans: &[Span]) -> BpfProgram {
    let [.., _, _] = spans else {
        return spans.iter().flat_map(|(_, treatment)| treatment.clone()).collect();
    };
    let (lower, upper) = spans.split_at(spans.len() / 2);
    let (below, rest) = (decide(lower), decide(upper));
    let jump = |over: usize| u32::try_from(over).unwrap_or(u32::MAX);
    let mut program = match u8::try_from(below.len()) {
        Ok(over) => vec![sock_filter { jt: over, ..instruction(JUMP_IF_AT_LEAST, upper[0].0) }],
        Err(_) => vec![
            sock_filter { jf: 1, ..instruction(JUMP_IF_AT_LEAST, upper[0].0) },
            instruction(JUMP, jump(below.len())),
        ],
    };
    program.extend(below);
    program.extend(rest);
    program
}

fn instruction(code: u32, k: u32) -> sock_filter {
    let code = u16::try_from(code).expect("codes of instructions are small");
    sock_filter { code, jt: 0, jf: 0, k }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use seccompiler::{SeccompCmpArgLen, SeccompCmpOp, SeccompCondition};

    use super::*;

    const OTHER: SeccompAction = SeccompAction::Errno(38);
    const LISTED: SeccompAction = SeccompAction::Allow;

    /// A call as a filter sees it: number, architecture, instruction pointer, the first argument (little endian).
    fn seen(number: u32, arch: u32, argument: u64) -> [u32; 6] {
        let half = |bits: u64| u32::try_from(bits).expect("a half");
        let (low, high) = (half(argument & u64::from(u32::MAX)), half(argument >> 32));
        [number, arch, 0, 0, low, high]
    }

    /// What a filter does about a call, as the kernel would find out, and in how many steps.
    fn run(program: &[sock_filter], seen: &[u32]) -> (u32, usize) {
        const AND: u32 = libc::BPF_ALU | libc::BPF_AND | libc::BPF_K;
        const EQUAL: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
        const GREATER: u32 = libc::BPF_JMP | libc::BPF_JGT | libc::BPF_K;
        let (mut at, mut loaded) = (0, 0);
        for steps in 1.. {
            let sock_filter { code, jt, jf, k } = program[at];
            at += 1;
            let branch = |holds: bool| usize::from(if holds { jt } else { jf });
            match u32::from(code) {
                LOAD => loaded = seen.get(k as usize / 4).copied().unwrap_or(0),
                AND => loaded &= k,
                JUMP => at += k as usize,
                EQUAL => at += branch(loaded == k),
                GREATER => at += branch(loaded > k),
                JUMP_IF_AT_LEAST => at += branch(loaded >= k),
                RETURN => return (k, steps),
                code => panic!("no filter holds the instruction {code:#x}"),
            }
        }
        unreachable!("a filter comes to its end")
    }

    fn rule(value: u64) -> SeccompRule {
        let equal = SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, value);
        SeccompRule::new(vec![equal.expect("a condition")]).expect("a rule")
    }

    fn arch() -> TargetArch {
        std::env::consts::ARCH.try_into().expect("an architecture with filters")
    }

    fn linear(rules: Rules) -> BpfProgram {
        SeccompFilter::new(rules, OTHER, LISTED, arch()).and_then(TryInto::try_into).expect("a filter")
    }

    proptest! {
        #[test]
        fn it_says_what_comparing_one_call_after_the_other_says(
            listed in proptest::collection::btree_map(0..600i64, proptest::collection::vec(0..3u64, 0..3), 0..200),
        ) {
            let rules: Rules = listed
                .iter()
                .map(|(call, values)| (*call, values.iter().map(|value| rule(*value)).collect()))
                .collect();
            let (halving, linear) = (compile(rules.clone(), &OTHER, &LISTED).expect("a filter"), linear(rules));
            // The architecture that both make sure of.
            let here = linear[1].k;
            for number in (0..610).chain([0x4000_0000, 0x4000_0001, u32::MAX]) {
                for argument in [0, 1, 2, 1 << 32] {
                    let call = seen(number, here, argument);
                    prop_assert_eq!(run(&halving, &call).0, run(&linear, &call).0, "{} {}", number, argument);
                }
            }
            prop_assert_eq!(run(&halving, &seen(0, here ^ 1, 0)).0, libc::SECCOMP_RET_KILL_PROCESS);
        }
    }

    #[test]
    fn any_number_is_found_in_few_steps() {
        // No two neighbours are treated alike: the worst case.
        let rules: Rules = (0..500).step_by(2).map(|call| (call, Vec::new())).collect();
        let (halving, linear) = (compile(rules.clone(), &OTHER, &LISTED).expect("a filter"), linear(rules));
        let here = linear[1].k;
        let most =
            |program: &[sock_filter]| (0..500).map(|number| run(program, &seen(number, here, 0)).1).max();
        assert!(most(&halving) <= Some(24), "{:?}", most(&halving));
        assert!(most(&linear) >= Some(250), "what this is for: {:?}", most(&linear));
    }
}
