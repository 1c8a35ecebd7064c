//! Names that are safe by construction: paths of sources, paths of outputs, URL paths, slugs.
//!
//! A path in the site, a path in the output and a path in a URL are three types, and no string passes from one to
//! another except through the functions here. None of them can hold `..`, a backslash or a drive.

use super::nfc::nfc;
use super::portable;
use super::spelling::{bare, is_point};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// A file of the site, relative to its root, with `/` between folders, as the disk spells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourcePath(Arc<str>);

impl SourcePath {
    /// The path as given; the door that walks the disk makes these.
    pub fn new(path: impl AsRef<str>) -> SourcePath {
        SourcePath(Arc::from(path.as_ref().trim_start_matches("./")))
    }

    /// The text of the path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last component.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or("")
    }

    /// The last component without its extension.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The extension in the file's own spelling, or nothing.
    pub fn extension(&self) -> &str {
        self.file_name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// The folder that holds it, without a final slash; empty at the root.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// What is left below a folder.
    pub fn below(&self, folder: &str) -> Option<&str> {
        self.0.strip_prefix(folder)?.strip_prefix('/')
    }

    /// The path that `relative` means when written in this file (`..` and `.` resolved); nothing when it leaves the root.
    pub fn resolve(&self, relative: &str) -> Option<SourcePath> {
        let mut parts: Vec<&str> = self.folder().split('/').filter(|part| !part.is_empty()).collect();
        for part in relative.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(SourcePath::new(parts.join("/")))
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a name cannot be used, in words for a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError(pub String);

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file of the output, relative to its folder, in NFC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OutputPath(Arc<str>);

/// The list of what was published, which lies in every output folder.
pub const LIST: &str = ".manchette-manifest";

/// The output folder of a site whose settings do not say.
pub const USUAL_OUTPUT: &str = "public";

/// Longest component, in bytes, that every common file system takes with room for a temporary suffix.
const LONGEST_COMPONENT: usize = 200;

/// Longest path in the output, in bytes: systems take 4,096, of which the folders above the output and our own take some.
const LONGEST_PATH: usize = 2_000;

/// The folder below which the preview has its own pages.
pub const PREVIEW: &str = "__manchette";

impl OutputPath {
    /// Checks a path: relative, no `.` or `..`, no empty or over-long component, and none with a
    /// character that acts instead of being shown.
    pub fn parse(path: &str) -> Result<OutputPath, NameError> {
        let path = nfc(path);
        if path.len() > LONGEST_PATH {
            return Err(NameError(format!("it is longer than {LONGEST_PATH} bytes")));
        }
        if path.split('/').next().is_some_and(|first| first.eq_ignore_ascii_case(PREVIEW)) {
            return Err(NameError(format!("`{PREVIEW}` is a name that the preview keeps for itself")));
        }
        for part in path.split('/') {
            let problem = match part {
                "" => Some("it has an empty part".to_owned()),
                "." | ".." => Some(format!("it has the part `{part}`")),
                part if part.len() > LONGEST_COMPONENT => {
                    Some(format!("a part of it is longer than {LONGEST_COMPONENT} bytes"))
                }
                part if part.chars().any(|c| c.is_control() || c == '\\') => {
                    Some("it has a backslash or a control character".to_owned())
                }
                part if part.chars().any(turns) => {
                    Some("it has a character that turns the direction of text, and reads as another name".to_owned())
                }
                part if is_ours(part) => Some(format!("`{part}` is a name that manchette keeps for itself")),
                part if is_repository(part) => {
                    Some(format!("`{part}` is a folder that a program of version control keeps for itself"))
                }
                _ => None,
            };
            if let Some(problem) = problem {
                return Err(NameError(problem));
            }
        }
        Ok(OutputPath(Arc::from(path)))
    }

    /// The text of the path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two paths are the same file on some file system: one Unicode form, case folded, and no dot or
    /// space at the end of a part. The key of a folder is the beginning of the keys of what is in it.
    pub fn collision_key(&self) -> String {
        portable::key(&self.0)
    }

    /// Why some system cannot have a file of that name, in words for a message; nothing when all can.
    pub fn objection(&self) -> Option<String> {
        self.0.split('/').find_map(portable::objection)
    }

    /// Where a browser finds it: `x/index.html` is `/x/`, the rest keeps its name.
    pub fn url(&self) -> UrlPath {
        let path = match self.0.strip_suffix("index.html") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
            _ => &self.0,
        };
        UrlPath(Arc::from(format!("/{}", utf8_percent_encode(path, URL_PATH))))
    }
}

/// Whether a character sets the direction of the text behind it, as `\u{202e}gnp.exe` does to read as `exe.png`. Marks that
/// belong to words of languages (U+200E, joiners) do not.
fn turns(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a name is one of those that the door to the disk keeps beside published files (`src/sink/`), in any case.
/// Whether a folder of this name is one in which programs of version control keep what is theirs. Some of it is run.
pub fn is_repository(part: &str) -> bool {
    [".git", ".hg", ".svn", ".jj", ".bzr"].iter().any(|name| part.eq_ignore_ascii_case(name))
}

fn is_ours(part: &str) -> bool {
    let name = part.to_ascii_lowercase();
    name == LIST || name.ends_with(".manchette-tmp")
}

impl Borrow<str> for OutputPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a URL path must encode; the rest of ASCII and the slash stay.
const URL_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'\'')
    .add(b'&');

/// The path of a URL below `base_url`, percent-encoded, with its leading slash: `/2025/06/meta/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UrlPath(Arc<str>);

impl UrlPath {
    /// Checks a path written by an author (an alias, a URL pattern's result, a menu entry): absolute, plain, inside.
    pub fn parse(path: &str) -> Result<UrlPath, NameError> {
        let Some(rest) = path.strip_prefix('/') else {
            return Err(NameError("it does not begin with `/`".to_owned()));
        };
        if rest.starts_with('/') {
            return Err(NameError("it begins with `//`".to_owned()));
        }
        if rest.contains(['?', '#']) {
            return Err(NameError("it has a `?` or a `#`".to_owned()));
        }
        let decoded =
            percent_decode_str(rest).decode_utf8().map_err(|_| NameError("its encoding is not UTF-8".to_owned()))?;
        let plain = decoded.strip_suffix('/').unwrap_or(&decoded);
        if !plain.is_empty() {
            OutputPath::parse(plain)?;
        }
        let decoded = nfc(&decoded);
        Ok(UrlPath(Arc::from(format!("/{}", utf8_percent_encode(&decoded, URL_PATH)))))
    }

    /// The root of the site.
    pub fn root() -> UrlPath {
        UrlPath(Arc::from("/"))
    }

    /// The encoded text, with its leading slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which file answers it: `/x/` is `x/index.html`; `/x` is `x` when that has an extension, else `x/index.html`.
    pub fn output(&self) -> Result<OutputPath, NameError> {
        let decoded = percent_decode_str(&self.0[1..]).decode_utf8_lossy();
        let last = decoded.rsplit('/').next().unwrap_or("");
        match last {
            "" => OutputPath::parse(&format!("{decoded}index.html")),
            last if last.contains('.') => OutputPath::parse(&decoded),
            _ => OutputPath::parse(&format!("{decoded}/index.html")),
        }
    }

    /// The same path with something after it: never another host, whatever that begins with.
    pub fn join(&self, relative: &str) -> UrlPath {
        let relative = relative.trim_start_matches('/');
        UrlPath(Arc::from(format!("{}{}", self.0, utf8_percent_encode(relative, URL_PATH))))
    }
}

impl fmt::Display for UrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The part of a URL that names one thing: lower-case ASCII letters, digits and single hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slug(Arc<str>);

/// Longest slug that is derived from a title, in bytes; cut at a hyphen.
const LONGEST_DERIVED_SLUG: usize = 96;

impl Slug {
    /// A slug made from a title, tag or file name of any script; nothing when no letter, digit or symbol with a name is in it.
    pub fn derive(text: &str) -> Option<Slug> {
        let composed = nfc(text);
        let text = &*bare(&composed);
        let mut slug = ascii(text);
        if slug.is_empty() {
            // Letters that no ASCII stands for (`א`) are called by their numbers.
            let letters: Vec<String> =
                text.chars().filter(|c| c.is_alphanumeric()).map(|c| format!("u{:x}", u32::from(c))).collect();
            slug = letters.join("-");
        }
        if slug.len() > LONGEST_DERIVED_SLUG {
            slug.truncate(slug[..LONGEST_DERIVED_SLUG].rfind('-').unwrap_or(LONGEST_DERIVED_SLUG));
        }
        match slug.as_str() {
            "" => None,
            _ if portable::is_reserved(&slug) => Some(Slug(Arc::from(format!("{slug}-")))),
            _ => Some(Slug(Arc::from(slug))),
        }
    }

    /// A slug to write instead of one that cannot be used.
    pub fn instead_of(text: &str) -> Option<Slug> {
        let slug = Slug::derive(text)?;
        // What is made of the name of a device has a hyphen at its end, which reads as a slip.
        Some(match portable::is_reserved(slug.as_str().trim_end_matches('-')) {
            true => Slug(Arc::from(format!("{slug}1"))),
            false => slug,
        })
    }

    /// What two spellings of one name have in common; nothing when no slug can be made of it. Names in Latin letters are
    /// one whatever their case, accents and signs. Letters of other scripts are compared themselves: two names may sound
    /// the same in ASCII (`北京`, `背景`). Vowel points and what nobody sees make no other name.
    pub fn of_spellings(text: &str) -> Option<String> {
        let slug = Slug::derive(text)?;
        let composed = nfc(text);
        let text = &*bare(&composed);
        let whole = ascii(text);
        let is_latin = text.chars().all(|c| !c.is_alphabetic() || is_latin(c));
        if is_latin && whole.len() <= LONGEST_DERIVED_SLUG {
            return Some(slug.to_string());
        }
        let letters = text.nfkd().filter(|c| c.is_alphanumeric() && !is_point(*c)).flat_map(char::to_lowercase);
        // A sigma at the end of a word is a sigma.
        let letters: String = letters.map(|c| if c == 'ς' { 'σ' } else { c }).collect();
        Some(format!("{slug} {}", if is_latin { whole } else { letters }))
    }

    /// A slug that an author wrote; never repaired.
    pub fn parse(text: &str) -> Result<Slug, NameError> {
        // Before it is judged: some letters are two characters in NFC.
        let text = &*nfc(text);
        if text.is_empty() {
            return Err(NameError("it is empty".to_owned()));
        }
        if text == "." || text == ".." || text.contains(['/', '\\']) || text.chars().any(char::is_control) {
            return Err(NameError("it is a path, not a name".to_owned()));
        }
        if text.len() > LONGEST_COMPONENT {
            return Err(NameError(format!("it is longer than {LONGEST_COMPONENT} bytes")));
        }
        if let Some(odd) = text.chars().find(|c| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))) {
            return Err(NameError(format!("it has the character `{odd}`")));
        }
        if let Some(why) = portable::objection(text) {
            return Err(NameError(why));
        }
        Ok(Slug(Arc::from(text)))
    }

    /// The text of the slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text in the small letters, digits and hyphens of ASCII, as far as they can stand for it.
