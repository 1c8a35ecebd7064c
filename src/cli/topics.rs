//! `manchette topics`: topics with their counts, aliases and near-duplicates.

use super::args::{Format, Global};
use super::{say, site};
use crate::base::Severity;
use crate::check::Depth;
use crate::pipeline;
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
    let place = match site::find(global) {
        Ok(place) => place,
        Err(problem) => return say::failed(&problem, global),
    };
    let surveyed = pipeline::survey(&place.world, &place.config, &place.request(global), Depth::Build);
    let errors = surveyed.diagnostics.iter().filter(|problem| problem.code().severity() == Severity::Error);
    say::diagnostics(errors.map(|problem| (Severity::Error, problem)), global);
    let Some(survey) = surveyed.survey else { return false };
    let topics = survey.site.topics();
    let width = topics.iter().map(|topic| topic.title.chars().count()).max().unwrap_or(0);
    for topic in topics {
        let near: Vec<&str> =
            topics.iter().filter(|other| is_near(topic, other)).map(|other| other.title.as_str()).collect();
        say::line(&match global.format {
            Format::Json => {
                let row = Row {
                    title: &topic.title,
                    slug: topic.slug.as_str(),
                    count: topic.count(),
                    aliases: &topic.aliases,
                    near,
                };
                serde_json::to_string(&row).unwrap_or_default()
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

/// Whether two topics look like one: a letter or two apart, or equal but for hyphens.
fn is_near(topic: &Topic, other: &Topic) -> bool {
    if topic.slug == other.slug {
        return false;
    }
    let plain = |topic: &Topic| topic.slug.as_str().replace('-', "");
    let (a, b) = (plain(topic), plain(other));
    let distance = strsim::damerau_levenshtein(&a, &b);
    a == b || (a.len().min(b.len()) >= 4 && distance == 1) || (a.len().min(b.len()) >= 8 && distance == 2)
}
