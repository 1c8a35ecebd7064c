//! A language as Open Graph writes it: `fr_FR`.

use icu_locale::{Locale, LocaleExpander};

/// The language of a BCP 47 tag with its region, the likeliest one (CLDR) where the tag names none; empty for what is no
/// tag or has no likely region.
pub fn of(tag: &str) -> String {
    let Ok(mut locale) = Locale::try_from_str(tag) else { return String::new() };
    if locale.id.region.is_none() {
        LocaleExpander::new_common().maximize(&mut locale.id);
    }
    locale.id.region.map_or_else(String::new, |region| format!("{}_{region}", locale.id.language))
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_language_without_a_region_has_its_likeliest() {
        let tags = ["fr", "fr-CA", "en", "en-gb", "de", "zh-Hant", "sr-Latn-RS", "x", "not a tag"];
        let locales = ["fr_FR", "fr_CA", "en_US", "en_GB", "de_DE", "zh_TW", "sr_RS", "", ""];
        assert_eq!(tags.map(of), locales);
    }
}
