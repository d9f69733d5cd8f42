//! One end of a socket pair is the child's input and its output, as `Pipe()` makes it in Python. The end of the messages is told by a
//! shutdown of one direction.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, ExitStatus};
use std::thread;

fn send(mut to: impl Write, message: &[u8]) -> io::Result<()> {
    let head = (message.len() as u64).to_be_bytes();
    to.write_all(&head)?;
    to.write_all(message)?;
    to.flush()
}

fn receive(mut from: impl Read) -> io::Result<Vec<u8>> {
    let mut head = [0; 8];
    from.read_exact(&mut head)?;
    let mut message = vec![0; u64::from_be_bytes(head) as usize];
    from.read_exact(&mut message)?;
    Ok(message)
}

struct Peer {
    child: Child,
    socket: UnixStream,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.socket.shutdown(Shutdown::Both);
        let _ = self.child.wait();
    }
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let (socket, theirs) = UnixStream::pair().expect("a pair of sockets");
    let output = OwnedFd::from(theirs.try_clone().expect("a copy"));
    let child = command.stdin(OwnedFd::from(theirs)).stdout(output).spawn().expect("a child");
    drop(command);
    let peer = Peer { child, socket };
    thread::scope(|scope| {
        let mut peer = peer;
        let to = peer.socket.try_clone().expect("a copy");
        scope.spawn(move || {
            for message in messages {
                if send(&to, message).is_err() {
                    return;
                }
            }
            let _ = to.shutdown(Shutdown::Write);
        });
        while let Ok(reply) = receive(&peer.socket) {
            on_reply(reply);
        }
        peer.child.wait().expect("its status")
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut heard = true;
    while heard {
        let Ok(message) = receive(io::stdin().lock()) else { break };
        handle(message, &mut |reply| heard = heard && send(io::stdout().lock(), reply).is_ok());
    }
}
