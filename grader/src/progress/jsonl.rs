//! Events as JSON lines on standard output, as they come. The schema, `events/1`, is that of [`Event`].

use std::io::Write;

use crate::events::{Event, Observer};
use crate::report::without_commands;

pub(crate) struct JsonLines;

impl Observer for JsonLines {
    fn on(&mut self, event: &Event<'_>) {
        let Ok(line) = serde_json::to_string(event).map(without_commands) else { return };
        // Whoever reads them may have gone; the results are kept all the same.
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    }
}
