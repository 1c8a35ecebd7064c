//! The rules of `_redirects`, as hosts obey them: the first that fits wins.
//!
//! Rules that ask something else than the path (a country, a language, a query) never fit here, and nothing is ever fetched
//! from elsewhere. A browser is sent to another host only if the rule itself names it: what was asked never does.

use super::target::encoded;
use percent_encoding::{CONTROLS, percent_decode_str, utf8_percent_encode};

/// The rules of a site, in their order.
#[derive(Debug, Default)]
pub struct Rules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    from: Vec<Part>,
    to: String,
    status: u16,
    is_forced: bool,
}

/// A part of a path, between slashes.
#[derive(Debug)]
enum Part {
    Word(String),
    Name(String),
    Rest,
}

/// What a rule says of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is elsewhere.
    Elsewhere {
        /// The status of the redirect.
        status: u16,
        /// Where.
        location: String,
    },
    /// The file at that path of the same server answers, with that status.
    Instead {
        /// The status.
        status: u16,
        /// Its path, encoded.
        path: String,
    },
}

impl Rules {
    /// The rules of a file. Lines that are none are skipped, as hosts do.
    pub fn parse(text: &str) -> Rules {
        Rules(text.lines().filter_map(rule).collect())
    }

    /// What the first rule that fits a decoded path says. Where there is a file at the path, only forced rules count.
    pub fn verdict(&self, path: &str, query: &str, has_file: bool) -> Option<Verdict> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        self.0.iter().filter(|rule| rule.is_forced || !has_file).find_map(|rule| rule.says(&parts, query))
    }
}

impl Rule {
    fn says(&self, parts: &[&str], query: &str) -> Option<Verdict> {
        let found = fits(&self.from, parts)?;
        let to = filled(&self.to, &found);
        // A path of ours that begins with two slashes would be another host, and named by whoever asks.
        if self.to.starts_with('/') && (to.starts_with("//") || to.starts_with("/\\")) {
            return None;
        }
        if matches!(self.status, 200 | 404) {
            return Some(Verdict::Instead { status: self.status, path: to });
        }
        // A rule that leads to where one is would lead there for ever.
        let path = to.split(['?', '#']).next().unwrap_or_default();
        let there = percent_decode_str(path).decode_utf8_lossy();
        if there.split('/').filter(|part| !part.is_empty()).eq(parts.iter().copied()) {
            return None;
        }
        let location = match (query, to.split_once('#')) {
            ("", _) => to,
            _ if to.contains('?') => to,
            (query, Some((before, after))) => format!("{before}?{query}#{after}"),
            (query, None) => format!("{to}?{query}"),
        };
        Some(Verdict::Elsewhere { status: self.status, location })
    }
}

fn rule(line: &str) -> Option<Rule> {
    let mut words = line.split_whitespace().take_while(|word| !word.starts_with('#'));
    let from = words.next()?.strip_prefix('/')?;
    let to = words.next()?;
    let status = words.next().unwrap_or("301");
    let (status, is_forced) = status.strip_suffix('!').map_or((status, false), |status| (status, true));
    let status = status.parse().ok()?;
    // Conditions: here nobody knows whether they hold.
    if words.next().is_some() {
        return None;
    }
    let is_inside = to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\");
    let is_known = match status {
        200 | 404 => is_inside,
        301 | 302 | 303 | 307 | 308 => is_inside || names_a_host(to),
        _ => false,
    };
    let from: Vec<Part> = from.split('/').filter(|part| !part.is_empty()).map(part).collect();
    let is_sound = from.iter().rev().skip(1).all(|part| !matches!(part, Part::Rest));
    let to = utf8_percent_encode(to, CONTROLS).to_string();
    (is_known && is_sound).then_some(Rule { from, to, status, is_forced })
}

/// Whether an address names its host itself, and no part of what is asked can become it.
fn names_a_host(to: &str) -> bool {
    let rest = to.strip_prefix("https://").or_else(|| to.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let has_name = host.split(':').skip(1).any(|part| part.starts_with(|first: char| first.is_alphabetic()));
        !host.is_empty() && !has_name && !host.contains(['@', '\\'])
    })
}

fn part(text: &str) -> Part {
    match text.strip_prefix(':') {
        Some(name) => Part::Name(name.to_owned()),
        None if text == "*" => Part::Rest,
        None => Part::Word(percent_decode_str(text).decode_utf8_lossy().into_owned()),
    }
}

