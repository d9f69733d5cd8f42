//! The control groups that this process is in, as far as they can be read here: what they limit, to name the cause where the
//! machine gives less than was promised. (A container may be in groups that it cannot see.)

use std::fs;
use std::path::{Path, PathBuf};

/// A limit of a group, and how much of it is taken.
pub(super) struct Limit {
    /// The file that sets it.
    pub(super) file: PathBuf,
    pub(super) most: u64,
    pub(super) taken: u64,
}

impl Limit {
    pub(super) fn left(&self) -> u64 {
        self.most.saturating_sub(self.taken)
    }
}

/// The tightest limit on processes and threads.
pub(super) fn of_processes() -> Option<Limit> {
    limits("pids", &[("pids.max", "pids.current")])
}

/// The tightest limit on memory, in bytes.
pub(super) fn of_memory() -> Option<Limit> {
    let names = [("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")];
    limits("memory", &names)
}

fn limits(controller: &str, names: &[(&str, &str)]) -> Option<Limit> {
    let groups = groups(&fs::read_to_string("/proc/self/cgroup").ok()?, controller);
    let in_group = |group: &PathBuf| {
        let read = |name: &str| fs::read_to_string(group.join(name)).ok()?.trim().parse().ok();
        let limit = |(most, taken): &(&str, &str)| {
            Some(Limit { file: group.join(most), most: read(most)?, taken: read(taken)? })
        };
        names.iter().find_map(limit)
    };
    groups.iter().filter_map(in_group).min_by_key(Limit::left)
}

/// The folders of the groups with this controller, from the process's own up: of the unified hierarchy, and of the older one.
fn groups(own: &str, controller: &str) -> Vec<PathBuf> {
    let top = Path::new("/sys/fs/cgroup");
    let mut groups = Vec::new();
    for line in own.lines() {
        let mut fields = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else { continue };
        let roots = match controllers {
            "" => vec![top.to_owned(), top.join("unified")],
            _ if controllers.split(',').any(|one| one == controller) => vec![top.join(controllers)],
            _ => continue,
        };
        for root in roots {
            let group = root.join(path.trim_start_matches('/'));
            groups.extend(group.ancestors().take_while(|up| up.starts_with(&root)).map(Path::to_owned));
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_both_hierarchies_are_found_from_the_own_one_up() {
        let own = "8:pids:/a/b\n4:cpu,memory:/c\n0::/d\n";
        let paths = |controller| {
            groups(own, controller).iter().map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        let unified =
            ["/sys/fs/cgroup/d", "/sys/fs/cgroup", "/sys/fs/cgroup/unified/d", "/sys/fs/cgroup/unified"];
        let pids = ["/sys/fs/cgroup/pids/a/b", "/sys/fs/cgroup/pids/a", "/sys/fs/cgroup/pids"];
        assert_eq!(paths("pids"), [&pids[..], &unified].concat());
        assert_eq!(paths("memory")[..2], ["/sys/fs/cgroup/cpu,memory/c", "/sys/fs/cgroup/cpu,memory"]);
    }
}
