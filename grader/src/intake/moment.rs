//! Dates with a time of day, as platforms write them into names and lists: when something was handed in.
//!
//! Invariant: a date that may be read in two ways (`03/04/2026`) is not read at all.

use std::fmt::{self, Display};

/// A moment, as it was written down: by a clock on a wall, unless the zone stands with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Seconds since 1970 by that clock.
    wall: i64,
    /// How many seconds that clock is ahead of UTC; `None`: nobody said.
    ahead: Option<i64>,
}

const MINUTE: i64 = 60;
/// In seconds.
pub(crate) const DAY: i64 = 24 * 60 * MINUTE;

/// The month that a word means, by how it begins, in the languages that share these words.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen"],
    &["feb", "fév", "fev"],
    &["mar", "mär", "mrt", "maa"],
    &["apr", "avr", "abr"],
    &["may", "mai", "mei", "maj", "mag"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "aoû", "ago"],
    &["sep", "set"],
    &["oct", "okt", "out", "ott"],
    &["nov"],
    &["dec", "déc", "dez", "dic"],
];

impl Moment {
    /// Year, month and day, each from 1, then the time of day; `None` where there is no such day or time.
    pub(crate) fn new(date: [i64; 3], time: [i64; 3], ahead: Option<i64>) -> Option<Self> {
        let ([year, month, day], [hour, minute, second]) = (date, time);
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + i64::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let is_one = (1970..3000).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..=60).contains(&second);
        let wall = days_since_1970(year, month, day) * DAY + (hour * 60 + minute) * MINUTE + second;
        is_one.then_some(Self { wall, ahead })
    }

    /// Reads `2026-11-29 09:01`, `2026-11-29T09:01:30Z`, `20261129090130`, `29 November, 2026 901 AM`, `Nov 29, 2026 9:01 AM` and the
    /// like.
    pub(crate) fn read(text: &str) -> Option<Self> {
        Self::in_figures(text.trim()).or_else(|| Self::in_words(text))
    }

    /// Seconds since 1970 in UTC; `ahead` is how far the clock was ahead where nobody said.
    pub(crate) fn in_utc(self, ahead: i64) -> i64 {
        self.wall - self.ahead.unwrap_or(ahead)
    }

    /// The greater, the later, by one clock.
    pub(super) fn order(self) -> u64 {
        u64::try_from(self.in_utc(0)).unwrap_or_default()
    }

    /// Year, month, day, hour, minute, second in this order, and the zone behind them.
    fn in_figures(text: &str) -> Option<Self> {
        let end = text.bytes().take_while(|byte| byte.is_ascii_digit() || b"-: T.".contains(byte)).count();
        // A minus behind the time of day is a zone's.
        let time = text.find(':').unwrap_or(text.len());
        let sign = text[time..].find(['+', '-']).map(|at| time + at);
        let (end, is_stamp) = (sign.map_or(end, |at| end.min(at)), text.len() == 14 && end == 14);
        let (written, zone) = text.split_at(end);
        let parts: Vec<&str> = if is_stamp {
            [0..4, 4..6, 6..8, 8..10, 10..12, 12..14].map(|part| &written[part]).to_vec()
        } else {
            written.split(['-', ':', ' ', 'T']).filter(|part| !part.is_empty()).collect()
        };
        if parts.len() < 5 || parts[0].len() != 4 {
            return None;
        }
        let figure = |at: usize| parts.get(at).map_or(Some(0), |part| part.split('.').next()?.parse().ok());
        let date = [figure(0)?, figure(1)?, figure(2)?];
        let ahead = match zone.trim() {
            "" => None,
            zone => Some(ahead(zone)?),
        };
        Self::new(date, [figure(3)?, figure(4)?, figure(5)?], ahead)
    }

    fn in_words(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let words: Vec<&str> =
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
        let is_year = |word: &&str| word.len() == 4 && word.starts_with("20") && is_number(word);
        let year = words.iter().position(is_year)?;
        let month = words.iter().find_map(|word| {
            MONTHS.iter().position(|begins| begins.iter().any(|begin| word.starts_with(begin)))
        })?;
        let day = words[..year].iter().find(|word| is_number(word))?.parse().ok()?;
        let after = words[year + 1..].iter().filter(|word| is_number(word));
        // `9:01:30` has a word for each, `901` one for both.
        let digits: String = after.take(2).copied().collect();
        let digits = digits.get(..digits.len().min(4)).filter(|digits| !digits.is_empty())?;
        let time = digits.parse::<i64>().ok()? * if digits.len() < 3 { 100 } else { 1 };
        let hour = match words.last() {
            Some(&"pm") if time / 100 < 12 => time / 100 + 12,
            Some(&"am") if time / 100 == 12 => 0,
            _ => time / 100,
        };
        let month = i64::try_from(month).ok()? + 1;
        Self::new([words[year].parse().ok()?, month, day], [hour, time % 100, 0], None)
    }
}

