//! Days in a theme's own patterns, through ICU.
//!
//! `tera-contrib` writes dates in patterns of every kind, and reads the pattern and the language's names anew for each.
//! Here both are kept, for patterns that show nothing smaller than a day. What cannot be written so is left to it, and so
//! are all messages.

use icu_calendar::Gregorian;
use icu_datetime::fieldsets::enums::DateFieldSet;
use icu_datetime::input::Date;
use icu_datetime::pattern::{DateTimePattern, FixedCalendarDateTimeNames};
use icu_locale::Locale;
use std::borrow::Cow;
use std::cell::RefCell;
use writeable::TryWriteable;

/// A pattern in a language, with the names that it needs.
struct Known {
    format: String,
    language: String,
    /// Nothing when days cannot be written so.
    read: Option<(DateTimePattern, FixedCalendarDateTimeNames<Gregorian, DateFieldSet>)>,
}

/// Themes have a few patterns; a template that makes up more of them pays for each.
const MAX_KNOWN: usize = 32;

thread_local! {
    static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

/// A day that is written as `2025-06-19`, in a pattern of UTS 35 and a language.
pub(super) fn day(day: &str, format: &str, language: &str) -> Option<String> {
    let number = |at: std::ops::Range<usize>| day.get(at)?.parse::<u8>().ok();
    let date = Date::try_new_gregorian(day.get(..4)?.parse().ok()?, number(5..7)?, number(8..10)?).ok()?;
    KNOWN.with_borrow_mut(|all| {
        let is_it = |known: &Known| known.format == format && known.language == language;
        let at = all.iter().position(is_it).unwrap_or_else(|| {
            if all.len() == MAX_KNOWN {
                all.clear();
            }
            let read = read(format, language);
            all.push(Known { format: format.to_owned(), language: language.to_owned(), read });
            all.len() - 1
        });
        let (pattern, names) = all.get(at)?.read.as_ref()?;
        let shown = names.with_pattern_unchecked(pattern).format(&date);
        shown.try_write_to_string().ok().map(Cow::into_owned)
    })
}

fn read(
    format: &str,
    language: &str,
) -> Option<(DateTimePattern, FixedCalendarDateTimeNames<Gregorian, DateFieldSet>)> {
    if format.contains('%') {
        return None;
    }
    let locale = Locale::try_from_str(&language.replace('_', "-")).ok()?;
    let pattern = DateTimePattern::try_from_pattern_str(format).ok()?;
    let mut names = FixedCalendarDateTimeNames::try_new(locale.into()).ok()?;
    names.include_for_pattern(&pattern).ok()?;
    Some((pattern, names))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tera::{Context, Kwargs, State, Value};

    #[test]
    fn days_are_written_as_tera_writes_them() {
        let patterns = [
            "dd/MM/y",
            "d MMM y",
            "EEEE d MMMM y",
            "EEEEE d/M/yy G",
            "y-MM-dd",
            "'le' d",
            "MMMM",
            "yyyy",
            "L LLLL ccc",
        ];
        let mut written = 0;
        for format in patterns.into_iter().chain(["%Y", "'", "w", "D", "QQQ", "U r", "", "A", "é"]) {
            for language in ["fr", "en", "de", "ar", "fa", "ja", "th", "fr_CA", "x"] {
                for date in ["2025-06-19", "2024-02-29", "1999-12-31", "0001-01-01", "2025-03-01"] {
                    let iso = Value::from(format!("{date}T09:30:00+02:00"));
                    let kwargs = Kwargs::from([("format", Value::from(format)), ("locale", Value::from(language))]);
                    let theirs = tera_contrib::dates::date(&iso, kwargs, &State::new(&Context::new())).ok();
                    let ours = day(date, format, language);
                    assert!(ours.is_none() || ours == theirs, "{format} {language}: {ours:?} {theirs:?}");
                    written += usize::from(ours.is_some());
                }
            }
        }
        assert!(written >= patterns.len() * 8 * 5, "only {written} were written");
    }

    #[test]
    fn what_is_no_day_is_not_written() {
        for other in ["2025-02-30", "2025-13-01", "2025-06-1x", "é", ""] {
            assert_eq!(day(other, "dd/MM/y", "fr"), None, "{other}");
        }
    }
}
