//! Raw HTML: comments dropped, `<!-- more -->` kept as a mark, the rest let through or turned into text.
//!
//! Never judges what HTML says (a `sanitize` mode comes with the issue on trust), and never touches addresses in it.

use super::Setting;
use super::events::Located;
use crate::content::RawHtml;
use crate::content::findings::Findings;
use memchr::memchr;
use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use std::ops::Range;

/// The text of the only comment that leaves this pass, as an `Event::Html`.
pub const MORE: &str = "<!-- more -->";

/// The same events, where `Html` is either `MORE` or let through.
pub fn settle<'t>(
    events: Vec<Located<'t>>,
    text: &str,
    setting: &Setting<'_>,
    findings: &mut Findings<'_>,
) -> Vec<Located<'t>> {
    if memchr(b'<', text.as_bytes()).is_none() {
        return events;
    }
    let mut out: Vec<Located<'t>> = Vec::with_capacity(events.len());
    let mut block: Option<(String, Range<usize>)> = None;
    for (event, range) in events {
        match event {
            Event::Start(Tag::HtmlBlock) => block = Some((String::new(), range)),
            Event::Html(html) | Event::Text(html) if block.is_some() => {
                if let Some((whole, _)) = &mut block {
                    whole.push_str(&html);
                }
            }
            Event::End(TagEnd::HtmlBlock) => {
                if let Some((html, range)) = block.take() {
                    settle_block(&html, range, setting, findings, &mut out);
                }
            }
            Event::InlineHtml(html) if html.starts_with("<!--") => {
                if is_more(&html) {
                    out.push((Event::Html(CowStr::Borrowed(MORE)), range));
                }
            }
            Event::InlineHtml(html) if setting.options.raw_html == RawHtml::Escape => {
                // An element is told once, not again where it ends.
                if !html.starts_with("</") {
                    findings.raw_html(setting.origin.place(range.clone()));
                }
                out.push((Event::Text(html), range));
            }
            event => out.push((event, range)),
        }
    }
    out
}

fn settle_block(
    html: &str,
    range: Range<usize>,
    setting: &Setting<'_>,
    findings: &mut Findings<'_>,
    out: &mut Vec<Located<'_>>,
) {
    // In scripts and styles `<!--` is no comment.
    let verbatim = ["<script", "<style", "<textarea"]
        .iter()
        .any(|tag| html.trim_start().get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag)));
    let (kept, more) = if verbatim { (html.to_owned(), false) } else { without_comments(html) };
    if more {
        out.push((Event::Html(CowStr::Borrowed(MORE)), range.clone()));
    }
    if kept.trim().is_empty() {
        return;
    }
    match setting.options.raw_html {
        RawHtml::Allow => out.push((Event::Html(kept.into()), range)),
        RawHtml::Escape => {
            findings.raw_html(setting.origin.place(range.clone()));
            out.push((Event::Start(Tag::Paragraph), range.clone()));
            out.push((Event::Text(kept.trim().to_owned().into()), range.clone()));
            out.push((Event::End(TagEnd::Paragraph), range));
        }
    }
}

/// HTML without its comments, and whether `more` was one of them. A comment that never ends goes on to the end.
fn without_comments(html: &str) -> (String, bool) {
    let (mut kept, mut more, mut rest) = (String::with_capacity(html.len()), false, html);
    while let Some(start) = rest.find("<!--") {
        kept.push_str(&rest[..start]);
        let comment = &rest[start..];
        // `<!-->` and `<!--->` are whole comments.
        let end = match comment {
            _ if comment.starts_with("<!-->") => 5,
            _ if comment.starts_with("<!--->") => 6,
            _ => comment.get(4..).and_then(|inner| inner.find("-->")).map_or(comment.len(), |at| at + 7),
        };
        more |= is_more(&comment[..end]);
        rest = &comment[end..];
    }
    kept.push_str(rest);
    (kept, more)
}

fn is_more(comment: &str) -> bool {
    let inner = comment.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
    inner.is_some_and(|inner| inner.trim().eq_ignore_ascii_case("more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_cut_out() {
        assert_eq!(without_comments("<!-- a\n\nb --> c <!-- d -->"), (" c ".to_owned(), false));
        assert_eq!(without_comments("<!--more-->\n"), ("\n".to_owned(), true));
        assert_eq!(without_comments("a <!-- never"), ("a ".to_owned(), false));
        assert_eq!(without_comments("<!--> a --><!---> b"), (" a --> b".to_owned(), false));
    }
}
