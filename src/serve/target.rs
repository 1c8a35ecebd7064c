//! What a path of a request means: decoded once, and then only looked up.
//!
//! Never touches the disk: a path is a key, and what is no key of the plan leads nowhere.

use crate::base::nfc::nfc;
use crate::base::{OutputPath, UrlPath};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// A path below the address of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Decoded, without the slash at its beginning: `2025/06/meta/`.
    pub path: String,
}

/// What a path of a request means on a site that is served below `base` (`/actu`, or nothing).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// Something below it.
    Inside(Target),
    /// The address of the site without its last slash, or the root of the server.
    Above,
    /// Nothing.
    Nothing,
}

/// Reads the path of a request.
pub fn meant(path: &str, base: &str) -> Meant {
    let Some(decoded) = decoded(path) else { return Meant::Nothing };
    let base = percent_decode_str(base).decode_utf8_lossy();
    match decoded.strip_prefix(&*base).and_then(|rest| rest.strip_prefix('/')) {
        Some(below) => Meant::Inside(Target { path: below.to_owned() }),
        None if decoded == base || decoded == "/" => Meant::Above,
        None => Meant::Nothing,
    }
}

/// The path, decoded once; nothing when any part of it could mean something else to somebody.
fn decoded(path: &str) -> Option<String> {
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let parts = decoded.strip_prefix('/')?;
    let is_plain = parts.is_empty() || OutputPath::parse(parts.strip_suffix('/').unwrap_or(parts)).is_ok();
    // Names of outputs are in NFC; what some systems and links write is not.
    is_plain.then(|| nfc(&decoded).into_owned())
}

impl Target {
    /// The output that answers: the file itself, or the page of the folder.
    pub fn output(&self) -> Option<OutputPath> {
        match self.path.is_empty() || self.path.ends_with('/') {
            true => OutputPath::parse(&format!("{}index.html", self.path)).ok(),
            false => OutputPath::parse(&self.path).ok(),
        }
    }

    /// The page of the folder of that name, for a path without a slash at its end.
    pub fn as_folder(&self) -> Option<OutputPath> {
        match self.path.is_empty() || self.path.ends_with('/') {
            true => None,
            false => OutputPath::parse(&format!("{}/index.html", self.path)).ok(),
        }
    }

    /// The address in the site.
    pub fn url(&self) -> Option<UrlPath> {
        UrlPath::parse(&format!("/{}", encoded(&self.path))).ok()
    }
}

/// What stays as it is in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A decoded path as it stands in a URL.
pub fn encoded(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(path: &str) -> Meant {
        Meant::Inside(Target { path: path.to_owned() })
    }

    #[test]
    fn paths_are_decoded_once_and_looked_up() {
        assert_eq!(meant("/actu/%C3%A9t%C3%A9/", "/actu"), inside("été/"));
        assert_eq!(meant("/actu/e%CC%81", "/actu"), inside("é"));
        assert_eq!(meant("/actu/a%2Fb", "/actu"), inside("a/b"));
        assert_eq!(meant("/actu/", "/actu"), inside(""));
        assert_eq!(meant("/", ""), inside(""));
        assert_eq!(meant("/actu", "/actu"), Meant::Above);
        assert_eq!(meant("/", "/actu"), Meant::Above);
        assert_eq!(meant("/%2525", ""), inside("%25"));
        for path in ["/autre/", "/actuel/", "/actu/../x", "/actu//x", "//actu/", "actu/", "*", ""] {
            assert_eq!(meant(path, "/actu"), Meant::Nothing, "{path}");
        }
    }

    #[test]
    fn what_could_mean_something_else_means_nothing() {
        for path in [
            "//evil.org/",
            "/\\evil.org",
            "/%5Cevil.org",
            "/a/%2e%2e/b",
            "/%2e/",
            "/a%00b",
            "/a%0Ab",
            "/%ff",
            "/%c0%ae",
            "/a//b",
            "/a/./b",
            "/%2F%2Fevil.org",
            "/a/..",
            "/..",
        ] {
            assert_eq!(meant(path, ""), Meant::Nothing, "{path}");
        }
    }

    #[test]
    fn a_path_has_one_file_and_one_folder() {
        let target = Target { path: "a b/c".to_owned() };
        assert_eq!(target.output().unwrap().as_str(), "a b/c");
        assert_eq!(target.as_folder().unwrap().as_str(), "a b/c/index.html");
        assert_eq!(target.url().unwrap().as_str(), "/a%20b/c");
        let folder = Target { path: "a/".to_owned() };
        assert_eq!((folder.output().unwrap().as_str(), folder.as_folder()), ("a/index.html", None));
    }
}
