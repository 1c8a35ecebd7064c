//! `manchette new`: a post with its front matter filled in. Opens nothing, never overwrites.

use super::args::Global;
use super::{say, site};
use crate::base::{Code, Diagnostic, Severity, Slug, SourcePath, SourceText, calendar};
use crate::pipeline;
use crate::sink;
use crate::world::World;

/// What was asked for.
pub(super) struct Wanted<'a> {
    pub(super) title: &'a str,
    pub(super) source: Option<&'a str>,
    pub(super) url: Option<&'a str>,
    pub(super) tags: &'a [String],
    pub(super) date: Option<&'a str>,
    pub(super) slug: Option<&'a str>,
    pub(super) draft: bool,
}

/// Writes the post and prints its path.
pub(super) fn run(wanted: &Wanted<'_>, global: &Global) -> bool {
    let Some(place) = site::open(global) else { return false };
    let Some(config) = place.read_config(global) else { return false };
    let zone = config.zone();
    let post = match prepare(wanted, &zone, &place, global) {
        Ok(post) => post,
        Err(problem) => return say::failed(&problem, global),
    };
    let source = SourceText::new(SourcePath::new(&post.path), post.text.as_str());
    let mut refused: Vec<Diagnostic> = wanted.tags.iter().filter_map(|tag| refused_tag(tag)).collect();
    refused.extend(pipeline::refused(&config, &source));
    // A rule may give it a topic, but only by words that it does not have yet.
    if config.urls.posts.contains(":topic") && wanted.tags.is_empty() {
        let message = "a post without a tag has no address under `[urls] posts`, which has `:topic`";
        refused.push(Diagnostic::new(Code::BadValue, message).help("give it one with `--tag`"));
    }
    if refused.is_empty() && !is_there(&place, &source) {
        let request = place.request(global);
        let other = pipeline::in_the_way(&place.world, &mut place.memory(), &place.config, request, &source);
        refused.extend(other);
    }
    if !refused.is_empty() {
        say::diagnostics(refused.iter().map(|problem| (Severity::Error, problem)), global);
        return false;
    }
    match sink::create_new(&place.root, &[(post.path.clone(), post.text.into_bytes())]) {
        Ok(()) => {
            say::line(&place.shown_here(&post.path));
            true
        }
        Err(problem) => say::failed(&problem, global),
    }
}

/// Whether the file itself is there already: that is told in other words.
fn is_there(place: &site::Place, post: &SourceText) -> bool {
    place.world.read(post.path()).is_ok()
}

/// What is wrong with a tag beside what front matter may have: one that was meant as several, or one without an address.
fn refused_tag(tag: &str) -> Option<Diagnostic> {
    if tag.contains(',') {
        let tags: Vec<String> = tag.split(',').map(|part| format!("--tag {}", quoted(part.trim()))).collect();
        let problem = Diagnostic::new(Code::BadValue, format!("`{tag}` would be one tag with a comma in it"));
        return Some(problem.help(format!("give each by itself: `{}`", tags.join(" "))));
    }
    let is_nameless = !tag.trim().is_empty() && Slug::derive(tag).is_none();
    is_nameless.then(|| crate::site::without_address(tag))
}

/// What is wrong with a title beside what front matter may have: one in several lines would be joined to one.
fn refused_title(title: &str) -> Option<Diagnostic> {
    let (message, help) = match () {
        () if title.is_empty() => ("the title is empty", "write what has happened, in a line"),
        () if title.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) => {
            ("the title has a line break", "write it on one line; the rest belongs in the text of the post")
        }
        () => return None,
    };
    Some(Diagnostic::new(Code::BadValue, message).help(help))
}

struct Prepared {
    path: String,
    text: String,
}

