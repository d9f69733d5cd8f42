//! The file system of the namespaces tier: a small root in memory that holds the view, a work directory, four devices
//! and a /proc that shows the program's own processes. Everything but the work directory is read-only.
//!
//! The new root is entered first, with the old one below `/old`, so that what is shown can be found by its path
//! wherever the new root was mounted; then the old one is let go.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::unistd::{Gid, Uid, chdir, chown, pivot_root};

use super::failure::{Failure, Step};
use super::order::{Order, c_string};
use crate::spec::Role;

/// Where the new root may be mounted before it is entered: any directory will do.
const STAGES: [&str; 4] = ["/tmp", "/var/tmp", "/run", "/mnt"];
const OLD: &str = "/old";
/// Debug information of the machine's libraries: whoever tells where its threads stand would read it in, for nothing.
const SEPARATE_DEBUG_INFORMATION: &str = "/usr/lib/debug";
const DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"];
/// Files that a scratch directory may hold, whatever their size.
const SCRATCH_FILES: u64 = 1024;

const READ_ONLY: u64 = libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID;
const NOTHING: Option<&str> = None;

/// Builds the file system and enters it. `owner` is to own a scratch directory, if it is not this process's user.
pub(super) fn build(order: &Order, owner: Option<u32>) -> Result<(), Failure> {
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(NOTHING, "/", NOTHING, private, NOTHING).step("make mounts private")?;
    enter_new_root()?;
    for shown in &order.view {
        show(&shown.real, &shown.inside, READ_ONLY | libc::MOUNT_ATTR_NODEV)
            .map_err(|error| Failure::new("show", format!("{}: {error}", shown.real.display())))?;
    }
    hide(Path::new(SEPARATE_DEBUG_INFORMATION)).step("hide debug information")?;
    for device in DEVICES.map(Path::new) {
        show(device, device, READ_ONLY | libc::MOUNT_ATTR_NOEXEC).step("devices")?;
    }
    proc_file_system()?;
    work_directory(order, owner)?;
    umount2(OLD, MntFlags::MNT_DETACH).step("let the old root go")?;
    fs::remove_dir(OLD).step("let the old root go")?;
    let rest = libc::MOUNT_ATTR_NODEV | libc::MOUNT_ATTR_NOEXEC;
    set_attributes(Path::new("/"), READ_ONLY | rest, false).step("make the root read-only")
}

fn enter_new_root() -> Result<(), Failure> {
    let stage = STAGES.into_iter().find(|stage| Path::new(stage).is_dir()).unwrap_or("/");
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    let small = Some("size=256k,nr_inodes=1024,mode=755");
    mount(Some("sandbox"), stage, Some("tmpfs"), flags, small).step("mount the new root")?;
    chdir(stage).step("enter the new root")?;
    fs::create_dir("old").step("enter the new root")?;
    pivot_root(".", "old").step("pivot_root")?;
    chdir("/").step("enter the new root")
}

/// Shows a file or directory of the old root, with all that is mounted below it.
fn show(real: &Path, inside: &Path, attributes: u64) -> io::Result<()> {
    let source = below_old(real);
    if source.is_dir() {
        fs::create_dir_all(inside)?;
    } else if !inside.exists() {
        fs::create_dir_all(inside.parent().unwrap_or(Path::new("/")))?;
        fs::write(inside, "")?;
    }
    mount(Some(&source), inside, NOTHING, MsFlags::MS_BIND | MsFlags::MS_REC, NOTHING)?;
    set_attributes(inside, attributes, true)
}

/// Shows an empty directory where there is one.
fn hide(directory: &Path) -> nix::Result<()> {
    if !directory.is_dir() {
        return Ok(());
    }
    let flags = MsFlags::MS_RDONLY | MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    mount(Some("nothing"), directory, Some("tmpfs"), flags, Some("size=4k,nr_inodes=1,mode=755"))
}

fn below_old(path: &Path) -> PathBuf {
    Path::new(OLD).join(path.strip_prefix("/").unwrap_or(path))
}

/// A /proc of the new process table, with nothing but processes in it, and of those only what one may look into.
fn proc_file_system() -> Result<(), Failure> {
    fs::create_dir_all("/proc").step("mount /proc")?;
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    mount(Some("proc"), "/proc", Some("proc"), flags, Some("hidepid=2,subset=pid")).map_err(|error| {
        Failure::new("mount /proc", format!("{error}: containers that hide parts of /proc do not allow it"))
    })
}

fn work_directory(order: &Order, owner: Option<u32>) -> Result<(), Failure> {
    let inside = &order.work_inside;
    let attributes = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV | libc::MOUNT_ATTR_NOEXEC;
    if order.role == Role::Compile {
        return show(&order.work, inside, attributes).step("work directory");
    }
    fs::create_dir_all(inside).step("work directory")?;
    let size = format!("size={},nr_inodes={SCRATCH_FILES},mode=700", order.limits.work_bytes);
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    mount(Some("work"), inside, Some("tmpfs"), flags, Some(size.as_str())).step("work directory")?;
    match owner {
        Some(who) => chown(inside, Some(Uid::from_raw(who)), Some(Gid::from_raw(who))).step("work directory"),
        None => Ok(()),
    }
}

/// The kernel's `struct mount_attr`.
#[repr(C)]
struct MountAttr {
    set: u64,
    clear: u64,
    propagation: u64,
    user_namespace: u64,
}

/// Adds attributes to the mount at `path`, or to it and all below it.
///
/// (Remounting instead would have to name every attribute that the mount already has, and cannot go below it.)
#[expect(unsafe_code, reason = "mount_setattr has no wrapper in libc or nix")]
fn set_attributes(path: &Path, attributes: u64, recursive: bool) -> io::Result<()> {
    let attr = MountAttr { set: attributes, clear: 0, propagation: 0, user_namespace: 0 };
    let flags = if recursive { libc::AT_RECURSIVE } else { 0 };
    let path = c_string(path);
    // SAFETY: path and structure outlive the call, which reads them; the size is the structure's.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            path.as_ptr(),
            flags,
            &raw const attr,
            size_of::<MountAttr>(),
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
