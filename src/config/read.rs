//! From the values of `site.toml` to the `Config` of a site.
//!
//! Never judges single values, which the list of keys has done already; what is checked here takes two of them.

use super::settings::{self, Found, Section, Settings};
use super::{
    AuthorEntry, BaseUrl, Config, FeedContent, FeedFormat, Feeds, Lists, Markdown, MenuEntry, Override, Pages, Publish,
    RawHtmlPolicy, Requirement, SourceEntry, Sources, ThemeChoice, TopicEntry, Urls,
};
use crate::base::Json;
use crate::base::hosts;
use crate::base::local::{LOGIN_IS_SEEN, WITHOUT_LOGIN, has_login, is_local};
use crate::base::{Checked, Code, Diagnostic, Label, Slug, SourceText, Zone};
use url::Url;

/// Reads `site.toml`, with what goes over it; flags win over the environment, and that over the file.
///
/// With errors there may still be a value, in which defaults stand for what was bad: good enough to look for more
/// problems, never to publish. There is none when the text is not TOML or lacks a title or a base URL.
pub fn read(source: &SourceText, overrides: &[Override]) -> Checked<Config> {
    let (settings, mut problems) = settings::gather(source, overrides);
    let sources = named_entries(&settings, "source", "name", &mut problems);
    let topics = named_entries(&settings, "topic", "title", &mut problems);
    duplicate_ids(entries(&settings, "author"), &mut problems);
    problems.extend(local_address(&settings.site));
    for (key, help) in [("source", ON_THE_WEB), ("author", ON_THE_WEB), ("menu", ON_THE_SITE)] {
        problems.extend(entries(&settings, key).iter().filter_map(|section| private_entry(section, help)));
    }
    let config = if settings.damaged { None } else { assemble(&settings, &sources, &topics) };
    Diagnostic::sort(&mut problems);
    Checked { value: config, diagnostics: problems }
}

fn assemble(settings: &Settings, sources: &[Named], topics: &[Named]) -> Option<Config> {
    let site = &settings.site;
    let text = |key: &str| site.text(key).unwrap_or("").to_owned();
    Some(Config {
        title: site.text("title")?.to_owned(),
        base_url: base_url(site.text("base_url")?)?,
        description: text("description"),
        language: text("language"),
        timezone: timezone(settings),
        output: text("output"),
        publish: if site.text("publish") == Some("swap") { Publish::Swap } else { Publish::InPlace },
        theme: theme(site),
        urls: Urls {
            posts: text("urls.posts"),
            topics: text("urls.topics"),
            sources: text("urls.sources"),
            archive: text("urls.archive"),
            labels: ["urls.topics", "urls.sources", "urls.archive"]
                .map(|key| site.found(key).and_then(|found| found.label.clone())),
        },
        pages: Pages {
            topics: site.flag("pages.topics"),
            sources: site.flag("pages.sources"),
            archive: site.flag("pages.archive"),
        },
        lists: Lists { per_page: site.number("lists.per_page") },
        feeds: feeds(site),
        markdown: markdown(site),
        sources: Sources {
            required: match site.text("sources.required") {
                Some("error") => Requirement::Error,
                Some("off") => Requirement::Off,
                _ => Requirement::Warn,
            },
        },
        static_include: site.texts("static.include"),
        extra: site.found("extra").map(free).unwrap_or_default(),
        source: sources.iter().map(source_entry).collect(),
        topic: topics.iter().map(topic_entry).collect(),
        author: entries(settings, "author").iter().filter_map(author_entry).collect(),
        menu: entries(settings, "menu").iter().filter_map(menu_entry).collect(),
    })
}

fn base_url(text: &str) -> Option<BaseUrl> {
    let url = Url::parse(text).ok()?;
    let path = url.path().trim_end_matches('/').to_owned();
    Some(BaseUrl { text: text.to_owned(), path, host: url.host_str()?.to_owned() })
}

/// What is said of an address of the machine of who wrote it.
const LOCAL: &str = "this is an address of your own machine: nobody else can follow it";

/// A site that says it is on the machine of who writes it. What a flag says is for this run only.
fn local_address(site: &Section) -> Option<Diagnostic> {
    let is_local = is_local(site.text("base_url")?);
    let label = site.found("base_url").and_then(|found| found.label.clone()).filter(|_| is_local)?;
    Some(
        Diagnostic::new(Code::LocalAddress, LOCAL)
            .at(label)
            .help("write where the site will be, as in \"https://example.org\"; `manchette serve` needs no change"),
    )
}

const ON_THE_WEB: &str = "write the address that it has on the web";
const ON_THE_SITE: &str = "write the path from the site's root, as in \"/a-propos/\"";

