//! The site's folder on disk.
//!
//! Symbolic links are followed only to what is inside the root; pipes, sockets and devices are never opened, for
//! reading one would wait for ever.

#![expect(clippy::disallowed_methods, reason = "the door through which files and the time come in")]

mod links;
mod read;
#[cfg(test)]
mod tests;

use self::read::{looks, read_once, read_settled};
use super::litter::is_litter;
use super::{FileStamp, Walked, World};
use crate::base::{Code, Diagnostic, Label, SourcePath};
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use walkdir::WalkDir;

/// A folder on disk and the clock.
#[derive(Debug)]
pub struct DiskWorld {
    root: PathBuf,
    /// The root without symbolic links; what a link means must be below it.
    real_root: PathBuf,
    /// The root, held open: what is read from it needs no way down from the top of the disk.
    #[cfg(target_os = "linux")]
    opened: RwLock<Option<File>>,
    fixed_now: Option<jiff::Timestamp>,
    /// What folders are without symbolic links, as found since the last walk: asking for every file costs more than
    /// reading it.
    real_folders: RwLock<BTreeMap<String, PathBuf>>,
}

impl DiskWorld {
    /// The site in a folder.
    pub fn new(root: PathBuf) -> DiskWorld {
        let real_root = fs::canonicalize(&root).unwrap_or_else(|_| root.clone());
        DiskWorld {
            #[cfg(target_os = "linux")]
            opened: RwLock::new(File::open(&real_root).ok()),
            root,
            real_root,
            fixed_now: None,
            real_folders: RwLock::default(),
        }
    }

    /// The same, at a moment that was asked for (`--at`).
    #[must_use]
    pub fn at(self, now: jiff::Timestamp) -> DiskWorld {
        DiskWorld { fixed_now: Some(now), ..self }
    }

    /// The site's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The bytes of a file that has no symbolic link on its way and holds still; nothing when anything is unusual, which
    /// the careful way then looks into.
    fn read_plain(&self, path: &SourcePath) -> Option<Vec<u8>> {
        read_once(&mut self.open_plain(path)?).ok()?
    }

    /// A file that has no symbolic link on its way. A pipe that took the place of a file is opened without waiting for its
    /// writer.
    #[cfg(target_os = "linux")]
    fn open_plain(&self, path: &SourcePath) -> Option<File> {
        use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
        if path.as_str().contains("..") {
            return None;
        }
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let inside = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        let root = self.opened.read().unwrap_or_else(PoisonError::into_inner);
        Some(File::from(openat2(root.as_ref()?, path.as_str(), flags, Mode::empty(), inside).ok()?))
    }

    #[cfg(not(target_os = "linux"))]
    fn open_plain(&self, _: &SourcePath) -> Option<File> {
        None
    }
}

