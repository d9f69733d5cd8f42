//! YAML as plain text, lists and maps, for the one file of a platform that is written in it.
//!
//! What looks like a number stays the text that it is: `0012` is a student's id. Tags say nothing here. An alias is what its anchor
//! names, shared and not copied, so that aliases of aliases cost nothing.

use std::collections::HashMap;
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle};

/// How deep lists and maps may lie in one another, by aliases too.
const DEPTH: usize = 500;

/// A value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Node {
    Nothing,
    Text(String),
    List(Vec<Rc<Node>>),
    Map(Vec<(Rc<Node>, Rc<Node>)>),
}

impl Node {
    /// The first document of a file.
    pub(super) fn read(text: &str) -> Result<Rc<Self>, String> {
        let mut open: Vec<Open> = Vec::new();
        let mut anchored: HashMap<usize, (Rc<Self>, usize)> = HashMap::new();
        for event in Parser::new_from_str(text) {
            let (event, _) = event.map_err(|error| error.to_string())?;
            let (node, height, anchor) = match event {
                Event::SequenceStart(_, anchor, _) | Event::MappingStart(_, anchor, _) => {
                    let is_map = matches!(event, Event::MappingStart(..));
                    open.push(Open { is_map, anchor, ..Open::default() });
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let Some(done) = open.pop() else { return Err("it ends before it began".into()) };
                    (Rc::new(Self::of(done.is_map, done.nodes)), done.height + 1, done.anchor)
                }
                Event::Scalar(text, style, anchor, _) => {
                    let nothing = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null");
                    let node = if nothing { Self::Nothing } else { Self::Text(text.into_owned()) };
                    (Rc::new(node), 0, anchor)
                }
                Event::Alias(anchor) => {
                    let (node, height) = anchored.get(&anchor).ok_or("it has itself within itself")?;
                    (Rc::clone(node), *height, 0)
                }
                Event::DocumentEnd => break,
                _ => continue,
            };
            if height + open.len() > DEPTH {
                return Err(format!("lists and maps lie in one another more than {DEPTH} deep"));
            }
            anchored.insert(anchor, (Rc::clone(&node), height));
            match open.last_mut() {
                Some(around) => {
                    around.height = around.height.max(height);
                    around.nodes.push(node);
                }
                None => return Ok(node),
            }
        }
        Ok(Rc::new(Self::Nothing))
    }

    fn of(is_map: bool, nodes: Vec<Rc<Self>>) -> Self {
        if !is_map {
            return Self::List(nodes);
        }
        let mut nodes = nodes.into_iter();
        let pairs = std::iter::from_fn(|| Some((nodes.next()?, nodes.next()?)));
        Self::Map(pairs.collect())
    }

    /// The keys that are texts, with their values.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &Self)> {
        let pairs = if let Self::Map(pairs) = self { &pairs[..] } else { &[] };
        pairs.iter().filter_map(|(key, value)| Some((key.text()?, &**value)))
    }

    /// What a map has under this key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().find_map(|(name, value)| (name == key).then_some(value))
    }

    /// The values of a list.
    pub(super) fn list(&self) -> &[Rc<Self>] {
        if let Self::List(nodes) = self { nodes } else { &[] }
    }

    /// A text that is not blank.
    pub(super) fn text(&self) -> Option<&str> {
        let Self::Text(text) = self else { return None };
        Some(text.trim()).filter(|text| !text.is_empty())
    }
}

/// A list or a map that has not ended; keys and values of a map take turns.
#[derive(Default)]
struct Open {
    is_map: bool,
    anchor: usize,
    nodes: Vec<Rc<Node>>,
    /// How deep it goes below this.
    height: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Rc<Node> {
        Node::read(text).expect("it is YAML")
    }

    #[test]
    fn texts_stay_as_they_are_written() {
        let node = read("a: 0012\nb: 1e5\nc: No\nd: '007'\ne: ~\nf:\n");
        let texts: Vec<_> = node.entries().map(|(key, value)| (key, value.text())).collect();
        let some =
            [("a", "0012"), ("b", "1e5"), ("c", "No"), ("d", "007")].map(|(key, text)| (key, Some(text)));
        assert_eq!(texts, [&some[..], &[("e", None), ("f", None)]].concat());
    }

    #[test]
    fn an_alias_is_what_its_anchor_names_and_a_tag_says_nothing() {
        let node = read("a: &1 !ruby/object:Any\n  - b: &2 c\nd: *1\ne: *2\n");
        assert_eq!(node.get("a"), node.get("d"));
        assert_eq!(node.get("e").and_then(Node::text), Some("c"));
    }

    #[test]
    fn what_would_grow_without_end_does_not() {
        let doubled: Vec<_> = (1..100).map(|n| format!("- &{n} [*{m}, *{m}]\n", m = n - 1)).collect();
        assert_eq!(read(&format!("- &0 [x, x]\n{}", doubled.concat())).list().len(), 100);
        let nested: Vec<_> = (1..100_000).map(|n| format!("- &{n} [*{m}]\n", m = n - 1)).collect();
        let error = Node::read(&format!("- &0 [x]\n{}", nested.concat())).expect_err("it is too deep");
        assert!(error.contains("500 deep"), "{error}");
        assert!(Node::read("a: &1 [*1]\n").is_err());
        assert!(Node::read(&"[".repeat(100_000)).is_err());
    }
}
