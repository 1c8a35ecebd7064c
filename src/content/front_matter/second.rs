//! A second front matter right behind the first: nothing of it is read, and readers see it as text.
//!
//! Never takes a line across the page (`---`) for one: there must be a key that articles have, and the fence that closes.

use super::keys;
use super::split;
use super::tree::Format;
use crate::base::{Code, Diagnostic};
use crate::content::findings::Findings;

/// Tells of one at the beginning of a text.
pub fn tell(body: usize, findings: &mut Findings<'_>) {
    let text = findings.source().as_str().get(body..).unwrap_or("");
    let blank = text.len() - text.trim_start_matches(['\n', '\r', ' ', '\t']).len();
    let start = text[..blank].rfind('\n').map_or(0, |end| end + 1);
    let Ok(found) = split::split(&text[start..]) else { return };
    let inside = &text[start..][found.front];
    let first = inside.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or("");
    if !has_known_key(found.format, first) {
        return;
    }
    let at = body + start;
    let label = findings.label(at..at + found.format.fence().len(), "this one is read by nobody");
    let problem = Diagnostic::new(Code::SecondFrontMatter, "a second front matter follows the first");
    findings.push(problem.at(label).help("move its keys into the first, and delete it"));
}

fn has_known_key(format: Format, line: &str) -> bool {
    let sign = match format {
        Format::Toml => '=',
        Format::Yaml => ':',
    };
    line.split_once(sign).is_some_and(|(key, _)| keys::is_known(key.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{SourcePath, SourceText};

    #[test]
    fn a_front_matter_is_told_from_a_line_across_the_page() {
        let told = |body: &str| {
            let source = SourceText::new(SourcePath::new("a.md"), format!("+++\ntitle = 1\n+++\n{body}"));
            let mut findings = Findings::new(&source);
            tell("+++\ntitle = 1\n+++\n".len(), &mut findings);
            findings.finish().len()
        };
        for body in ["---\ntitle: B\n---\nx", "\n+++\n# x\ndate = 2025-06-19\n+++", "---\r\nlayout: post\r\n---\r\n"] {
            assert_eq!(told(body), 1, "{body}");
        }
        for body in [
            "---\n\nTexte.\n\n---\n",
            "---\ntitle: B\n",
            "---\nSource : WSJ\n---\n",
            "x\n---\ntitle: B\n---\n",
            "",
            "---",
        ] {
            assert_eq!(told(body), 0, "{body}");
        }
    }
}
