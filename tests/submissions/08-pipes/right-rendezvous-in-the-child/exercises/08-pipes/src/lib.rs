//! The child has three threads: one reads ahead, the main one handles, one writes; `reply` waits until its bytes are written.
use std::io::{self, IoSlice, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

fn write_vec(to: &mut impl Write, head: &[u8], body: &[u8]) -> io::Result<()> {
    let mut slices = [IoSlice::new(head), IoSlice::new(body)];
    let mut left = &mut slices[..];
    while !left.is_empty() {
        match to.write_vectored(left) {
            Ok(0) if left.iter().all(|s| s.is_empty()) => break,
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => IoSlice::advance_slices(&mut left, n),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    to.flush()
}

fn send(to: &mut impl Write, body: &[u8]) -> io::Result<()> {
    let mut head = *b"MSG1............";
    head[4..8].copy_from_slice(&checksum(body).to_be_bytes());
    head[8..].copy_from_slice(&(body.len() as u64).to_be_bytes());
    write_vec(to, &head, body)
}

fn recv(from: &mut impl Read) -> Option<Vec<u8>> {
    let mut head = [0; 16];
    from.read_exact(&mut head).ok()?;
    assert_eq!(&head[..4], b"MSG1");
    let length = u64::from_be_bytes(head[8..].try_into().unwrap());
    let mut body = vec![0; usize::try_from(length).unwrap()];
    from.read_exact(&mut body).ok()?;
    assert_eq!(head[4..8], checksum(&body).to_be_bytes());
    Some(body)
}

fn checksum(bytes: &[u8]) -> u32 {
    bytes
        .chunks(4)
        .fold(0x811c_9dc5, |h, c| c.iter().fold(h, |h, &b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193)))
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut child: Child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut status = None;
    // A panic of on_reply: first nobody reads, so the child's writes fail, then the writer's, then all is over.
    struct Last<'a>(&'a mut Child, &'a mut Option<ExitStatus>);
    impl Drop for Last<'_> {
        fn drop(&mut self) {
            *self.1 = self.0.wait().ok();
        }
    }
    thread::scope(|s| {
        let _last = Last(&mut child, &mut status);
        let mut on_reply = move |r| on_reply(r);
        let mut reading = move || {
            while let Some(reply) = recv(&mut stdout) {
                on_reply(reply);
            }
        };
        s.spawn(move || {
            for m in messages {
                if send(&mut stdin, m).is_err() {
                    break;
                }
            }
        });
        reading();
    });
    status.expect("waited for")
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let (messages, inbox) = channel();
    let (outbox, replies) = sync_channel::<Vec<u8>>(0);
    let (written, acks) = sync_channel::<bool>(0);
    thread::spawn(move || {
        let mut stdin = io::stdin().lock();
        while let Some(m) = recv(&mut stdin) {
            if messages.send(m).is_err() {
                break;
            }
        }
    });
    thread::spawn(move || {
        for r in replies {
            let ok = send(&mut io::stdout().lock(), &r).is_ok();
            if written.send(ok).is_err() {
                break;
            }
        }
    });
    let mut ok = true;
    for m in inbox {
        handle(m, &mut |r| {
            if ok {
                ok = outbox.send(r.to_vec()).is_ok() && acks.recv().unwrap_or(false);
            }
        });
        if !ok {
            break;
        }
    }
}