/// A source, an author or an entry of the menu whose address is one of that machine, or has a login.
fn private_entry(section: &Section, help: &str) -> Option<Diagnostic> {
    let url = section.text("url")?;
    let label = section.found("url")?.label.clone()?;
    if has_login(url) {
        return Some(Diagnostic::new(Code::LoginInAddress, LOGIN_IS_SEEN).at(label).help(WITHOUT_LOGIN));
    }
    is_local(url).then(|| Diagnostic::new(Code::LocalAddress, LOCAL).at(label).help(help))
}

/// A zone that was written but does not exist becomes UTC, so that no date is blamed for lacking one.
fn timezone(settings: &Settings) -> Option<Zone> {
    let rejected = settings.rejected.iter().any(|key| key == "timezone");
    settings.site.text("timezone").and_then(Zone::named).or_else(|| rejected.then(Zone::utc))
}

fn theme(site: &Section) -> ThemeChoice {
    let options = site.found("theme.options");
    let parts = options.map_or(&[][..], |found| found.parts.as_slice());
    let names = options.and_then(|found| found.value.as_table()).into_iter().flat_map(toml::Table::keys);
    ThemeChoice {
        name: site.text("theme.name").unwrap_or("").to_owned(),
        options: options.map(free).unwrap_or_default(),
        label: site.found("theme.name").and_then(|found| found.label.clone()),
        option_labels: names.cloned().zip(parts.iter().cloned()).collect(),
    }
}

fn feeds(site: &Section) -> Feeds {
    let format = |name: &String| match name.as_str() {
        "atom" => Some(FeedFormat::Atom),
        "rss" => Some(FeedFormat::Rss),
        "json" => Some(FeedFormat::Json),
        _ => None,
    };
    Feeds {
        formats: site.texts("feeds.formats").iter().filter_map(format).collect(),
        entries: site.number("feeds.entries"),
        content: if site.text("feeds.content") == Some("summary") { FeedContent::Summary } else { FeedContent::Full },
        authority: site.text("feeds.authority").map(str::to_owned),
        topics: site.flag("feeds.topics"),
        sources: site.flag("feeds.sources"),
        news_sitemap: site.flag("feeds.news_sitemap"),
    }
}

fn markdown(site: &Section) -> Markdown {
    Markdown {
        raw_html: match site.text("markdown.raw_html") {
            Some("allow") => RawHtmlPolicy::Allow,
            Some("sanitize") => RawHtmlPolicy::Sanitize,
            Some("error") => RawHtmlPolicy::Error,
            _ => RawHtmlPolicy::Escape,
        },
        highlight: site.flag("markdown.highlight"),
        typography: site.flag("markdown.typography"),
        external_rel: site.text("markdown.external_rel").unwrap_or("").to_owned(),
    }
}

fn entries<'a>(settings: &'a Settings, key: &str) -> &'a [Section] {
    settings.entries.iter().find(|(name, _)| *name == key).map_or(&[], |(_, sections)| sections)
}

/// A source or a topic, with the slug of its pages.
struct Named<'a> {
    section: &'a Section,
    name: &'a str,
    slug: Slug,
}

/// The entries that have a usable name; two that answer to one name are reported.
fn named_entries<'a>(
    settings: &'a Settings,
    key: &str,
    name_key: &str,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Named<'a>> {
    let mut named = Vec::new();
    let mut claims: Vec<Claim> = Vec::new();
    for (owner, section) in entries(settings, key).iter().enumerate() {
        let Some(name) = section.text(name_key) else { continue };
        // An absent slug and one that was rejected both leave the one from the name.
        let written = section.text("slug").and_then(|text| Slug::parse(text).ok());
        let Some(slug) = written.or_else(|| Slug::derive(name)) else {
            problems.push(nameless(section, name, name_key));
            continue;
        };
        for claim in claims_of(section, owner, name_key) {
            let is_same = |known: &&Claim| known.form == claim.form && !(known.is_home && claim.is_home);
            match claims.iter().find(is_same) {
                Some(known) if known.owner != owner => problems.push(duplicate(key, known, &claim)),
                Some(_) => {}
                None => claims.push(claim),
            }
        }
        named.push(Named { section, name, slug });
    }
    named
}

/// One name that an entry answers to.
struct Claim {
    owner: usize,
    text: String,
    /// The form in which two spellings are one name.
    form: String,
    /// Whether it is the address of a home page. Several may have one: the first of them is meant by an address there.
    is_home: bool,
    label: Label,
}

