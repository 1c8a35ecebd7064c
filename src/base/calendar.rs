//! Instants, the site's time zone, and reading dates as people write them.
//!
//! Never asks the clock: the moment of a build comes through `World::now`.

use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::LazyLock;

/// The tz database in the program. That of the system, which jiff asks if it is left to itself, is another on each machine.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Names of the database that stand for a zone nobody knows.
const UNKNOWN: [&str; 2] = ["Etc/Unknown", "Factory"];

/// The names of all time zones.
pub fn zone_names() -> Vec<String> {
    ZONES.available().map(|name| name.as_str().to_owned()).collect()
}

/// A time zone by its name in the tz database.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// The zone of that name, from the bundled database.
    pub fn named(name: &str) -> Option<Zone> {
        let zone =
            ZONES.get(name).ok().filter(|_| !UNKNOWN.iter().any(|unknown| name.eq_ignore_ascii_case(unknown)))?;
        Some(Zone { name: zone.iana_name().unwrap_or(name).to_owned(), zone })
    }

    /// UTC.
    pub fn utc() -> Zone {
        Zone { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// Its name: `Europe/Paris`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Zone, D::Error> {
        let name = String::deserialize(deserializer)?;
        Zone::named(&name).ok_or_else(|| serde::de::Error::custom(format!("there is no zone `{name}`")))
    }
}

/// How much of a date its author wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Precision {
    /// A day: it counts from midnight in the site's zone, and no time is shown.
    Day,
    /// A day and a time.
    Time,
}

/// An instant that an author wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct When {
    /// The instant.
    pub instant: Timestamp,
    /// Whether a time of day was given.
    pub precision: Precision,
}

impl When {
    /// The instant in the site's zone.
    pub fn zoned(&self, zone: &Zone) -> Zoned {
        self.instant.to_zoned(zone.zone.clone())
    }

    /// The day in the site's zone.
    pub fn date(&self, zone: &Zone) -> civil::Date {
        zone.zone.to_datetime(self.instant).date()
    }

    /// RFC 3339 with the site's offset: `2025-06-19T09:30:00+02:00`.
    pub fn rfc3339(&self, zone: &Zone) -> String {
        let offset = zone.zone.to_offset(self.instant);
        let (at, seconds) = (offset.to_datetime(self.instant), offset.seconds());
        if !(0..=9999).contains(&at.year()) || seconds % 60 != 0 {
            return self.in_minutes(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        }
        let mut text = String::with_capacity("2025-06-19T09:30:00+02:00".len());
        push_digits(&mut text, at.year().unsigned_abs() / 100);
        push_digits(&mut text, at.year().unsigned_abs() % 100);
        let minutes = seconds.unsigned_abs() as u16 / 60;
        let parts = [
            ('-', at.month().unsigned_abs().into()),
            ('-', at.day().unsigned_abs().into()),
            ('T', at.hour().unsigned_abs().into()),
            (':', at.minute().unsigned_abs().into()),
            (':', at.second().unsigned_abs().into()),
            (if seconds < 0 { '-' } else { '+' }, minutes / 60),
            (':', minutes % 60),
        ];
        for (separator, number) in parts {
            text.push(separator);
            push_digits(&mut text, number);
        }
        text
    }

    /// RFC 2822, for RSS: `Thu, 19 Jun 2025 09:30:00 +0200`.
    pub fn rfc2822(&self, zone: &Zone) -> String {
        self.in_minutes(zone).strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
    }

    /// The date with an offset of whole minutes, as both formats have it: before a country had a common time, that of a
    /// place was some seconds more. The next minute is taken, so that the first moment of a day stays in it.
    fn in_minutes(&self, zone: &Zone) -> Zoned {
        let zoned = self.zoned(zone);
        let seconds = zoned.offset().seconds();
        if seconds % 60 == 0 {
            return zoned;
        }
        let offset = Offset::from_seconds((seconds.div_euclid(60) + 1) * 60);
        offset.map_or(zoned, |offset| self.instant.to_zoned(offset.to_time_zone()))
    }
}

/// A date as read, and whether it named its own offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadDate {
    /// The instant meant.
    pub when: When,
    /// False when the site's zone had to be assumed.
    pub has_zone: bool,
}