fn ascii(text: &str) -> String {
    // `C`, `C++` and `C#` are three things.
    let text = match text.contains(['+', '#']) {
        true => Cow::Owned(
            text.replace("++", " plus plus").replace('+', " plus ").replace("C#", "c sharp").replace("F#", "f sharp"),
        ),
        false => Cow::Borrowed(text),
    };
    let ascii = deunicode::deunicode_with_tofu_cow(&text, " ");
    let mut slug = String::with_capacity(ascii.len());
    for word in ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug.make_ascii_lowercase();
    slug
}

/// Whether a letter is of the Latin script, by the blocks that Unicode keeps for it.
pub fn is_latin(c: char) -> bool {
    matches!(c, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}')
        || matches!(c, '\u{fb00}'..='\u{fb06}' | '\u{ff21}'..='\u{ff5a}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p32_names_of_other_scripts_are_one_only_by_their_own_letters() {
        let same = |one: &str, other: &str| Slug::of_spellings(one) == Slug::of_spellings(other);
        for (one, other) in [
            ("L'Équipe", "L’equipe"),
            ("Le  Monde", "le-monde"),
            ("Ведомости", "ВЕДОМОСТИ"),
            ("北京", "北 京"),
            ("ΕΛΛΑΣ", "Ελλάς"),
            ("כֹּל", "כל"),
            ("\u{fb2a}", "ש"),
            ("مُحَمَّد", "محمد"),
            ("WS\u{200b}J", "WSJ"),
            ("می\u{200c}خواهم", "میخواهم"),
        ] {
            assert!(same(one, other) && Slug::derive(one) == Slug::derive(other), "{one} {other}");
        }
        assert!(!same("أمر", "امر"));
        let long = "a".repeat(300);
        for (one, other) in [("北京时报", "背景时报"), ("क", "ก"), (&*format!("{long}b"), &*format!("{long}c"))]
        {
            assert!(Slug::derive(one) == Slug::derive(other) && !same(one, other), "{one} {other}");
        }
        assert_eq!(slug("א").as_deref(), Some("u5d0"));
        assert_ne!(slug("א"), slug("ع"));
    }

    fn slug(text: &str) -> Option<String> {
        Slug::derive(text).map(|slug| slug.to_string())
    }

    #[test]
    fn slugs_are_ascii_whatever_the_script() {
        assert_eq!(slug("L'IA débarque à l’Élysée").as_deref(), Some("l-ia-debarque-a-l-elysee"));
        assert_eq!(slug("Re\u{301}gulation"), slug("Régulation"));
        assert_eq!(slug("cœur").as_deref(), Some("coeur"));
        assert_eq!(slug("中文").as_deref(), Some("zhong-wen"));
        assert_eq!(slug(";)"), None);
        assert!(slug("🚀").is_some());
    }

    #[test]
    fn languages_with_symbols_keep_their_own_slugs() {
        let slugs = [slug("C"), slug("C++"), slug("C#")];
        assert!(slugs[0] != slugs[1] && slugs[1] != slugs[2] && slugs[0] != slugs[2]);
    }

    #[test]
    fn windows_device_names_are_not_slugs() {
        assert_eq!(slug("CON").as_deref(), Some("con-"));
        assert_eq!(slug("com1").as_deref(), Some("com1-"));
        assert_eq!(slug("compte").as_deref(), Some("compte"));
    }

    #[test]
    fn output_paths_cannot_leave_their_folder() {
        for bad in [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "a\\b",
            "a\nb",
            ".Manchette-Manifest",
            "a/.b.manchette-tmp",
            ".git/HEAD",
            "a/.GIT/x",
        ] {
            assert!(OutputPath::parse(bad).is_err(), "{bad:?}");
        }
        for c in
            ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}').chain('\0'..='\u{1f}').chain('\u{7f}'..='\u{9f}')
        {
            assert!(OutputPath::parse(&format!("a/x{c}gnp.exe")).is_err(), "{c:?}");
        }
        assert_eq!(OutputPath::parse("e\u{301}te\u{301}/index.html").unwrap().url().as_str(), "/%C3%A9t%C3%A9/");
    }

    #[test]
    fn url_paths_name_their_file() {
        for (url, file) in [
            ("/", "index.html"),
            ("/a/", "a/index.html"),
            ("/a", "a/index.html"),
            ("/feed.xml", "feed.xml"),
            ("/%C3%A9/", "é/index.html"),
        ] {
            assert_eq!(UrlPath::parse(url).unwrap().output().unwrap().as_str(), file);
        }
        for bad in ["x", "//host/", "/../x", "/%2e%2e/x", "/a?b", "/a\\b"] {
            assert!(UrlPath::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn relative_sources_resolve_inside_the_root() {
        let post = SourcePath::new("content/posts/2025/a.md");
        assert_eq!(post.resolve("../b/./c.md").unwrap().as_str(), "content/posts/b/c.md");
        assert_eq!(post.resolve("../../../../x"), None);
    }
}