/// What names stand for when a path fits.
fn fits<'r>(from: &'r [Part], parts: &[&str]) -> Option<Vec<(&'r str, String)>> {
    let mut found = Vec::new();
    for (index, part) in from.iter().enumerate() {
        match part {
            Part::Rest => {
                found.push(("splat", parts[index.min(parts.len())..].join("/")));
                return Some(found);
            }
            Part::Name(name) => found.push((name.as_str(), (*parts.get(index)?).to_owned())),
            Part::Word(word) if parts.get(index)? == word => {}
            Part::Word(_) => return None,
        }
    }
    (from.len() == parts.len()).then_some(found)
}

/// An address with what names stand for.
fn filled(to: &str, found: &[(&str, String)]) -> String {
    let mut filled = String::new();
    let mut pieces = to.split(':');
    filled.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let end = piece.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(piece.len());
        let (name, rest) = piece.split_at(end);
        match found.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.extend([&encoded(value), rest]),
            None => filled.extend([":", piece]),
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elsewhere(rules: &str, path: &str) -> Option<(u16, String)> {
        match Rules::parse(rules).verdict(path, "", false) {
            Some(Verdict::Elsewhere { status, location }) => Some((status, location)),
            Some(Verdict::Instead { .. }) | None => None,
        }
    }

    fn goes(rules: &str, path: &str, location: &str) {
        assert_eq!(elsewhere(rules, path).map(|(_, location)| location).as_deref(), Some(location), "{rules} {path}");
    }

    #[test]
    fn the_first_rule_that_fits_wins() {
        let rules = "# rules\n/a /b 302\n/a /c\n\n/d /e # and why\n";
        assert_eq!(elsewhere(rules, "/a/"), Some((302, "/b".to_owned())));
        assert_eq!(elsewhere(rules, "/d"), Some((301, "/e".to_owned())));
        assert_eq!(elsewhere(rules, "/f"), None);
    }

    #[test]
    fn names_and_the_rest_are_put_in() {
        goes("/blog/* /actu/:splat", "/blog/2025/meta", "/actu/2025/meta");
        goes("/blog/* /actu/:splat", "/blog", "/actu/");
        goes("/n/:year/:slug /:slug/?y=:year", "/n/2025/été", "/%C3%A9t%C3%A9/?y=2025");
        goes("/x/* https://example.org:8080/:splat", "/x/y", "https://example.org:8080/y");
        goes("/%C3%A9/ /e/", "/é/", "/e/");
        assert_eq!(elsewhere("/n/:a /x", "/n/a/b"), None);
    }

    #[test]
    fn what_is_asked_never_names_a_host() {
        for rules in ["/* //:splat", "/* https://:splat", "/* https://x.:splat/", "/* /\\:splat", "/* //evil.org/"] {
            assert_eq!(elsewhere(rules, "/evil.org"), None, "{rules}");
        }
        for (rules, asked) in
            [("/n/:a/* /:splat/:a", "/n/evil.org"), ("/o/* /:splat/evil.org/", "/o"), ("/p/* /:splat/:splat", "/p")]
        {
            assert_eq!(elsewhere(rules, asked), None, "{rules}");
        }
        goes("/o/* /:splat", "/o/evil.org", "/evil.org");
        goes("/o/* /:splat", "/o/\\evil.org", "/%5Cevil.org");
    }

    #[test]
    fn what_asks_more_than_the_path_never_fits() {
        for rules in
            ["/a /b 302 Language=fr", "/a id=:id /b", "/a /b 418", "/a", "a /b", "/a https://api/ 200", "/*/a /b"]
        {
            assert_eq!(Rules::parse(rules).verdict("/a", "", false), None, "{rules}");
        }
    }

    #[test]
    fn files_are_stronger_than_rules_that_are_not_forced() {
        let rules = Rules::parse("/a /b\n/c /d 302!");
        assert_eq!(rules.verdict("/a", "", true), None);
        assert!(rules.verdict("/c", "", true).is_some());
    }

    #[test]
    fn queries_are_kept_and_no_rule_leads_to_itself() {
        let rules = Rules::parse("/a /b#x\n/c /d?e=f\n/g/* /g 301\n/h /i 200");
        let location = |path: &str| match rules.verdict(path, "q=1", false) {
            Some(Verdict::Elsewhere { location, .. }) => location,
            verdict => format!("{verdict:?}"),
        };
        assert_eq!(location("/a"), "/b?q=1#x");
        assert_eq!(location("/c"), "/d?e=f");
        assert_eq!(location("/g/"), "None");
        let instead = Verdict::Instead { status: 200, path: "/i".to_owned() };
        assert_eq!(rules.verdict("/h", "", false), Some(instead));
    }
}
