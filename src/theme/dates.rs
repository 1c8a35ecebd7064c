//! Dates in words, in the page's language, through ICU.

use super::patterns;
use crate::base::Table;
use icu_calendar::Gregorian;
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::enums::{CalendarPeriodFieldSet, CompositeDateTimeFieldSet, DateFieldSet, TimeFieldSet};
use icu_datetime::fieldsets::{MD, T, Y, YM, YMD, YMDE};
use icu_datetime::input::{Date, DateTime, Time};
use icu_locale::Locale;
use jiff::civil;
use std::cell::RefCell;
use std::collections::HashMap;
use tera::Value;

/// The named formats, with what they give in French.
pub(super) const FORMATS: &[(&str, &str)] = &[
    ("long", "19 juin 2025"),
    ("full", "jeudi 19 juin 2025"),
    ("short", "19 juin"),
    ("month", "juin 2025"),
    ("year", "2025"),
    ("time", "9\u{a0}h\u{a0}30"),
];

type Formatter = FixedCalendarDateTimeFormatter<Gregorian, CompositeDateTimeFieldSet>;

/// A format in a language, with the days it was written for.
struct Written {
    format: String,
    language: String,
    days: Table<[u8; 10], Value>,
}

/// So many days are kept of each format: eleven years of them.
const MAX_DAYS: usize = 4096;

thread_local! {
    /// Most pages show days that others show too.
    static WRITTEN: RefCell<Vec<Written>> = const { RefCell::new(Vec::new()) };
    /// Formatters are dear to make and cheap to use.
    static FORMATTERS: RefCell<HashMap<(String, String), Option<Formatter>>> = RefCell::new(HashMap::new());
}

/// The text of a date, for a template: `write` makes it, once for each day if a format shows nothing smaller.
pub(super) fn by_day<E>(
    iso: &str,
    format: &str,
    language: &str,
    write: impl FnOnce() -> Result<String, E>,
) -> Result<Value, E> {
    let Some(day) = day_of(iso).filter(|_| shows_days_alone(format)) else { return write().map(Value::from) };
    let is_it = |written: &Written| written.format == format && written.language == language;
    let known = WRITTEN.with_borrow(|all| all.iter().find(|written| is_it(written))?.days.get(&day).cloned());
    if let Some(text) = known {
        return Ok(text);
    }
    let text = Value::from(write()?);
    WRITTEN.with_borrow_mut(|all| {
        let at = all.iter().position(is_it).unwrap_or_else(|| {
            all.push(Written { format: format.to_owned(), language: language.to_owned(), days: Table::default() });
            all.len() - 1
        });
        let days = &mut all[at].days;
        if days.len() == MAX_DAYS {
            days.clear();
        }
        days.insert(day, text.clone());
    });
    Ok(text)
}

/// The day of a date that is written as `When::rfc3339` does; nothing for any other text, be it a date or not.
fn day_of(iso: &str) -> Option<[u8; 10]> {
    const SHAPE: &[u8; 25] = b"0000-00-00T00:00:00+00:00";
    let bytes: &[u8; 25] = iso.as_bytes().try_into().ok()?;
    let is_shaped = bytes.iter().zip(SHAPE).all(|(byte, shape)| match shape {
        b'0' => byte.is_ascii_digit(),
        b'+' => matches!(byte, b'+' | b'-'),
        _ => byte == shape,
    });
    let is_at_most = |at: usize, most: &[u8; 2]| bytes[at..at + 2] <= most[..];
    let is_time = is_at_most(11, b"23") && is_at_most(14, b"59") && is_at_most(17, b"59");
    let is_offset = is_at_most(20, b"23") && is_at_most(23, b"59");
    // At the end of all years an offset may lead out of the calendar.
    let is_inside = !iso.starts_with("9999-12");
    bytes.first_chunk().copied().filter(|_| is_shaped && is_time && is_offset && is_inside)
}

/// Whether two instants of one day look the same in a format.
fn shows_days_alone(format: &str) -> bool {
    const OF_DAYS: &str = "GyYuUrQqMLwWdDFgEec";
    match FORMATS.iter().any(|(name, _)| *name == format) {
        true => format != "time",
        // What is quoted in a pattern counts like the rest of it: it may only make us write the date anew.
        false => format.chars().filter(char::is_ascii_alphabetic).all(|letter| OF_DAYS.contains(letter)),
    }
}

/// A date in a pattern of UTS 35 that shows nothing smaller than a day; nothing for any other, or when it cannot be said.
pub(super) fn in_pattern(iso: &str, format: &str, language: &str) -> Option<String> {
    day_of(iso).filter(|_| shows_days_alone(format))?;
    patterns::day(iso.get(..10)?, format, language)
}

/// A date in a named format and a language; nothing when the format has no such name or the date is not one.
pub(super) fn format(iso: &str, name: &str, language: &str) -> Option<String> {
    let datetime = read(iso)?;
    let date =
        Date::try_new_gregorian(i32::from(datetime.year()), datetime.month() as u8, datetime.day() as u8).ok()?;
    let time = Time::try_new(datetime.hour() as u8, datetime.minute() as u8, datetime.second() as u8, 0).ok()?;
    FORMATTERS.with(|formatters| {
        let mut formatters = formatters.borrow_mut();
        let formatter = formatters
            .entry((name.to_owned(), language.to_owned()))
            .or_insert_with(|| make(name, language))
            .as_ref()?;
        match name == "time" && is_french(language) {
            true => Some(hours(datetime)),
            false => {
                Some(first_of_month(formatter.format(&DateTime { date, time }).to_string(), datetime.day(), language))
            }
        }
    })
}

