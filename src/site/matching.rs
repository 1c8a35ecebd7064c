//! Match rules: posts that a topic takes in by words in their title, text or source.
//!
//! Who has a text at hand says which rules its article meets; the site only files it.

use crate::base::names::is_latin;
use crate::base::nfc::nfc;
use crate::base::spelling::{bare, is_point, is_symbol};
use crate::config::Config;
use crate::content::{Article, Piece, Prose};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// Text in the form in which words are compared.
#[derive(Debug, Default, PartialEq, Eq)]
struct Folded {
    /// Words of letters and digits: lower case, without accents, one space between them and around all. What has no spaces
    /// between its words, as Chinese and Thai, has one between its letters.
    words: String,
    /// The same with signs that belong to a name: `c++`, `c#`, `.net`, and pictures.
    signed: String,
}

impl Folded {
    fn of(text: &str) -> Folded {
        let text = nfc(text);
        let text = bare(&text);
        let (mut words, mut signed) = (Words::new(text.len()), Words::new(text.len()));
        let (mut before, mut characters) = (None, text.chars().peekable());
        while let Some(c) = characters.next() {
            if c.is_alphanumeric() {
                words.push(c);
                signed.push(c);
            } else if canonical_combining_class(c) != 0 && !is_accent(c) {
                // A mark of a script in which it makes another letter.
                words.join(c);
                signed.join(c);
            } else if !is_accent(c) {
                words.end();
                let is_behind =
                    matches!(c, '+' | '#') && before.is_some_and(|c: char| c.is_alphanumeric() || "+#".contains(c));
                let next = characters.peek().copied();
                let is_ahead =
                    c == '.' && !before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric);
                match () {
                    () if is_behind || is_ahead => signed.join(c),
                    () if is_symbol(c) && c != '\u{fe0f}' => signed.alone(c),
                    () => signed.end(),
                }
            }
            before = Some(c);
        }
        Folded { words: words.whole(), signed: signed.whole() }
    }
}

/// Words that are put together.
struct Words {
    text: String,
    is_in_word: bool,
}

impl Words {
    fn new(length: usize) -> Words {
        let mut text = String::with_capacity(length + 2);
        text.push(' ');
        Words { text, is_in_word: false }
    }

    /// One more letter or digit, without case and accents.
    fn push(&mut self, c: char) {
        if c.is_ascii() {
            return self.join(c.to_ascii_lowercase());
        }
        if has_no_spaces(c) {
            self.end();
        }
        // Syllables of Korean are made of letters, and are none.
        let parts = if matches!(c, '\u{ac00}'..='\u{d7a3}') { vec![c] } else { std::iter::once(c).nfkd().collect() };
        for part in parts {
            match part {
                _ if is_accent(part) => {}
                'ς' => self.join('σ'),
                // `œ` and `ß` are letters that others write as two.
                _ if part.is_alphanumeric() && is_latin(part) && !part.is_ascii() => {
                    let plain =
                        deunicode::deunicode_char(part).unwrap_or("").chars().filter(char::is_ascii_alphanumeric);
                    plain.for_each(|c| self.join(c.to_ascii_lowercase()));
                }
                _ if part.is_alphanumeric() => {
                    part.to_lowercase().filter(|c| !is_accent(*c)).for_each(|c| self.join(c))
                }
                _ if canonical_combining_class(part) != 0 => self.join(part),
                _ => self.end(),
            }
        }
        if has_no_spaces(c) {
            self.is_in_word = false;
        }
    }

    /// A part of the word that stands before it, or of a new one.
    fn join(&mut self, c: char) {
        if !self.is_in_word && canonical_combining_class(c) == 0 && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.is_in_word |= canonical_combining_class(c) == 0;
        self.text.push(c);
    }

    /// A word of one sign.
    fn alone(&mut self, c: char) {
        self.end();
        self.join(c);
        self.end();
    }

    fn end(&mut self) {
        self.is_in_word = false;
    }

    fn whole(mut self) -> String {
        if !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.text
    }
}

/// Accents, and vowel points, which do not tell one word from another.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
        || is_point(c)
}

/// Letters of scripts that write no spaces between words: Thai, Lao, Myanmar, Khmer, kana, and Chinese characters.
fn has_no_spaces(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}')
        || matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

/// The match rules of a site.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The words of each.
    words: Vec<Folded>,
}

impl Rules {
    /// The rules of all topics, in the order of site.toml.
    pub fn of(config: &Config) -> Rules {
        Rules { words: config.topic.iter().flat_map(|topic| &topic.matches).map(|rule| Folded::of(rule)).collect() }
    }

    /// Whether there is none: then nobody need look at a text.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Which rules an article meets whose text after the lede is `rest`, by their places.
    pub fn met_by(&self, article: &Article, rest: &Prose) -> Box<[u32]> {
        if self.is_empty() {
            return Box::default();
        }
        let haystack = haystack(article, rest);
        (0..).zip(&self.words).filter(|(_, words)| stands(words, &haystack)).map(|(place, _)| place).collect()
    }
}

