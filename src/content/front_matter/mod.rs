//! Front matter: from the text between the fences to typed values, with every problem told at once.
//!
//! Both formats become one located tree, so a key is checked in one place. Never looks at other files: whether a topic,
//! a source or a template exists is for others to say.

mod entities;
mod hashes;
pub mod keys;
mod names;
mod parts;
mod plain;
mod second;
mod shared;
mod slips;
pub mod split;
pub mod toml;
pub mod tree;
mod values;
pub mod yaml;
mod yaml_words;

use self::split::{Split, SplitError};
use self::tree::{Entry, Format, Node, SyntaxError, Value};
use self::values::{Fields, Reading};
use super::ContentOptions;
use super::article::{Alias, FrontMatter, Place, Written};
use super::findings::Findings;
use super::folded::folded;
use super::misplaced;
use crate::base::Json;
use crate::base::calendar::{failed_dated_name, midnight, split_dated_name};
use crate::base::toml_words::{odd_space, odd_space_words};
use crate::base::typography::{self, Rules};
use crate::base::{Code, Diagnostic, Label, Slug, SourcePath, UrlPath, When};
use jiff::civil;
use std::borrow::Cow;
use std::collections::HashSet;

/// The front matter of a file, if enough of it can be read for an article, and where the body begins.
#[derive(Debug)]
pub struct Read {
    /// What it says.
    pub front: Option<FrontMatter>,
    /// Where the body begins, in bytes.
    pub body: usize,
    /// The language of the text.
    pub language: String,
}

/// Reads the front matter that a file begins with; nothing when the file has none.
pub fn read(place: Place, options: &ContentOptions, findings: &mut Findings<'_>) -> Option<Read> {
    let source = findings.source();
    let Split { format, front, body } = match split::split(source.as_str()) {
        Ok(split) => split,
        Err(error) => {
            let diagnostic = explain(&error, place, source.path(), findings);
            findings.push(diagnostic);
            return None;
        }
    };
    second::tell(body, findings);
    let parsed = slips::read(format, source.as_str(), front);
    if parsed.errors.is_empty() {
        tell_slips(format, place, &parsed.entries, findings);
        let mut reading = Reading { format, options, findings, zoneless: None };
        let (front, language) = article(Fields::new(parsed.entries), place, &mut reading);
        return Some(Read { front, body, language });
    }
    // What the slips left can have problems of its own; but not on the same lines, and nothing is missing for sure.
    let mut others = Findings::new(source);
    tell_slips(format, place, &parsed.entries, &mut others);
    let mut reading = Reading { format, options, findings: &mut others, zoneless: None };
    let (_, language) = article(Fields::new(parsed.entries), place, &mut reading);
    let slips: Vec<Diagnostic> = parsed.errors.iter().map(|error| syntax(error, format, findings)).collect();
    let line = |diagnostic: &Diagnostic| diagnostic.primary().and_then(|label| label.at.as_ref()).map(|at| at.line);
    for other in others.finish() {
        let missing = matches!(other.code(), Code::MissingKey | Code::MissingSource);
        if !missing && slips.iter().all(|slip| line(slip) != line(&other)) {
            findings.push(other);
        }
    }
    slips.into_iter().for_each(|slip| findings.push(slip));
    Some(Read { front: None, body, language })
}

/// Tells of what is read in another way than it was meant, whatever the keys.
fn tell_slips(format: Format, place: Place, entries: &[Entry], findings: &mut Findings<'_>) {
    hashes::tell(format, entries, findings);
    names::tell(format, place, entries, findings);
    entities::tell(format, entries, findings);
}

