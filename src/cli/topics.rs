//! `manchette topics`: topics with their counts, aliases and near-duplicates.

use super::args::{Format, Global};
use super::{say, site};
use crate::site::Topic;
use serde::Serialize;

/// A topic, a line.
#[derive(Serialize)]
struct Row<'a> {
    title: &'a str,
    slug: &'a str,
    count: usize,
    aliases: &'a [String],
    near: Vec<&'a str>,
}

/// Lists topics.
pub(super) fn run(global: &Global) -> bool {
    let Some(place) = site::open(global) else { return false };
    let Some(survey) = place.survey(&place.request(global), global) else { return false };
    let topics = survey.site.topics();
    let width = topics.iter().map(|topic| topic.title.chars().count()).max().unwrap_or(0);
    let plain = |topic: &Topic| topic.slug.as_str().replace('-', "");
    let names: Vec<String> = topics.iter().map(plain).collect();
    for topic in topics {
        let own = plain(topic);
        let near: Vec<&str> = topics
            .iter()
            .zip(&names)
            .filter(|(other, name)| other.slug != topic.slug && is_near(&own, name))
            .map(|(other, _)| other.title.as_str())
            .collect();
        say::line(&match global.format {
            Format::Json => {
                let row = Row {
                    title: &topic.title,
                    slug: topic.slug.as_str(),
                    count: topic.count(),
                    aliases: &topic.aliases,
                    near,
                };
                say::as_json(&row)
            }
            Format::Text => {
                let mut line = format!("{:>5}  {:width$}  {}", topic.count(), topic.title, topic.slug);
                if !topic.aliases.is_empty() {
                    line += &format!("  (also: {})", topic.aliases.join(", "));
                }
                if !near.is_empty() {
                    line += &format!("  near: {}", near.join(", "));
                }
                super::visible(&line).into_owned()
            }
        });
    }
    true
}

/// Whether two topics look like one, by their slugs without hyphens: equal, or a letter or two apart. What begins with
/// another letter is taken to be another word, so that thousands of topics are compared in no time.
fn is_near(a: &str, b: &str) -> bool {
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    if long - short > 2 || a.as_bytes().first() != b.as_bytes().first() {
        return false;
    }
    if a == b {
        return true;
    }
    // What two names share at both ends bounds how far apart they can be, and costs far less than their distance.
    let shared = |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(x, y)| x == y).count();
    let ends = shared(&mut a.bytes().zip(b.bytes())) + shared(&mut a.bytes().rev().zip(b.bytes().rev()));
    if short < 4 || ends + 2 < if short < 8 { long } else { long / 2 } {
        return false;
    }
    match strsim::damerau_levenshtein(a, b) {
        1 => true,
        2 => short >= 8,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_near;

    #[test]
    fn near_names_are_a_letter_or_two_apart() {
        for (a, b) in [("llm", "llm"), ("puce", "puces"), ("metaai", "mteaai"), ("regulation", "regulatoins")] {
            assert!(is_near(a, b), "{a} {b}");
        }
        for (a, b) in [("rust", "ruby"), ("ia", "ai"), ("apple", "maple"), ("chrome", "chromium"), ("t10", "t11")] {
            assert!(!is_near(a, b), "{a} {b}");
        }
    }
}
