//! Two pipes made by hand.

use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::process::{Child, Command, ExitStatus};
use std::thread;

struct Ends {
    to: Option<PipeWriter>,
    from: Option<PipeReader>,
    child: Child,
}

fn start(mut command: Command) -> Ends {
    let (its_input, to) = pipe().expect("a pipe");
    let (from, its_output) = pipe().expect("another pipe");
    let child = command.stdin(its_input).stdout(its_output).spawn().expect("a child process");
    drop(command);
    Ends { to: Some(to), from: Some(from), child }
}

impl Drop for Ends {
    fn drop(&mut self) {
        // The child hears that nobody reads any more, or that there is no more, and returns.
        self.to = None;
        self.from = None;
        let _ = self.child.wait();
    }
}

fn say(to: &mut impl Write, bytes: &[u8]) -> Result<(), std::io::Error> {
    let length = bytes.len() as u128;
    to.write_all(&length.to_ne_bytes())?;
    to.write_all(bytes)?;
    to.flush()
}

fn listen(from: &mut impl Read) -> Result<Vec<u8>, std::io::Error> {
    let mut length = [0; 16];
    from.read_exact(&mut length)?;
    let mut bytes = vec![0; u128::from_ne_bytes(length) as usize];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

pub fn exchange<R>(command: Command, messages: &[Vec<u8>], mut on_reply: R) -> ExitStatus
where
    R: FnMut(Vec<u8>),
{
    let ends = start(command);
    let mut to = ends.to.as_ref().unwrap().try_clone().unwrap();
    thread::scope(|scope| {
        let mut ends = ends;
        scope.spawn(move || messages.iter().try_for_each(|message| say(&mut to, message)));
        while let Ok(reply) = listen(ends.from.as_mut().unwrap()) {
            on_reply(reply);
        }
        ends.child.wait().unwrap()
    })
}

pub fn child<H>(mut handle: H)
where
    H: FnMut(Vec<u8>, &mut dyn FnMut(&[u8])),
{
    let mut stdin = std::io::stdin().lock();
    while let Ok(message) = listen(&mut stdin) {
        let mut nobody = false;
        handle(message, &mut |reply| {
            if !nobody {
                nobody = say(&mut std::io::stdout(), reply).is_err();
            }
        });
        if nobody {
            break;
        }
    }
}
