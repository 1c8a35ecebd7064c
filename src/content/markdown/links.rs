//! Where links lead: outside, inside, or nowhere that we let readers go.
//!
//! Never asks whether the target exists. The judgement is by an allowlist of schemes, after taking out what browsers
//! take out too, so that `java\nscript:` is what it is.

use super::{Setting, escape};
use crate::base::local::{LOGIN_IS_SEEN, WITHOUT_LOGIN, has_login, is_local};
use crate::base::nfc::into_nfc;
use crate::base::{Code, Diagnostic};
use crate::content::document::{Target, TargetKind};
use crate::content::findings::Findings;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use std::ops::Range;

/// What an address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged<'d> {
    /// Outside the site, allowed.
    External(Cow<'d, str>),
    /// Inside the site.
    Internal(Target),
    /// Not allowed.
    Unsafe(Refused),
}

/// Why an address is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It has this scheme.
    Scheme(String),
    /// It begins with `//`, or with what browsers read so.
    NoScheme(String),
    /// It has a scheme and no host.
    NoHost,
    /// It is empty: it would lead to the page that shows it.
    Nothing,
}

impl Refused {
    /// What is wrong, in words.
    pub fn problem(&self) -> String {
        match self {
            Refused::Scheme(scheme) => format!("links with `{scheme}:` are not allowed"),
            Refused::NoScheme(_) => "the address has a host and no scheme".to_owned(),
            Refused::NoHost => "the address has no host".to_owned(),
            Refused::Nothing => "there is no address between the brackets".to_owned(),
        }
    }

    /// What to do.
    pub fn help(&self) -> String {
        match self {
            Refused::Scheme(scheme) if scheme.len() == 1 || scheme.eq_ignore_ascii_case("file") => {
                "this is a file of your own computer, which readers cannot open: copy it beside the article and write its \
                 name, as in `photo.jpg`"
                    .to_owned()
            }
            Refused::Scheme(_) => {
                "use https, http, mailto or tel; for a file whose name has a `:`, write `./` before it".to_owned()
            }
            Refused::NoScheme(rest) => format!("write https://{rest}"),
            Refused::NoHost => "write the whole address: https://…".to_owned(),
            Refused::Nothing => "write where it leads: `https://…`, a page (`/2025/06/meta/`) or a file (`meta.md`)".to_owned(),
        }
    }
}

/// Judges the destination of a link.
pub fn judge(destination: &str) -> Judged<'_> {
    if is_plainly_web(destination) {
        return Judged::External(Cow::Borrowed(destination));
    }
    // Browsers drop tabs and line ends anywhere, and trim other control characters and spaces.
    let cleaned: String;
    let address = if destination.contains(|c: char| c.is_control()) {
        cleaned = destination.chars().filter(|c| !c.is_control()).collect();
        cleaned.trim()
    } else {
        destination.trim()
    };
    if let Some(scheme) = scheme(address) {
        let rest = &address[address.find(':').map_or(0, |at| at + 1)..];
        return match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => match rest
                .strip_prefix("//")
                .is_some_and(|host| !host.is_empty() && !host.starts_with(['/', '?', '#', '\\']))
            {
                true => Judged::External(Cow::Owned(address.to_owned())),
                false => Judged::Unsafe(Refused::NoHost),
            },
            "mailto" | "tel" => Judged::External(Cow::Owned(address.to_owned())),
            _ => Judged::Unsafe(Refused::Scheme(scheme)),
        };
    }
    if let Some(rest) = without_scheme(address) {
        return Judged::Unsafe(Refused::NoScheme(rest.to_owned()));
    }
    let target = inside(address);
    // What hides behind percent signs is judged as well: whoever prints the path may print it decoded.
    if let Some(scheme) = self::scheme(&target.path) {
        return Judged::Unsafe(Refused::Scheme(scheme));
    }
    if let Some(rest) = without_scheme(&target.path) {
        return Judged::Unsafe(Refused::NoScheme(rest.to_owned()));
    }
    Judged::Internal(target)
}

/// The same, on a site that is served at an address: what is written whole, yet leads there, is inside.
pub fn judge_on<'d>(own: &str, destination: &'d str) -> Judged<'d> {
    match judge(destination) {
        Judged::External(address) if !own.is_empty() => match address.strip_prefix(own) {
            Some("") => judge("/"),
            Some(rest) if rest.starts_with('/') && !rest.starts_with("//") => judge(rest).into_owned(),
            Some(rest) if rest.starts_with(['?', '#']) => judge(&format!("/{rest}")).into_owned(),
            _ => Judged::External(address),
        },
        judged => judged,
    }
}

impl Judged<'_> {
    fn into_owned(self) -> Judged<'static> {
        match self {
            Judged::External(address) => Judged::External(Cow::Owned(address.into_owned())),
            Judged::Internal(target) => Judged::Internal(target),
            Judged::Unsafe(refused) => Judged::Unsafe(refused),
        }
    }
}

