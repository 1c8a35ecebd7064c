//! The theme's texts by language, with plural forms.

use crate::base::Fingerprint;
use crate::base::typography::{self, Rules};
use icu_locale::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Texts by language, then key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strings {
    texts: BTreeMap<String, BTreeMap<String, Text>>,
    /// Whether texts have the typography of their language.
    are_set: bool,
}

/// A text, or one for each plural form.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// The same for any number.
    Plain(String),
    /// By the plural categories of CLDR.
    Plural {
        /// For numbers like 1 (in French, 0 too).
        one: Option<String>,
        /// For numbers like 2, where a language has such a form.
        few: Option<String>,
        /// For large numbers, where a language has such a form.
        many: Option<String>,
        /// For all the others.
        other: String,
    },
}

/// A text that was found.
pub(super) struct Found {
    pub(super) text: String,
    pub(super) in_language: bool,
    /// The typography of the language that it was found in.
    pub(super) rules: Rules,
}

impl Strings {
    /// Texts as a theme writes them.
    pub fn new(texts: BTreeMap<String, BTreeMap<String, Text>>) -> Strings {
        Strings { texts, are_set: false }
    }

    /// The same, each with the typography of its language, whatever the theme's author typed.
    pub fn set(mut self) -> Strings {
        for (language, texts) in &mut self.texts {
            let rules = Rules::of(language);
            texts.values_mut().for_each(|text| text.set(rules));
        }
        Strings { are_set: true, ..self }
    }

    /// Whether there is any text in a language.
    pub(super) fn speaks(&self, language: &str) -> bool {
        let primary = language.split(['-', '_']).next().unwrap_or(language);
        [language, primary].iter().any(|language| self.texts.contains_key(*language))
    }

    /// The texts by language, then key.
    pub fn by_language(&self) -> &BTreeMap<String, BTreeMap<String, Text>> {
        &self.texts
    }

    /// What identifies all texts.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        // As Rust shows them, with quotes: no two different sets of texts are shown alike.
        Fingerprint::of_bytes(format!("{self:?}").as_bytes())
    }

    /// The text of a key in a language, else in English with a note, else the key itself.
    pub(super) fn find(&self, key: &str, language: &str, number: Option<f64>) -> Found {
        let primary = language.split(['-', '_']).next().unwrap_or(language);
        for candidate in [language, primary] {
            if let Some(text) = self.texts.get(candidate).and_then(|texts| texts.get(key)) {
                return self.found(text, candidate, number, true);
            }
        }
        match self.texts.get("en").and_then(|texts| texts.get(key)) {
            Some(text) => self.found(text, "en", number, false),
            None => Found { text: key.to_owned(), in_language: false, rules: Rules::Off },
        }
    }

    fn found(&self, text: &Text, language: &str, number: Option<f64>, in_language: bool) -> Found {
        Found { text: text.pick(language, number), in_language, rules: self.rules(language) }
    }

    /// The typography of a language, if texts are set at all.
    pub(super) fn rules(&self, language: &str) -> Rules {
        Rules::when(self.are_set, language)
    }

    /// Adds the texts of a parent theme where there are none yet.
    pub fn extend_from_parent(&mut self, parent: &Strings) {
        for (language, texts) in &parent.texts {
            let own = self.texts.entry(language.clone()).or_default();
            for (key, text) in texts {
                own.entry(key.clone()).or_insert_with(|| text.clone());
            }
        }
    }
}

impl Text {
    fn set(&mut self, rules: Rules) {
        let set = |text: &mut String| {
            if let Cow::Owned(set) = typography::set(text, rules) {
                *text = set;
            }
        };
        match self {
            Text::Plain(text) => set(text),
            Text::Plural { one, few, many, other } => {
                [one, few, many].into_iter().flatten().for_each(set);
                set(other);
            }
        }
    }

    fn pick(&self, language: &str, number: Option<f64>) -> String {
        match self {
            Text::Plain(text) => text.clone(),
            Text::Plural { one, few, many, other } => {
                let chosen = match category(language, number) {
                    PluralCategory::One => one,
                    PluralCategory::Few | PluralCategory::Two => few,
                    PluralCategory::Many => many,
                    PluralCategory::Zero | PluralCategory::Other => &None,
                };
                chosen.as_ref().unwrap_or(other).clone()
            }
        }
    }
}

fn category(language: &str, number: Option<f64>) -> PluralCategory {
    let Some(number) = number else { return PluralCategory::Other };
    let Ok(locale) = Locale::try_from_str(language) else { return PluralCategory::Other };
    match PluralRules::try_new_cardinal(locale.into()) {
        Ok(rules) => rules.category_for(number.abs() as usize),
        Err(_) => PluralCategory::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_follow_the_language() {
        let plural = Text::Plural {
            one: Some("{n} article".to_owned()),
            few: None,
            many: None,
            other: "{n} articles".to_owned(),
        };
        let texts = BTreeMap::from([("count".to_owned(), plural)]);
        let strings = Strings::new(BTreeMap::from([("fr".to_owned(), texts.clone()), ("en".to_owned(), texts)]));
        let find = |language: &str, number: f64| strings.find("count", language, Some(number)).text;
        assert_eq!(find("fr", 0.0), "{n} article");
        assert_eq!(find("en", 0.0), "{n} articles");
        assert_eq!(find("fr-CA", 1.0), "{n} article");
        assert_eq!(find("fr", 2.0), "{n} articles");
        assert!(!strings.find("count", "de", None).in_language);
        assert_eq!(strings.find("nothing", "fr", None).text, "nothing");
    }
}