/// What the keys say.
fn article(mut fields: Fields, place: Place, cx: &mut Reading<'_, '_>) -> (Option<FrontMatter>, String) {
    let path = cx.findings.source().path().clone();
    let lang = fields.take("lang").and_then(|entry| values::language(&entry, cx));
    let language = lang.clone().unwrap_or_else(|| cx.options.language.clone());
    let rules = Rules::when(cx.options.typography, &language);
    let commented = fields.commented("title", cx);
    let title_entry = fields.take("title");
    let title_span = title_entry.as_ref().map_or(0..3, |entry| entry.key_span.start..entry.node.span.end);
    let title = match &title_entry {
        Some(entry) => values::text(entry, cx),
        None if commented => None,
        None => {
            let line = cx.format.assign("title", &toml::quoted(&title_from_name(&path)));
            missing("title", &format!("write `{line}`"), cx);
            None
        }
    };
    let date = date(fields.take("date"), place, &path, cx);
    let source = fields.take("source");
    if source.is_none() && place == Place::Post {
        let label = cx.findings.label(title_span, "");
        let help = format!("name who reported first: `{}`", cx.format.assign("source", "\"…\""));
        cx.findings.push(Diagnostic::new(Code::MissingSource, "this post names no source").at(label).help(help));
    }
    if let Some(entry) = source.as_ref().filter(|_| place == Place::Page && !misplaced::is_by_name(&path)) {
        let label = cx.findings.label(entry.key_span.clone(), "only posts have a source");
        let message = "this is a page, although it names a source: no list shows it";
        cx.findings.push(Diagnostic::new(Code::MisplacedPost, message).at(label).help(misplaced::help(&path)));
    }
    let source = source.and_then(|entry| parts::citation(entry, cx));
    let tags = fields.take("tags").map_or_else(Vec::new, |entry| tags(&entry, cx));
    let slug = slug(fields.take("slug"), place, &path, cx);
    let description = fields.take("description").and_then(|entry| values::prose(&entry, rules, cx));
    let authors = authors(fields.take("author"), fields.take("authors"), cx);
    let image = fields.take("image").and_then(|entry| parts::picture(entry, rules, cx)).map(Box::new);
    let updated = later(fields.take("updated"), date, cx);
    let updates = fields.take("updates").map_or_else(Vec::new, |entry| parts::notes(entry, &language, cx));
    let corrections = fields.take("corrections").map_or_else(Vec::new, |entry| parts::notes(entry, &language, cx));
    let story = fields.take("story").and_then(|entry| values::text(&entry, cx));
    let id = fields.take("id").and_then(|entry| id(&entry, cx));
    // Whoever writes `draft:` and no more means something by it.
    let draft = fields.take_even_empty("draft").and_then(|entry| values::boolean(&entry, cx)).unwrap_or(false);
    let expires = later(fields.take("expires"), date, cx);
    let aliases = fields.take("aliases").map_or_else(Vec::new, |entry| aliases(&entry, cx));
    let weight = fields.take("weight").and_then(|entry| values::integer(&entry, cx)).unwrap_or(0);
    let template = fields.take("template").and_then(|entry| template(&entry, cx)).map(Box::new);
    let extra = fields.take("extra").map_or_else(Json::default, |entry| parts::extra(&entry, cx));
    for entry in fields.rest() {
        keys::unknown_in_article(&entry, cx.format, cx.findings);
    }
    let zoneless = cx.zoneless.take();
    let set_title = title.as_deref().and_then(|title| match typography::set(title, rules) {
        Cow::Owned(set) => Some(set.into()),
        Cow::Borrowed(_) => None,
    });
    let whole = |title, slug| FrontMatter {
        title,
        set_title,
        date,
        id,
        source,
        tags,
        slug,
        description,
        authors,
        image,
        updated,
        updates,
        corrections,
        story,
        draft,
        expires,
        lang,
        aliases,
        weight,
        template,
        extra,
        zoneless,
    };
    let dated = date.is_some() || place != Place::Post;
    (title.zip(slug).filter(|_| dated).map(|(title, slug)| whole(title, slug)), language)
}

/// The fence that closes front matter which nothing opens: lines with keys, then the fence.
fn unopened(text: &str) -> Option<&'static str> {
    let is_key = |line: &str, sign: char| {
        let key = line.split_once(sign).map_or("", |(key, _)| key.trim());
        !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    for (fence, sign) in [("+++", '='), ("---", ':')] {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or("");
        if is_key(first, sign) && lines.take(60).any(|line| line.trim_end() == fence) {
            return Some(fence);
        }
    }
    None
}

/// The date of the front matter, else of the file's name.
fn date(entry: Option<Entry>, place: Place, path: &SourcePath, cx: &mut Reading<'_, '_>) -> Option<When> {
    let named = split_dated_name(name_of(path)).filter(|_| place == Place::Post).map(|(date, _)| date);
    let Some(entry) = entry else {
        if let Some(day) = named {
            values::without_zone(Label::file(path.clone(), "the date in the file's name"), cx);
            return midnight(day, &cx.options.zone);
        }
        if place == Place::Post {
            let line = cx.format.assign("date", "2025-06-19");
            let help = match failed_dated_name(name_of(path)) {
                Some(written) => format!(
                    "`{written}` in the file's name is no day: begin it with one as in `2025-06-19-`, or write `{line}`"
                ),
                None => format!("write `{line}`, with the day of the news, or begin the file's name with it"),
            };
            missing("date", &help, cx);
        }
        return None;
    };
    let (when, written_day) = values::date(&entry, cx)?;
    // Around midnight, the day that was written and that of the site's zone may differ: either may be in the name.
    let days: [Option<civil::Date>; 2] = [written_day, Some(when.date(&cx.options.zone))];
    if let Some(named) = named
        && !days.contains(&Some(named))
    {
        let label = cx.findings.label(entry.node.span.clone(), "this one counts");
        let message = format!("the file's name says {named}, the front matter {}", when.date(&cx.options.zone));
        let diagnostic =
            Diagnostic::new(Code::DateConflict, message).at(label).help("rename the file or correct the date");
        cx.findings.push(diagnostic);
    }
    Some(when)
}

