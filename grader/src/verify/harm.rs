//! What an attack would leave on the machine if nothing stopped it: laid out before it is judged, looked for afterwards.
//!
//! Invariant: a canary that cannot be laid out is trouble of the machine; it is never taken for an attack that failed.

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

/// One kind of harm, as `declared.toml` names it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Harm {
    /// A file that is there afterwards.
    File(PathBuf),
    /// A connection or a datagram that arrives at `tcp:PORT` or `udp:PORT` of this machine, `unix:PATH`, or `abstract:NAME`.
    Heard(String),
    /// A process or thread that still runs afterwards, by its name or a part of its command line.
    Process(String),
    /// A text that the report says to the student.
    Told(String),
}

/// What lies in wait for a harm.
pub(super) enum Canary {
    File(PathBuf),
    Tcp(TcpListener),
    Udp(UdpSocket),
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixListener, Option<PathBuf>),
    Process(String),
    Told(String),
}

impl Canary {
    /// Lays it out.
    pub(super) fn new(harm: &Harm) -> Result<Self> {
        match harm {
            Harm::File(path) => {
                remove(path)?;
                Ok(Self::File(path.clone()))
            }
            Harm::Heard(address) => {
                Self::listening(address).with_context(|| format!("can't listen at {address}"))
            }
            Harm::Process(name) => {
                ensure!(!runs(name)?, "`{name}` runs before the attack was judged: end it first");
                Ok(Self::Process(name.clone()))
            }
            Harm::Told(text) => Ok(Self::Told(text.clone())),
        }
    }

    fn listening(address: &str) -> Result<Self> {
        let (kind, at) = address.split_once(':').context("an address is `kind:place`")?;
        let canary = match kind {
            "tcp" => Self::Tcp(TcpListener::bind(("127.0.0.1", at.parse()?))?),
            "udp" => Self::Udp(UdpSocket::bind(("127.0.0.1", at.parse()?))?),
            #[cfg(unix)]
            "unix" => {
                remove(Path::new(at))?;
                Self::Unix(std::os::unix::net::UnixListener::bind(at)?, Some(at.into()))
            }
            #[cfg(target_os = "linux")]
            "abstract" => {
                use std::os::linux::net::SocketAddrExt;
                use std::os::unix::net::{SocketAddr, UnixListener};
                Self::Unix(UnixListener::bind_addr(&SocketAddr::from_abstract_name(at)?)?, None)
            }
            _ => bail!("`{kind}` is no kind of address here: tcp, udp, unix or abstract"),
        };
        match &canary {
            Self::Tcp(listener) => listener.set_nonblocking(true)?,
            Self::Udp(socket) => socket.set_nonblocking(true)?,
            #[cfg(unix)]
            Self::Unix(listener, _) => listener.set_nonblocking(true)?,
            _ => {}
        }
        Ok(canary)
    }

    /// What harm was done, given what the report says to the student.
    pub(super) fn harm(&self, report: &str) -> Result<Option<String>> {
        let done = |done: bool, what: String| Ok(done.then_some(what));
        match self {
            Self::File(path) => {
                let there = fs::symlink_metadata(path).is_ok();
                if there {
                    remove(path)?;
                }
                done(there, format!("it wrote {}", path.display()))
            }
            Self::Tcp(listener) => done(arrived(listener.accept())?, "it connected by TCP".into()),
            Self::Udp(socket) => done(arrived(socket.recv_from(&mut [0]))?, "it sent a datagram".into()),
            #[cfg(unix)]
            Self::Unix(listener, _) => {
                done(arrived(listener.accept())?, "it connected to a unix socket".into())
            }
            Self::Process(name) => done(still_runs(name)?, format!("it left `{name}` running")),
            Self::Told(text) => done(report.contains(text), format!("the report says `{text}`")),
        }
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Self::Unix(_, Some(path)) = self {
            // Whoever lays the next one out removes it as well.
            let _ = fs::remove_file(path);
        }
    }
}

