//! The list of what manchette put into an output folder, kept in the folder itself.
//!
//! There, so that deleting `.manchette/` is safe and the folder says by itself whose it is. While a build publishes, the
//! list says so and names the files that were not there before; whoever finds it so knows that the build died, and how
//! to get back to the old site. A line that cannot be read is dropped: its file counts as a stranger's. The second line
//! names the site by its address, never by a place on this machine: the list may be published.

use super::{Stamp, plain};
use crate::base::{Fingerprint, OutputPath};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::io::{self, Read};
use std::path::Path;

/// The name of the list.
pub(super) const FILE_NAME: &str = crate::base::names::LIST;

const PUBLISHED: &str = "manchette 1 published";
const PUBLISHING: &str = "manchette 1 publishing";
/// What stands before the address of the site.
const SITE: &str = "site ";
/// What stands before the name of a file that was not there before.
const FRESH: &str = "+ ";
/// What stands before the name of a file that was there and a stranger's.
const TAKEN: &str = "! ";

/// How many bytes of a list are looked at for its first two lines.
const LONGEST_HEAD: u64 = 65_536;
/// About as many bytes as a line has.
const TYPICAL_LINE: usize = 128;

/// What manchette put into a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// The address of the site that they are of; lists of the first versions do not say.
    pub site: Option<String>,
    /// The files of the site that is, or before a publication was, online.
    pub files: BTreeMap<OutputPath, Stamp>,
    /// Present during a publication.
    pub publishing: Option<Claims>,
}

/// Paths of the site that is being published and are not in the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    /// Where there was nothing: what is there later is ours, and goes if the publication fails.
    pub fresh: BTreeSet<OutputPath>,
    /// Where a stranger's file was that the user let us replace: it comes back if the publication fails.
    pub taken: BTreeSet<OutputPath>,
}

impl Manifest {
    /// The list of a finished publication of the site at an address.
    pub(super) fn published(site: Option<String>, files: BTreeMap<OutputPath, Stamp>) -> Manifest {
        Manifest { site, files, publishing: None }
    }

    /// The list in an output folder, if there is one.
    pub(super) fn read(output: &Path) -> io::Result<Option<Manifest>> {
        match plain::read(&output.join(FILE_NAME)) {
            Ok(bytes) => Ok(Manifest::parse(&String::from_utf8_lossy(&bytes))),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The head of the list in an output folder, if there is one: a list without files.
    pub(super) fn read_head(output: &Path) -> io::Result<Option<Manifest>> {
        let mut start = Vec::new();
        match plain::open(&output.join(FILE_NAME)) {
            Ok(file) => file.take(LONGEST_HEAD).read_to_end(&mut start)?,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => 0,
            Err(error) => return Err(error),
        };
        let head: Vec<&[u8]> = start.split(|byte| *byte == b'\n').take(2).collect();
        let found = Manifest::parse(&String::from_utf8_lossy(&head.join(&b'\n')));
        Ok(found.map(|found| Manifest { files: BTreeMap::new(), ..found }))
    }

    fn parse(text: &str) -> Option<Manifest> {
        let mut lines = text.split('\n');
        let mut manifest = match lines.next()? {
            PUBLISHED => Manifest::default(),
            PUBLISHING => Manifest { publishing: Some(Claims::default()), ..Manifest::default() },
            _ => return None,
        };
        // Collected at once: the lines are in order, and then that costs next to nothing.
        let mut files: Vec<(OutputPath, Stamp)> = Vec::new();
        for line in lines {
            if let Some(site) = line.strip_prefix(SITE) {
                manifest.site = Some(site.to_owned());
                continue;
            }
            match &mut manifest.publishing {
                Some(claims) if line.starts_with(FRESH) => claims.fresh.extend(parse_path(line, FRESH)),
                Some(claims) if line.starts_with(TAKEN) => claims.taken.extend(parse_path(line, TAKEN)),
                _ => files.extend(parse_file(line)),
            }
        }
        manifest.files = files.into_iter().collect();
        Some(manifest)
    }

    /// The text of the list.
    pub(super) fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.files.len() * TYPICAL_LINE);
        // Writing into a string cannot fail.
        self.write_to(&mut text).unwrap_or_default();
        text
    }

    fn write_to(&self, text: &mut String) -> fmt::Result {
        writeln!(text, "{}", if self.publishing.is_none() { PUBLISHED } else { PUBLISHING })?;
        self.site.iter().try_for_each(|site| writeln!(text, "{SITE}{site}"))?;
        for (path, stamp) in &self.files {
            writeln!(text, "{} {} {path}", stamp.fingerprint, stamp.length)?;
        }
        if let Some(claims) = &self.publishing {
            claims.fresh.iter().try_for_each(|path| writeln!(text, "{FRESH}{path}"))?;
            claims.taken.iter().try_for_each(|path| writeln!(text, "{TAKEN}{path}"))?;
        }
        Ok(())
    }
}

fn parse_path(line: &str, mark: &str) -> Option<OutputPath> {
    OutputPath::parse(line.strip_prefix(mark)?).ok()
}

/// A file and what is in it, from one line.
pub(super) fn parse_file(line: &str) -> Option<(OutputPath, Stamp)> {
    let (fingerprint, rest) = line.split_once(' ')?;
    let (length, path) = rest.split_once(' ')?;
    let stamp = Stamp { fingerprint: Fingerprint::parse(fingerprint)?, length: length.parse().ok()? };
    Some((OutputPath::parse(path).ok()?, stamp))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> OutputPath {
        OutputPath::parse(text).unwrap()
    }

    #[test]
    fn a_list_reads_back_from_its_text() {
        let files = BTreeMap::from([(path("a b/é.html"), Stamp::of(b"1")), (path("c"), Stamp::of(b""))]);
        let published = Manifest::published(Some("https://a.example/é".to_owned()), files.clone());
        assert_eq!(Manifest::parse(&published.to_text()), Some(published));
        let claims = Claims { fresh: BTreeSet::from([path("d/+ e")]), taken: BTreeSet::from([path("! f")]) };
        let publishing = Manifest { site: None, files, publishing: Some(claims) };
        assert_eq!(Manifest::parse(&publishing.to_text()), Some(publishing));
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        assert_eq!(Manifest::parse("something else\n"), None);
        assert_eq!(Manifest::parse(""), None);
        let good = Manifest::published(None, BTreeMap::from([(path("a"), Stamp::of(b"1"))]));
        let text = format!(
            "{}zz 1 b\n{} x c\n{} 1 ../d\n",
            good.to_text(),
            Stamp::of(b"").fingerprint,
            Stamp::of(b"").fingerprint
        );
        assert_eq!(Manifest::parse(&text), Some(good));
    }
}