/// The names that an entry answers to: its own, its slug and its aliases.
fn claims_of(section: &Section, owner: usize, name_key: &str) -> Vec<Claim> {
    let claim = |text: &str, label: &Label| {
        let form = Slug::of_spellings(text).unwrap_or_else(|| text.to_lowercase());
        Claim { owner, text: text.to_owned(), form, is_home: false, label: label.clone() }
    };
    let mut claims = Vec::new();
    for key in [name_key, "slug"] {
        if let Some((text, label)) = section.text(key).zip(section.found(key).and_then(|found| found.label.as_ref())) {
            claims.push(claim(text, label));
        }
    }
    if let Some(aliases) = section.found("aliases") {
        claims.extend(section.texts("aliases").iter().zip(&aliases.parts).map(|(text, label)| claim(text, label)));
    }
    // Only sources have addresses of their own; topics are called by a `title`.
    if name_key == "name" {
        let url = section.text("url").zip(section.found("url").and_then(|found| found.label.as_ref()));
        let url = url.map(|(text, label)| (text.to_owned(), label.clone(), true));
        let named = claims.iter().map(|claim| (claim.text.clone(), claim.label.clone(), false));
        let places = named.chain(url).filter_map(|(text, label, is_home)| {
            let (host, path) = hosts::place(&text)?;
            Some(Claim { owner, text, form: format!("{PLACE}{host}{path}"), is_home, label })
        });
        claims.extend(places.collect::<Vec<_>>());
    }
    claims
}

/// What the form of a place on the web begins with, and that of no name.
const PLACE: &str = "//";

fn duplicate(key: &str, known: &Claim, again: &Claim) -> Diagnostic {
    if again.form.starts_with(PLACE) {
        let message = format!("two `[[{key}]]` have one place on the web: `{}` and `{}`", known.text, again.text);
        return Diagnostic::new(Code::Duplicate, message)
            .at(again.label.noting("again here"))
            .related(known.label.noting("first here"))
            .help("write the address by which one of them differs (`https://www.youtube.com/@name`), or make them one entry");
    }
    let message = if known.text == again.text {
        format!("two `[[{key}]]` are called `{}`", again.text)
    } else {
        format!("two `[[{key}]]` have one name: `{}` and `{}`", known.text, again.text)
    };
    Diagnostic::new(Code::Duplicate, message)
        .at(again.label.noting("again here"))
        .related(known.label.noting("first here"))
        .help("make them one entry with `aliases`, or give them different names")
}

fn nameless(section: &Section, name: &str, name_key: &str) -> Diagnostic {
    let label = section.found(name_key).and_then(|found| found.label.clone()).unwrap_or_else(|| section.label.clone());
    Diagnostic::new(Code::BadValue, format!("no address can be made from `{name}`"))
        .at(label)
        .help("add `slug`, with letters and digits")
}

fn duplicate_ids(authors: &[Section], problems: &mut Vec<Diagnostic>) {
    for (index, author) in authors.iter().enumerate() {
        let Some((id, found)) = author.text("id").zip(author.found("id")) else { continue };
        let first = authors[..index].iter().find(|known| known.text("id") == Some(id));
        let first = first.and_then(|known| known.found("id")).and_then(|found| found.label.as_ref());
        if let Some((first, again)) = first.zip(found.label.as_ref()) {
            problems.push(
                Diagnostic::new(Code::Duplicate, format!("two `[[author]]` have the id `{id}`"))
                    .at(again.noting("again here"))
                    .related(first.noting("first here"))
                    .help("give one of them another id"),
            );
        }
    }
}

fn source_entry(named: &Named) -> SourceEntry {
    let text = |key: &str| named.section.text(key).map(str::to_owned);
    SourceEntry {
        name: named.name.to_owned(),
        slug: named.slug.clone(),
        aliases: named.section.texts("aliases"),
        url: text("url"),
        lang: text("lang"),
        paywall: named.section.flag("paywall"),
        description: text("description"),
    }
}

fn topic_entry(named: &Named) -> TopicEntry {
    TopicEntry {
        title: named.name.to_owned(),
        slug: named.slug.clone(),
        aliases: named.section.texts("aliases"),
        description: named.section.text("description").map(str::to_owned),
        matches: named.section.texts("match"),
    }
}

fn author_entry(section: &Section) -> Option<AuthorEntry> {
    let text = |key: &str| section.text(key).map(str::to_owned);
    let id = text("id")?;
    // A name that is missing has been reported; the id keeps the author known, so that no post is blamed for it.
    Some(AuthorEntry { name: text("name").unwrap_or_else(|| id.clone()), id, url: text("url"), bio: text("bio") })
}

fn menu_entry(section: &Section) -> Option<MenuEntry> {
    let label = section.found("url").and_then(|found| found.label.clone())?;
    Some(MenuEntry { title: section.text("title")?.to_owned(), url: section.text("url")?.to_owned(), label })
}

/// A free table, for templates: dates become texts, since JSON has none.
fn free(found: &Found) -> Json {
    match json(&found.value) {
        serde_json::Value::Object(map) => Json(map),
        _ => Json::default(),
    }
}

/// A value as JSON.
pub(super) fn json(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(flag) => (*flag).into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.iter().map(json).collect(),
        toml::Value::Table(table) => table.iter().map(|(name, value)| (name.clone(), json(value))).collect(),
    }
}
