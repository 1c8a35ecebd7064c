//! Match rules: posts that a topic takes in by words in their title, text or source.
//!
//! Who has a text at hand says which rules its article meets; the site only files it.

use crate::config::Config;
use crate::content::{Article, Piece, Prose};

/// Text in the form in which words are compared: folded to ASCII, lower case, one space between words and around all.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 2);
    folded.push(' ');
    for word in deunicode::deunicode_with_tofu_cow(text, " ").split(|c: char| !c.is_ascii_alphanumeric()) {
        if !word.is_empty() {
            folded.extend(word.chars().map(|c| c.to_ascii_lowercase()));
            folded.push(' ');
        }
    }
    folded
}

/// The match rules of a site.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The words of each, folded.
    words: Vec<String>,
}

impl Rules {
    /// The rules of all topics, in the order of site.toml.
    pub fn of(config: &Config) -> Rules {
        Rules { words: config.topic.iter().flat_map(|topic| &topic.matches).map(|rule| folded(rule)).collect() }
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

/// Everything in an article that rules look at, folded.
fn haystack(article: &Article, rest: &Prose) -> String {
    let mut text = article.front.title.clone();
    let citation = article.front.source.iter().flat_map(|source| [&source.name, &source.title]);
    for part in citation.flatten().chain(&article.front.description) {
        text.push('\n');
        text += part;
    }
    text.push('\n');
    push_text(&article.body.lede, &mut text);
    push_text(rest, &mut text);
    folded(&text)
}

/// Whether folded words stand in a folded text, one after the other, as whole words.
fn stands(words: &str, haystack: &str) -> bool {
    words.len() > 2 && haystack.contains(words)
}

/// The text between tags.
fn push_text(prose: &Prose, text: &mut String) {
    for piece in prose.pieces() {
        match piece {
            Piece::Html(html) => {
                for (index, part) in html.split('<').enumerate() {
                    text.push_str(if index == 0 { part } else { part.split_once('>').map_or("", |(_, after)| after) });
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

    #[test]
    fn rules_match_whole_words_whatever_their_accents() {
        let text = folded("La Régulation de l'IA : Scale AI, l’affaire");
        for rule in ["regulation", "scale ai", "L'IA", "Scale-AI"] {
            assert!(stands(&folded(rule), &text), "{rule}");
        }
        for rule in ["regul", "scale a", "", "!"] {
            assert!(!stands(&folded(rule), &text), "{rule}");
        }
    }
}
