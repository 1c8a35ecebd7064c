//! What is a language.

use icu_locale::Locale;

/// Whether a text is a language tag (BCP 47) of the forms that sites use, in which dates can be written: a language of two or
/// three letters, with a script, a region or variants, each once.
pub fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or("");
    let is_of_form = matches!(primary.len(), 2 | 3)
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    is_of_form && Locale::try_from_str(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_of_the_form_that_dates_know() {
        let tags =
            ["fr", "fr-CH", "zh-Hant", "sr-Latn-RS", "es-419", "oc", "ca-valencia", "de-1996", "en-u-ca-buddhist"];
        assert!(tags.into_iter().all(is_tag));
        let others = [
            "",
            "f",
            "français",
            "fr_FR",
            "fr-FR-FR",
            "en-a",
            "xx-invalid-lang-tag-too-long-to-be",
            "fr-",
            "i-klingon",
        ];
        assert_eq!(others.into_iter().filter(|text| is_tag(text)).count(), 0);
    }
}
