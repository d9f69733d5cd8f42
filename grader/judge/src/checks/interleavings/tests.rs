//! A lock with a line, in histories that are written down here.

use super::*;
use crate::wire::Outcome;

const TAKE: u64 = 0;
const GIVE: u64 = 1;

/// Who has it, and who waits for it in which order.
struct Lock;

impl Spec for Lock {
    type State = (Option<u16>, Vec<u16>);

    fn start(&self) -> Self::State {
        (None, Vec::new())
    }

    fn arrive(&self, state: &mut Self::State, driver: u16, op: &[u64]) {
        if op[0] == TAKE {
            state.1.push(driver);
        }
    }

    fn next(&self, (holder, line): &Self::State, driver: u16, op: &[u64]) -> Option<(Self::State, Vec<u64>)> {
        match op[0] {
            TAKE if holder.is_none() && line.first() == Some(&driver) => {
                Some(((Some(driver), line[1..].to_vec()), vec![]))
            }
            TAKE => None,
            _ => Some(((None, line.clone()), vec![u64::from(*holder == Some(driver))])),
        }
    }

    fn called(&self, op: &[u64]) -> String {
        if op[0] == TAKE { "take" } else { "give" }.to_owned()
    }

    fn gave(&self, _op: &[u64], result: &[u64]) -> String {
        result.first().map(|gave| format!("{gave}")).unwrap_or_default()
    }
}

const POLICY: AnyInterleaving<Lock> = AnyInterleaving { spec: Lock, why: |_| ("cause", "hint") };

/// Driver 0 takes it; then it gives, while 1 and 2 take and give.
fn play() -> Play {
    let both = || vec![vec![TAKE], vec![GIVE]];
    let moments =
        vec![vec![(0, vec![vec![TAKE]])], vec![(1, both())], vec![(0, vec![vec![GIVE]]), (2, both())]];
    Play { seed: 0, schedules: 10, setup: vec![], moments }
}

fn called(driver: u16) -> Event {
    Event::Called(driver)
}

fn took(driver: u16) -> Event {
    Event::Back(driver, vec![])
}

fn gave(driver: u16) -> Event {
    Event::Back(driver, vec![1])
}

fn run(explored: &Explored) -> Run {
    let ended = Some((0, Outcome::Returned(explored.payload())));
    Run { calls: vec![CallRecord { ended, ..CallRecord::default() }], ..Run::of_nothing() }
}

fn judged(explored: &Explored) -> Result<(), Finding> {
    POLICY.judge(&play().scenario("a lock"), &run(explored))
}

fn of(histories: Vec<(u64, Vec<Event>)>) -> Explored {
    Explored { schedules: 10, histories, stopped: None }
}

/// 0 has it, 1 waits, and all but the end of the last moment.
fn begin() -> Vec<Event> {
    vec![called(0), took(0), Event::Rest, called(1), Event::Rest]
}

fn with(more: Vec<Event>) -> Vec<Event> {
    begin().into_iter().chain(more).collect()
}

#[test]
fn what_some_order_explains_is_right() {
    let one_by_one = with(vec![
        called(0),
        gave(0),
        took(1),
        called(1),
        gave(1),
        called(2),
        took(2),
        called(2),
        gave(2),
        Event::Rest,
    ]);
    // 2 has come before 1 has it, and 1 is not back before 2 has called; what counts is between call and return.
    let mixed = with(vec![
        called(2),
        called(0),
        took(1),
        called(1),
        took(2),
        gave(1),
        called(2),
        gave(0),
        gave(2),
        Event::Rest,
    ]);
    assert_eq!(judged(&of(vec![(0, one_by_one), (1, mixed)])), Ok(()));
}

#[test]
fn whoever_overtakes_is_told_with_what_came_before() {
    let overtaken = with(vec![called(0), gave(0), called(2), took(2), Event::Rest]);
    let finding = judged(&of(vec![(6, overtaken)])).unwrap_err();
    assert_eq!(finding.expected, "`driver-2` waits in `take`");
    assert_eq!(
        finding.observed,
        "in interleaving 7 of 10: `main` calls `take`; `main` is back from `take`; all are back; `driver-1` calls `take`; the others \
         wait; `main` calls `give`; `main` is back from `give` with 1; `driver-2` calls `take`; `driver-2` is back from `take`"
    );
    assert_eq!((&*finding.cause, &*finding.hint), ("cause", "hint"));
}

#[test]
fn whoever_waits_though_it_can_go_on_is_told_and_the_shortest_history_is() {
    let lost = with(vec![called(0), gave(0), called(2), Event::Rest]);
    let longer = with(vec![called(0), called(2), gave(0), took(1), called(1), gave(1), Event::Rest]);
    let finding = judged(&of(vec![(0, longer), (3, lost)])).unwrap_err();
    assert!(finding.observed.starts_with("in interleaving 4 of 10: "), "{}", finding.observed);
    assert!(
        finding
            .observed
            .ends_with("nobody can go on: `driver-1` waits in `take` and `driver-2` waits in `take`")
    );
    assert_eq!(finding.expected, "`driver-1` is back from `take`");
}

#[test]
fn whatever_was_not_played_is_no_finding() {
    assert_eq!(judged(&Explored::not(Stopped::Sleeps)), Ok(()));
    assert_eq!(judged(&of(vec![(0, begin())])), Ok(()));
    // What was played counts, however it went on.
    let overtaken = with(vec![called(0), gave(0), called(2), took(2)]);
    let stopped = Explored { stopped: Some(Stopped::Sleeps), ..of(vec![(0, overtaken)]) };
    assert!(judged(&stopped).is_err());
    assert!(POLICY.leaves_the_end_open());
    let remark = |explored: &Explored| POLICY.remark(&run(explored));
    assert_eq!(remark(&of(vec![])), None);
    assert_eq!(
        remark(&Explored::not(Stopped::Sleeps)).as_deref(),
        Some("not explored: a thread sleeps for a time")
    );
    let some = "explored in no more than 10 interleavings: a thread sleeps for a time";
    assert_eq!(remark(&stopped).as_deref(), Some(some));
    let none = "not explored: the program did not come to its end";
    assert_eq!(POLICY.remark(&Run::of_nothing()).as_deref(), Some(none));
}

#[test]
fn a_history_that_no_program_of_the_kit_tells_is_forged() {
    let forged = [
        vec![took(0)],
        vec![called(1)],
        vec![called(0), called(0)],
        vec![called(0), took(0), called(0)],
        vec![Event::Rest],
    ];
    for history in forged {
        let finding = judged(&of(vec![(0, history.clone())])).unwrap_err();
        assert_eq!(finding.observed, "a history that the kit did not send", "{history:?}");
    }
}