/// A date that comes after that of the article.
fn later(entry: Option<Entry>, date: Option<When>, cx: &mut Reading<'_, '_>) -> Option<When> {
    let entry = entry?;
    let (when, _) = values::date(&entry, cx)?;
    let is_early = |date: When| match entry.key.as_str() {
        "expires" => when.instant <= date.instant,
        // On the day itself, either may lack its time.
        _ => when.date(&cx.options.zone) < date.date(&cx.options.zone),
    };
    if date.is_some_and(is_early) {
        let (message, help) = match entry.key.as_str() {
            "expires" => ("this article expires before its date, and is never shown", "correct the one or the other"),
            _ => ("`updated` is before `date`", "correct the one or the other, or remove `updated`"),
        };
        cx.tell(Code::DateOrder, &entry.node, message, help);
    }
    Some(when)
}

/// The tags as written, each once.
fn tags(entry: &Entry, cx: &mut Reading<'_, '_>) -> Vec<Written> {
    let mut tags = values::texts(entry, cx);
    let mut seen = HashSet::with_capacity(tags.len());
    let mut is_first = tags.iter().map(|tag| seen.insert(tag.text.as_str())).collect::<Vec<bool>>().into_iter();
    tags.retain(|_| is_first.next() == Some(true));
    if let Some(tag) = tags.get(MOST_TAGS) {
        let message = format!("this article has more than {MOST_TAGS} tags");
        let problem = Diagnostic::new(Code::BadValue, message).at(tag.label.clone());
        cx.findings.push(problem.help("keep those that readers look for: every tag is a topic with pages and feeds"));
        tags.truncate(MOST_TAGS);
    }
    tags
}

/// How many tags an article may have. Each is a topic with a page and feeds, and each of those shows all tags of the
/// article, so thousands would make millions.
const MOST_TAGS: usize = 500;

/// The slug that was written, else the one that the file's name gives.
fn slug(entry: Option<Entry>, place: Place, path: &SourcePath, cx: &mut Reading<'_, '_>) -> Option<Slug> {
    let Some(entry) = entry else {
        let name = name_of(path);
        let undated = match place {
            Place::Post => split_dated_name(name).map_or(name, |(_, rest)| rest),
            _ => name,
        };
        // A name that is a date and nothing else is still a name.
        let slug = Slug::derive(undated).or_else(|| Slug::derive(name));
        if slug.is_none() {
            let help = format!("write `{}` or rename the file", cx.format.assign("slug", "\"…\""));
            let diagnostic = Diagnostic::new(Code::BadName, format!("no address can be made from the name `{name}`"));
            cx.findings.push(diagnostic.at(Label::file(path.clone(), "")).help(help));
        }
        return slug;
    };
    let text = values::text(&entry, cx)?;
    if let Value::Text(raw) = &entry.node.value
        && raw.trim() != raw
    {
        let help = format!("write `{}`", cx.format.assign("slug", &toml::quoted(&text)));
        cx.tell(Code::BadName, &entry.node, "`slug` has a space before or behind it", help);
        return None;
    }
    match Slug::parse(&text) {
        Ok(slug) => Some(slug),
        Err(problem) => {
            let help = match Slug::instead_of(text.rsplit('/').find(|part| !part.is_empty()).unwrap_or("")) {
                Some(slug) => format!("write `{}`", cx.format.assign("slug", &toml::quoted(slug.as_str()))),
                None => "write letters, digits and hyphens".to_owned(),
            };
            cx.tell(Code::BadName, &entry.node, format!("`{text}` cannot be a slug: {problem}"), help);
            None
        }
    }
}

