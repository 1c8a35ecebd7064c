//! Topics that are probably others, with a slip of the finger in their name, or several in one.

use super::topics::Topic;
use crate::base::{Code, Diagnostic};
use crate::content::article::Written;
use strsim::damerau_levenshtein;

/// Fewer letters than this, and another letter makes another name.
const SHORTEST: usize = 5;

/// Every topic of one post that site.toml does not declare and whose name is one slip from that of a topic with more.
pub(super) fn find(topics: &[Topic], is_declared: &dyn Fn(&Topic) -> bool) -> Vec<Diagnostic> {
    let is_established = |topic: &&Topic| topic.count() > 1 || is_declared(topic);
    let established: Vec<&Topic> = topics.iter().filter(is_established).collect();
    let lonely = topics.iter().filter(|topic| !is_established(topic));
    lonely
        .filter_map(|topic| {
            let other = established.iter().find(|other| is_slip(topic.slug.as_str(), other.slug.as_str()))?;
            let (name, meant) = (&topic.title, &other.title);
            let problem = Diagnostic::new(
                Code::TopicSlip,
                format!("one post has `{name}`, and {} `{meant}`", posts(other.count())),
            );
            let problem = problem.at(topic.first_written()?.noting(format!("is `{meant}` meant?"))).fix(meant.clone());
            Some(problem.help(format!(
                "write `{meant}`, or give site.toml a `[[topic]]` with `title = \"{name}\"` if it is another topic"
            )))
        })
        .collect()
}

/// A tag that was meant as several: `"Meta, IA"`. A comma in a number (`1,5`) parts nothing.
pub(super) fn several(tag: &Written) -> Option<Diagnostic> {
    let text = tag.text.as_str();
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let parts_it = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| text.as_bytes().get(before));
        !(is_digit(before) && is_digit(text.as_bytes().get(at + 1)))
    };
    let mut names = vec![text];
    for (at, _) in text.match_indices(',').rev().filter(|(at, _)| parts_it(*at)) {
        let whole = names.pop().unwrap_or("");
        names.extend([whole.get(at + 1..).unwrap_or(""), &whole[..at]]);
    }
    let names: Vec<String> =
        names.iter().rev().map(|name| name.trim()).filter(|name| !name.is_empty()).map(in_quotes).collect();
    (names.len() > 1).then(|| {
        let label = tag.label.noting("is one topic");
        let help = format!(
            "write each by itself: {}; or give site.toml a `[[topic]]` with `title = {}` if it is one",
            names.join(", "),
            in_quotes(text).trim_matches('`')
        );
        Diagnostic::new(Code::TopicSlip, format!("`{text}` is one tag with a comma in it")).at(label).help(help)
    })
}

fn in_quotes(name: &str) -> String {
    format!("`{}`", toml::Value::from(name))
}

fn posts(count: usize) -> String {
    match count {
        0 => "site.toml has".to_owned(),
        1 => "another has".to_owned(),
        _ => format!("{count} have"),
    }
}

/// Whether two slugs differ in one word, by one letter or by two neighbours that changed places. Numbers tell things
/// apart (`gpt-4`, `gpt-5`), and so do letters that stand alone (`serie-a`, `serie-b`).
fn is_slip(one: &str, other: &str) -> bool {
    if one.len().abs_diff(other.len()) > 1 || one.len().max(other.len()) < SHORTEST {
        return false;
    }
    let words = |text: &'_ str| text.split('-').map(str::to_owned).collect::<Vec<_>>();
    let (ones, others) = (words(one), words(other));
    if ones.len() != others.len() {
        return false;
    }
    let mut apart = ones.iter().zip(&others).filter(|(a, b)| a != b);
    let (Some((a, b)), None) = (apart.next(), apart.next()) else { return false };
    let has_digit = a.bytes().chain(b.bytes()).any(|byte| byte.is_ascii_digit());
    let is_swapped = a.len() == b.len() && sorted(a) == sorted(b);
    !has_digit && (is_swapped || a.len().min(b.len()) >= 4) && damerau_levenshtein(a, b) == 1
}

fn sorted(word: &str) -> Vec<u8> {
    let mut bytes = word.as_bytes().to_vec();
    bytes.sort_unstable();
    bytes
}

#[cfg(test)]
mod tests {
    use super::{is_slip, several};
    use crate::base::{Label, SourcePath};
    use crate::content::article::Written;

    #[test]
    fn a_comma_parts_tags_but_not_numbers() {
        let label = Label::file(SourcePath::new("a.md"), "");
        let told = |text: &str| several(&Written { text: text.to_owned(), label: label.clone() }).is_some();
        assert!(["a, b", "Meta,IA", "5, 6", "a, 1,5"].into_iter().all(told));
        assert!(!["1,5 %", "a,", ",", "a; b"].into_iter().any(told));
    }

    #[test]
    fn a_letter_makes_a_slip_and_a_number_another_thing() {
        for (one, other) in
            [("meta-ia", "meta-ai"), ("opnai", "openai"), ("anthropics", "anthropic"), ("regualtion", "regulation")]
        {
            assert!(is_slip(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("gpt-4o", "gpt-4"),
            ("gpt-4", "gpt-5"),
            ("windows-10", "windows-11"),
            ("serie-a", "serie-b"),
            ("ia", "ai"),
            ("apple", "google"),
            ("meta-ai", "meta-ai-labs"),
            ("openai", "openai"),
        ] {
            assert!(!is_slip(one, other), "{one} {other}");
        }
    }
}
