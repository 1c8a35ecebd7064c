//! What a publication is about to do, written down before it does anything.
//!
//! Lies in `.manchette/`, beside the files it speaks of: who finds it and all of them can finish what another began. It
//! is never believed by itself: it belongs to one list in one output folder, and its last line vouches for the rest.

use super::operations::{Done, Operations};
use super::stage::{Layout, Stage};
use super::{Stamp, manifest, plain};
use crate::base::{Fingerprint, OutputPath};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::path::{Path, PathBuf};

/// The name of the journal.
pub(super) const JOURNAL: &str = "journal";

const FIRST_LINE: &str = "manchette 1 journal";

/// What the line begins with that names the output folder.
const INTO: &str = "into ";

/// An output folder as a journal names it: from the site's folder where it is in there, since a site may be moved or copied
/// between two builds. One whose name cannot stand in a line is not named, and only a build into it mends it.
fn shown<'p>(workshop: &Path, output: &'p Path) -> Option<&'p str> {
    let below = workshop.parent().and_then(|root| output.strip_prefix(root).ok());
    below.unwrap_or(output).to_str().filter(|path| !path.contains('\n'))
}

/// The steps from one site to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Journal {
    /// Files to set aside first, since they stand where a folder must be, or in a folder that must become a file.
    pub clear_first: BTreeSet<OutputPath>,
    /// Staged files to put in place, in this order.
    pub write: Vec<(OutputPath, Stamp)>,
    /// Files to take over as they are.
    pub adopt: Vec<(OutputPath, Stamp)>,
    /// Files of the old site that the new one does not have.
    pub remove: BTreeSet<OutputPath>,
}

impl Journal {
    /// Writes the journal of the publication that `claim` announces, from this stage into that output.
    pub(super) fn write(
        &self,
        operations: &Operations,
        workshop: &Path,
        claim: &str,
        stage: &Stage,
        output: &Path,
    ) -> Done {
        let mut text = String::new();
        // Writing into a string cannot fail.
        self.write_to(&mut text, &Head::new(claim, stage), shown(workshop, output)).unwrap_or_default();
        let end = Fingerprint::of_bytes(text.as_bytes());
        operations.write(&workshop.join(JOURNAL), format!("{text}end {end}\n").as_bytes())
    }

    /// The output folder that the journal in this workshop speaks of, as it says; whether that is so, `read` tells.
    pub(super) fn output(home: &Path) -> Option<PathBuf> {
        let text = String::from_utf8(plain::read(&home.join(JOURNAL)).ok()?).ok()?;
        let named = text.lines().nth(2)?.strip_prefix(INTO)?;
        Some(home.parent()?.join(named))
    }

    /// The journal of the publication that `claim` announces, and its stage, which lies in one of these workshops.
    pub(super) fn read(home: &Path, claim: &str, workshops: &[&Path]) -> Option<(Journal, Stage)> {
        let text = String::from_utf8(plain::read(&home.join(JOURNAL)).ok()?).ok()?;
        let (rest, end) = text.strip_suffix('\n')?.rsplit_once("end ")?;
        (Fingerprint::parse(end)? == Fingerprint::of_bytes(rest.as_bytes())).then_some(())?;
        let mut lines = rest.lines();
        (lines.next()? == FIRST_LINE).then_some(())?;
        let head = lines.next()?;
        let places = workshops.iter().flat_map(|workshop| Stage::places(workshop));
        let stage = places.into_iter().find(|stage| Head::new(claim, stage).to_string() == head)?;
        Some((Journal::parse(lines.filter(|line| !line.starts_with(INTO)))?, stage))
    }

    /// What the list of the output says when all is done.
    pub(super) fn result(&self, old: &BTreeMap<OutputPath, Stamp>) -> BTreeMap<OutputPath, Stamp> {
        let mut files = old.clone();
        files.retain(|path, _| !self.remove.contains(path));
        files.extend(self.write.iter().chain(&self.adopt).cloned());
        files
    }