/// Reads a date as people write them in front matter: RFC 3339, a day, a day and a time with or without an offset
/// (`2019-02-07 19:12:14 +0000`). The error says what is wrong in words.
pub fn read_date(text: &str, zone: &Zone) -> Result<ReadDate, String> {
    let text = text.trim();
    let read = |instant: Result<Timestamp, jiff::Error>, precision, has_zone| match instant {
        Ok(instant) if is_in_calendar(instant, zone) => Ok(ReadDate { when: When { instant, precision }, has_zone }),
        _ => Err(format!("`{text}` is out of range: {RANGE}")),
    };
    let in_zone = |datetime: civil::DateTime, precision| {
        if let Some(why) = changed_clock(datetime, zone).filter(|_| precision == Precision::Time) {
            return Err(format!("`{text}` {why}"));
        }
        // A day whose midnight a clock change skips begins when the clock goes on.
        read(datetime.to_zoned(zone.zone.clone()).map(|zoned| zoned.timestamp()), precision, false)
    };
    let Some(day) = text.get(..10) else { return Err(impossible_day(text)) };
    if is_of_another_age(text) {
        return Err(format!("`{text}` is out of range: {RANGE}"));
    }
    let Some(date) = read_day(day) else { return Err(impossible_day(day)) };
    let rest = text[10..].trim_start_matches(['T', 't', ' ']);
    if rest.is_empty() {
        return in_zone(date.at(0, 0, 0, 0), Precision::Day);
    }
    let clock_end = rest.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(rest.len());
    let (clock, offset) = (&rest[..clock_end], rest[clock_end..].trim());
    // What reads times takes a leap second for the one before.
    if clock.split(':').nth(2).is_some_and(|second| second.starts_with("60")) {
        return Err(format!("`{clock}` is not a time of day: seconds go from 00 to 59"));
    }
    let time = read_time(clock).ok_or_else(|| format!("`{clock}` is not a time of day"))?;
    let datetime = date.to_datetime(time);
    let offset_format = match offset {
        "" => return in_zone(datetime, Precision::Time),
        "Z" | "z" | "UTC" => {
            return read(TimeZone::UTC.to_timestamp(datetime), Precision::Time, true);
        }
        offset if offset.contains(':') => "%Y-%m-%dT%H:%M:%S%:z",
        _ => "%Y-%m-%dT%H:%M:%S%z",
    };
    // Fractions of a second count in UTC alone.
    if let Some(offset) = plain_offset(offset) {
        return read(offset.to_timestamp(whole_seconds(datetime)), Precision::Time, true);
    }
    if !is_offset(offset) {
        return Err(format!("`{offset}` is not an offset such as +02:00"));
    }
    let written = format!("{}{offset}", datetime.strftime("%Y-%m-%dT%H:%M:%S"));
    read(Timestamp::strptime(offset_format, &written), Precision::Time, true)
}

/// Why a time of a zone is none or two: clocks were put forward over it, or back to it.
fn changed_clock(datetime: civil::DateTime, zone: &Zone) -> Option<String> {
    let name = zone.name();
    match zone.zone.to_ambiguous_timestamp(datetime).offset() {
        AmbiguousOffset::Unambiguous { .. } => None,
        AmbiguousOffset::Gap { before, after } => {
            let (before, after) = (written(before), written(after));
            Some(format!("is no time in {name}: clocks were put forward over it, from {before} to {after}"))
        }
        AmbiguousOffset::Fold { before, after } => {
            let (before, after) = (written(before), written(after));
            Some(format!("comes twice in {name}: write the offset behind it, {before} or {after}"))
        }
    }
}