/// `author` or `authors`.
fn authors(author: Option<Entry>, authors: Option<Entry>, cx: &mut Reading<'_, '_>) -> Vec<Written> {
    if let (Some(one), Some(many)) = (&author, &authors) {
        let label = cx.findings.label(many.key_span.clone(), "");
        let first = cx.findings.label(one.key_span.clone(), "the other one");
        let diagnostic =
            Diagnostic::new(Code::Duplicate, "`author` and `authors` are one key").at(label).related(first);
        cx.findings.push(diagnostic.help("keep one of them: it takes a name or a list of names"));
    }
    let mut all: Vec<Written> = Vec::new();
    for entry in author.iter().chain(&authors) {
        all.extend(values::one_or_more(entry, cx));
    }
    all
}

/// The feed id that the author wants to keep.
fn id(entry: &Entry, cx: &mut Reading<'_, '_>) -> Option<String> {
    let text = values::text(entry, cx)?;
    if text.contains(char::is_whitespace) {
        let help = "write the id that the old feed had: an address, `tag:…` or `urn:…`, without spaces";
        cx.tell(Code::BadValue, &entry.node, "`id` has a space", help);
        return None;
    }
    Some(text)
}

/// Addresses that the article had before.
fn aliases(entry: &Entry, cx: &mut Reading<'_, '_>) -> Vec<Alias> {
    let Value::List(items) = &entry.node.value else {
        values::texts(entry, cx);
        return Vec::new();
    };
    items.iter().filter_map(|item| alias(item, cx)).collect()
}

fn alias(node: &Node, cx: &mut Reading<'_, '_>) -> Option<Alias> {
    if let Value::Text(written) = &node.value
        && written.contains(char::is_control)
    {
        let message = "an alias has no line breaks and no tabs";
        cx.tell(Code::BadName, node, message.to_owned(), "write a path from the site's root: \"/2024/01/old/\"");
        return None;
    }
    let text = values::item("aliases", node, cx)?;
    match UrlPath::parse(&text) {
        Ok(url) if is_read_by_hosts(url.as_str()) => {
            let message = format!("`{text}` cannot be an alias: hosts and robots obey what a file of that name says");
            cx.tell(Code::BadName, node, message, "remove it; a file for hosts or robots belongs in `static/`");
            None
        }
        Ok(url) => Some(Alias { url, label: cx.findings.label(node.span.clone(), "") }),
        Err(problem) => {
            let help = match url::Url::parse(&text) {
                Ok(url) if url.has_host() => format!("write the path alone: \"{}\"", url.path()),
                _ if !text.starts_with('/') && UrlPath::parse(&format!("/{text}")).is_ok() => {
                    format!("write \"/{text}\"")
                }
                _ => "write a path from the site's root: \"/2024/01/old/\"".to_owned(),
            };
            cx.tell(Code::BadName, node, format!("`{text}` cannot be an alias: {problem}"), help);
            None
        }
    }
}

/// Whether a path is that of a file which hosts and robots look for, and which a page that leads elsewhere would be in the
/// place of.
fn is_read_by_hosts(path: &str) -> bool {
    let name = path.trim_matches('/').to_ascii_lowercase();
    READ_BY_HOSTS.contains(&name.as_str()) || name.ends_with(".htaccess") || name.starts_with(".well-known/")
}

/// Names of such files, in small letters.
const READ_BY_HOSTS: &[&str] = &[
    "_headers",
    "_redirects",
    "_routes.json",
    "_worker.js",
    ".nojekyll",
    ".well-known",
    "ads.txt",
    "app-ads.txt",
    "cname",
    "humans.txt",
    "netlify.toml",
    "robots.txt",
    "security.txt",
    "vercel.json",
    "web.config",
];

/// The name of another template.
fn template(entry: &Entry, cx: &mut Reading<'_, '_>) -> Option<Written> {
    let written = values::written_text("template", &entry.node, cx)?;
    let bad = written.text.starts_with('/')
        || written.text.contains('\\')
        || written.text.split('/').any(|part| part == "..");
    if bad {
        let help = "write its name below `templates/`: \"dossier.html\"";
        cx.tell(Code::BadName, &entry.node, format!("`{}` cannot be a template", written.text), help);
        return None;
    }
    Some(written)
}

/// The name that stands for an article: of the file, or of the folder of a bundle.
fn name_of(path: &SourcePath) -> &str {
    match path.stem() {
        "index" => {
            path.folder().rsplit('/').next().filter(|name| *name != "content" && !name.is_empty()).unwrap_or("index")
        }
        stem => stem,
    }
}

/// A title to begin with, from a file's name.
fn title_from_name(path: &SourcePath) -> String {
    let name = name_of(path);
    let words = split_dated_name(name).map_or(name, |(_, rest)| rest).replace(['-', '_'], " ");
    let words = folded(&words);
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "…".to_owned(),
    }
}

