//! One job to bytes, with what it read.

use super::{Job, atom, json_feed, misnamed, news_sitemap, redirect, robots, rss, sitemap, webmanifest};
use crate::base::{Code, Diagnostic, Fingerprint, Label, SourcePath, SourceText, UrlPath};
use crate::base::{conflict, typography};
use crate::config::FeedFormat;
use crate::site::query::{AboutSite, AllAliases, AllPages, ArticleOf, HeadlineOf, NewestNews, TargetOfAlias};
use crate::site::{List, Period, Question, Read, Reader, Snapshot};
use crate::theme::{Choices, Theme};
use crate::view;
use crate::view::feed::NoteKind;
use crate::view::headline::Desk;
use crate::view::library::PageLibrary;
use crate::view::parts::DateView;
use crate::view::shelf::Shelf;
use crate::view::trail::{Wording, Wordless};
use crate::world::{World, unreadable};
use serde::Serialize;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use tera::Value;

/// What jobs are rendered with.
pub struct Renderer<'a> {
    snapshot: Snapshot,
    theme: &'a Theme,
    options: &'a Choices,
    world: &'a dyn World,
    /// What identifies the options.
    options_are: Fingerprint,
    /// The view of the site, the same on every page; each page still records that it asked.
    site_view: OnceLock<Value>,
    /// What pages share.
    shelf: Arc<Shelf>,
}

/// An output.
#[derive(Debug)]
pub struct Rendered {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The questions it asked, with the fingerprints of the answers.
    pub reads: Vec<Read>,
    /// Warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// Bytes and warnings, or why there are none.
type Outcome = Result<(Vec<u8>, Vec<Diagnostic>), Box<Diagnostic>>;

/// The texts of the theme, for one output.
struct Words<'a> {
    theme: &'a Theme,
    reader: &'a Reader,
}

impl Wording for Words<'_> {
    fn text(&self, key: &str, language: &str) -> String {
        self.reader.note(Question::Texts, self.theme.texts());
        self.theme.text(key, language)
    }
}