/// How many seconds a zone is ahead of UTC: `Z`, `UTC`, `+01:00`, `-0800`.
pub(crate) fn ahead(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z" | "UTC") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits: String = zone.strip_prefix(['+', '-'])?.chars().filter(|letter| *letter != ':').collect();
    let figure = |part: Option<&str>| part.and_then(|part| part.parse::<i64>().ok());
    let (hours, minutes) = (figure(digits.get(..2))?, figure(digits.get(2..4))?);
    (digits.len() == 4 && hours < 15 && minutes < 60).then_some(sign * (hours * 60 + minutes) * MINUTE)
}

/// Of a day of the Gregorian calendar: years begin in March, so that the odd day is the last one.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_years = year * 365 + year / 4 - year / 100 + year / 400;
    of_years + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// As [`Moment::read`] reads it, to the second.
impl Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.wall.div_euclid(DAY), self.wall.rem_euclid(DAY));
        let year = (1970..3000).rev().find(|year| days_since_1970(*year, 1, 1) <= days).unwrap_or(1970);
        let month = (1..=12).rev().find(|month| days_since_1970(year, *month, 1) <= days).unwrap_or(1);
        let day = days - days_since_1970(year, month, 1) + 1;
        write!(out, "{year:04}-{month:02}-{day:02} {:02}:{:02}", second / 3600, second / 60 % 60)?;
        if second % 60 > 0 {
            write!(out, ":{:02}", second % 60)?;
        }
        match self.ahead {
            None => Ok(()),
            Some(0) => write!(out, "Z"),
            Some(ahead) => {
                let sign = if ahead < 0 { '-' } else { '+' };
                write!(out, "{sign}{:02}:{:02}", ahead.abs() / 3600, ahead.abs() / 60 % 60)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_platforms_write_it() {
        let read = |text: &str| Moment::read(text).map(|moment| moment.to_string()).unwrap_or_default();
        for (written, meant) in [
            ("2026-11-29 09:01", "2026-11-29 09:01"),
            ("2026-11-29T09:01:30Z", "2026-11-29 09:01:30Z"),
            ("2026-01-31 12:00:00.000000000 Z", "2026-01-31 12:00Z"),
            ("2026-01-31 12:00:00.123 -0800", "2026-01-31 12:00-08:00"),
            ("2026-01-31 12:00:00 UTC", "2026-01-31 12:00Z"),
            ("2026-11-29-09-01-30", "2026-11-29 09:01:30"),
            ("20261129090130", "2026-11-29 09:01:30"),
            ("29 November, 2026 901 AM", "2026-11-29 09:01"),
            ("Nov 29, 2026 9:01 PM", "2026-11-29 21:01"),
            ("Nov 29, 2026 12:30:15 AM", "2026-11-29 00:30"),
            ("Sunday, 29 November 2026, 9:01 AM", "2026-11-29 09:01"),
            ("Nov 29, 2026 9 PM", "2026-11-29 21:00"),
            ("2024-02-29 00:00", "2024-02-29 00:00"),
            ("2026-02-29 00:00", ""),
            ("03/04/2026 10:00", ""),
            ("tomorrow", ""),
            ("", ""),
            ("2026-11-29 09:01 é", ""),
            ("-", ""),
        ] {
            assert_eq!(read(written), meant, "{written}");
        }
    }

    #[test]
    fn moments_are_told_apart_by_the_minute() {
        let all = [
            "Nov 28, 2026 1159 PM",
            "29 November, 2026 1201 AM",
            "29 November, 2026 901 AM",
            "29 novembre 2026 13:05",
        ];
        let orders = all.map(|text| Moment::read(text).map(Moment::order).unwrap_or_default());
        assert!(orders.is_sorted() && orders[0] > 0, "{orders:?}");
        let apart = orders.windows(2).map(|two| (two[1] - two[0]) / 60);
        assert_eq!(apart.collect::<Vec<_>>(), [2, 540, 244]);
    }

    #[test]
    fn moments_are_compared_in_utc() {
        let at = |text: &str| Moment::read(text).expect("a moment").in_utc(3600);
        assert_eq!(at("1970-01-02 01:00"), DAY);
        assert_eq!(at("2026-11-29 09:00Z"), at("2026-11-29 10:00"));
        assert_eq!(at("2026-11-29 09:00 -05:00"), at("2026-11-29 14:00Z"));
        assert_eq!(at("2026-11-29 14:00Z"), 1_795_960_800);
        for day in ["2000-02-29", "1999-12-31", "2100-03-01", "2026-07-31"] {
            let moment = Moment::read(&format!("{day} 12:00")).expect("a moment");
            assert_eq!(moment.to_string(), format!("{day} 12:00"));
        }
    }
}
