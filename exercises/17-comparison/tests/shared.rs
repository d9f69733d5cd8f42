//! What adapter and checks agree on.

/// The calls of the student's code, as the judge numbers them. Input: the number of jobs; before it, where there are some, that of workers.
/// Output: a number for each result.
pub(crate) const SEQUENTIAL: u16 = 0;
pub(crate) const EVENT_LOOP: u16 = 1;
pub(crate) const THREADS: u16 = 2;
pub(crate) const MIXED: u16 = 3;
/// Input: questions, each as [`Question::numbers`]. Output: a number of ticks for each.
pub(crate) const PREDICT: u16 = 4;
/// Input: questions, whose approach counts for nothing. Output: an approach for each, by its place among them.
pub(crate) const FASTEST: u16 = 5;

/// The supplied work; its key is the job.
pub(crate) const FETCH: u16 = 0;
/// Its input is what the job's `fetch` gave.
pub(crate) const COMPUTE: u16 = 1;

/// What `predict` and `fastest` are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Question {
    /// By its place among the approaches.
    pub(crate) approach: u64,
    pub(crate) jobs: u64,
    pub(crate) fetch: u64,
    pub(crate) compute: u64,
    pub(crate) cores: u64,
    pub(crate) workers: u64,
    pub(crate) one_at_a_time: bool,
    pub(crate) process_start: u64,
}

impl Question {
    /// How many numbers one travels as.
    pub(crate) const LENGTH: usize = 8;

    pub(crate) fn numbers(self) -> [u64; Self::LENGTH] {
        let Self { approach, jobs, fetch, compute, cores, workers, one_at_a_time, process_start } = self;
        [approach, jobs, fetch, compute, cores, workers, u64::from(one_at_a_time), process_start]
    }
}
