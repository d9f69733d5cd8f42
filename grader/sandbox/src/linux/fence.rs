//! Landlock: what the program may do with files. Everything that is not granted here is refused, links or not.
//!
//! Landlock knows nothing of chmod, utimes, UDP and path sockets (and on old kernels of truncate): the system call
//! filter refuses those.

use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetStatus, Scope,
};

use super::failure::{Failure, Step};
use super::order::Order;
use crate::spec::Role;
use crate::tier::Tier;

/// The newest Landlock that this was tested with. What an older kernel lacks is left out; see the filter.
const NEWEST: ABI = ABI::V7;
/// Without this much there is no landlock tier.
const OLDEST: ABI = ABI::V1;

/// Why there are no processes in the landlock tier.
const NO_WALL_AROUND_SIGNALS: &str = "this kernel's Landlock does not keep signals among a program's own processes (Linux \
    6.12 does): a program that may start processes needs that, or namespaces";

/// Read-only devices that the standard library and others use.
const DEVICES: [&str; 3] = ["/dev/zero", "/dev/random", "/dev/urandom"];

/// Fences this process in, for good.
pub(super) fn enter(order: &Order) -> Result<(), Failure> {
    let mut rules = ruleset(order)?;
    for shown in &order.view {
        let path = if order.tier == Tier::Namespaces { &shown.inside } else { &shown.real };
        rules = grant(rules, path, reading(path.is_dir()) | AccessFs::Execute)?;
    }
    for device in DEVICES {
        rules = grant(rules, Path::new(device), reading(false))?;
    }
    rules = grant(rules, Path::new("/dev/null"), reading(false) | AccessFs::WriteFile)?;
    // A run that is forked is another process than this one, and so is a child. This /proc shows nobody whom it may not look into.
    let others = order.template || (order.processes && order.tier == Tier::Namespaces);
    let proc = if others { "/proc" } else { "/proc/self" };
    rules = grant(rules, Path::new(proc), looking(order.role))?;
    rules = grant(rules, &order.work_inside, work(order))?;
    let status = rules.restrict_self().step("landlock")?.ruleset;
    if status == RulesetStatus::NotEnforced && order.tier == Tier::Landlock {
        return Err(Failure::new("landlock", "the kernel does not enforce it"));
    }
    Ok(())
}

/// Everything handled. In the landlock tier the first version is a must; among namespaces it is one more wall.
/// So there is the wall around signals where nothing else keeps them among the program's processes.
fn ruleset(order: &Order) -> Result<RulesetCreated, Failure> {
    let in_view_of_all = order.tier == Tier::Landlock;
    let must = if in_view_of_all { CompatLevel::HardRequirement } else { CompatLevel::BestEffort };
    let first = Ruleset::default().set_compatibility(must).handle_access(AccessFs::from_all(OLDEST));
    let mut first =
        first.map_err(|_| Failure::new("landlock", "this kernel has no Landlock, or it is switched off"))?;
    if order.processes && in_view_of_all {
        first = first.scope(Scope::Signal).map_err(|_| Failure::new("landlock", NO_WALL_AROUND_SIGNALS))?;
    }
    let all = || {
        first
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(NEWEST))?
            .handle_access(AccessNet::from_all(NEWEST))?
            .scope(Scope::from_all(NEWEST))?
            .create()
    };
    all().step("landlock")
}

fn grant(rules: RulesetCreated, path: &Path, access: BitFlags<AccessFs>) -> Result<RulesetCreated, Failure> {
    let named =
        |error: &dyn std::fmt::Display| Failure::new("landlock", format!("{}: {error}", path.display()));
    let opened = PathFd::new(path).map_err(|error| named(&error))?;
    rules.add_rule(PathBeneath::new(opened, access)).map_err(|error| named(&error))
}

fn reading(directory: bool) -> BitFlags<AccessFs> {
    if directory { AccessFs::ReadFile | AccessFs::ReadDir } else { AccessFs::ReadFile.into() }
}

/// What may be seen of a process's own files in /proc. A compiler reads them; a judged program lists its threads and no more: maps,
/// memory and environment would only help whoever reads what it may not.
fn looking(role: Role) -> BitFlags<AccessFs> {
    match role {
        Role::Compile => reading(true),
        Role::Run => AccessFs::ReadDir.into(),
    }
}

/// The work directory: no devices, sockets, pipes or links, and nothing in it is executed. Where nothing else limits
/// its size, a judged program may not write there at all.
fn work(order: &Order) -> BitFlags<AccessFs> {
    let read = reading(true);
    if order.role == Role::Run && order.tier == Tier::Landlock {
        return read;
    }
    let write = AccessFs::WriteFile | AccessFs::Truncate | AccessFs::MakeReg | AccessFs::MakeDir;
    read | write | AccessFs::RemoveFile | AccessFs::RemoveDir | AccessFs::Refer
}