impl<'a> Renderer<'a> {
    /// Renders from one snapshot with one theme.
    pub fn new(snapshot: Snapshot, theme: &'a Theme, options: &'a Choices, world: &'a dyn World) -> Renderer<'a> {
        let options_are = Fingerprint::of(options);
        Renderer {
            snapshot,
            theme,
            options,
            world,
            options_are,
            site_view: OnceLock::new(),
            shelf: Arc::new(Shelf::new()),
        }
    }

    /// Renders a job. It reads the site through a reader alone.
    pub fn render(&self, job: &Job) -> Result<Rendered, Box<Diagnostic>> {
        let reader = Rc::new(Reader::new(self.snapshot.clone()));
        let (bytes, diagnostics) = self.bytes(job, &reader)?;
        Ok(Rendered { bytes, reads: reader.reads(), diagnostics })
    }

    fn bytes(&self, job: &Job, reader: &Rc<Reader>) -> Outcome {
        let words = Words { theme: self.theme, reader };
        let desk = Desk::new(reader, &self.shelf, &words);
        match job {
            Job::Home(number) => self.page("home.html", &view::home::build(&desk, *number), reader, None),
            Job::Post(path) => self.article(path, "post.html", view::post::build(&desk, path), reader),
            Job::Page(path) => self.article(path, "page.html", view::page::build(&desk, path), reader),
            Job::Topic(slug, number) => {
                self.page("topic.html", &view::topic::build(&desk, slug, *number), reader, None)
            }
            Job::Topics => {
                self.page("topics.html", &view::topic::build_index(&desk, self.name(&desk, "topics")), reader, None)
            }
            Job::Source(slug, number) => {
                self.page("source.html", &view::source::build(&desk, slug, *number), reader, None)
            }
            Job::Sources => {
                self.page("sources.html", &view::source::build_index(&desk, self.name(&desk, "sources")), reader, None)
            }
            Job::Archive(period) => {
                let page = view::archive::build(&desk, *period, self.name_of_period(&desk, *period));
                self.page("archive.html", &page, reader, None)
            }
            Job::NotFound => {
                self.page("404.html", &view::not_found::build(&desk, self.name(&desk, "not_found")), reader, None)
            }
            Job::Feed(list, format) => Ok((self.feed(&desk, list, *format), Vec::new())),
            Job::Sitemap => Ok((self.sitemap(&desk), Vec::new())),
            Job::SitemapPart(part) => Ok((self.sitemap_part(&desk, *part), Vec::new())),
            Job::NewsSitemap => Ok((news_sitemap::render(&news(&desk)), Vec::new())),
            Job::Robots => Ok((robots::render(&sitemaps(&desk)), Vec::new())),
            Job::Alias(from) => Ok((alias(&desk, from), Vec::new())),
            Job::Redirects(own) => self.redirects(&desk, own.as_ref()),
            Job::NoJekyll => Ok((Vec::new(), Vec::new())),
            Job::WebManifest => {
                let (app, is) = self.theme.app();
                reader.note(Question::App, is);
                Ok((webmanifest::render(&desk, app), Vec::new()))
            }
            Job::Copy(source) => {
                let bytes = self.read(source, reader)?;
                let warning = misnamed::published(source, &bytes);
                Ok((bytes, warning.into_iter().collect()))
            }
        }
    }

    /// The title of an index: a text of the theme, since neither the site nor an article gives it one.
    fn name(&self, desk: &Desk<'_>, key: &str) -> String {
        desk.wording.text(key, &desk.about.language)
    }

    fn name_of_period(&self, desk: &Desk<'_>, period: Period) -> String {
        match period {
            Period::All => self.name(desk, "archive"),
            Period::Year(year) => year.to_string(),
            Period::Month(year, month) => {
                let month = Theme::date(&view::archive::first_day(year, month), "month", &desk.about.language);
                let mut letters = month.chars();
                letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
            }
        }
    }

    /// A page through its template.
    fn page<T: Serialize>(&self, template: &str, page: &T, reader: &Rc<Reader>, of: Option<&SourcePath>) -> Outcome {
        let value = Theme::value(page);
        let language = value.get_from_path("language").and_then(Value::as_str).unwrap_or("en").to_owned();
        let site = self.site_view.get_or_init(|| {
            // The site's view depends on `AboutSite` alone, which every desk has asked.
            Theme::value(&view::site::build(&Desk::new(reader, &self.shelf, &Wordless), self.options))
        });
        let closure = self.theme.closure(template).unwrap_or_else(|| Fingerprint::of(&()));
        reader.note(Question::Template(template.to_owned()), closure);
        reader.note(Question::Texts, self.theme.texts());
        reader.note(Question::Options, self.options_are);
        let library = Rc::new(PageLibrary { reader: reader.clone(), shelf: self.shelf.clone() });
        match self.theme.render(template, site, &value, &language, library) {
            Ok(page) => {
                if !page.missing_strings.is_empty() && !self.theme.speaks(&language) {
                    let message = format!("the theme has no texts in the language `{language}`: English stands in");
                    let help = format!("a theme of your own that extends it can bring them, in `[strings.{language}]`");
                    return Ok((page.bytes, vec![Diagnostic::new(Code::MissingString, message).help(help)]));
                }
                let missing = page.missing_strings.iter().map(|key| {
                    let message = format!("the theme has no text `{key}` in the language `{language}`");
                    Diagnostic::new(Code::MissingString, message)
                        .help(format!("add `{key}` under `[strings.{language}]` of its theme.toml"))
                });
                Ok((page.bytes, missing.collect()))
            }
            Err(problem) => Err(match of {
                Some(path) => Box::new(problem.related(Label::file(path.clone(), "while this was rendered"))),
                None => problem,
            }),
        }
    }

    /// An article through its own template or that of its kind.
    fn article<T: Serialize>(
        &self,
        path: &SourcePath,
        template: &str,
        page: Option<T>,
        reader: &Rc<Reader>,
    ) -> Outcome {
        let own = reader.ask(ArticleOf { path: path.clone() });
        let own = own.as_ref().and_then(|parsed| parsed.article.front.template.as_ref());
        if let Some(own) = own.filter(|own| !self.theme.has(&own.text)) {
            // The check of templates has told it already, in these words.
            return Err(Box::new(self.theme.missing(&own.text).at(own.label.clone())));
        }
        let template = own.map_or(template, |own| own.text.as_str());
        self.page(template, &page, reader, Some(path))
    }

    fn feed(&self, desk: &Desk<'_>, list: &List, format: FeedFormat) -> Vec<u8> {
        let language = &desk.about.language;
        desk.reader.note(Question::Texts, self.theme.texts());
        let lead = |kind: NoteKind, date: &DateView| {
            let (key, plain) = match kind {
                NoteKind::Update => ("update_of", "Update,"),
                NoteKind::Correction => ("correction_of", "Correction,"),
            };
            let text = self.theme.text(key, language);
            let text = if text == key { plain } else { &text };
            let lead = format!("{text} {}", Theme::date(&date.iso, "long", language));
            typography::set(&lead, self.theme.rules(language)).into_owned()
        };
        let Some(feed) = view::feed::build(desk, list, format, &lead) else { return Vec::new() };
        match format {
            FeedFormat::Atom => atom::render(&feed, &desk.about.zone),
            FeedFormat::Rss => rss::render(&feed, &desk.about.zone),
            FeedFormat::Json => json_feed::render(&feed, &desk.about.zone),
        }
    }

    fn sitemap(&self, desk: &Desk<'_>) -> Vec<u8> {
        let entries = sitemap_entries(desk);
        match sitemap::parts(entries.len()) {
            0 => sitemap::render(&entries),
            parts => {
                let part = |number: usize| sitemap::SitemapEntry {
                    loc: desk.absolute(&UrlPath::root().join(&format!("sitemap-{number}.xml"))),
                    lastmod: sitemap::part(&entries, number).iter().filter_map(|entry| entry.lastmod.clone()).max(),
                };
                sitemap::render_index(&(1..=parts).map(part).collect::<Vec<_>>())
            }
        }
    }

    fn sitemap_part(&self, desk: &Desk<'_>, number: usize) -> Vec<u8> {
        sitemap::render(sitemap::part(&sitemap_entries(desk), number))
    }

    fn redirects(&self, desk: &Desk<'_>, own: Option<&SourcePath>) -> Outcome {
        let text = |path: &SourcePath| SourceText::decode(path.clone(), &self.read(path, desk.reader)?);
        let own = own.map(text).transpose()?;
        let own = own.as_ref().map(SourceText::as_str);
        let aliases = desk.reader.ask(AllAliases {});
        let rules: Vec<(String, String)> = aliases.iter().map(|(from, to)| (desk.href(from), desk.href(to))).collect();
        Ok((redirect::render_rules(own, &rules), Vec::new()))
    }

    fn read(&self, source: &SourcePath, reader: &Reader) -> Result<Vec<u8>, Box<Diagnostic>> {
        let bytes = self.world.read(source).map_err(|error| Box::new(unreadable(source, &error)))?;
        reader.note(Question::File(source.clone()), Fingerprint::of_bytes(&bytes));
        match unfit(source, &bytes) {
            Some(problem) => Err(Box::new(problem)),
            None => Ok(bytes),
        }
    }
}

/// Why a file cannot be published as it is: a merge was left halfway in it, or it is an article that may be a draft.
pub fn unfit(source: &SourcePath, bytes: &[u8]) -> Option<Diagnostic> {
    conflict::in_copied(source, bytes).or_else(|| misnamed::article(source, bytes))
}

/// Whether that must be looked for in the file: not in pictures and films, by their names.
pub fn may_be_unfit(source: &SourcePath) -> bool {
    conflict::is_text(source)
}

fn sitemap_entries(desk: &Desk<'_>) -> Vec<sitemap::SitemapEntry> {
    let pages = desk.reader.ask(AllPages {});
    pages
        .iter()
        .map(|(url, changed)| sitemap::SitemapEntry {
            loc: desk.absolute(url),
            lastmod: changed.map(|changed| changed.rfc3339(&desk.about.zone)),
        })
        .collect()
}

/// The sitemaps that crawlers are told of.
fn sitemaps(desk: &Desk<'_>) -> Vec<String> {
    let news = desk.about.news_sitemap.then_some(news_sitemap::FILE);
    ["sitemap.xml"].into_iter().chain(news).map(|file| desk.absolute(&UrlPath::root().join(file))).collect()
}

fn news(desk: &Desk<'_>) -> Vec<news_sitemap::Item> {
    let about = &desk.about;
    let posts = desk.reader.ask(NewestNews { limit: news_sitemap::MAX_ITEMS });
    let item = |path: SourcePath| {
        let post = desk.reader.ask(HeadlineOf { path })?;
        Some(news_sitemap::Item {
            loc: desk.absolute(&post.url),
            publication: about.title.clone(),
            language: news_sitemap::language(post.lang.as_ref().unwrap_or(&about.language)),
            date: post.date?.rfc3339(&about.zone),
            title: post.title.clone(),
        })
    };
    posts.into_iter().filter_map(item).collect()
}

/// The page of an old address.
fn alias(desk: &Desk<'_>, from: &UrlPath) -> Vec<u8> {
    let about = desk.reader.ask(AboutSite {});
    let to = desk.reader.ask(TargetOfAlias { alias: from.clone() }).unwrap_or_else(UrlPath::root);
    redirect::render_page(&desk.href(&to), &desk.absolute(&to), &about.language, &about.title)
}
