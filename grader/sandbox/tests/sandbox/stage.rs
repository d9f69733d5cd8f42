//! Where a trial takes place: a directory of its own with things to attack, all of them open to everybody, so that it
//! is the sandbox that closes them and not their permissions.

use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::{self, UnixDatagram, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use sandbox::{Ended, Jailed, Limits, Role, Spec, Tier, launch};

use crate::victim;

/// What must not get out.
pub(crate) const SECRET: &str = "the expected answers";
/// What must not change.
const TREASURE: &str = "do not touch";

/// A directory with a victim program, things to attack and a work directory. It goes when it is dropped.
pub(crate) struct Stage {
    directory: PathBuf,
    tcp: TcpListener,
    udp: UdpSocket,
    socket: UnixListener,
    datagrams: UnixDatagram,
    abstract_socket: UnixListener,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::try_new().expect("a directory for the trial")
    }

    fn try_new() -> io::Result<Self> {
        let directory = nix::unistd::mkdtemp(&std::env::temp_dir().join("sandbox-trial-XXXXXX"))?;
        open_to_all(&directory, 0o755)?;
        for name in ["open", "work"] {
            fs::create_dir(directory.join(name))?;
            open_to_all(&directory.join(name), 0o777)?;
        }
        fs::write(directory.join("secret"), SECRET)?;
        fs::write(directory.join("open/treasure"), TREASURE)?;
        open_to_all(&directory.join("open/treasure"), 0o666)?;
        let socket = UnixListener::bind(directory.join("open/socket"))?;
        let datagrams = UnixDatagram::bind(directory.join("open/datagrams"))?;
        for name in ["socket", "datagrams"] {
            open_to_all(&directory.join("open").join(name), 0o777)?;
        }
        let name = net::SocketAddr::from_abstract_name(abstract_name(&directory))?;
        let stage = Self {
            tcp: TcpListener::bind("127.0.0.1:0")?,
            udp: UdpSocket::bind("127.0.0.1:0")?,
            socket,
            datagrams,
            abstract_socket: UnixListener::bind_addr(&name)?,
            directory,
        };
        stage.tcp.set_nonblocking(true)?;
        stage.udp.set_nonblocking(true)?;
        stage.socket.set_nonblocking(true)?;
        stage.datagrams.set_nonblocking(true)?;
        stage.abstract_socket.set_nonblocking(true)?;
        Ok(stage)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    pub(crate) fn abstract_name(&self) -> OsString {
        abstract_name(&self.directory).into()
    }

    pub(crate) fn tcp_address(&self) -> SocketAddr {
        self.tcp.local_addr().expect("an address")
    }

    pub(crate) fn udp_address(&self) -> SocketAddr {
        self.udp.local_addr().expect("an address")
    }

    /// A spec that runs the victim with these arguments.
    pub(crate) fn spec(&self, args: &[OsString]) -> Spec {
        let mut spec = Spec::run(victim_program(), self.path("work"));
        // Where the tier knows that: so whatever is tried there is tried of runs that are forked.
        spec.forks = true;
        spec.args = [victim::ARG.into()].into_iter().chain(args.iter().cloned()).collect();
        spec
    }

    /// The same with arguments that are text.
    pub(crate) fn verb(&self, args: &[&str]) -> Spec {
        self.spec(&args.iter().map(OsString::from).collect::<Vec<_>>())
    }

    /// The same as a program that may start processes.
    pub(crate) fn tree_spec(&self, args: &[&str]) -> Spec {
        Spec { processes: true, limits: Limits::with_processes(), ..self.verb(args) }
    }

    /// The same as a compiler, which may start processes.
    pub(crate) fn compiler_spec(&self, args: &[OsString]) -> Spec {
        Spec { role: Role::Compile, ..self.spec(args) }
    }

    /// What an attack did to the stage, if anything.
    pub(crate) fn damage(&self) -> Result<(), String> {
        let treasure = self.path("open/treasure");
        let data = fs::metadata(&treasure).map_err(|error| format!("the file is gone: {error}"))?;
        let text = fs::read_to_string(&treasure).map_err(|error| error.to_string())?;
        let names = fs::read_dir(self.path("open")).map_err(|error| error.to_string())?.count();
        let mut buffer = [0; 16];
        match () {
            () if text != TREASURE => Err(format!("the file was written: {text:?}")),
            () if data.mode() & 0o777 != 0o666 => Err(format!("its mode was changed to {:o}", data.mode())),
            () if data.mtime() == 1 => Err("its time was changed".to_owned()),
            () if names != 3 => Err(format!("there are {names} files where there were 3")),
            () if self.tcp.accept().is_ok() => Err("a TCP connection arrived".to_owned()),
            () if self.udp.recv(&mut buffer).is_ok() => Err("a UDP message arrived".to_owned()),
            () if self.socket.accept().is_ok() => Err("a connection arrived at the path socket".to_owned()),
            () if self.datagrams.recv(&mut buffer).is_ok() => {
                Err("a message arrived at the path socket".to_owned())
            }
            () if self.abstract_socket.accept().is_ok() => {
                Err("a connection arrived at the abstract socket".to_owned())
            }
            () => Ok(()),
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What is left in the temporary directory harms nobody.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// A victim that runs, with the judge's end of its channel.
pub(crate) struct Running {
    pub(crate) jailed: Jailed,
    pub(crate) channel: UnixStream,
}

impl Running {
    pub(crate) fn start(tier: Tier, spec: &Spec) -> Self {
        let (channel, theirs) = UnixStream::pair().expect("a socket pair");
        let jailed = launch(tier, spec, theirs.into()).unwrap_or_else(|error| panic!("{error}"));
        Self { jailed, channel }
    }

    /// Runs it to its end.
    pub(crate) fn to_the_end(tier: Tier, spec: &Spec) -> Ended {
        Self::start(tier, spec).jailed.wait()
    }
}

/// A copy of this program where everybody may execute it.
pub(crate) fn victim_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| copy_of_this_program().expect("a copy of this program"))
}

fn copy_of_this_program() -> io::Result<PathBuf> {
    let path = std::env::temp_dir().join(format!("sandbox-victim-{}", std::process::id()));
    let mut copy = File::create(&path)?;
    io::copy(&mut File::open("/proc/self/exe")?, &mut copy)?;
    copy.set_permissions(Permissions::from_mode(0o755))?;
    Ok(path)
}

fn open_to_all(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, Permissions::from_mode(mode))
}

fn abstract_name(directory: &Path) -> String {
    directory.to_string_lossy().into_owned()
}
