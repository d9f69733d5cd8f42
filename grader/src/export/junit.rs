//! `JUnit` XML, exact to the XSD of Ant's task for it: a test suite for each exercise of each hand-in, a test case for each item.
//!
//! The format knows no points: each suite tells them as the properties `score` and `max_score`, and has no `score` where
//! the grader failed. A record holds no time, so times are 0 and the timestamp is the epoch: the same bytes every time.
//! (The crate quick-junit writes attributes that this XSD does not have.)

use std::io::Cursor;

use anyhow::Result;
use quick_xml::Writer;
use quick_xml::events::BytesText;

use super::sheet::{Item, Outcome, Section, Sheet, figure};
use super::{Beside, Exporter, Holds};

pub(super) struct Junit;

type Xml = Writer<Cursor<Vec<u8>>>;

impl Exporter for Junit {
    fn file_name(&self) -> &'static str {
        "junit.xml"
    }

    fn holds(&self) -> Holds {
        Holds::Any
    }

    fn export(&self, sheets: &[Sheet], _: &Beside) -> Result<Vec<u8>> {
        let mut xml = Writer::new_with_indent(Cursor::new(Vec::new()), b' ', 2);
        xml.write_event(quick_xml::events::Event::Decl(quick_xml::events::BytesDecl::new(
            "1.0",
            Some("UTF-8"),
            None,
        )))?;
        xml.create_element("testsuites").write_inner_content(|xml| {
            let all =
                sheets.iter().flat_map(|sheet| sheet.sections.iter().map(move |section| (sheet, section)));
            for (id, (sheet, section)) in all.enumerate() {
                suite(xml, id, sheet, section)?;
            }
            Ok(())
        })?;
        let mut bytes = xml.into_inner().into_inner();
        bytes.push(b'\n');
        Ok(bytes)
    }
}

fn suite(xml: &mut Xml, id: usize, sheet: &Sheet, section: &Section) -> std::io::Result<()> {
    let count = |outcome| section.items.iter().filter(|item| item.outcome == outcome).count().to_string();
    let element = xml.create_element("testsuite").with_attributes([
        ("name", section.title.as_str()),
        ("package", sheet.id.as_str()),
        ("id", id.to_string().as_str()),
        ("timestamp", "1970-01-01T00:00:00"),
        ("hostname", "localhost"),
        ("tests", section.items.len().to_string().as_str()),
        ("failures", count(Outcome::Failed).as_str()),
        ("errors", count(Outcome::Trouble).as_str()),
        ("skipped", count(Outcome::Skipped).as_str()),
        ("time", "0"),
    ]);
    element.write_inner_content(|xml| {
        xml.create_element("properties").write_inner_content(|xml| {
            let score = section.score.map(figure);
            let properties = [
                ("verdict", Some(section.verdict.as_str().to_owned())),
                ("score", score),
                ("max_score", Some(figure(section.max_score))),
            ];
            for (name, value) in properties {
                if let Some(value) = value {
                    let value = value.as_str();
                    xml.create_element("property")
                        .with_attributes([("name", name), ("value", value)])
                        .write_empty()?;
                }
            }
            Ok(())
        })?;
        for item in &section.items {
            case(xml, sheet, section, item)?;
        }
        let message = section.message.as_deref().unwrap_or_default();
        xml.create_element("system-out").write_text_content(BytesText::new(message))?;
        xml.create_element("system-err").write_empty()?;
        Ok(())
    })?;
    Ok(())
}

fn case(xml: &mut Xml, sheet: &Sheet, section: &Section, item: &Item) -> std::io::Result<()> {
    let class = format!("{}.exercise_{}", sheet.id, section.id);
    let case = xml.create_element("testcase").with_attributes([
        ("name", item.id.as_str()),
        ("classname", class.as_str()),
        ("time", "0"),
    ]);
    let because = match item.outcome {
        Outcome::Passed => {
            case.write_empty()?;
            return Ok(());
        }
        Outcome::Skipped => {
            case.write_inner_content(|xml| xml.create_element("skipped").write_empty().map(drop))?;
            return Ok(());
        }
        Outcome::Failed => "failure",
        Outcome::Trouble => "error",
    };
    case.write_inner_content(|xml| {
        let first = item.text.lines().next().unwrap_or(item.status);
        let element =
            xml.create_element(because).with_attributes([("message", first), ("type", item.status)]);
        element.write_text_content(BytesText::new(&item.text)).map(drop)
    })?;
    Ok(())
}