fn missing(key: &str, help: &str, cx: &mut Reading<'_, '_>) {
    let label = cx.findings.label(0..3, format!("no `{key}` below"));
    let diagnostic = Diagnostic::new(Code::MissingKey, format!("the front matter has no `{key}`"));
    cx.findings.push(diagnostic.at(label).help(help));
}

fn syntax(error: &SyntaxError, format: Format, findings: &Findings<'_>) -> Diagnostic {
    let name = match format {
        Format::Toml => "TOML",
        Format::Yaml => "YAML",
    };
    let label = findings.label(error.span.clone(), "");
    let message = match error.code {
        Code::Syntax => format!("the front matter is not {name}: {}", error.message),
        _ => error.message.clone(),
    };
    let diagnostic = Diagnostic::new(error.code, message).at(label);
    match &error.help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

fn explain(error: &SplitError, place: Place, path: &SourcePath, findings: &Findings<'_>) -> Diagnostic {
    match error {
        SplitError::Missing { late_fence: Some(fence) } => {
            let label = findings.label(fence.clone(), "this must be the first line");
            Diagnostic::new(Code::FrontMatterMissing, "the front matter is not at the start of the file")
                .at(label)
                .help("remove the blank lines before it")
        }
        SplitError::Missing { late_fence: None } => {
            let first = findings.source().as_str().lines().next().unwrap_or("");
            if first.contains('\r') {
                return Diagnostic::new(Code::FrontMatterMissing, "the lines of this file end with CR alone")
                    .at(findings.label(0..first.find('\r').unwrap_or(0), ""))
                    .help("save it with the line ends of Unix (LF) or Windows (CR LF)");
            }
            let bare = first
                .trim_start_matches(|c: char| c == ' ' || c == '\t' || odd_space(c.encode_utf8(&mut [0; 4])).is_some());
            if let Some(fence) =
                ["+++", "---"].into_iter().find(|fence| bare.len() < first.len() && bare.trim_end() == *fence)
            {
                let before = &first[..first.len() - bare.len()];
                let odd = before.char_indices().find(|(_, c)| !matches!(c, ' ' | '\t'));
                let message =
                    odd.map_or_else(|| "the first line begins with a space".to_owned(), |(_, c)| odd_space_words(c));
                let at = odd.map_or(0..before.len(), |(at, c)| at..at + c.len_utf8());
                return Diagnostic::new(Code::FrontMatterMissing, message)
                    .at(findings.label(at, ""))
                    .help(format!("delete it: the first line must be `{fence}` alone"));
            }
            if let Some(fence) = ["+++", "---"].into_iter().find(|fence| first.starts_with(fence)) {
                return Diagnostic::new(Code::FrontMatterMissing, format!("the first line is not `{fence}` alone"))
                    .at(findings.label(0..first.len(), ""))
                    .help(format!("write `{fence}` on a line of its own, and nothing else there"));
            }
            if let Some(fence) = unopened(findings.source().as_str()) {
                return Diagnostic::new(Code::FrontMatterMissing, "the front matter is not opened")
                    .at(findings.label(0..first.len(), format!("`{fence}` stands below, but not before this")))
                    .help(format!("write a line `{fence}` before it"));
            }
            let label = findings.label(0..0, "the file begins here");
            let date = match place {
                Place::Post if split_dated_name(name_of(path)).is_none() => "date = 2025-06-19\n",
                _ => "",
            };
            let title = toml::quoted(&title_from_name(path));
            Diagnostic::new(Code::FrontMatterMissing, "this file has no front matter")
                .at(label)
                .help(format!("begin it with:\n+++\ntitle = {title}\n{date}+++"))
        }
        SplitError::Unclosed { format, opening, other_fence } => {
            let label = findings.label(opening.clone(), "opened here");
            let fence = format.fence();
            let diagnostic = Diagnostic::new(Code::FrontMatterUnclosed, "the front matter is never closed").at(label);
            match other_fence {
                Some(other) => {
                    let written = findings.source().as_str()[other.clone()].trim_end();
                    let related = findings.label(other.clone(), format!("this closes `{written}`, not `{fence}`"));
                    diagnostic.related(related).help(format!("write `{fence}` instead of `{written}` there"))
                }
                None => diagnostic.help(format!("write a line `{fence}` after the last key")),
            }
        }
    }
}

#[cfg(test)]
mod matrix;
#[cfg(test)]
mod tests;