/// An offset as dates have it: `+02:00`.
fn written(offset: Offset) -> String {
    let minutes = offset.seconds().unsigned_abs() / 60;
    let sign = if offset.is_negative() { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What dates there are, in words. The last day of 9999 is not over in the west when moments end.
const RANGE: &str = "dates go from 0001-01-01 to 9999-12-30";

/// Whether a moment has a year of four digits in the zone of the site, where all that is printed has it: feeds, structured
/// data and the filters of templates know no other.
fn is_in_calendar(instant: Timestamp, zone: &Zone) -> bool {
    (1..=9999).contains(&zone.zone.to_datetime(instant).year())
}

/// Whether a text begins with a year that has a sign or too many digits, and goes on as a date does.
fn is_of_another_age(text: &str) -> bool {
    let has_sign = text.starts_with(['-', '+']);
    let mut parts = text.trim_start_matches(['-', '+']).split('-');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let year = parts.next().filter(|year| is_number(year));
    year.is_some_and(|year| has_sign || year.len() > 4)
        && parts.next().is_some_and(is_number)
        && parts.next().is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The date that a file name begins with (`2016-04-01-slug`, `_` or a space instead of `-`), and the rest of the name.
pub fn split_dated_name(stem: &str) -> Option<(civil::Date, &str)> {
    // A day that has no midnight everywhere is none that a name can give.
    let date = read_day(stem.get(..10)?).filter(|date| *date < civil::Date::MAX)?;
    let rest = &stem[10..];
    let rest = rest.strip_prefix(['-', '_', ' ']).or(if rest.is_empty() { Some(rest) } else { None })?;
    Some((date, rest))
}

/// What a file name begins with that was meant as a date and is none: `2016-02-30-slug`, `2016-4-1-slug`.
pub fn failed_dated_name(stem: &str) -> Option<&str> {
    let mut parts = stem.splitn(4, ['-', '_', ' ']);
    let is_number =
        |part: &str, lengths: &[usize]| lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_meant = is_number(year, &[4]) && is_number(month, &[1, 2]) && is_number(day, &[1, 2]);
    let written = stem.get(..year.len() + month.len() + day.len() + 2)?;
    (is_meant && split_dated_name(stem).is_none()).then_some(written)
}

/// Midnight of a day in the site's zone.
pub fn midnight(date: civil::Date, zone: &Zone) -> Option<When> {
    let zoned = date.to_zoned(zone.zone.clone()).ok()?;
    Some(When { instant: zoned.timestamp(), precision: Precision::Day })
}

/// A day as `2025-06-19`. No calendar of news has years before the first.
fn read_day(text: &str) -> Option<civil::Date> {
    match text.as_bytes() {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2]
            if [y1, y2, y3, y4, m1, m2, d1, d2].iter().all(|b| b.is_ascii_digit()) =>
        {
            let year = i16::from(digits(*y1, *y2)) * 100 + i16::from(digits(*y3, *y4));
            civil::Date::new(year, digits(*m1, *m2), digits(*d1, *d2)).ok().filter(|date| date.year() > 0)
        }
        _ => None,
    }
}

/// A time of day as `09:30` or `09:30:00`; the rest as above.
fn read_time(text: &str) -> Option<civil::Time> {
    let plain = match text.as_bytes() {
        [h1, h2, b':', m1, m2] => plain_time([*h1, *h2, *m1, *m2, b'0', b'0']),
        [h1, h2, b':', m1, m2, b':', s1, s2] => plain_time([*h1, *h2, *m1, *m2, *s1, *s2]),
        _ => None,
    };
    plain.or_else(|| {
        let formats = ["%H:%M:%S%.f", "%H:%M:%S", "%H:%M"];
        formats.iter().find_map(|format| civil::Time::strptime(format, text).ok())
    })
}

fn plain_time(written: [u8; 6]) -> Option<civil::Time> {
    let [h1, h2, m1, m2, s1, s2] = written;
    let is_plain = written.iter().all(u8::is_ascii_digit);
    is_plain.then(|| civil::Time::new(digits(h1, h2), digits(m1, m2), digits(s1, s2), 0).ok()).flatten()
}

/// An offset as `+02:00` or `+0200`.
fn plain_offset(text: &str) -> Option<Offset> {
    let (sign, [h1, h2, m1, m2]) = match text.as_bytes() {
        [sign, h1, h2, b':', m1, m2] | [sign, h1, h2, m1, m2] => (sign, [*h1, *h2, *m1, *m2]),
        _ => return None,
    };
    let is_plain = [h1, h2, m1, m2].iter().all(u8::is_ascii_digit);
    let (hours, minutes) = (i32::from(digits(h1, h2)), i32::from(digits(m1, m2)));
    let seconds = match sign {
        b'+' => hours * 3600 + minutes * 60,
        b'-' => -(hours * 3600 + minutes * 60),
        _ => return None,
    };
    Offset::from_seconds(seconds).ok().filter(|_| is_plain && hours < 24 && minutes < 60)
}

/// Whether a text is an offset as RFC 3339 and ISO 8601 have it: less than a day, two digits for each part.
fn is_offset(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['+', '-']) else { return false };
    let digits = rest.replace(':', "");
    let part = |range: std::ops::Range<usize>| digits.get(range).map_or(Some(0), |part| part.parse::<u8>().ok());
    let is_plain = matches!(digits.len(), 2 | 4 | 6) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_plain && part(0..2).is_some_and(|hours| hours < 24) && part(2..4).is_some_and(|minutes| minutes < 60)
}

fn whole_seconds(datetime: civil::DateTime) -> civil::DateTime {
    datetime.date().at(datetime.hour(), datetime.minute(), datetime.second(), 0)
}

/// The number that two digits are.
fn digits(tens: u8, ones: u8) -> i8 {
    tens.wrapping_sub(b'0').wrapping_mul(10).wrapping_add(ones.wrapping_sub(b'0')) as i8
}

/// Appends a number below 100 with two digits.
fn push_digits(text: &mut String, number: u16) {
    text.push(char::from(b'0' + (number / 10 % 10) as u8));
    text.push(char::from(b'0' + (number % 10) as u8));
}

fn impossible_day(day: &str) -> String {
    let parts: Vec<&str> = day.split('-').collect();
    let well_formed =
        parts.iter().map(|part| part.len()).eq([4, 2, 2]) && parts.concat().bytes().all(|byte| byte.is_ascii_digit());
    if well_formed {
        format!("there is no {day} in the calendar")
    } else {
        "a date begins with a year, a month and a day: 2025-06-19".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paris() -> Zone {
        Zone::named("Europe/Paris").unwrap()
    }

    #[test]
    fn offsets_of_old_dates_have_whole_minutes_and_keep_the_day() {
        for (zone, shown, mailed) in [
            ("Europe/Paris", "1900-01-01T00:00:39+00:10", "Mon, 01 Jan 1900 00:00:39 +0010"),
            ("America/New_York", "1883-01-01T00:00:02-04:56", "Mon, 01 Jan 1883 00:00:02 -0456"),
        ] {
            let zone = Zone::named(zone).unwrap();
            let when = read_date(&shown[..10], &zone).unwrap().when;
            assert_eq!(when.rfc3339(&zone), shown);
            assert_eq!(when.rfc2822(&zone), mailed);
        }
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (written, meant) in [
            ("2025-06-19T09:30:00+02:00", "2025-06-19T09:30:00+02:00"),
            ("2025-06-19", "2025-06-19T00:00:00+02:00"),
            ("2025-06-19 09:30", "2025-06-19T09:30:00+02:00"),
            ("2025-01-19T09:30:15", "2025-01-19T09:30:15+01:00"),
            ("2019-02-07 19:12:14 +0000", "2019-02-07T20:12:14+01:00"),
            ("2025-06-19T07:30:00Z", "2025-06-19T09:30:00+02:00"),
            ("2025-06-19T07:30:00.250Z", "2025-06-19T09:30:00+02:00"),
        ] {
            assert_eq!(read_date(written, &paris()).unwrap().when.rfc3339(&paris()), meant, "{written}");
        }
    }

    #[test]
    fn what_is_no_date_says_why() {
        assert_eq!(read_date("2025-02-30", &paris()).unwrap_err(), "there is no 2025-02-30 in the calendar");
        assert!(read_date("hier", &paris()).unwrap_err().contains("2025-06-19"));
        assert!(read_date("2025-06-19 25:00", &paris()).unwrap_err().contains("time of day"));
        assert!(read_date("2025-06-19 10:00 +99:99", &paris()).unwrap_err().contains("offset"));
        assert!(read_date("19/06/2025", &paris()).is_err());
        assert_eq!(read_date("0000-01-01", &paris()).unwrap_err(), "there is no 0000-01-01 in the calendar");
        assert!(read_date("2025-6-190", &paris()).unwrap_err().contains("a year, a month and a day"));
        for offset in ["+24:00", "-25:59", "+2459", "+99"] {
            assert!(read_date(&format!("2025-06-19 10:00 {offset}"), &paris()).is_err(), "{offset}");
        }
    }

    #[test]
    fn p19_a_time_that_a_change_of_clocks_skips_or_repeats_is_told() {
        let paris = Zone::named("Europe/Paris").unwrap();
        let told = |text: &str| read_date(text, &paris).map(|read| read.when.rfc3339(&paris));
        let skipped =
            "`2025-03-30T02:30:00` is no time in Europe/Paris: clocks were put forward over it, from +01:00 to +02:00";
        assert_eq!(told("2025-03-30T02:30:00"), Err(skipped.to_owned()));
        let twice = "`2025-10-26 02:30` comes twice in Europe/Paris: write the offset behind it, +02:00 or +01:00";
        assert_eq!(told("2025-10-26 02:30"), Err(twice.to_owned()));
        for (text, read) in [
            ("2025-10-26T02:30:00+01:00", "2025-10-26T02:30:00+01:00"),
            ("2025-03-30T01:30:00Z", "2025-03-30T03:30:00+02:00"),
            ("2025-03-30", "2025-03-30T00:00:00+01:00"),
            ("2025-03-30T03:00:00", "2025-03-30T03:00:00+02:00"),
        ] {
            assert_eq!(told(text).as_deref(), Ok(read), "{text}");
        }
        // A day begins when its clock does, be there a midnight or not.
        assert!(read_date("2025-04-25", &Zone::named("Africa/Cairo").unwrap()).is_ok());
    }

    #[test]
    fn p19_years_of_other_ages_are_out_of_range() {
        for written in [
            "-0001-06-30",
            "-001-06-30",
            "-2025-06-19",
            "+2025-6-19",
            "+001-06-30",
            "+0001-06-30",
            "-9999-1-01",
            "10000-01-01",
            "99999999-01-01",
            "10000-01-01T10:00:00Z",
            "9999-12-31",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59-12:00",
            "0001-01-01T00:00:00+23:00",
        ] {
            let said = read_date(written, &paris()).unwrap_err();
            assert_eq!(said, format!("`{written}` is out of range: {RANGE}"));
        }
        // What is in range in UTC may not be so in the zone of the site.
        let tokyo = Zone::named("Asia/Tokyo").unwrap();
        let new_york = Zone::named("America/New_York").unwrap();
        for zone in [&paris(), &tokyo, &new_york, &Zone::utc()] {
            for written in ["0001-01-01", "9999-12-30"] {
                assert_eq!(&read_date(written, zone).unwrap().when.rfc3339(zone)[..10], written);
            }
        }
        assert!(read_date("0001-01-01T01:00:00Z", &new_york).is_err());
    }

    #[test]
    fn file_names_may_carry_the_date() {
        for name in ["2016-04-01-slug", "2016-04-01_slug", "2016-04-01 slug"] {
            assert_eq!(split_dated_name(name).unwrap().1, "slug");
        }
        assert!(split_dated_name("2016-13-01-slug").is_none());
        assert!(split_dated_name("2016-04-01slug").is_none());
        for (name, written) in [
            ("2016-02-30-slug", Some("2016-02-30")),
            ("2016-4-1-slug", Some("2016-4-1")),
            ("2016_04_01", Some("2016_04_01")),
            ("2016-04-01-slug", None),
            ("2016-04-01slug", None),
            ("2016-04", None),
            ("gpt-4-1-mini", None),
        ] {
            assert_eq!(failed_dated_name(name), written, "{name}");
        }
        assert!(split_dated_name("0000-01-01-slug").is_none());
        assert!(split_dated_name("9999-12-31-slug").is_none());
    }

    #[test]
    fn what_is_read_at_once_is_what_the_parser_of_formats_reads() {
        for written in
            ["2025-06-19", "2025-02-29", "2024-02-29", "2025-13-01", "2025-00-10", "0001-01-01", "2025-6-19x"]
        {
            assert_eq!(read_day(written), civil::Date::strptime("%Y-%m-%d", written).ok(), "{written}");
        }
        for written in ["09:30", "23:59:59", "24:00", "12:60", "12:00:60", "1:2", "12:00:00.5", "ab:cd"] {
            let formats = ["%H:%M:%S%.f", "%H:%M:%S", "%H:%M"];
            let slow = formats.iter().find_map(|format| civil::Time::strptime(format, written).ok());
            assert_eq!(read_time(written), slow, "{written}");
        }
        for written in ["+02:00", "-03:30", "+0200", "-0000", "+23:59", "+2:00", "02:00", "+02:60"] {
            let format = if written.contains(':') { "%Y-%m-%dT%H:%M:%S%:z" } else { "%Y-%m-%dT%H:%M:%S%z" };
            let slow = Timestamp::strptime(format, format!("2025-06-19T10:00:00{written}")).ok();
            let read = read_date(&format!("2025-06-19 10:00 {written}"), &paris()).ok();
            assert_eq!(read.map(|read| read.when.instant), slow, "{written}");
        }
    }

    #[test]
    fn instants_are_written_as_by_their_format() {
        for written in ["2025-06-19T09:30:00Z", "0001-01-02T00:00:00Z", "9999-12-30T00:00:00Z", "1890-01-01T00:00:00Z"]
        {
            for zone in
                ["Europe/Paris", "America/St_Johns", "Asia/Kolkata", "UTC"].map(|name| Zone::named(name).unwrap())
            {
                let when = read_date(written, &zone).unwrap().when;
                let format = "%Y-%m-%dT%H:%M:%S%:z";
                assert_eq!(when.rfc3339(&zone), when.in_minutes(&zone).strftime(format).to_string(), "{written}");
            }
        }
    }

    #[test]
    fn rss_dates_are_rfc_2822() {
        let when = read_date("2025-06-19T09:30:00+02:00", &paris()).unwrap().when;
        assert_eq!(when.rfc2822(&paris()), "Thu, 19 Jun 2025 09:30:00 +0200");
    }
}
