//! The last step: events to HTML with marks, and what the rest of the site wants to know of a text (summary, headings, words).
//!
//! Never recurses and never goes back: what depends on what follows (figures, "Lire aussi", ids) was found before.
//! All HTML is written into one run, so that a text of any length takes few steps to print.

mod links;
mod notes;

use super::events::Located;
use super::footnotes::Footnotes;
use super::out::Out;
use super::phrases::{self, Phrases};
use super::quotes::Quotes;
use super::raw_html::MORE;
use super::said::Said;
use super::{Kind, Setting, code, escape, headings};
use crate::content::document::{Cut, Document, Face, Heading, Prose, What};
use crate::content::findings::Findings;
use pulldown_cmark::{Alignment, CodeBlockKind, Event, Tag, TagEnd};
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

/// Writes the events of a text, whose headings are named so.
pub fn document(
    events: &[Located<'_>],
    named: &[String],
    text: &str,
    setting: &Setting<'_>,
    findings: &mut Findings<'_>,
) -> Document {
    let footnotes = Footnotes::find(events);
    let outline = match setting.kind {
        Kind::Body => headings::outline(events, named, &footnotes),
        Kind::Note => Vec::new(),
    };
    let mut writer = Writer {
        events,
        text,
        setting,
        findings,
        phrases: phrases::of(setting.language),
        outline,
        heading: None,
        footnotes,
        quotes: Quotes::find(events),
        open_quotes: Vec::new(),
        in_credit: false,
        out: Out::with_capacity(text.len() + text.len() / 8),
        lede: Prose::default(),
        lede_is_open: false,
        links: Vec::new(),
        depth: 0,
        alignments: Vec::new(),
        column: 0,
        table: TablePart::Head,
        said: Said::new(text),
        more: More::Awaited,
    };
    writer.run(0..events.len());
    let mut ids = Vec::new();
    writer.endnotes(&mut ids);
    writer.tell_lost_notes();
    ids.sort_unstable();
    let (lede, rest) = (writer.lede, writer.out.finish());
    let before_more = match writer.more {
        More::At(cut) => Some(Arc::new(Prose::before(&lede, &rest, cut))),
        More::Awaited | More::Seen => None,
    };
    let mentions = lede.mentions().chain(rest.mentions()).collect();
    let face = Face {
        lede: Arc::new(lede),
        before_more,
        summary: writer.said.summary().into(),
        headings: writer.outline.into_iter().map(|(_, heading)| heading).collect(),
        ids: ids.into(),
        mentions,
        words: writer.said.words,
    };
    Document { face, rest }
}

struct Writer<'w, 't, 'a> {
    events: &'w [Located<'t>],
    text: &'w str,
    setting: &'w Setting<'w>,
    findings: &'w mut Findings<'a>,
    phrases: &'static Phrases,
    outline: Vec<(usize, Heading)>,
    /// Which heading of the outline is open.
    heading: Option<usize>,
    footnotes: Footnotes,
    quotes: Quotes,
    /// Where the credit of each open block quote begins, if it has one.
    open_quotes: Vec<Option<usize>>,
    /// Whether a credit is being written: its paragraph is a caption.
    in_credit: bool,
    out: Out,
    lede: Prose,
    lede_is_open: bool,
    /// How each open link ends.
    links: Vec<LinkEnd>,
    /// How many elements are open.
    depth: usize,
    alignments: Vec<Alignment>,
    column: usize,
    table: TablePart,
    said: Said,
    more: More,
}

/// How a link ends.
#[derive(Clone, Copy)]
enum LinkEnd {
    Html,
    Mark,
    Nothing,
}

/// Which part of a table is being written.
#[derive(Clone, Copy, PartialEq)]
enum TablePart {
    Head,
    /// The head is written, no row yet.
    Between,
    Body,
}

/// Where `<!-- more -->` is.
#[derive(Clone, Copy, PartialEq)]
enum More {
    Awaited,
    /// Seen inside a block: it counts from the block's end.
    Seen,
    At(Cut),
}