fn arrived<T>(accepted: std::io::Result<T>) -> Result<bool> {
    match accepted {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
        Err(error) => Err(error).context("a canary's socket failed"),
    }
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} can't be removed", path.display()))
        }
        _ => Ok(()),
    }
}

/// Whoever was killed may take a moment to go.
fn still_runs(name: &str) -> Result<bool> {
    for _ in 0..20 {
        if !runs(name)? {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(true)
}

/// Whether a process of this machine has this name, or a part of its command line is this. Zombies are over.
fn runs(name: &str) -> Result<bool> {
    let processes = fs::read_dir("/proc").context("/proc can't be read")?;
    Ok(processes.flatten().any(|process| {
        let read = |file: &str| fs::read(process.path().join(file)).unwrap_or_default();
        let says = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).contains(name);
        // A name is cut after 15 bytes.
        let named = String::from_utf8_lossy(&read("comm")).trim_end() == name.get(..15).unwrap_or(name);
        (named || says(read("cmdline"))) && !String::from_utf8_lossy(&read("stat")).contains(") Z ")
    }))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpStream;
    use std::os::unix::net::UnixStream;

    use super::*;

    fn canary(harm: &Harm) -> Canary {
        Canary::new(harm).expect("a canary can be laid out")
    }

    fn is_harmed(canary: &Canary, report: &str) -> bool {
        canary.harm(report).expect("a canary can be looked at").is_some()
    }

    #[test]
    fn a_file_is_seen_once_and_taken_away() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("loot");
        fs::write(&path, "of an earlier run").expect("a file can be written");
        let canary = canary(&Harm::File(path.clone()));
        assert!(!is_harmed(&canary, ""));
        fs::write(&path, "").expect("a file can be written");
        assert!(is_harmed(&canary, ""));
        assert!(!is_harmed(&canary, ""));
    }

    #[test]
    fn connections_and_datagrams_are_heard() {
        let tcp = canary(&Harm::Heard("tcp:0".into()));
        let udp = canary(&Harm::Heard("udp:0".into()));
        assert!(!is_harmed(&tcp, "") && !is_harmed(&udp, ""));
        let (Canary::Tcp(listener), Canary::Udp(socket)) = (&tcp, &udp) else { panic!("other canaries") };
        let _stream =
            TcpStream::connect(listener.local_addr().expect("it has an address")).expect("it listens");
        let sender = UdpSocket::bind("127.0.0.1:0").expect("a socket can be had");
        sender.send_to(b"x", socket.local_addr().expect("it has an address")).expect("loopback takes it");
        assert!(is_harmed(&tcp, "") && is_harmed(&udp, ""));
    }

    #[test]
    fn unix_sockets_hear_and_go() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("socket");
        let canary = canary(&Harm::Heard(format!("unix:{}", path.display())));
        assert!(!is_harmed(&canary, ""));
        let mut stream = UnixStream::connect(&path).expect("it listens");
        stream.write_all(b"x").expect("it is open");
        assert!(is_harmed(&canary, ""));
        drop(canary);
        assert!(!path.exists());
    }

    #[test]
    fn a_running_process_is_seen_and_what_is_not_there_is_not() {
        // This test program itself, by a part of its command line.
        let me = std::env::args().next().expect("a program has a name");
        let own = me.rsplit('/').next().expect("it splits into one at least").to_owned();
        assert!(runs(&own).expect("/proc can be read"));
        assert!(Canary::new(&Harm::Process(own)).is_err());
        // Put together here, so that no command line holds it.
        let nobody = format!("nobody-is-{}", std::process::id());
        assert!(!is_harmed(&canary(&Harm::Process(nobody)), ""));
    }

    #[test]
    fn a_secret_is_seen_in_a_report() {
        let canary = canary(&Harm::Told("root:x:0:0".into()));
        assert!(is_harmed(&canary, "error: root:x:0:0:root:/root"));
        assert!(!is_harmed(&canary, "error: no such file"));
    }
}