impl World for DiskWorld {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        if let Some(bytes) = self.read_plain(path) {
            return Ok(bytes);
        }
        read_settled(&self.real_file(path)?)
    }

    fn part(&self, path: &SourcePath, part: Range<u64>) -> io::Result<Vec<u8>> {
        let mut file = match self.open_plain(path) {
            Some(file) => file,
            None => File::open(self.real_file(path)?)?,
        };
        // Whoever is no regular file has no parts.
        let _ = looks(&file)?;
        file.seek(SeekFrom::Start(part.start))?;
        let mut bytes = Vec::new();
        file.take(part.end.saturating_sub(part.start)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn walk(&self, folder: &str) -> Walked {
        self.real_folders.write().unwrap_or_else(PoisonError::into_inner).clear();
        let mut walked = Walked::default();
        let start = self.real_root.join(folder);
        match fs::symlink_metadata(&start) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                walked.diagnostics.extend(self.dangling(&start));
                return walked;
            }
            Err(error) => {
                walked.diagnostics.push(unreadable(SourcePath::new(folder), &error.to_string()));
                return walked;
            }
            Ok(_) => {}
        }
        let mut entries = WalkDir::new(&start).follow_links(true).into_iter();
        // The last link to a folder; what is met next may be in it.
        let mut link: Option<PathBuf> = None;
        // How often each folder was entered through a link.
        let mut entered: HashMap<PathBuf, u32> = HashMap::new();
        while let Some(entry) = entries.next() {
            let found = match &entry {
                Ok(entry) => {
                    let is_through = link.as_ref().is_some_and(|link| entry.path().starts_with(link));
                    if !is_through {
                        link = (entry.path_is_symlink() && entry.file_type().is_dir()).then(|| entry.path().to_owned());
                    }
                    match self.look_at(entry, is_through) {
                        Found::Folder if entry.path_is_symlink() => self.enter(entry.path(), &mut entered),
                        found => found,
                    }
                }
                Err(error) => self.explain(error),
            };
            match found {
                Found::File(path) => walked.files.push(path),
                Found::Folder | Found::Litter => {}
                Found::Wrong(diagnostic) => {
                    walked.diagnostics.push(*diagnostic);
                    // Only what is a folder can be left out as one; after a file this call would leave out its siblings.
                    if entry.is_ok_and(|entry| entry.file_type().is_dir()) {
                        entries.skip_current_dir();
                    }
                }
            }
        }
        walked.files.sort_unstable();
        Diagnostic::sort(&mut walked.diagnostics);
        walked
    }

    fn stamp(&self, path: &SourcePath) -> Option<FileStamp> {
        stamp_of(&fs::symlink_metadata(self.real_folder(path.folder()).ok()?.join(path.file_name())).ok()?)
    }

    #[cfg(target_os = "linux")]
    fn is_replaced(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        let now = fs::metadata(&self.real_root).map(identity).ok();
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        let before = opened.as_ref().and_then(|root| root.metadata().ok()).map(identity);
        if now != before {
            *opened = File::open(&self.real_root).ok();
        }
        now != before
    }

    fn now(&self) -> jiff::Timestamp {
        self.fixed_now.unwrap_or_else(jiff::Timestamp::now)
    }
}

/// How often one folder may be entered through symbolic links in one walk: links to folders of links would make of some
/// dozen a tree that nobody walks to its end.
const MOST_ENTERED: u32 = 32;

/// Whether a name in a folder is one that only a file has there: a text, a template, data, the rules of a host.
fn is_named_as_a_file(path: &SourcePath) -> bool {
    let mut folders = path.as_str().split('/');
    let endings: &[&str] = match (folders.next(), folders.nth(1)) {
        (Some("content"), _) => &["md"],
        (Some("data"), _) => &["toml", "json", "csv"],
        (Some("templates"), _) | (Some("themes"), Some("templates")) => &["html"],
        _ => return path.as_str() == "static/_redirects",
    };
    endings.iter().any(|ending| path.extension().eq_ignore_ascii_case(ending))
}

/// What a walk comes across.
enum Found {
    File(SourcePath),
    Folder,
    Litter,
    Wrong(Box<Diagnostic>),
}

impl DiskWorld {
    /// A folder behind a link, unless it was entered too often.
    fn enter(&self, link: &Path, entered: &mut HashMap<PathBuf, u32>) -> Found {
        let Ok(real) = fs::canonicalize(link) else { return Found::Folder };
        let times = entered.entry(real).or_default();
        *times += 1;
        if *times <= MOST_ENTERED {
            return Found::Folder;
        }
        let message = format!("this symbolic link leads to a folder that is here {MOST_ENTERED} times already");
        outside_link(self.lossy_path(link), &message)
    }

    /// What is said of a link to nowhere above a folder that is not there because of it.
    fn dangling(&self, folder: &Path) -> Option<Diagnostic> {
        let mut above = folder.ancestors().skip(1).take_while(|above| *above != self.real_root);
        let link = above.find(|above| above.is_symlink())?;
        let what = Diagnostic::new(Code::OutsideLink, "this symbolic link leads nowhere");
        Some(what.at(Label::file(self.lossy_path(link), "")).help("put the files here instead of the link"))
    }

