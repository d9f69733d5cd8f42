//! A timeline as a trace that <https://ui.perfetto.dev> opens: JSON in Chrome's trace event format, one tick being 1 ms.
//!
//! Format: "Trace Event Format", the Chromium project. `X` is a span, `M` names something, `C` is a counter, `i` an instant;
//! times are in µs.

use serde_json::{Value, json};

use super::{Bar, How, Timeline};
use crate::scenario::Ticks;
use crate::words::printable;

/// Microseconds of a tick.
const TICK: Ticks = 1_000;
/// The track of the student's calls; the lanes follow.
const CALLS: usize = 1;
const LANES: usize = 2;

impl Timeline {
    /// The trace, under this title.
    #[must_use]
    pub fn perfetto(&self, title: &str) -> String {
        let mut events =
            vec![named("process_name", 0, title), named("thread_name", CALLS, "calls of your function")];
        for (lane, row) in self.lanes.iter().enumerate() {
            let name =
                if self.event_loop { format!("event loop, row {}", row.name) } else { row.name.clone() };
            events.push(named("thread_name", LANES + lane, &name));
            let sort = json!({"name": "thread_sort_index", "ph": "M", "pid": 1, "tid": LANES + lane, "args": {"sort_index": lane}});
            events.push(sort);
        }
        for (number, call) in self.calls.iter().enumerate() {
            let end = call.end.unwrap_or(self.until);
            let how = match call.end {
                None => "does not end",
                Some(_) if call.panicked => "panicked",
                Some(_) if call.dropped => "dropped",
                Some(_) => "returned",
            };
            events.push(json!({
                "name": format!("call {}", number + 1), "ph": "X", "pid": 1, "tid": CALLS,
                "ts": call.start.saturating_mul(TICK), "dur": (end - call.start).saturating_mul(TICK), "args": {"ending": how},
            }));
        }
        events.extend(self.bars.iter().map(|bar| self.trace(bar)));
        events.extend(self.in_flight.iter().map(|step| {
            json!({"name": "in flight", "ph": "C", "pid": 1, "ts": step.at.saturating_mul(TICK), "args": {"calls": step.count}})
        }));
        for mark in &self.marks {
            let place = [mark.inside.as_deref(), mark.place.as_deref()].into_iter().flatten().map(printable);
            let text = format!("{} {}", printable(&mark.thread), mark.what.words());
            events.push(json!({
                "name": text, "ph": "i", "s": "p", "pid": 1, "tid": CALLS, "ts": self.until.saturating_mul(TICK),
                "args": {"at": place.collect::<Vec<_>>(), "threads": mark.threads},
            }));
        }
        let summary = self.summary();
        json!({"displayTimeUnit": "ms", "otherData": {"summary": summary, "tick": "1 ms"}, "traceEvents": events}).to_string()
    }

    fn trace(&self, bar: &Bar) -> Value {
        let end = bar.end.unwrap_or(self.until).max(bar.start);
        let how = match bar.how {
            How::Returned => "returned",
            How::Panicked => "panicked",
            How::Died => "ended with its process",
            How::Dropped => "dropped",
            How::Unfinished => "does not end",
        };
        let function = self.function(bar.kind);
        let name =
            if bar.operation { function.to_owned() } else { format!("{function} {}", self.label(bar)) };
        json!({
            "name": name, "cat": self.function(bar.kind), "ph": "X", "pid": 1,
            "tid": LANES + bar.lane, "ts": bar.start.saturating_mul(TICK), "dur": (end - bar.start).saturating_mul(TICK),
            "args": {"input": bar.input, "call": bar.call + 1, "ending": how, "after the call": bar.after_end},
        })
    }
}

fn named(what: &str, tid: usize, name: &str) -> Value {
    json!({"name": what, "ph": "M", "pid": 1, "tid": tid, "args": {"name": printable(name)}})
}