fn prepare(
    wanted: &Wanted<'_>,
    zone: &calendar::Zone,
    place: &site::Place,
    global: &Global,
) -> Result<Prepared, Box<Diagnostic>> {
    let title = wanted.title.trim();
    if let Some(problem) = refused_title(title) {
        return Err(Box::new(problem));
    }
    let when =
        match wanted.date {
            Some(text) => {
                calendar::read_date(text, zone)
                    .map_err(|error| {
                        let problem = Diagnostic::new(Code::BadDate, format!("`{text}` is not a date: {error}"));
                        Box::new(problem.help(
                            "write it as in `--date 2025-06-19`, or with a time `--date 2025-06-19T09:30:00+02:00`",
                        ))
                    })?
                    .when
            }
            None => {
                let at = global.at.as_ref().map(|at| at.instant(zone)).transpose().map_err(|why| {
                    let message = format!("`--at` is no moment of this site: {why}");
                    Box::new(Diagnostic::new(Code::BadDate, message))
                })?;
                let now = at.unwrap_or_else(|| place.world.now());
                calendar::When { instant: now, precision: calendar::Precision::Time }
            }
        };
    let slug = match wanted.slug {
        Some(slug) => Slug::parse(slug).map_err(|error| {
            let help = Slug::instead_of(slug).map(|slug| format!("write `--slug {slug}`"));
            Box::new(
                Diagnostic::new(Code::BadName, format!("the slug `{slug}` cannot be used: {error}")).help_any(help),
            )
        })?,
        None => Slug::derive(title).ok_or_else(|| {
            Box::new(
                Diagnostic::new(Code::BadName, "no file name can be made of this title").help("give one with `--slug`"),
            )
        })?,
    };
    if slug.as_str() == "index" {
        let message = "a post in a file `index.md` would have the address of the folder that it is in";
        return Err(Box::new(Diagnostic::new(Code::BadName, message).help("give it another name with `--slug`")));
    }
    let date = when.date(zone);
    let path = format!("content/posts/{:04}/{:02}/{slug}.md", date.year(), date.month());
    let shown = match when.precision {
        calendar::Precision::Day => date.to_string(),
        calendar::Precision::Time => when.rfc3339(zone),
    };
    Ok(Prepared { path, text: front_matter(wanted, title, &shown) })
}

fn front_matter(wanted: &Wanted<'_>, title: &str, date: &str) -> String {
    let mut text = format!("+++\ntitle = {}\ndate = {date}\n", quoted(title));
    match (wanted.source, wanted.url) {
        (Some(name), Some(url)) => text += &format!("source = {{ name = {}, url = {} }}\n", quoted(name), quoted(url)),
        // A build would take it for the name.
        (None, Some(url)) if !url.contains("://") => text += &format!("source = {{ url = {} }}\n", quoted(url)),
        (Some(one), None) | (None, Some(one)) => text += &format!("source = {}\n", quoted(one)),
        (None, None) => text += "# source = { name = \"\", url = \"https://\" }\n",
    }
    let tags: Vec<String> = wanted.tags.iter().map(|tag| quoted(tag)).collect();
    text += &format!("tags = [{}]\n", tags.join(", "));
    if let Some(slug) = wanted.slug.filter(|slug| !is_slug_of_file(slug)) {
        text += &format!("slug = {}\n", quoted(slug));
    }
    if wanted.draft {
        text += "draft = true\n";
    }
    text += "+++\n\n";
    text
}

/// Whether a post whose file has the name of a slug has that slug: letters lose their accents, and a date goes.
fn is_slug_of_file(slug: &str) -> bool {
    let undated = calendar::split_dated_name(slug).map_or(slug, |(_, rest)| rest);
    Slug::derive(undated).or_else(|| Slug::derive(slug)).is_some_and(|derived| derived.as_str() == slug)
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line() {
        assert!(refused_title("").is_some() && refused_title("Meta\ndébauche").is_some());
        assert!(refused_title("Meta débauche").is_none());
    }

    #[test]
    fn what_is_typed_is_quoted() {
        let wanted = Wanted {
            title: "« L'IA » dit \"non\"",
            source: Some("WSJ"),
            url: None,
            tags: &["Meta AI".to_owned()],
            date: None,
            slug: None,
            draft: true,
        };
        let text = front_matter(&wanted, wanted.title, "2025-06-19");
        let table: toml::Table = toml::from_str(text.trim().trim_matches('+')).unwrap();
        assert_eq!(table["title"].as_str(), Some(wanted.title));
        assert_eq!(table["draft"].as_bool(), Some(true));
        for (slug, written) in [("meta", None), ("é", Some("é")), ("2025-06-19-x", Some("2025-06-19-x"))] {
            let text = front_matter(&Wanted { slug: Some(slug), ..wanted }, "A", "2025-06-19");
            let table: toml::Table = toml::from_str(text.trim().trim_matches('+')).unwrap();
            assert_eq!(table.get("slug").and_then(toml::Value::as_str), written, "{slug}");
        }
    }
}
