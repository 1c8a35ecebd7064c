//! Dates in words, in the page's language, through ICU.

use icu_calendar::Gregorian;
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::enums::{CalendarPeriodFieldSet, CompositeDateTimeFieldSet, DateFieldSet, TimeFieldSet};
use icu_datetime::fieldsets::{MD, T, Y, YM, YMD, YMDE};
use icu_datetime::input::{Date, DateTime, Time};
use icu_locale::Locale;
use jiff::civil;
use std::cell::RefCell;
use std::collections::HashMap;

/// The named formats, with what they give in French.
pub(super) const FORMATS: &[(&str, &str)] = &[
    ("long", "19 juin 2025"),
    ("full", "jeudi 19 juin 2025"),
    ("short", "19 juin"),
    ("month", "juin 2025"),
    ("year", "2025"),
    ("time", "09:30"),
];

type Formatter = FixedCalendarDateTimeFormatter<Gregorian, CompositeDateTimeFieldSet>;

thread_local! {
    /// Formatters are dear to make and cheap to use.
    static FORMATTERS: RefCell<HashMap<(String, String), Option<Formatter>>> = RefCell::new(HashMap::new());
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
        let text = formatter.format(&DateTime { date, time }).to_string();
        Some(first_of_month(text, datetime.day(), language))
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
    let locale = Locale::try_from_str(&language.replace('_', "-")).ok()?;
    FixedCalendarDateTimeFormatter::try_new(locale.into(), fields).ok()
}

/// French says « 1er mars », which CLDR's patterns do not.
fn first_of_month(text: String, day: i8, language: &str) -> String {
    if day != 1 || !(language == "fr" || language.starts_with("fr-")) {
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
        assert_eq!(format(iso, "other", "fr"), None);
    }
}
