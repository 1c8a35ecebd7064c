//! Instants, the site's time zone, and reading dates as people write them.
//!
//! Never asks the clock: the moment of a build comes through `World::now`.

use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize, Serializer};

/// A time zone by its name in the tz database.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// The zone of that name, from the bundled database.
    pub fn named(name: &str) -> Option<Zone> {
        let zone = TimeZone::get(name).ok()?;
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
        self.zoned(zone).date()
    }

    /// RFC 3339 with the site's offset: `2025-06-19T09:30:00+02:00`.
    pub fn rfc3339(&self, zone: &Zone) -> String {
        self.zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// RFC 2822, for RSS: `Thu, 19 Jun 2025 09:30:00 +0200`.
    pub fn rfc2822(&self, zone: &Zone) -> String {
        self.zoned(zone).strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
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
    let in_zone = |datetime: civil::DateTime, precision| {
        // A time that a clock change skips is read as the system would: an hour later.
        let zoned = datetime.to_zoned(zone.zone.clone()).map_err(|error| error.to_string())?;
        Ok(ReadDate { when: When { instant: zoned.timestamp(), precision }, has_zone: false })
    };
    let Some(day) = text.get(..10) else {
        return Err("a date begins with a year, a month and a day: 2025-06-19".to_owned());
    };
    let date: civil::Date = match civil::Date::strptime("%Y-%m-%d", day) {
        Ok(date) => date,
        Err(_) => return Err(impossible_day(day)),
    };
    let rest = text[10..].trim_start_matches(['T', 't', ' ']);
    if rest.is_empty() {
        return in_zone(date.at(0, 0, 0, 0), Precision::Day);
    }
    let clock_end = rest.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(rest.len());
    let (clock, offset) = (&rest[..clock_end], rest[clock_end..].trim());
    let time: civil::Time = ["%H:%M:%S%.f", "%H:%M:%S", "%H:%M"]
        .iter()
        .find_map(|format| civil::Time::strptime(format, clock).ok())
        .ok_or_else(|| format!("`{clock}` is not a time of day"))?;
    let datetime = date.to_datetime(time);
    let offset_format = match offset {
        "" => return in_zone(datetime, Precision::Time),
        "Z" | "z" | "UTC" => {
            let instant = datetime.to_zoned(TimeZone::UTC).map_err(|error| error.to_string())?.timestamp();
            return Ok(ReadDate { when: When { instant, precision: Precision::Time }, has_zone: true });
        }
        offset if offset.contains(':') => "%Y-%m-%dT%H:%M:%S%:z",
        _ => "%Y-%m-%dT%H:%M:%S%z",
    };
    let written = format!("{}{offset}", datetime.strftime("%Y-%m-%dT%H:%M:%S"));
    let instant = Timestamp::strptime(offset_format, &written)
        .map_err(|_| format!("`{offset}` is not an offset such as +02:00"))?;
    Ok(ReadDate { when: When { instant, precision: Precision::Time }, has_zone: true })
}

/// The date that a file name begins with (`2016-04-01-slug`, `_` or a space instead of `-`), and the rest of the name.
pub fn split_dated_name(stem: &str) -> Option<(civil::Date, &str)> {
    let date = civil::Date::strptime("%Y-%m-%d", stem.get(..10)?).ok()?;
    let rest = &stem[10..];
    let rest = rest.strip_prefix(['-', '_', ' ']).or(if rest.is_empty() { Some(rest) } else { None })?;
    Some((date, rest))
}

/// Midnight of a day in the site's zone.
pub fn midnight(date: civil::Date, zone: &Zone) -> Option<When> {
    let zoned = date.to_zoned(zone.zone.clone()).ok()?;
    Some(When { instant: zoned.timestamp(), precision: Precision::Day })
}

fn impossible_day(day: &str) -> String {
    let parts: Vec<&str> = day.split('-').collect();
    let well_formed =
        parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()));
    if well_formed && parts[0].len() == 4 {
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
    }

    #[test]
    fn file_names_may_carry_the_date() {
        for name in ["2016-04-01-slug", "2016-04-01_slug", "2016-04-01 slug"] {
            assert_eq!(split_dated_name(name).unwrap().1, "slug");
        }
        assert!(split_dated_name("2016-13-01-slug").is_none());
        assert!(split_dated_name("2016-04-01slug").is_none());
    }

    #[test]
    fn rss_dates_are_rfc_2822() {
        let when = read_date("2025-06-19T09:30:00+02:00", &paris()).unwrap().when;
        assert_eq!(when.rfc2822(&paris()), "Thu, 19 Jun 2025 09:30:00 +0200");
    }
}
