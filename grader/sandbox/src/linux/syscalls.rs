//! The system calls that programs may make: lists, in groups by what they are for.
//!
//! A call that is on no list does not exist for the program (ENOSYS), which libraries are prepared for. The few that
//! are refused with EPERM instead are those that people know and that make a clearer message.

#[cfg_attr(not(test), expect(clippy::wildcard_imports, reason = "lists of nothing but these names"))]
use libc::{c_long, *};

/// Allowed whatever the arguments. Files are Landlock's business.
pub(super) const PLAIN: &[c_long] = &[
    // Reading, writing, descriptors.
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_pread64,
    SYS_pwrite64,
    SYS_preadv,
    SYS_pwritev,
    SYS_preadv2,
    SYS_pwritev2,
    SYS_close,
    SYS_close_range,
    SYS_lseek,
    SYS_dup,
    SYS_dup3,
    SYS_pipe2,
    SYS_flock,
    SYS_fsync,
    SYS_fdatasync,
    SYS_ftruncate,
    SYS_fallocate,
    SYS_fadvise64,
    SYS_copy_file_range,
    SYS_sendfile,
    // Files.
    SYS_openat,
    SYS_fstat,
    SYS_newfstatat,
    SYS_statx,
    SYS_statfs,
    SYS_fstatfs,
    SYS_faccessat,
    SYS_faccessat2,
    SYS_readlinkat,
    SYS_getdents64,
    SYS_getcwd,
    SYS_chdir,
    SYS_fchdir,
    SYS_mkdirat,
    SYS_unlinkat,
    SYS_renameat2,
    SYS_fchmod,
    SYS_umask,
    // Memory.
    SYS_mmap,
    SYS_mprotect,
    SYS_munmap,
    SYS_mremap,
    SYS_madvise,
    SYS_brk,
    SYS_msync,
    SYS_mincore,
    SYS_membarrier,
    // Threads and waiting. From 449 on: futex_waitv, futex_wake, futex_wait, futex_requeue.
    SYS_futex,
    SYS_futex_waitv,
    454,
    455,
    456,
    SYS_set_tid_address,
    SYS_set_robust_list,
    SYS_get_robust_list,
    SYS_rseq,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_sched_getparam,
    SYS_sched_getscheduler,
    SYS_getcpu,
    SYS_gettid,
    SYS_exit,
    SYS_exit_group,
    SYS_restart_syscall,
    // Readiness, events, timers.
    SYS_pselect6,
    SYS_ppoll,
    SYS_epoll_create1,
    SYS_epoll_ctl,
    SYS_epoll_pwait,
    SYS_epoll_pwait2,
    SYS_eventfd2,
    SYS_timerfd_create,
    SYS_timerfd_settime,
    SYS_timerfd_gettime,
    SYS_nanosleep,
    SYS_clock_nanosleep,
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_gettimeofday,
    SYS_getitimer,
    SYS_setitimer,
    // Signals to itself.
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigpending,
    SYS_rt_sigtimedwait,
    SYS_rt_sigsuspend,
    SYS_sigaltstack,
    // Who and where am I.
    SYS_getpid,
    SYS_getppid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getgroups,
    SYS_getresuid,
    SYS_getresgid,
    SYS_getpgid,
    SYS_getsid,
    SYS_uname,
    SYS_getrusage,
    SYS_times,
    SYS_sysinfo,
    SYS_getrandom,
    // The inherited socket, and pairs of one's own.
    SYS_sendto,
    SYS_sendmsg,
    SYS_recvfrom,
    SYS_recvmsg,
    SYS_shutdown,
    SYS_getsockopt,
    SYS_getsockname,
    SYS_getpeername,
    // Becoming the program, and waiting for children where there can be any.
    SYS_execve,
    SYS_wait4,
    SYS_waitid,
];

/// The older forms of calls above, which aarch64 never had; and what only x86-64 needs.
#[cfg(target_arch = "x86_64")]
pub(super) const OLDER: &[c_long] = &[
    SYS_open,
    SYS_creat,
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_readlink,
    SYS_rename,
    SYS_renameat,
    SYS_mkdir,
    SYS_rmdir,
    SYS_unlink,
    SYS_pipe,
    SYS_dup2,
    SYS_select,
    SYS_poll,
    SYS_epoll_create,
    SYS_epoll_wait,
    SYS_eventfd,
    SYS_time,
    SYS_alarm,
    SYS_pause,
    SYS_getpgrp,
    SYS_getrlimit,
    SYS_arch_prctl,
];
#[cfg(not(target_arch = "x86_64"))]
pub(super) const OLDER: &[c_long] = &[SYS_renameat, SYS_getrlimit];

/// What a compiler and its linker also need: the linker makes its output executable.
#[cfg(target_arch = "x86_64")]
pub(super) const COMPILING: &[c_long] = &[SYS_chmod, SYS_fchmodat, SYS_fork, SYS_vfork];
#[cfg(not(target_arch = "x86_64"))]
pub(super) const COMPILING: &[c_long] = &[SYS_fchmodat];

/// Refused with EPERM. (`fork`, `vfork` and `chmod` among them are not refused to a compiler.)
pub(super) const REFUSED: &[c_long] = &[
    // Network.
    SYS_socket,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    // Other processes, other namespaces, other rights.
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_setsid,
    SYS_setpgid,
    SYS_unshare,
    SYS_setns,
    SYS_mount,
    SYS_umount2,
    SYS_chroot,
    SYS_pivot_root,
    SYS_setuid,
    SYS_setgid,
    SYS_setresuid,
    SYS_setresgid,
    SYS_setgroups,
    SYS_setrlimit,
    SYS_seccomp,
    // The kernel's large surfaces.
    SYS_io_uring_setup,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_kexec_load,
    // Memory that no limit counts.
    SYS_memfd_create,
    // Files in ways that Landlock does not see, or not in every version.
    SYS_fchmodat,
    SYS_fchown,
    SYS_fchownat,
    SYS_utimensat,
    SYS_linkat,
    SYS_symlinkat,
    SYS_mknodat,
    SYS_truncate,
];

/// The older forms of calls above.
#[cfg(target_arch = "x86_64")]
pub(super) const REFUSED_OLDER: &[c_long] = &[
    SYS_fork,
    SYS_vfork,
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_link,
    SYS_symlink,
    SYS_mknod,
    SYS_utime,
    SYS_utimes,
    SYS_futimesat,
];
#[cfg(not(target_arch = "x86_64"))]
pub(super) const REFUSED_OLDER: &[c_long] = &[];

/// Calls that start a process whatever their arguments. (`clone` depends on them; `clone3` hides them in memory.)
#[cfg(target_arch = "x86_64")]
pub(super) const FORKING: &[c_long] = &[SYS_fork, SYS_vfork];
#[cfg(not(target_arch = "x86_64"))]
pub(super) const FORKING: &[c_long] = &[];