/// Whether an address is one of the web with nothing to look at twice, as most are.
fn is_plainly_web(address: &str) -> bool {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        rest.starts_with(|first: char| first.is_ascii_alphanumeric())
            && rest.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

/// Whether an address is one of the web.
pub fn is_web(address: &str) -> bool {
    address.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"))
}

/// Where a picture of the front matter is; the error says what is wrong.
pub fn picture_target(text: &str) -> Result<Target, String> {
    match judge(text) {
        Judged::External(address) if is_web(&address) => Ok(external(&address)),
        Judged::External(address) => Err(format!("`{address}` is no picture")),
        Judged::Internal(target) => match target.path.is_empty() {
            true => Err("it names no file".to_owned()),
            false => Ok(target),
        },
        Judged::Unsafe(refused) => Err(refused.problem()),
    }
}

/// An address outside the site as a target.
pub fn external(address: &str) -> Target {
    Target { kind: TargetKind::External, path: escape::encoded(address), query: None, fragment: None }
}

/// A fragment of the article itself.
pub fn own(fragment: &str) -> Target {
    Target { kind: TargetKind::Own, path: String::new(), query: None, fragment: Some(fragment.to_owned()) }
}

/// Where the destination of a link stands in the text, or the whole link when it is written in another way.
pub fn place(destination: &str, link: Range<usize>, text: &str) -> Range<usize> {
    let found =
        text.get(link.clone()).filter(|_| !destination.is_empty()).and_then(|written| written.rfind(destination));
    match found {
        Some(at) => link.start + at..link.start + at + destination.len(),
        None => link,
    }
}

/// Tells that a link was dropped.
pub fn refuse(
    refused: &Refused,
    destination: &str,
    link: Range<usize>,
    text: &str,
    setting: &Setting<'_>,
    findings: &mut Findings<'_>,
) {
    let label = findings.label(setting.origin.place(place(destination, link, text)), "only the text is kept");
    let code = if *refused == Refused::Nothing { Code::BrokenLink } else { Code::UnsafeLink };
    findings.push(Diagnostic::new(code, refused.problem()).at(label).help(refused.help()));
}

/// Tells of a link or picture that leads to the machine of who wrote it, or has a login.
pub fn tell_if_private(
    destination: &str,
    link: Range<usize>,
    text: &str,
    setting: &Setting<'_>,
    findings: &mut Findings<'_>,
) {
    let (code, message, help) = if has_login(destination) {
        (Code::LoginInAddress, LOGIN_IS_SEEN, WITHOUT_LOGIN)
    } else if is_local(destination) {
        (
            Code::LocalAddress,
            "this is an address of your own machine: nobody else can follow it",
            "write the path from the site's root, as in `/2025/06/meta/`, or the file, as in `/posts/meta.md`",
        )
    } else {
        return;
    };
    let label = findings.label(setting.origin.place(place(destination, link, text)), "");
    findings.push(Diagnostic::new(code, message).at(label).help(help));
}

/// The scheme that an address begins with, as a browser would read it.
fn scheme(address: &str) -> Option<String> {
    let colon = address.find(':')?;
    if address[..colon].contains(['/', '?', '#']) {
        return None;
    }
    let scheme: String = address[..colon].chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let well_formed = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    // `:` after what is no scheme is a part of a name: `Méta : la suite.md`.
    well_formed.then_some(scheme)
}

/// What stands after the slashes of `//host`, or of what browsers read so.
fn without_scheme(address: &str) -> Option<&str> {
    let rest = address.trim_start_matches(['/', '\\']);
    (address.len() - rest.len() >= 2 || address.starts_with('\\')).then_some(rest)
}

fn inside(address: &str) -> Target {
    let (before, fragment) = match address.split_once('#') {
        Some((before, fragment)) => (before, Some(decoded(fragment))),
        None => (address, None),
    };
    let (path, query) = match before.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (before, None),
    };
    let path = decoded(path);
    let is_markdown = path.len() > 3 && path.get(path.len() - 3..).is_some_and(|end| end.eq_ignore_ascii_case(".md"));
    let kind = match () {
        () if path.is_empty() && query.is_none() => TargetKind::Own,
        () if is_markdown => TargetKind::Markdown,
        () if path.starts_with('/') => TargetKind::Rooted,
        () => TargetKind::Relative,
    };
    Target { kind, path, query, fragment }
}

/// Percent-decoded and in NFC; as written when what is encoded is no text.
fn decoded(text: &str) -> String {
    match percent_decode_str(text).decode_utf8() {
        Ok(text) => into_nfc(text.into_owned()),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn internal(address: &str) -> Target {
        match judge(address) {
            Judged::Internal(target) => target,
            other => panic!("{address}: {other:?}"),
        }
    }

    #[test]
    fn only_known_schemes_leave_the_site() {
        for address in ["https://a.fr/x", "HTTP://a", "mailto:a@b.fr", "tel:+33"] {
            assert!(matches!(judge(address), Judged::External(_)), "{address}");
        }
        for address in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:x",
            " javascript:x",
            "java\u{a0}script:x",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "//host/x",
            "/\\host",
            "\\\\host",
            "/\t/host",
            "blob:x",
            "https:",
            "http:///x",
            "%6Aavascript:x",
            "java%0ascript:x",
            "%2F%2Fhost",
            "/%5Chost",
            "%5c%5chost",
        ] {
            assert!(matches!(judge(address), Judged::Unsafe(_)), "{address:?}");
        }
    }

    #[test]
    fn targets_are_decoded_and_sorted() {
        let target = internal("../05/e%CC%81te%CC%81.md?x=1#Suite%20l%C3%A0");
        assert_eq!((target.kind, target.path.as_str()), (TargetKind::Markdown, "../05/été.md"));
        assert_eq!((target.query.as_deref(), target.fragment.as_deref()), (Some("x=1"), Some("Suite là")));
        for (address, kind) in [
            ("/img/x.png", TargetKind::Rooted),
            ("x.svg", TargetKind::Relative),
            ("#là", TargetKind::Own),
            ("/a/b.MD", TargetKind::Markdown),
            ("./a:b.html", TargetKind::Relative),
            ("?x", TargetKind::Relative),
            ("", TargetKind::Own),
            ("Méta : suite.html", TargetKind::Relative),
        ] {
            assert_eq!(internal(address).kind, kind, "{address}");
        }
    }
}
