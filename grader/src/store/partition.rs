//! Who grades which part of a class, where several machines share it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::digest::Digest;

/// Part `index` of `count`; the first is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Partition {
    pub(crate) index: u32,
    pub(crate) count: u32,
}

impl Partition {
    /// Whether a hand-in belongs to this part: by a hash of its id alone, the same on every machine and for every class, so
    /// that a hand-in more or less moves no other.
    pub(crate) fn has(self, id: &str) -> bool {
        let digest = Digest::new("partition/1").and(id).finish();
        let number = u64::from_str_radix(&digest[..16], 16).expect("a digest is hexadecimal digits");
        number % u64::from(self.count) == u64::from(self.index - 1)
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = || {
            let (index, count) = text.split_once('/')?;
            let partition = Self { index: index.parse().ok()?, count: count.parse().ok()? };
            (1..=partition.count).contains(&partition.index).then_some(partition)
        };
        parsed().ok_or_else(|| format!("`{text}` is not I/N with I from 1 to N, as in 2/3"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hand_in_belongs_to_one_part() {
        let ids: Vec<String> = (0..300).map(|number| format!("s{number:03}")).collect();
        let mut sizes = [0; 3];
        for id in &ids {
            let parts: Vec<u32> = (1..=3).filter(|&index| Partition { index, count: 3 }.has(id)).collect();
            assert_eq!(parts.len(), 1, "{id}");
            sizes[parts[0] as usize - 1] += 1;
        }
        assert!(sizes.iter().all(|size| (70..=130).contains(size)), "{sizes:?}");
    }

    /// Another hash would make machines with different versions grade a hand-in twice or not at all.
    #[test]
    fn parts_are_the_same_for_ever() {
        let second = Partition { index: 2, count: 3 };
        let ids = ["alice", "bob", "carol", "dave", "erin", "frank"];
        assert_eq!(ids.map(|id| second.has(id)), [false, true, false, false, true, false]);
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!("2/3".parse(), Ok(Partition { index: 2, count: 3 }));
        for text in ["", "2", "0/3", "4/3", "1/0", "a/b", "1/2/3", "-1/2"] {
            assert!(text.parse::<Partition>().is_err(), "{text}");
        }
    }
}