/// The civil time that an RFC 3339 text or a day names, in its own offset.
fn read(iso: &str) -> Option<civil::DateTime> {
    let local = iso.get(..19).or_else(|| iso.get(..10))?;
    local.parse::<civil::DateTime>().or_else(|_| local.parse::<civil::Date>().map(|date| date.at(0, 0, 0, 0))).ok()
}

fn make(name: &str, language: &str) -> Option<Formatter> {
    let fields = match name {
        "long" => CompositeDateTimeFieldSet::Date(DateFieldSet::YMD(YMD::long())),
        "full" => CompositeDateTimeFieldSet::Date(DateFieldSet::YMDE(YMDE::long())),
        "short" => CompositeDateTimeFieldSet::Date(DateFieldSet::MD(MD::long())),
        "month" => CompositeDateTimeFieldSet::CalendarPeriod(CalendarPeriodFieldSet::YM(YM::long())),
        "year" => CompositeDateTimeFieldSet::CalendarPeriod(CalendarPeriodFieldSet::Y(Y::long())),
        "time" => CompositeDateTimeFieldSet::Time(TimeFieldSet::T(T::hm())),
        _ => return None,
    };
    let language = language.replace('_', "-");
    // The pattern that ICU's data have for it in Brazil, a number as a month, cannot be written (icu_datetime 2.4: there are no
    // digits for it). In Portugal it is the words that both write, "junho de 2025".
    let is_brazilian = matches!(language.to_lowercase().as_str(), "pt" | "pt-br");
    let language = if name == "month" && is_brazilian { "pt-PT" } else { &*language };
    let locale = Locale::try_from_str(language).ok()?;
    FixedCalendarDateTimeFormatter::try_new(locale.into(), fields).ok()
}

/// French writes « 14 h 30 » and « 9 h » in running text, where CLDR has the clock's 14:30 (Lexique de l'Imprimerie
/// nationale, « Heures »). The spaces do not break.
fn hours(datetime: civil::DateTime) -> String {
    match datetime.minute() {
        0 => format!("{}\u{a0}h", datetime.hour()),
        minute => format!("{}\u{a0}h\u{a0}{minute:02}", datetime.hour()),
    }
}

fn is_french(language: &str) -> bool {
    language == "fr" || language.starts_with("fr-")
}

/// French says « 1er mars », which CLDR's patterns do not.
fn first_of_month(text: String, day: i8, language: &str) -> String {
    if day != 1 || !is_french(language) {
        return text;
    }
    let words: Vec<&str> = text.split(' ').map(|word| if word == "1" { "1er" } else { word }).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_the_language_does() {
        let iso = "2025-06-19T09:30:00+02:00";
        for (name, french) in FORMATS {
            assert_eq!(format(iso, name, "fr").as_deref(), Some(*french), "{name}");
        }
        assert_eq!(format(iso, "full", "en").as_deref(), Some("Thursday, June 19, 2025"));
        assert_eq!(format("2025-03-01", "long", "fr").as_deref(), Some("1er mars 2025"));
        assert_eq!(format("2025-03-01", "full", "fr").as_deref(), Some("samedi 1er mars 2025"));
        assert_eq!(format("2025-03-11", "long", "fr").as_deref(), Some("11 mars 2025"));
        assert_eq!(format("2025-03-11T00:00:00Z", "time", "fr").as_deref(), Some("0\u{a0}h"));
        assert_eq!(format("2025-03-11T14:05:00Z", "time", "fr-CH").as_deref(), Some("14\u{a0}h\u{a0}05"));
        assert_eq!(format("2025-03-11T14:05:00Z", "time", "de").as_deref(), Some("14:05"));
        assert_eq!(format(iso, "other", "fr"), None);
        for language in ["pt", "pt-BR", "pt-PT"] {
            assert_eq!(format(iso, "month", language).as_deref(), Some("junho de 2025"), "{language}");
        }
    }

    #[test]
    fn a_day_is_written_once_for_each_format_that_shows_no_time() {
        let write = |iso: &str, format: &str, text: &str| {
            by_day(iso, format, "fr", || Ok::<_, ()>(text.to_owned())).unwrap().to_string()
        };
        let (morning, evening) = ("2024-02-29T09:30:00+01:00", "2024-02-29T19:30:00+01:00");
        for format in ["long", "dd/MM/y"] {
            assert_eq!(write(morning, format, format), format);
            assert_eq!(write(evening, format, "again"), format);
        }
        for format in ["time", "dd/MM HH:mm", "d MMMM zzzz"] {
            assert_eq!(write(morning, format, "first"), "first");
            assert_eq!(write(evening, format, "second"), "second");
        }
        for other in ["2024-02-29", "2024-02-29T09:30:00+01:0x", "2024-02-29T25:30:00+01:00", "hier"] {
            assert_eq!(write(other, "long", "anew"), "anew", "{other}");
        }
    }
}
