//! What follows from a language: how Open Graph writes it (`fr_FR`), and where its lines begin.

use icu_locale::{Direction, Locale, LocaleDirectionality, LocaleExpander};

/// The language of a BCP 47 tag with its region, the likeliest one (CLDR) where the tag names none; empty for what is no
/// tag or has no likely region.
pub fn of(tag: &str) -> String {
    let Ok(mut locale) = Locale::try_from_str(tag) else { return String::new() };
    if locale.id.region.is_none() {
        LocaleExpander::new_common().maximize(&mut locale.id);
    }
    locale.id.region.map_or_else(String::new, |region| format!("{}_{region}", locale.id.language))
}

/// Where the lines of a language begin, as HTML and manifests write it.
pub fn direction(tag: &str) -> &'static str {
    let locale = Locale::try_from_str(tag).ok();
    match locale.and_then(|locale| LocaleDirectionality::new_common().get(&locale.id)) {
        Some(Direction::RightToLeft) => "rtl",
        Some(Direction::LeftToRight) => "ltr",
        Some(_) | None => "auto",
    }
}

#[cfg(test)]
mod tests {
    use super::{direction, of};

    #[test]
    fn a_language_without_a_region_has_its_likeliest() {
        let tags = ["fr", "fr-CA", "en", "en-gb", "de", "zh-Hant", "sr-Latn-RS", "x", "not a tag"];
        let locales = ["fr_FR", "fr_CA", "en_US", "en_GB", "de_DE", "zh_TW", "sr_RS", "", ""];
        assert_eq!(tags.map(of), locales);
    }

    #[test]
    fn lines_begin_where_the_script_begins() {
        assert_eq!(["fr", "ar", "he-IL", "az-Arab", "not a tag"].map(direction), ["ltr", "rtl", "rtl", "rtl", "auto"]);
    }
}
