//! What the program printed, beside what it is expected to print.

use crate::scratch::{Ran, Scratch};
use std::fs;
use std::path::Path;

/// How what was printed differs from `expected.txt` of a case, which `UPDATE=1` writes anew.
pub fn differs(name: &str, case: &Path, printed: &str) -> Option<String> {
    let expected_file = case.join("expected.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(expected_file, printed).unwrap();
        return None;
    }
    match fs::read_to_string(expected_file) {
        Ok(expected) if expected == printed => None,
        Ok(expected) => Some(format!("{name}:\n--- expected\n{expected}\n--- printed\n{printed}\n")),
        Err(error) => Some(format!("{name}: expected.txt: {error}\n--- printed\n{printed}\n")),
    }
}

/// The arguments of a case, one a line; `build` unless a file has others.
pub fn arguments(case: &Path) -> Vec<String> {
    let text = fs::read_to_string(case.join("arguments")).unwrap_or_else(|_| "build".to_owned());
    text.lines().map(str::to_owned).collect()
}

/// What was printed, without what another machine or another moment would print.
pub fn printed(ran: &Ran, site: &Scratch) -> String {
    let mut text = format!("exit code {}\n", ran.code);
    for (name, stream) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        if !stream.is_empty() {
            text.push_str(&format!("--- {name}\n{}", neutral(stream, site)));
        }
    }
    text
}

/// A text without what another machine or another moment would print.
pub fn neutral(text: &str, site: &Scratch) -> String {
    let mut text = text.to_owned();
    for root in [Some(site.root().to_owned()), fs::canonicalize(site.root()).ok()].into_iter().flatten() {
        text = text.replace(&*root.to_string_lossy(), "<site>");
    }
    for (before, after) in [(" in ", " ms"), ("\"milliseconds\":", "}")] {
        text = without_number(&text, before, after);
    }
    text
}

/// A text in which every number between two words is `…`.
fn without_number(text: &str, before: &str, after: &str) -> String {
    let mut parts = text.split(before);
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_number = rest.len() < part.len() && rest.starts_with(after);
        out.push_str(before);
        out.push_str(if is_number { "…" } else { "" });
        out.push_str(if is_number { rest } else { part });
    }
    out
}