/// Everything in an article that rules look at.
fn haystack(article: &Article, rest: &Prose) -> Folded {
    let mut text = article.front.title.clone();
    let citation = article.front.source.iter().flat_map(|source| [&source.name, &source.title]);
    for part in citation.flatten().chain(&article.front.description) {
        text.push('\n');
        text += part;
    }
    text.push('\n');
    push_text(&article.body.lede, &mut text);
    push_text(rest, &mut text);
    Folded::of(&text)
}

/// Whether words stand in a text, one after the other, as whole words, with the signs that they have.
fn stands(rule: &Folded, haystack: &Folded) -> bool {
    match rule.signed == rule.words {
        true => rule.words.len() > 2 && haystack.words.contains(&rule.words),
        false => haystack.signed.contains(&rule.signed),
    }
}

/// Text of HTML, which has these entities alone: it was written here.
fn unescaped(html: &str) -> Cow<'_, str> {
    if !html.contains('&') {
        return Cow::Borrowed(html);
    }
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&amp;", "&")];
    Cow::Owned(named.into_iter().fold(html.to_owned(), |text, (name, c)| text.replace(name, c)))
}

/// The text between tags.
fn push_text(prose: &Prose, text: &mut String) {
    for piece in prose.pieces() {
        match piece {
            Piece::Html(html) => {
                for (index, part) in html.split('<').enumerate() {
                    let part = if index == 0 { part } else { part.split_once('>').map_or("", |(_, after)| after) };
                    text.push_str(&unescaped(part));
                    text.push(' ');
                }
            }
            Piece::Related(related) => text.push_str(&related.text),
            Piece::Image(image) => text.push_str(&image.alt),
            Piece::Own(_) | Piece::LinkStart(_) | Piece::LinkEnd => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_met(rule: &str, text: &str) -> bool {
        stands(&Folded::of(rule), &Folded::of(text))
    }

    #[test]
    fn rules_match_whole_words_whatever_their_accents() {
        let text = "La Régulation de l'IA : Scale AI, l’affaire du CŒUR\nd'OpenAI\nla suite, Œuvre™ GPT-4 et R & D";
        for rule in [
            "regulation",
            "Re\u{301}gulation",
            "scale ai",
            "L'IA",
            "Scale-AI",
            "coeur",
            "cœur",
            "openai",
            "OpenAI la suite",
            "œuvre",
            "GPT 4",
            "R&D",
        ] {
            assert!(is_met(rule, text), "{rule}");
        }
        for rule in ["regul", "scale a", "", "!", "openaila", "affaires", "straße"] {
            assert!(!is_met(rule, text), "{rule}");
        }
        assert!(is_met("Strasse", "Die Straße") && is_met("Łódź", "à Lodz"));
        assert_eq!(unescaped("R&amp;D &lt;b&gt; &amp;lt;"), "R&D <b> &lt;");
    }

    #[test]
    fn a_break_of_a_line_parts_words_whatever_letters_come_before() {
        for before in ["", "é ", "北 ", "— "] {
            assert!(is_met("OpenAI", &format!("{before}un OpenAI\nla suite")), "{before}");
            assert!(!is_met("OpenAI la", &format!("{before}un OpenAIla suite")), "{before}");
        }
    }

    #[test]
    fn p32_words_of_other_scripts_and_names_with_signs_are_found_only_as_they_are() {
        for (rule, text) in [
            ("北京", "人在北京时报"),
            ("北京时报", "读北京时报。"),
            ("Ведомости", "«ВЕДОМОСТИ» пишет"),
            ("Ελλάς", "στην ΕΛΛΑΣ."),
            ("كتب", "كُتِب"),
            ("삼성", "삼성, 애플"),
            ("ไทย", "ประเทศไทยวันนี้"),
            ("カメラ", "新ｶﾒﾗ発売"),
            ("हिन्दी", "वह हिन्दी में"),
            ("C++", "le C++, encore"),
            ("C#", "en C#."),
            (".NET", "avec .NET 9"),
            ("Canal+", "CANAL+ achète"),
            ("🎉", "Voilà 🎉!"),
            ("#MeToo", "le mouvement MeToo"),
            ("R&D", "la R&D"),
            ("ＯpenAI", "openai"),
        ] {
            assert!(is_met(rule, text), "{rule} in {text}");
        }
        for (rule, text) in [
            ("北京", "背景"),
            ("C++", "la vitamine C"),
            ("C#", "la vitamine C, do#"),
            (".NET", "le net"),
            ("Canal+", "un canal"),
            ("🎉", "il a fait tada"),
            ("Meta", "Мета"),
            ("가", "각"),
            ("हिन", "हिन्दी"),
            ("か", "が"),
            ("→", "a b"),
        ] {
            assert!(!is_met(rule, text), "{rule} in {text}");
        }
    }
}
