//! What other programs do with the cores, while this one rests.

use std::fs;
use std::time::Duration;

/// How long is looked.
const LOOK: Duration = Duration::from_millis(300);

/// How many cores other programs keep busy just now, where the system tells (Linux: all of the machine's programs, also those
/// outside of a container).
pub(super) fn elsewhere() -> Option<f64> {
    let before = Times::parse(&fs::read_to_string("/proc/stat").ok()?)?;
    std::thread::sleep(LOOK);
    Times::parse(&fs::read_to_string("/proc/stat").ok()?)?.since(&before)
}

/// The cores' time since the machine started, in the system's ticks.
#[derive(Debug, PartialEq)]
struct Times {
    busy: u64,
    all: u64,
    cores: usize,
}

impl Times {
    /// Of proc(5), `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal; the guests' time is in the user's.
    fn parse(stat: &str) -> Option<Self> {
        let all: Vec<u64> = stat
            .lines()
            .find_map(|line| line.strip_prefix("cpu "))?
            .split_whitespace()
            .take(8)
            .map_while(|field| field.parse().ok())
            .collect();
        let idle: u64 = all.get(3..5)?.iter().sum();
        let sum: u64 = all.iter().sum();
        let of_a_core = |line: &&str| {
            line.strip_prefix("cpu")
                .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
        };
        Some(Self { busy: sum - idle, all: sum, cores: stat.lines().filter(of_a_core).count() })
    }

    #[expect(clippy::cast_precision_loss, reason = "ticks of a moment are few")]
    fn since(&self, before: &Self) -> Option<f64> {
        let all = self.all.checked_sub(before.all).filter(|ticks| *ticks > 0)?;
        let busy = self.busy.checked_sub(before.busy)?;
        Some(busy as f64 / all as f64 * self.cores as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stat(user: u64, idle: u64) -> Times {
        let text = format!("cpu  {user} 1 2 {idle} 3 4 5 6 7 8\ncpu0 1 2\ncpu1 1 2\nintr 1 2\n");
        Times::parse(&text).expect("it has the fields")
    }

    #[test]
    fn the_busy_share_of_the_time_between_two_looks_is_told_in_cores() {
        assert_eq!(stat(100, 1_000), Times { busy: 118, all: 1_121, cores: 2 });
        assert_eq!(stat(115, 1_045).since(&stat(100, 1_000)), Some(0.5));
    }

    #[test]
    fn a_system_that_does_not_count_tells_nothing() {
        assert_eq!(stat(1, 1).since(&stat(1, 1)), None);
        assert_eq!(Times::parse("cpu  1 2\n"), None);
    }
}
