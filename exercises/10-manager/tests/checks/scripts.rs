//! What clients do in cases: rows of calls that are used more than once, or are too long for a table.

use std::ops::RangeInclusive;

use judge::scenario::Ticks;

use super::super::shared::{Key, ODD, mixed};
use super::cases::{Client, Planning, client, get, insert, len, remove, update};

/// Each kind of call, with and without the key.
pub(crate) fn each_kind(a: Key, b: Key) -> Vec<Planning> {
    vec![
        len(),
        get(a),
        insert(a),
        get(a),
        len(),
        insert(a),
        get(a),
        len(),
        update(a),
        get(a),
        update(a),
        insert(b),
        len(),
        get(b),
        remove(a),
        len(),
        get(a),
        insert(a),
        remove(b),
        remove(a),
        len(),
    ]
}

/// So many calls on so many keys, the same for the same seed.
pub(crate) fn by_chance(calls: u64, keys: u64, seed: u64) -> Vec<Planning> {
    let call = |nth: u64| {
        let dice = mixed(seed << 32 | nth);
        let key = Key::Plain(dice % keys);
        match dice >> 32 & 15 {
            0..=4 => insert(key),
            5..=8 => get(key),
            9..=11 => update(key),
            12..=13 => remove(key),
            _ => len(),
        }
    };
    (0..calls).map(call).collect()
}

/// All of [`ODD`] at the same time, at the end as well.
pub(crate) fn on_odd_keys() -> Vec<Planning> {
    let keys = || (0..ODD.len() as u64).map(Key::Odd);
    let even = || keys().step_by(2);
    let insert_all = keys().map(insert);
    let calls = insert_all.chain([len()]).chain(keys().map(get)).chain(even().map(remove)).chain([len()]);
    let calls = calls.chain(keys().skip(1).step_by(2).map(update)).chain(keys().map(get));
    calls.chain(even().map(insert)).collect()
}

/// Two keys of so many characters, which differ in the last one.
pub(crate) fn on_long_keys(length: u64) -> Vec<Planning> {
    let [one, other] = [1, 2].map(|last| Key::Long(length, last));
    vec![
        insert(one),
        get(other),
        insert(other),
        get(one),
        update(other),
        get(other),
        remove(one),
        get(one),
        len(),
    ]
}

/// Keys whose length is at the edge of what one or two bytes can say.
pub(crate) fn on_lengths() -> Vec<Planning> {
    let keys = [255, 256, 65_535, 65_536].map(|length| Key::Long(length, 3));
    keys.map(insert).into_iter().chain(keys.map(get)).chain([len()]).chain(keys.map(remove)).collect()
}

/// The least and the greatest value, wherever there are values.
pub(crate) fn least_and_greatest(a: Key, b: Key) -> Vec<Planning> {
    vec![
        insert(a).of(0),
        get(a),
        len(),
        insert(a).of(u64::MAX),
        get(a),
        insert(a).of(u64::MAX),
        insert(a).of(1 << 63),
        get(a),
        update(a).of(0).giving(1 << 63),
        update(a).of(0).giving(u64::MAX),
        get(a),
        update(a).of(u64::MAX).giving(0),
        get(a),
        insert(b).of(u64::MAX),
        remove(b),
        remove(a),
        get(a),
    ]
}

/// So many clients, each on a key of its own, so many rounds.
pub(crate) fn each_its_own(clients: u64, rounds: u64) -> Vec<Client> {
    let of_one = |number: u64| {
        let key = Key::Plain(10 + number);
        (0..rounds).fold(client(), |client, round| {
            let tick = 10 + 20 * round;
            client
                .at(tick, insert(key))
                .at(tick + 5, get(key))
                .at(tick + 10, update(key))
                .at(tick + 10, get(key))
        })
    };
    (0..clients).map(of_one).collect()
}

/// The first client updates, for 100 ticks; meanwhile all others begin to insert and get, each under its own keys.
pub(crate) fn all_behind_one(clients: u64) -> Vec<Client> {
    let key = Key::Plain(1);
    let first = client().at(10, insert(key)).at(20, update(key).taking(100)).at(200, get(key));
    let others = (1..clients).map(|_| client().burst_at(30, 1, 20));
    [first].into_iter().chain(others).collect()
}

/// One thread updates, for 50 ticks; meanwhile the others call.
pub(crate) fn threads_behind_one(threads: u64) -> Client {
    let first = client()
        .at(10, insert(Key::Plain(0)))
        .at(20, update(Key::Plain(0)).taking(50))
        .at(90, get(Key::Plain(0)));
    (1..threads).fold(first, |client, thread| {
        let key = Key::Plain(thread);
        client.thread().at(11, insert(key)).at(30 + thread, get(key)).at(91, insert(key)).at(92, get(key))
    })
}

/// So many clients update one key, so many times each.
pub(crate) fn all_update(clients: u64, times: u64, ticks: Ticks) -> Vec<Client> {
    let key = Key::Plain(1);
    let of_one = |number: u64| {
        let begins = if number == 0 { client().at(10, insert(key)) } else { client() };
        let updates = (0..times).fold(begins, |client, _| client.at(20 + number, update(key).taking(ticks)));
        updates.at(10_000 + number, get(key))
    };
    (0..clients).map(of_one).collect()
}