    /// `is_through` says whether a link led to what is looked at.
    fn look_at(&self, entry: &walkdir::DirEntry, is_through: bool) -> Found {
        let Some(path) = self.source_path(entry.path()) else {
            let label = Label::file(self.lossy_path(entry.path()), "");
            let what = Diagnostic::new(Code::BadName, "this name is not valid UTF-8").at(label);
            return Found::Wrong(Box::new(what.help("give it a name in UTF-8")));
        };
        let kind = entry.file_type();
        if !kind.is_dir() && is_litter(path.file_name()) {
            return Found::Litter;
        }
        if entry.path_is_symlink() && !self.is_inside(entry.path()) {
            return outside_link(path, "this symbolic link leads outside the site");
        }
        let is_led_to = entry.path_is_symlink() || (is_through && kind.is_dir());
        if is_led_to && self.is_of_sources(&path, entry.path()) {
            let message =
                "a symbolic link leads from here to what is not published: texts, settings, data or templates";
            let what = Diagnostic::new(Code::OutsideLink, message);
            let help = "copy the files that readers may have: what the link leads to would be published as it is";
            return Found::Wrong(Box::new(what.at(Label::file(path, "")).help(help)));
        }
        if is_led_to && self.is_output(entry.path()) {
            let message = match entry.path_is_symlink() {
                true => "this symbolic link leads into what was published",
                false => "a symbolic link leads to this folder, which was published",
            };
            let what = Diagnostic::new(Code::OutsideLink, message).at(Label::file(path, ""));
            return Found::Wrong(Box::new(what.help("remove the link: every build would publish the last one again")));
        }
        match kind {
            kind if kind.is_dir() && entry.depth() > 0 && is_named_as_a_file(&path) => Found::Wrong(Box::new(
                Diagnostic::new(Code::Unreadable, "this is a folder where a file is expected")
                    .at(Label::file(path, ""))
                    .help("rename the folder, or take what is in it out of it"),
            )),
            kind if kind.is_dir() => Found::Folder,
            kind if kind.is_file() && entry.depth() > 0 => Found::File(path),
            kind if kind.is_file() => Found::Wrong(Box::new(
                Diagnostic::new(Code::Unreadable, "this is a file where a folder is expected")
                    .at(Label::file(path, "")),
            )),
            _ => Found::Wrong(Box::new(
                Diagnostic::new(Code::Unreadable, "not a regular file")
                    .at(Label::file(path, ""))
                    .help("remove this pipe, socket or device from the site"),
            )),
        }
    }

    fn explain(&self, error: &walkdir::Error) -> Found {
        let path = self.lossy_path(error.path().unwrap_or(&self.real_root));
        // Emacs locks a file with a link to nowhere.
        if is_litter(path.file_name()) {
            return Found::Litter;
        }
        if error.loop_ancestor().is_some() {
            return outside_link(path, "this symbolic link leads back to a folder that holds it");
        }
        let is_link = error.path().is_some_and(Path::is_symlink);
        let words = error.io_error().map_or_else(|| "it cannot be read".to_owned(), ToString::to_string);
        match is_link {
            true => outside_link(path, &format!("this symbolic link cannot be followed: {words}")),
            false => Found::Wrong(Box::new(unreadable(path, &words))),
        }
    }

    /// The path below the root, with `/` between its parts; nothing when it is not UTF-8.
    fn source_path(&self, path: &Path) -> Option<SourcePath> {
        let relative = path.strip_prefix(&self.real_root).ok()?.to_str()?;
        Some(match std::path::MAIN_SEPARATOR {
            '/' => SourcePath::new(relative),
            separator => SourcePath::new(relative.replace(separator, "/")),
        })
    }

    fn lossy_path(&self, path: &Path) -> SourcePath {
        let relative = path.strip_prefix(&self.real_root).unwrap_or(path);
        SourcePath::new(relative.to_string_lossy().replace('\\', "/"))
    }
}

fn unreadable(path: SourcePath, words: &str) -> Diagnostic {
    Diagnostic::new(Code::Unreadable, format!("cannot read this: {words}")).at(Label::file(path, ""))
}

fn outside_link(path: SourcePath, message: &str) -> Found {
    let what = Diagnostic::new(Code::OutsideLink, message).at(Label::file(path, ""));
    Found::Wrong(Box::new(what.help("put the files here instead of the link")))
}

/// The stamp of a regular file; that of a link says nothing of what it leads to.
#[cfg(unix)]
fn stamp_of(metadata: &fs::Metadata) -> Option<FileStamp> {
    use std::os::unix::fs::MetadataExt;
    metadata.is_file().then(|| FileStamp {
        device: metadata.dev(),
        inode: metadata.ino(),
        size: metadata.size(),
        modified: (metadata.mtime(), metadata.mtime_nsec()),
        changed: (metadata.ctime(), metadata.ctime_nsec()),
    })
}

#[cfg(not(unix))]
fn stamp_of(_: &fs::Metadata) -> Option<FileStamp> {
    None
}
