//! What a launched program may use up. Plain figures: the launcher turns them into resource limits.

/// What a launched program may use up, counted for the whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// CPU time in seconds, per process. Past it the program gets SIGXCPU, one second later SIGKILL. A backstop, not a
    /// budget to judge by: the kernel counts timer ticks for it, and on a loaded machine it struck after two thirds of
    /// the time (as [`Ended::cpu`](crate::Ended) and /proc report it).
    pub cpu_seconds: u64,
    /// Private writable memory in bytes: heap, globals and **the whole stack of every thread** (2 MiB for a thread of
    /// std unless `RUST_MIN_STACK` or the builder says less). The address space is limited to four times as much.
    pub data_bytes: u64,
    /// Size in bytes to which one file may be written. Past it the program gets SIGXFSZ.
    pub file_bytes: u64,
    /// Open descriptors.
    pub open_files: u64,
    /// Threads and processes. Exact where the program has a user id or a user namespace of its own (always as root, and
    /// in [`Tier::Namespaces`](crate::Tier) from Linux 5.14 on); elsewhere the kernel counts all that the user runs,
    /// so the limit leaves room for the user's other programs and only stops a flood.
    pub threads: u64,
    /// What the work directory may hold in bytes.
    pub work_bytes: u64,
    /// Bytes kept of stdout, and of stderr. More is read, counted and thrown away.
    pub output_bytes: usize,
    /// Wall time in milliseconds: the last backstop, far beyond what a loaded machine needs.
    pub wall_ms: u64,
}

/// For a judged program, and 1,100 threads of it if their stacks are small (`RUST_MIN_STACK`, see `data_bytes`).
impl Default for Limits {
    fn default() -> Self {
        Self {
            cpu_seconds: 10,
            data_bytes: 512 << 20,
            file_bytes: 8 << 20,
            open_files: 256,
            threads: 1200,
            work_bytes: 16 << 20,
            output_bytes: 1 << 20,
            wall_ms: 120_000,
        }
    }
}

impl Limits {
    /// For a compiler and its linker.
    #[must_use]
    pub fn compile() -> Self {
        Self {
            cpu_seconds: 60,
            data_bytes: 2 << 30,
            file_bytes: 256 << 20,
            threads: 256,
            work_bytes: 512 << 20,
            wall_ms: 600_000,
            ..Self::default()
        }
    }

    /// For a judged program that may start processes: each may use up to the limits of CPU time, memory and descriptors, and all
    /// together have so many threads. Memory of several processes is limited by whoever looks at them.
    #[must_use]
    pub fn with_processes() -> Self {
        Self {
            cpu_seconds: 30,
            // The stacks of as many threads of std as there may be, and some heap.
            data_bytes: 1 << 30,
            open_files: 512,
            threads: 384,
            ..Self::default()
        }
    }

    /// The address space in bytes: four times `data_bytes`, since libraries, guard pages and the reserved but unused
    /// arenas of the allocator count there and cost nothing.
    #[must_use]
    pub fn address_space_bytes(&self) -> u64 {
        self.data_bytes.saturating_mul(4)
    }
}
