//! The site's folder on disk.
//!
//! Symbolic links are followed only to what is inside the root; pipes, sockets and devices are never opened, for
//! reading one would wait for ever.

#![expect(clippy::disallowed_methods, reason = "the door through which files and the time come in")]

use super::litter::is_litter;
use super::{FileStamp, Walked, World};
use crate::base::{Code, Diagnostic, Label, SourcePath, names};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
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

    /// Where a regular file is, without symbolic links, unless those lead outside.
    fn real_file(&self, path: &SourcePath) -> io::Result<PathBuf> {
        let relative = Path::new(path.as_str());
        if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path leads outside the site"));
        }
        let mut real = self.real_folder(path.folder())?.join(path.file_name());
        let mut metadata = fs::symlink_metadata(&real)?;
        if metadata.is_symlink() {
            real = self.inside(fs::canonicalize(&real)?)?;
            metadata = fs::metadata(&real)?;
        }
        if metadata.is_file() { Ok(real) } else { Err(not_regular()) }
    }

    /// A folder of the site without symbolic links, unless those lead outside.
    fn real_folder(&self, folder: &str) -> io::Result<PathBuf> {
        if let Some(real) = self.real_folders.read().unwrap_or_else(PoisonError::into_inner).get(folder) {
            return Ok(real.clone());
        }
        let real = self.inside(fs::canonicalize(self.real_root.join(folder))?)?;
        self.real_folders.write().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned(), real.clone());
        Ok(real)
    }

    fn inside(&self, real: PathBuf) -> io::Result<PathBuf> {
        match self.is_of_site(&real) {
            true => Ok(real),
            false => Err(io::Error::new(io::ErrorKind::PermissionDenied, "a symbolic link leads outside the site")),
        }
    }

    /// Whether a path without symbolic links is one of the site's own: below its folder, and neither in what version
    /// control keeps nor in what builds keep there.
    fn is_of_site(&self, real: &Path) -> bool {
        let below = real.strip_prefix(&self.real_root);
        below.is_ok_and(|below| !(below.starts_with(".git") || below.starts_with(".manchette")))
    }

    fn is_inside(&self, path: &Path) -> bool {
        fs::canonicalize(path).is_ok_and(|real| self.is_of_site(&real))
    }

    /// Whether something of the site lies in a folder that was published: through a link it would be published again, and
    /// with it what was published of it before, by every build.
    fn is_output(&self, path: &Path) -> bool {
        let Ok(real) = fs::canonicalize(path) else { return false };
        let mut folders = real.ancestors().take_while(|folder| *folder != self.real_root);
        folders.any(|folder| folder.join(names::LIST).is_file())
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
        if fs::symlink_metadata(&start).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            return walked;
        }
        let mut entries = WalkDir::new(&start).follow_links(true).into_iter();
        // The last link to a folder; what is met next may be in it.
        let mut link: Option<PathBuf> = None;
        while let Some(entry) = entries.next() {
            let found = match &entry {
                Ok(entry) => {
                    let is_through = link.as_ref().is_some_and(|link| entry.path().starts_with(link));
                    if !is_through {
                        link = (entry.path_is_symlink() && entry.file_type().is_dir()).then(|| entry.path().to_owned());
                    }
                    self.look_at(entry, is_through)
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

/// What a walk comes across.
enum Found {
    File(SourcePath),
    Folder,
    Litter,
    Wrong(Box<Diagnostic>),
}

impl DiskWorld {
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
        if (entry.path_is_symlink() || (is_through && kind.is_dir())) && self.is_output(entry.path()) {
            let message = match entry.path_is_symlink() {
                true => "this symbolic link leads into what was published",
                false => "a symbolic link leads to this folder, which was published",
            };
            let what = Diagnostic::new(Code::OutsideLink, message).at(Label::file(path, ""));
            return Found::Wrong(Box::new(what.help("remove the link: every build would publish the last one again")));
        }
        match kind {
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
            false => {
                let what = Diagnostic::new(Code::Unreadable, format!("cannot read this: {words}"));
                Found::Wrong(Box::new(what.at(Label::file(path, ""))))
            }
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

/// How often a file that changes while it is read is read again.
const ATTEMPTS: usize = 3;

/// The bytes of a file that nobody wrote to meanwhile: an editor that saves in place would hand us half of its text.
fn read_settled(path: &Path) -> io::Result<Vec<u8>> {
    for _ in 0..ATTEMPTS {
        if let Some(bytes) = read_once(&mut File::open(path)?)? {
            return Ok(bytes);
        }
    }
    Err(io::Error::other("it changes while it is read"))
}

/// The bytes of a regular file, unless somebody wrote to it meanwhile.
fn read_once(file: &mut File) -> io::Result<Option<Vec<u8>>> {
    let before = looks(file)?;
    let length = usize::try_from(before.0).map_err(io::Error::other)?;
    // One more than there should be, so that a file that has grown shows it. Asked for and not taken: a file larger than
    // the memory that there is would end the program.
    let room = length.saturating_add(1);
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(room).map_err(|_| too_large(length))?;
    bytes.resize(room, 0);
    let mut filled = 0;
    loop {
        match file.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        if filled >= length {
            break;
        }
    }
    bytes.truncate(filled);
    let is_settled = looks(file)? == before && filled == length;
    Ok(is_settled.then_some(bytes))
}

/// How long a regular file is and when it was last written to.
#[cfg(target_os = "linux")]
fn looks(file: &File) -> io::Result<(u64, impl PartialEq + use<>)> {
    // Asked twice for each file: the standard library asks for more, and that costs.
    let stat = rustix::fs::fstat(file)?;
    match rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file() {
        true => Ok((u64::try_from(stat.st_size).map_err(io::Error::other)?, (stat.st_mtime, stat.st_mtime_nsec))),
        false => Err(not_regular()),
    }
}

#[cfg(not(target_os = "linux"))]
fn looks(file: &File) -> io::Result<(u64, impl PartialEq + use<>)> {
    let metadata = file.metadata()?;
    match metadata.is_file() {
        true => Ok((metadata.len(), metadata.modified().ok())),
        false => Err(not_regular()),
    }
}

fn too_large(length: usize) -> io::Error {
    let megabytes = length / 1_000_000;
    io::Error::new(io::ErrorKind::OutOfMemory, format!("it has {megabytes} MB, and there is not enough memory for it"))
}

fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[&str]) -> (tempfile::TempDir, DiskWorld) {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        let world = DiskWorld::new(root.path().to_owned());
        (root, world)
    }

    fn names(walked: &Walked) -> Vec<&str> {
        walked.files.iter().map(SourcePath::as_str).collect()
    }

    fn problems(walked: &Walked) -> Vec<(Code, String)> {
        walked.diagnostics.iter().map(|what| (what.code(), what.primary().unwrap().path.to_string())).collect()
    }

    #[test]
    fn files_come_sorted_by_bytes_with_dot_files_and_without_litter() {
        let (_root, world) =
            site(&["content/b.md", "content/a/x.md", "content/a.md", "content/.hidden", "content/a.md~", "x.md"]);
        let walked = world.walk("content");
        assert_eq!(names(&walked), ["content/.hidden", "content/a.md", "content/a/x.md", "content/b.md"]);
        assert_eq!(walked.diagnostics, []);
        assert_eq!(world.walk("absent"), Walked::default());
        assert_eq!(problems(&world.walk("x.md")), [(Code::Unreadable, "x.md".to_owned())]);
        assert!(names(&world.walk("")).contains(&"x.md"));
        assert_eq!(world.read(&walked.files[2]).unwrap(), b"content/a/x.md");
    }

    #[cfg(unix)]
    #[test]
    fn a_part_is_read_under_the_rules_of_the_whole() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.md"), "secret").unwrap();
        let (root, world) = site(&["content/a.md"]);
        symlink("a.md", root.path().join("content/link.md")).unwrap();
        symlink(outside.path().join("secret.md"), root.path().join("content/secret.md")).unwrap();
        let part = |path: &str, part| world.part(&SourcePath::new(path), part);
        for path in ["content/a.md", "content/link.md"] {
            assert_eq!(part(path, 8..9).unwrap(), b"a", "{path}");
            assert_eq!(part(path, 9..99).unwrap(), b".md", "{path}");
            assert_eq!(part(path, 99..100).unwrap(), b"", "{path}");
        }
        for path in ["content/secret.md", "content", "../x", "content/absent.md"] {
            assert!(part(path, 0..1).is_err(), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_only_inside_the_root() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.md"), "secret").unwrap();
        let (root, world) = site(&["content/a.md", "common/b.md"]);
        let content = root.path().join("content");
        symlink("../common", content.join("common")).unwrap();
        symlink("../common/b.md", content.join("b.md")).unwrap();
        symlink(outside.path(), content.join("folder")).unwrap();
        symlink(outside.path().join("secret.md"), content.join("secret.md")).unwrap();
        symlink("nowhere", content.join("dangling.md")).unwrap();
        symlink(".", content.join("loop")).unwrap();
        symlink("self", content.join("self")).unwrap();
        symlink("me@host.123", content.join(".#a.md")).unwrap();

        let walked = world.walk("content");
        assert_eq!(names(&walked), ["content/a.md", "content/b.md", "content/common/b.md"]);
        let named = ["content/dangling.md", "content/folder", "content/loop", "content/secret.md", "content/self"];
        assert_eq!(problems(&walked), named.map(|path| (Code::OutsideLink, path.to_owned())));

        for path in ["content/secret.md", "content/folder/secret.md", "../x", "/etc/passwd", "content"] {
            assert!(world.read(&SourcePath::new(path)).is_err(), "{path}");
        }
        assert_eq!(world.read(&SourcePath::new("content/b.md")).unwrap(), b"common/b.md");
    }

    #[cfg(unix)]
    #[test]
    fn a_whole_folder_that_is_a_link_outside_is_one_error() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("a.md"), "").unwrap();
        let (root, world) = site(&["x"]);
        std::os::unix::fs::symlink(outside.path(), root.path().join("content")).unwrap();
        let walked = world.walk("content");
        assert_eq!((names(&walked), problems(&walked)), (vec![], vec![(Code::OutsideLink, "content".to_owned())]));
    }

    #[cfg(unix)]
    #[test]
    fn pipes_and_sockets_are_named_and_never_opened() {
        let (root, world) = site(&["content/a.md"]);
        let pipe = root.path().join("content/pipe.md");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let _socket = std::os::unix::net::UnixListener::bind(root.path().join("content/socket.md")).unwrap();
        let walked = world.walk("content");
        assert_eq!(names(&walked), ["content/a.md"]);
        let named = ["content/pipe.md", "content/socket.md"];
        assert_eq!(problems(&walked), named.map(|path| (Code::Unreadable, path.to_owned())));
        assert!(world.read(&SourcePath::new("content/pipe.md")).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_are_not_utf8_are_errors_and_do_not_hide_their_neighbours() {
        use std::os::unix::ffi::OsStrExt;
        let (root, world) = site(&["content/a.md", "content/z.md"]);
        let folder = root.path().join("content").join(std::ffi::OsStr::from_bytes(b"caf\xE9"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("in.md"), "").unwrap();
        // Of two files one is found first, whatever the order: it must not hide the other.
        for name in [b"\xE9.md".as_slice(), b"\xE9\xE8.md"] {
            fs::write(root.path().join("content").join(std::ffi::OsStr::from_bytes(name)), "").unwrap();
        }
        let walked = world.walk("content");
        assert_eq!(names(&walked), ["content/a.md", "content/z.md"]);
        let named = ["content/caf\u{FFFD}", "content/\u{FFFD}.md", "content/\u{FFFD}\u{FFFD}.md"];
        assert_eq!(problems(&walked), named.map(|path| (Code::BadName, path.to_owned())));
    }

    #[test]
    fn the_moment_can_be_asked_for() {
        let (_root, world) = site(&[]);
        assert!(world.now() > jiff::Timestamp::UNIX_EPOCH);
        assert_eq!(world.at(jiff::Timestamp::UNIX_EPOCH).now(), jiff::Timestamp::UNIX_EPOCH);
    }
}
