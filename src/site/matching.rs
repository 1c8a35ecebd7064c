//! Match rules: posts that a topic takes in by words in their title, text or source.

use super::Parsed;
use crate::content::{Piece, Prose};

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

/// Everything in an article that rules look at, folded.
pub(super) fn haystack(parsed: &Parsed) -> String {
    let article = &parsed.article;
    let mut text = article.front.title.clone();
    let citation = article.front.source.iter().flat_map(|source| [&source.name, &source.title]);
    for part in citation.flatten().chain(&article.front.description) {
        text.push('\n');
        text += part;
    }
    text.push('\n');
    push_text(&article.body.lede, &mut text);
    push_text(&parsed.rest(), &mut text);
    folded(&text)
}

/// Whether a rule's words stand in a folded text, one after the other, as whole words.
pub(super) fn matches(rule: &str, haystack: &str) -> bool {
    let rule = folded(rule);
    rule.len() > 2 && haystack.contains(&rule)
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
            assert!(matches(rule, &text), "{rule}");
        }
        for rule in ["regul", "scale a", "", "!"] {
            assert!(!matches(rule, &text), "{rule}");
        }
    }
}
