//! What the subject's reader was sent and may still be handing over.
//!
//! The reader takes the judge's messages and wakes the thread that each is for; then it goes back to sleep and touches nothing.
//! So once that thread has spoken, the reader sleeps or is about to, and need not be looked at.

use std::collections::BTreeSet;

use crate::wire::Tid;

#[derive(Debug, Default)]
pub(super) struct Deliveries {
    reader: Option<Tid>,
    /// The threads that were answered and have not spoken since.
    answered: BTreeSet<Tid>,
    /// Whether anything else is on its way.
    others: bool,
}

impl Deliveries {
    /// The subject's first message names its reader.
    pub(super) fn reader_is(&mut self, reader: Tid) {
        self.reader = Some(reader);
        self.others = true;
    }

    pub(super) fn is_reader(&self, tid: Tid) -> bool {
        self.reader == Some(tid)
    }

    /// A thread that waited was sent its answer.
    pub(super) fn answered(&mut self, tid: Tid) {
        self.answered.insert(tid);
    }

    /// Something else was sent.
    pub(super) fn sent(&mut self) {
        self.others = true;
    }

    /// A thread asked for more: it has had its answer.
    pub(super) fn heard_from(&mut self, tid: Tid) {
        self.answered.remove(&tid);
    }

    /// Every thread was seen to sleep, the reader among them.
    pub(super) fn at_rest(&mut self) {
        self.answered.clear();
        self.others = false;
    }

    /// Whether somebody was sent something and has said nothing since.
    pub(super) fn owed(&self) -> bool {
        self.others || !self.answered.is_empty()
    }

    /// Whether this is the reader, with nothing left to hand over.
    pub(super) fn reader_rests(&self, tid: Tid) -> bool {
        self.is_reader(tid) && !self.owed()
    }
}
