//! Quotations that name who said it: a block quote whose last line begins with a dash.
//!
//! Never takes the dash of a list or of a dialogue inside the quotation: only the last line of the last paragraph counts.

use super::events::Located;
use crate::base::Table;
use pulldown_cmark::{Event, Tag, TagEnd};

/// The block quotes with a credit.
#[derive(Debug, Default)]
pub struct Quotes {
    /// Where the credit begins (a line break, or the start of a paragraph), by where its quote does.
    credits: Table<usize, usize>,
}

/// A block quote that is open while they are looked for.
struct Open {
    start: usize,
    /// What may be its credit, if nothing else follows.
    credit: Option<usize>,
    is_empty: bool,
    /// How many elements are open inside it.
    depth: usize,
}

impl Quotes {
    /// Finds them.
    pub fn find(events: &[Located<'_>]) -> Quotes {
        let mut quotes = Quotes::default();
        let mut open: Vec<Open> = Vec::new();
        for (at, (event, _)) in events.iter().enumerate() {
            if let Event::Start(Tag::BlockQuote(None)) = event {
                if let Some(outer) = open.last_mut() {
                    outer.see_block(None);
                }
                open.push(Open { start: at, credit: None, is_empty: true, depth: 0 });
                continue;
            }
            let Some(quote) = open.last_mut() else { continue };
            match event {
                Event::End(TagEnd::BlockQuote(None)) => {
                    if let Some(credit) = quote.credit {
                        quotes.credits.insert(quote.start, credit);
                    }
                    open.pop();
                }
                Event::Start(tag) => {
                    if quote.depth == 0 {
                        let is_credit =
                            matches!(tag, Tag::Paragraph) && !quote.is_empty && begins_with_dash(events, at + 1);
                        quote.see_block(is_credit.then_some(at));
                    }
                    quote.depth += 1;
                }
                Event::End(_) => quote.depth = quote.depth.saturating_sub(1),
                Event::SoftBreak | Event::HardBreak if quote.depth == 1 => {
                    quote.credit = begins_with_dash(events, at + 1).then_some(at);
                }
                Event::Html(_) | Event::Rule if quote.depth == 0 => quote.see_block(None),
                Event::SoftBreak
                | Event::HardBreak
                | Event::Html(_)
                | Event::Rule
                | Event::Text(_)
                | Event::Code(_)
                | Event::InlineHtml(_)
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::FootnoteReference(_)
                | Event::TaskListMarker(_) => {}
            }
        }
        quotes
    }

    /// Where the credit of the quote that begins here is.
    pub fn credit_of(&self, start: usize) -> Option<usize> {
        self.credits.get(&start).copied()
    }
}

impl Open {
    fn see_block(&mut self, credit: Option<usize>) {
        self.is_empty = false;
        self.credit = credit;
    }
}

/// Whether a line begins here that names somebody: a dash, a space, and more.
fn begins_with_dash(events: &[Located<'_>], at: usize) -> bool {
    let Some((Event::Text(text), _)) = events.get(at) else { return false };
    let rest = ["—", "–", "--"].iter().find_map(|dash| text.strip_prefix(dash));
    rest.is_some_and(|rest| rest.starts_with(char::is_whitespace))
}
