//! A thread reads into a channel. The caller passes on what is there, and writes the next message otherwise.

use std::io::{Read, Write};
use std::process::{Command, ExitStatus, Stdio};

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let to_child = child.stdin.take().unwrap();
    let mut from_child = child.stdout.take().unwrap();

    struct Reap(std::process::Child);
    impl Drop for Reap {
        fn drop(&mut self) {
            self.0.kill().ok();
            self.0.wait().ok();
        }
    }

    std::thread::scope(move |s| {
        let mut reap = Reap(child);
        let (sender, replies) = std::sync::mpsc::channel();
        s.spawn(move || loop {
            let mut length = [0u8; 8];
            if from_child.read_exact(&mut length).is_err() {
                break;
            }
            let mut reply = vec![0u8; u64::from_be_bytes(length) as usize];
            if from_child.read_exact(&mut reply).is_err() || sender.send(reply).is_err() {
                break;
            }
        });
        {
            let mut to_child = to_child;
            for message in messages {
                for reply in replies.try_iter() {
                    on_reply(reply);
                }
                let length = message.len() as u64;
                if to_child.write_all(&length.to_be_bytes()).is_err() {
                    break;
                }
                if to_child.write_all(message).is_err() {
                    break;
                }
            }
        }
        for reply in replies {
            on_reply(reply);
        }
        reap.0.wait().unwrap()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut input = std::io::stdin().lock();
    let mut stdout = std::io::stdout().lock();
    let mut ok = true;
    let mut length = [0u8; 8];
    while ok && input.read_exact(&mut length).is_ok() {
        let mut message = vec![0u8; u64::from_be_bytes(length) as usize];
        if input.read_exact(&mut message).is_err() {
            return;
        }
        handle(message, &mut |reply| {
            if ok {
                let mut frame = (reply.len() as u64).to_be_bytes().to_vec();
                frame.extend_from_slice(reply);
                ok = stdout.write_all(&frame).is_ok() && stdout.flush().is_ok();
            }
        });
    }
}