impl<'t> Writer<'_, 't, '_> {
    fn run(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            at = self.step(at);
            if self.depth == 0 && self.more == More::Seen {
                self.more = More::At(self.out.cut());
            }
        }
    }

    /// Writes one event, or the few that make one thing; the index of the next.
    fn step(&mut self, at: usize) -> usize {
        // `events` outlives `self`'s borrow: what is taken out of it does not keep `self` busy.
        let events = self.events;
        let (event, range) = &events[at];
        if self.open_quotes.last() == Some(&Some(at)) {
            self.credit(event);
            return at + 1;
        }
        match event {
            Event::Start(Tag::Paragraph) => {
                if let Some(next) = self.related(at).or_else(|| self.figure(at)) {
                    return next;
                }
                self.depth += 1;
                self.paragraph();
            }
            Event::Start(Tag::FootnoteDefinition(_)) => return self.footnotes.definition_at(at).unwrap_or(at + 1),
            Event::Start(Tag::Image { .. }) => return self.picture(at),
            Event::Start(Tag::CodeBlock(kind)) => return self.code(kind, at),
            Event::Start(tag) => {
                self.depth += 1;
                self.start(tag, at, range);
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                self.end(*tag);
            }
            Event::Text(text) => {
                self.said.say(text);
                escape::text(&mut self.out.html, text);
            }
            Event::Code(text) => {
                self.said.say(text);
                self.out.html.push_str("<code>");
                escape::text(&mut self.out.html, text);
                self.out.html.push_str("</code>");
            }
            Event::Html(html) if &**html == MORE => self.see_more(),
            Event::Html(html) => self.out.block(html),
            Event::InlineHtml(html) => self.out.html.push_str(html),
            Event::SoftBreak => {
                self.said.say("\n");
                self.out.html.push('\n');
            }
            Event::HardBreak => {
                self.said.say("\n");
                self.out.html.push_str("<br>\n");
            }
            Event::Rule => self.out.block("<hr>\n"),
            Event::FootnoteReference(label) => self.reference(label),
            Event::TaskListMarker(done) => self.task(*done),
            Event::InlineMath(text) | Event::DisplayMath(text) => escape::text(&mut self.out.html, text),
        }
        at + 1
    }

    /// The start of a paragraph: the first block of a text is the lede, without its tags.
    fn paragraph(&mut self) {
        let first = self.depth == 1 && self.out.is_empty() && self.lede.is_empty() && !self.said.in_notes;
        if first {
            self.lede_is_open = true;
        } else {
            self.out.block("<p>");
        }
        self.said.begin_paragraph();
    }

    fn start(&mut self, tag: &Tag<'t>, at: usize, range: &Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.said.skipped = true;
                self.out.block("<");
                let _ = write!(self.out.html, "{level}");
                self.heading = self.outline.binary_search_by_key(&at, |(at, _)| *at).ok();
                if let Some((_, heading)) = self.heading.and_then(|index| self.outline.get(index)) {
                    self.out.id(&heading.id);
                }
                self.out.html.push('>');
            }
            Tag::BlockQuote(None) => {
                let credit = self.quotes.credit_of(at);
                self.open_quotes.push(credit);
                let start =
                    if credit.is_some() { "<figure class=\"quote\">\n<blockquote>\n" } else { "<blockquote>\n" };
                self.out.block(start);
            }
            Tag::BlockQuote(Some(kind)) => {
                let (name, title) = (phrases::alert_name(*kind), self.phrases.alert(*kind));
                self.out.block("");
                let _ = write!(
                    self.out.html,
                    "<aside class=\"alert alert-{name}\" role=\"note\">\n<p class=\"alert-title\">{title}</p>\n"
                );
            }
            Tag::List(None) => self.out.block("<ul>\n"),
            Tag::List(Some(1)) => self.out.block("<ol>\n"),
            Tag::List(Some(start)) => {
                self.out.block("");
                let _ = writeln!(self.out.html, "<ol start=\"{start}\">");
            }
            Tag::Item => {
                let next = |offset: usize| self.events.get(at + offset).map(|(event, _)| event);
                let is_task = matches!(next(1), Some(Event::TaskListMarker(_)))
                    || matches!(
                        (next(1), next(2)),
                        (Some(Event::Start(Tag::Paragraph)), Some(Event::TaskListMarker(_)))
                    );
                self.out.block(if is_task { "<li class=\"task\">" } else { "<li>" });
            }
            Tag::DefinitionList => self.out.block("<dl>\n"),
            Tag::DefinitionListTitle => self.out.block("<dt>"),
            Tag::DefinitionListDefinition => self.out.block("<dd>"),
            Tag::Table(alignments) => {
                self.said.skipped = true;
                self.alignments.clone_from(alignments);
                self.table = TablePart::Head;
                let label = self.phrases.table;
                self.out.block("");
                let _ = writeln!(
                    self.out.html,
                    "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"{label}\"><table>"
                );
            }
            Tag::TableHead => {
                self.column = 0;
                self.out.html.push_str("<thead><tr>");
            }
            Tag::TableRow => {
                if self.table == TablePart::Between {
                    self.out.html.push_str("<tbody>\n");
                    self.table = TablePart::Body;
                }
                self.column = 0;
                self.out.html.push_str("<tr>");
            }
            Tag::TableCell => {
                self.out.html.push_str(if self.table == TablePart::Head { "<th scope=\"col\"" } else { "<td" });
                self.out.html.push_str(match self.alignments.get(self.column) {
                    Some(Alignment::Left) => " class=\"align-left\">",
                    Some(Alignment::Center) => " class=\"align-center\">",
                    Some(Alignment::Right) => " class=\"align-right\">",
                    _ => ">",
                });
            }
            Tag::Emphasis => self.out.html.push_str("<em>"),
            Tag::Strong => self.out.html.push_str("<strong>"),
            Tag::Strikethrough => self.out.html.push_str("<del>"),
            Tag::Superscript => self.out.html.push_str("<sup>"),
            Tag::Subscript => self.out.html.push_str("<sub>"),
            Tag::Link { link_type, dest_url, title, .. } => self.link(*link_type, dest_url, title, range),
            // Taken care of before, or never made by the options we use.
            Tag::Paragraph
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::FootnoteDefinition(_)
            | Tag::Image { .. }
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                self.said.end_paragraph();
                if self.lede_is_open {
                    self.lede_is_open = false;
                    self.out.trim_end();
                    self.lede = std::mem::take(&mut self.out).finish();
                    self.out = Out::with_capacity(self.text.len() + self.text.len() / 8);
                } else if !self.in_credit {
                    self.out.html.push_str("</p>\n");
                }
            }
            TagEnd::Heading(level) => {
                self.heading_anchor();
                let _ = writeln!(self.out.html, "</{level}>");
                self.said.skipped = false;
            }
            TagEnd::BlockQuote(None) => match self.open_quotes.pop().flatten() {
                Some(_) => {
                    self.in_credit = false;
                    self.out.html.push_str("</figcaption>\n</figure>\n");
                }
                None => self.out.block("</blockquote>\n"),
            },
            TagEnd::BlockQuote(Some(_)) => self.out.block("</aside>\n"),
            TagEnd::List(true) => self.out.block("</ol>\n"),
            TagEnd::List(false) => self.out.block("</ul>\n"),
            TagEnd::Item => self.out.html.push_str("</li>\n"),
            TagEnd::DefinitionList => self.out.html.push_str("</dl>\n"),
            TagEnd::DefinitionListTitle => self.out.html.push_str("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.out.html.push_str("</dd>\n"),
            TagEnd::Table => {
                self.out.html.push_str(if self.table == TablePart::Body {
                    "</tbody></table></div>\n"
                } else {
                    "</table></div>\n"
                });
                self.said.skipped = false;
            }
            TagEnd::TableHead => {
                self.out.html.push_str("</tr></thead>\n");
                self.table = TablePart::Between;
            }
            TagEnd::TableRow => self.out.html.push_str("</tr>\n"),
            TagEnd::TableCell => {
                self.out.html.push_str(if self.table == TablePart::Head { "</th>" } else { "</td>" });
                self.column += 1;
            }
            TagEnd::Emphasis => self.out.html.push_str("</em>"),
            TagEnd::Strong => self.out.html.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.html.push_str("</del>"),
            TagEnd::Superscript => self.out.html.push_str("</sup>"),
            TagEnd::Subscript => self.out.html.push_str("</sub>"),
            TagEnd::Link => match self.links.pop() {
                Some(LinkEnd::Html) => self.out.html.push_str("</a>"),
                Some(LinkEnd::Mark) => self.out.mark(What::LinkEnd),
                Some(LinkEnd::Nothing) | None => {}
            },
            TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::FootnoteDefinition
            | TagEnd::Image
            | TagEnd::MetadataBlock(_) => {}
        }
        let is_inline = matches!(
            tag,
            TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Superscript
                | TagEnd::Subscript
                | TagEnd::Link
        );
        if !is_inline {
            self.said.say("\n");
        }
    }

    /// The words of a quotation end, and who said them follows; it is the last that the quotation holds.
    fn credit(&mut self, begins: &Event<'_>) {
        self.in_credit = true;
        match begins {
            Event::Start(_) => {
                self.depth += 1;
                self.out.block("</blockquote>\n<figcaption>");
                self.said.begin_paragraph();
            }
            _ => {
                self.said.say("\n");
                self.out.html.push_str("</p>\n</blockquote>\n<figcaption>");
            }
        }
    }

    /// A block of code; the index of the next event.
    fn code(&mut self, kind: &CodeBlockKind<'t>, at: usize) -> usize {
        let events = self.events;
        let mut whole = String::new();
        let mut next = at + 1;
        while let Some((event, _)) = events.get(next) {
            next += 1;
            match event {
                Event::Text(text) => whole.push_str(text),
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        let info = match kind {
            CodeBlockKind::Fenced(info) => Some(&**info),
            CodeBlockKind::Indented => None,
        };
        self.out.block("");
        code::write(info, &whole, events[at].1.clone(), self.text, self.setting, self.findings, &mut self.out.html);
        next
    }

    fn task(&mut self, done: bool) {
        let (checked, name) = if done { (" checked", self.phrases.done) } else { ("", self.phrases.open) };
        let _ = write!(self.out.html, "<input type=\"checkbox\" disabled{checked} aria-label=\"{name}\"> ");
    }

    fn see_more(&mut self) {
        // A mark before anything else, or a second one, has nothing to say.
        let nothing_yet = self.lede.is_empty() && self.out.is_empty();
        if self.more == More::Awaited && !nothing_yet && !self.said.in_notes && self.setting.kind == Kind::Body {
            self.more = More::Seen;
            self.said.see_more();
        }
    }
}
