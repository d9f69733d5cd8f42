//! Each message is a line of two fields: its length, and its bytes as pairs of letters from a to p.
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;

fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut line = format!("{} ", bytes.len()).into_bytes();
    for b in bytes {
        line.push(b'a' + b / 16);
        line.push(b'a' + b % 16);
    }
    line.push(b'\n');
    line
}

fn decode(line: &[u8]) -> Option<Vec<u8>> {
    let line = line.strip_suffix(b"\n")?;
    let space = line.iter().position(|&b| b == b' ')?;
    let length: usize = String::from_utf8_lossy(&line[..space]).parse().ok()?;
    let bytes: Vec<u8> =
        line[space + 1..].chunks_exact(2).map(|p| (p[0] - b'a') * 16 + (p[1] - b'a')).collect();
    (bytes.len() == length).then_some(bytes)
}

pub fn exchange<R>(mut command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => panic!("cannot start the child: {error}"),
    };
    let mut stdin = child.stdin.take().unwrap();
    let stdout = child.stdout.take().unwrap();
    let (encoded_in, encoded_out) = mpsc::sync_channel::<Vec<u8>>(4);
    let (reply_in, reply_out) = mpsc::channel();
    let pid_guard = std::sync::Mutex::new(child);
    std::thread::scope(|s| {
        struct Kill<'a>(&'a std::sync::Mutex<std::process::Child>);
        impl Drop for Kill<'_> {
            fn drop(&mut self) {
                if std::thread::panicking() {
                    let mut child = self.0.lock().unwrap();
                    child.kill().ok();
                    child.wait().ok();
                }
            }
        }
        let _kill = Kill(&pid_guard);
        s.spawn(move || {
            for m in messages {
                if encoded_in.send(encode(m)).is_err() {
                    return;
                }
            }
        });
        s.spawn(move || {
            for line in encoded_out {
                if stdin.write_all(&line).is_err() {
                    return;
                }
            }
        });
        s.spawn(move || {
            let mut stdout = BufReader::new(stdout);
            let mut line = vec![];
            loop {
                line.clear();
                match stdout.read_until(b'\n', &mut line) {
                    Ok(n) if n > 0 => {}
                    _ => return,
                }
                match decode(&line) {
                    Some(reply) => {
                        if reply_in.send(reply).is_err() {
                            return;
                        }
                    }
                    None => return,
                }
            }
        });
        for reply in reply_out {
            on_reply(reply);
        }
    });
    pid_guard.into_inner().unwrap().wait().unwrap()
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut line = vec![];
    let mut broken = false;
    loop {
        line.clear();
        if broken || std::io::stdin().lock().read_until(b'\n', &mut line).unwrap_or(0) == 0 {
            break;
        }
        let Some(message) = decode(&line) else { break };
        handle(message, &mut |reply| {
            if broken {
                return;
            }
            let mut out = std::io::stdout();
            broken = out.write_all(&encode(reply)).and_then(|_| out.flush()).is_err();
        });
    }
}
