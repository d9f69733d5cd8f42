//! What the system refuses a program, in its words, and what to do about it.

use std::fmt::Write;

const REMEDIES: [(&str, &str); 7] = [
    (
        "No space left on device",
        "free space there (hand-ins are built in the folder for temporary files, TMPDIR)",
    ),
    (
        "Disk quota exceeded",
        "free space there (hand-ins are built in the folder for temporary files, TMPDIR)",
    ),
    (
        "database or disk is full",
        "free space for the results, and give the same command again: what was graded before is kept",
    ),
    ("Too many open files", "raise the limit on open files (`ulimit -n`; of the machine, fs.file-max)"),
    (
        "Resource temporarily unavailable",
        "raise the limit on processes and threads (`ulimit -u`; of a container, pids.max)",
    ),
    (
        "Cannot allocate memory",
        "free memory, or raise the limit on it (`ulimit -v`; of a container, memory.max)",
    ),
    ("Input/output error", "look at the disk (`dmesg`)"),
];

/// What to do about trouble that is told in these words.
pub(crate) fn remedy(words: &str) -> Option<&'static str> {
    REMEDIES.iter().find(|(said, _)| words.contains(said)).map(|(_, remedy)| *remedy)
}

/// Trouble in words, with what to do about it where that is known and not among them.
pub(crate) fn words(trouble: &anyhow::Error) -> String {
    let mut words = format!("{trouble:#}");
    if let Some(remedy) = remedy(&words).filter(|_| !words.contains(TO_DO)) {
        let _ = write!(words, "{TO_DO}{remedy}");
    }
    words
}

/// Stands before what to do.
pub(crate) const TO_DO: &str = ". What to do: ";

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn what_to_do_follows_from_what_the_system_says_and_is_said_once() {
        let full = anyhow!("No space left on device (os error 28)").context("a folder can't be made");
        let said = words(&full);
        assert!(said.starts_with("a folder can't be made: No space left"), "{said}");
        assert!(said.contains(". What to do: free space"), "{said}");
        assert_eq!(words(&anyhow!(said.clone())), said);
        assert_eq!(words(&anyhow!("something else")), "something else");
    }
}