    fn parse<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Journal> {
        let mut journal = Journal::default();
        for line in lines {
            let (word, rest) = line.split_once(' ')?;
            match word {
                "clear" => journal.clear_first.extend([OutputPath::parse(rest).ok()?]),
                "write" => journal.write.push(manifest::parse_file(rest)?),
                "adopt" => journal.adopt.push(manifest::parse_file(rest)?),
                "remove" => journal.remove.extend([OutputPath::parse(rest).ok()?]),
                _ => return None,
            }
        }
        Some(journal)
    }

    fn write_to(&self, text: &mut String, head: &Head<'_>, output: Option<&str>) -> fmt::Result {
        writeln!(text, "{FIRST_LINE}\n{head}")?;
        output.map_or(Ok(()), |output| writeln!(text, "{INTO}{output}"))?;
        self.clear_first.iter().try_for_each(|path| writeln!(text, "clear {path}"))?;
        for (word, files) in [("write", &self.write), ("adopt", &self.adopt)] {
            for (path, stamp) in files {
                writeln!(text, "{word} {} {} {path}", stamp.fingerprint, stamp.length)?;
            }
        }
        self.remove.iter().try_for_each(|path| writeln!(text, "remove {path}"))
    }
}

/// Which publication it is, and where its files wait.
struct Head<'a> {
    claim: Fingerprint,
    stage: &'a Stage,
}

impl<'a> Head<'a> {
    fn new(claim: &str, stage: &'a Stage) -> Head<'a> {
        Head { claim: Fingerprint::of_bytes(claim.as_bytes()), stage }
    }
}

impl fmt::Display for Head<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layout = match self.stage.layout {
            Layout::Tree => "tree",
            Layout::Flat => "flat",
        };
        // By the last names only, for a site may be moved between two builds.
        let mut names = self.stage.folder.iter().rev().map(|name| name.to_string_lossy());
        let (name, workshop) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
        write!(f, "of {} from {layout} {workshop}/{name}", self.claim)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_journal_reads_back_and_nothing_else_does() {
        let scratch = tempfile::tempdir().unwrap();
        let workshop = scratch.path();
        let path = |text: &str| OutputPath::parse(text).unwrap();
        let journal = Journal {
            clear_first: BTreeSet::from([path("a b")]),
            write: vec![(path("z/end "), Stamp::of(b"1")), (path("a"), Stamp::of(b"2"))],
            adopt: vec![(path("c"), Stamp::of(b"3"))],
            remove: BTreeSet::from([path("d")]),
        };
        let stage = Stage::flat(workshop.join("next"));
        let output = workshop.parent().unwrap().join("public");
        journal.write(&Operations::default(), workshop, "claim", &stage, &output).unwrap();
        assert_eq!(Journal::output(workshop), Some(output));
        assert_eq!(shown(Path::new("/a/.manchette"), Path::new("/b/c")), Some("/b/c"));
        assert_eq!(shown(Path::new("/a/.manchette"), Path::new("/a/c\n")), None);
        let read = |claim: &str| Journal::read(workshop, claim, &[workshop]);
        assert_eq!(read("claim"), Some((journal.clone(), stage)));
        assert_eq!(read("another"), None);
        assert_eq!(Journal::read(workshop, "claim", &[Path::new("elsewhere")]), None);
        let text = fs::read_to_string(workshop.join(JOURNAL)).unwrap();
        for cut in [text.len() - 1, text.len() / 2, 0] {
            fs::write(workshop.join(JOURNAL), &text[..cut]).unwrap();
            assert_eq!(read("claim"), None);
        }
        fs::write(workshop.join(JOURNAL), text.replace("write", "adopt")).unwrap();
        assert_eq!(read("claim"), None);
        let old =
            BTreeMap::from([(path("d"), Stamp::of(b"")), (path("e"), Stamp::of(b"")), (path("a"), Stamp::of(b""))]);
        let names: Vec<String> = journal.result(&old).keys().map(ToString::to_string).collect();
        assert_eq!(names, ["a", "c", "e", "z/end "]);
    }
}
