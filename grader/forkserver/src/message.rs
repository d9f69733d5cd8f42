//! What starter and template say to each other, each as one message. Parsed strictly: what is not exactly one of these is none.

/// An instruction of classic BPF, as the kernel's `struct sock_filter` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the kernel's names")]
pub struct Instruction {
    pub code: u16,
    pub jt: u8,
    pub jf: u8,
    pub k: u32,
}

/// What a run is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Whether this run and all further ones are to be prepared.
    pub prepared: bool,
    /// What to say on the channel.
    pub greeting: Vec<u8>,
    /// The system call filter of the run.
    pub filter: Vec<Instruction>,
}

impl Order {
    /// As one message: whether it is prepared (a byte, 0 or 1), the greeting's length in bytes (4 bytes), the greeting, the
    /// instructions of 8 bytes each.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let length = u32::try_from(self.greeting.len()).unwrap_or(u32::MAX);
        let mut bytes = [&[u8::from(self.prepared)], &length.to_le_bytes()[..], &self.greeting].concat();
        for Instruction { code, jt, jf, k } in &self.filter {
            bytes.extend(code.to_le_bytes());
            bytes.extend([*jt, *jf]);
            bytes.extend(k.to_le_bytes());
        }
        bytes
    }

    /// The order that this message is, if it is one.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (prepared, rest) = bytes.split_first()?;
        let prepared = match prepared {
            0 => false,
            1 => true,
            _ => return None,
        };
        let (length, rest) = rest.split_first_chunk()?;
        let (greeting, filter) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let (instructions, rest) = filter.as_chunks::<8>();
        let instruction = |&[c0, c1, jt, jf, k0, k1, k2, k3]: &[u8; 8]| Instruction {
            code: u16::from_le_bytes([c0, c1]),
            jt,
            jf,
            k: u32::from_le_bytes([k0, k1, k2, k3]),
        };
        let filter = instructions.iter().map(instruction).collect();
        rest.is_empty().then(|| Self { prepared, greeting: greeting.to_vec(), filter })
    }
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// The template is the run now. Its successor's process id, in the template's own process table; none where it could not be
    /// made.
    Started(Option<i32>),
    /// There is no run: which step failed, with the system's error number.
    Failed(String, i32),
}

impl Report {
    /// As one message.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Started(successor) => format!("started {}", successor.unwrap_or(0)),
            Self::Failed(step, error) => format!("failed {error} {step}"),
        }
        .into_bytes()
    }

    /// The report that this message is, if it is one.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (word, rest) = str::from_utf8(bytes).ok()?.split_once(' ')?;
        match word {
            "started" => {
                let successor = rest.parse().ok().filter(|successor| *successor >= 0)?;
                Some(Self::Started(Some(successor).filter(|successor| *successor != 0)))
            }
            "failed" => {
                let (error, step) = rest.split_once(' ')?;
                Some(Self::Failed(step.to_owned(), error.parse().ok()?))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_the_way() {
        let filter = vec![Instruction { code: 0x15, jt: 1, jf: 255, k: 0xc000_003e }; 3];
        for order in [
            Order { prepared: true, greeting: b"pid".to_vec(), filter },
            Order { prepared: false, greeting: Vec::new(), filter: Vec::new() },
        ] {
            assert_eq!(Order::from_bytes(&order.to_bytes()), Some(order));
        }
        for report in
            [Report::Started(Some(7)), Report::Started(None), Report::Failed("fork it".to_owned(), 11)]
        {
            assert_eq!(Report::from_bytes(&report.to_bytes()), Some(report));
        }
    }

    #[test]
    fn nothing_else_is_one() {
        let order = Order { prepared: true, greeting: b"pid".to_vec(), filter: Vec::new() }.to_bytes();
        for end in 0..order.len() {
            assert_eq!(Order::from_bytes(&order[..end]), None, "cut at {end}");
        }
        assert_eq!(Order::from_bytes(&[&order[..], b"1234567"].concat()), None);
        assert_eq!(Order::from_bytes(&[&[2], &order[1..]].concat()), None);
        for text in ["", "started", "started -1", "started 1 2", "failed x y", "failed 3", "ended 1"] {
            assert_eq!(Report::from_bytes(text.as_bytes()), None, "{text:?}");
        }
    }
}
