//! Attacks on the network, and on sockets of this machine.

use std::io;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixStream};

pub(super) fn attack(verb: &str, args: &[&str]) -> Option<io::Result<()>> {
    Some(match (verb, args) {
        ("tcp-connect", [address]) => TcpStream::connect(address).map(drop),
        ("tcp-listen", []) => TcpListener::bind("127.0.0.1:0").map(drop),
        ("udp", [address]) => {
            UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.send_to(b"!", address)).map(drop)
        }
        ("unix-connect", [path]) => UnixStream::connect(path).map(drop),
        ("unix-datagram", [path]) => {
            UnixDatagram::unbound().and_then(|socket| socket.send_to(b"!", path)).map(drop)
        }
        ("abstract-connect", [name]) => {
            SocketAddr::from_abstract_name(name).and_then(|name| UnixStream::connect_addr(&name)).map(drop)
        }
        ("pair-datagram", [path]) => {
            UnixDatagram::pair().and_then(|(one, _)| one.send_to(b"!", path)).map(drop)
        }
        _ => return None,
    })
}
