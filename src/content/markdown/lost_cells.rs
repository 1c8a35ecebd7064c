//! Cells of tables that no reader sees: a row may have more of them than the head, and Markdown drops those. Told, and left
//! as they are.
//!
//! The parser gives no event for such a cell: it stands between the end of the last cell that is one and the end of its row.

use super::Setting;
use super::events::Located;
use crate::base::{Code, Diagnostic};
use crate::content::findings::Findings;
use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

/// What a table loses.
struct Lost {
    /// The first cell.
    first: Range<usize>,
    /// How many cells its row has.
    cells: usize,
    /// How many rows lose cells.
    rows: usize,
}

/// Tells of the first cell that each table loses.
pub fn tell(events: &[Located<'_>], text: &str, setting: &Setting<'_>, findings: &mut Findings<'_>) {
    let (mut columns, mut cell_end, mut lost): (usize, usize, Option<Lost>) = (0, 0, None);
    for (event, range) in events {
        match event {
            Event::Start(Tag::Table(alignments)) => columns = alignments.len(),
            Event::End(TagEnd::TableCell) => cell_end = range.end,
            Event::End(TagEnd::TableRow) => {
                let Some((first, more)) = beyond(text, cell_end..range.end) else { continue };
                lost.get_or_insert(Lost { first, cells: columns + more, rows: 0 }).rows += 1;
            }
            Event::End(TagEnd::Table) => {
                if let Some(lost) = lost.take() {
                    push(&lost, columns, setting, findings);
                }
            }
            _ => {}
        }
    }
}

/// The first cell with something in it behind the last that is shown, and how many cells there are; nothing where all are
/// empty.
fn beyond(text: &str, rest: Range<usize>) -> Option<(Range<usize>, usize)> {
    let written = text.get(rest.clone())?.trim_end();
    if written.len() < 2 {
        // At most the bar that ends the row, as nearly everywhere.
        return None;
    }
    let (mut first, mut cells, mut start) = (None, 0, 0);
    let bars = written.match_indices('|').map(|(at, _)| at).filter(|at| !written[..*at].ends_with('\\'));
    for end in bars.chain([written.len()]) {
        let cell = &written[start..end];
        let inner = cell.trim();
        // Before the first bar stands nothing, and behind the last one nothing that is a cell.
        let is_cell = start > 0 && !(end == written.len() && inner.is_empty());
        cells += usize::from(is_cell);
        if is_cell && first.is_none() && !inner.is_empty() {
            let at = rest.start + start + (cell.len() - cell.trim_start().len());
            first = Some(at..at + inner.len());
        }
        start = end + 1;
    }
    first.map(|first| (first, cells))
}

fn push(lost: &Lost, columns: usize, setting: &Setting<'_>, findings: &mut Findings<'_>) {
    let more = match lost.rows {
        1 => String::new(),
        2 => ", and 1 more row has too many".to_owned(),
        rows => format!(", and {} more rows have too many", rows - 1),
    };
    let head = if columns == 1 { "1 column".to_owned() } else { format!("{columns} columns") };
    let message = format!("this cell is shown nowhere: its row has {} cells, and the table {head}{more}", lost.cells);
    let label = findings.label(setting.origin.place(lost.first.clone()), "left out");
    let help = "write one more column in both lines of the head; a `|` that is text is written `\\|`, in code too";
    findings.push(Diagnostic::new(Code::LostText, message).at(label).help(help));
}

#[cfg(test)]
mod tests {
    use super::beyond;

    #[test]
    fn cells_behind_the_last_are_found() {
        for (rest, found) in [
            ("", None),
            ("|\n", None),
            ("| |  |\n", None),
            ("| c |\n", Some(("c", 1))),
            ("| c", Some(("c", 1))),
            ("| | d \\| é | e\r\n", Some(("d \\| é", 3))),
        ] {
            let text = format!("|a{rest}");
            let told = beyond(&text, 2..text.len()).map(|(place, cells)| (&text[place], cells));
            assert_eq!(told, found, "{rest:?}");
        }
    }
}
