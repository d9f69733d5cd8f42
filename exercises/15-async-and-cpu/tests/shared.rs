//! What adapter and checks agree on.

use judge::wire::Work;

/// The calls of the student's code, as the judge numbers them: a day of the service. Input: the number of workers, how many beats there
/// are, whether the service is dropped, whether a sender is kept, the number of workers of a service before it (0 if there is none), whether
/// loads that are in flight together end at the same moment, and for each request whether its client loses patience.
pub(crate) const DAY: u16 = 0;
/// Where in the input of a day the workers of the service before it are.
pub(crate) const BEFORE: usize = 4;
/// Where in it is whether loads end at the same moment.
pub(crate) const TOGETHER: usize = 5;
/// As fast as it goes: what `--measure` times. Input: the number of workers, and the requests.
pub(crate) const MEASURED: u16 = 1;

/// The supplied work; its key is the request.
pub(crate) const PREDICT: u16 = 0;
pub(crate) const LOAD: u16 = 1;

/// What the kit does itself, as things that are held: a request arrives when its has ended, …
pub(crate) const ARRIVE: u16 = Work::HELD;
/// … its client leaves when this has, unless it has its reply by then, …
pub(crate) const PATIENCE: u16 = Work::HELD + 1;
/// … and this is noted when it has the reply, with what that is; with nothing where the reply was dropped.
pub(crate) const REPLY: u16 = Work::HELD + 2;
/// One after the other, on the event loop.
pub(crate) const BEAT: u16 = Work::HELD + 3;
/// The service is dropped when this has ended.
pub(crate) const DROP: u16 = Work::HELD + 4;
/// A sender is kept until this has ended.
pub(crate) const OPEN: u16 = Work::HELD + 5;
/// Noted when the service has come to its end, in whatever way.
pub(crate) const SERVED: u16 = Work::HELD + 6;