/// One client updates, for 50 ticks; meanwhile another one counts, and a third one takes keys away and puts as many others there, one by
/// one. Again for other keys: where a dict has parts, chance decides which part a key is in.
pub(crate) fn count_while_keys_change(keys: u64, rounds: u64) -> Vec<Client> {
    let changing = |round: u64| (0..keys).map(move |nth| by_number(round << 16 | nth));
    let begins = client().all_at(10, (0..rounds).map(Key::Plain).chain(changing(0)).map(insert));
    let (updates, counts) = (0..rounds).fold((begins, client()), |(updates, counts), round| {
        let tick = 100 + 200 * round;
        (updates.at(tick, update(Key::Plain(round)).taking(50)), counts.at(tick + 5, len()))
    });
    let changes = (0..rounds).fold(client(), |client, round| {
        let pairs = changing(round).zip(changing(round + 1));
        client.all_at(110 + 200 * round, pairs.flat_map(|(old, new)| [remove(old), insert(new)]))
    });
    vec![updates, counts, changes]
}

/// A key that looks like nothing.
fn by_number(number: u64) -> Key {
    Key::Plain(mixed(3 << 32 | number) % 1_000_000)
}

/// A call every so many ticks, on one key.
pub(crate) fn steady(every: Ticks, calls: u64, key: u64) -> Client {
    let key = Key::Plain(key);
    (1..=calls).fold(client(), |client, nth| {
        let call = match nth % 4 {
            1 => insert(key),
            2 => get(key),
            3 => update(key),
            _ => len(),
        };
        client.at(10 + every * nth, call)
    })
}

/// Clients that say nothing until the others have ended.
pub(crate) fn silent_then_busy(silent: u64, busy: u64) -> Vec<Client> {
    let silent = (0..silent).map(|_| client().until(2_000));
    silent.chain((0..busy).map(|number| steady(15, 5, 20 + number))).collect()
}

/// One changes a key, the other looks.
pub(crate) fn changes_and_looks(key: Key) -> Vec<Client> {
    let changes = [insert(key), update(key), insert(key), remove(key), insert(key), update(key)];
    let changing = (0..).zip(changes).fold(client(), |client, (nth, call)| client.at(20 + 20 * nth, call));
    let looking =
        (0..7).fold(client(), |client, nth| client.at(10 + 20 * nth, get(key)).at(11 + 20 * nth, len()));
    vec![changing, looking]
}

/// Whatever one does to a key, the other does something that goes on from it: all pairs of kinds.
pub(crate) fn each_goes_on(a: Key, b: Key) -> Vec<Client> {
    let kinds: [fn(Key) -> Planning; 4] = [insert, update, remove, get];
    let pairs = kinds.iter().flat_map(|one| kinds.iter().map(move |other| (*one, *other)));
    let (mut first, mut second) = (client(), client());
    for (nth, (one, other)) in (0..).zip(pairs) {
        let (tick, key) = (20 + 20 * nth, if nth % 3 == 0 { b } else { a });
        // The first one sees to it that the key is there, and gets something in between.
        first = first.at(tick, insert(key)).at(tick + 2, one(key)).at(tick + 6, get(key));
        second = second.at(tick + 4, other(key)).at(tick + 8, len());
    }
    vec![first, second]
}

/// So many clients with so many calls each by chance, none at the same tick as another.
pub(crate) fn all_by_chance(clients: u64, calls: u64, keys: u64, seed: u64) -> Vec<Client> {
    let of_one = |number: u64| {
        let calls = by_chance(calls, keys, seed + number);
        (0..).zip(calls).fold(client(), |client, (nth, call)| client.at(10 + nth * clients + number, call))
    };
    (0..clients).map(of_one).collect()
}

/// Errors, and what is no error.
pub(crate) fn errors(a: Key, b: Key) -> Vec<Planning> {
    vec![
        remove(a),
        get(a),
        update(a),
        get(a),
        len(),
        insert(a),
        remove(b),
        update(b),
        get(a),
        update(a),
        remove(a),
        remove(a),
        len(),
    ]
}

/// Keys that are not there, and that an error has to give back as they are.
pub(crate) fn errors_on_odd_keys() -> Vec<Planning> {
    let long = Key::Long(70_000, 4);
    let odd = (0..ODD.len() as u64).map(Key::Odd).flat_map(|key| [remove(key), update(key)]);
    odd.chain([remove(long), update(long), insert(long), get(long), len()]).collect()
}

/// A client for each number of bytes, which is killed when so many of its insert have gone out; and one that looks.
pub(crate) fn cut_short(bytes: RangeInclusive<u64>, key: Key) -> Vec<Client> {
    let looks = client().at(10, insert(key)).at(500, len()).at(510, get(key));
    let cut = |bytes: u64| {
        // A value of twenty digits, of which each beginning is another value.
        let value = 10_000_000_000_000_000_000 + bytes;
        client().cut_at(20 + 10 * bytes, insert(Key::Plain(bytes)).of(value), bytes)
    };
    [looks].into_iter().chain(bytes.map(cut)).collect()
}
