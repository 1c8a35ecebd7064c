//! What publishing does to the disk, one operation at a time, each with words for its failure.
//!
//! Every change of the disk in this room goes through here, so a test can make any of them fail. None follows a
//! symbolic link at the last part of its path.

use super::stage::Layout;
use super::workbench::Workbench;
use crate::base::{Code, Diagnostic};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// An operation that failed is what the user reads.
pub(super) type Done<T = ()> = Result<T, Box<Diagnostic>>;

/// What follows the name of a file that is being copied to its place.
pub(super) const TEMPORARY: &str = ".manchette-tmp";

/// The operations.
#[derive(Debug, Default)]
pub(super) struct Operations {
    /// Whether what was written must have reached the disk before the next step (`--sync`).
    pub(super) durable: bool,
    #[cfg(test)]
    pub(super) faults: Option<std::sync::Arc<super::faults::Faults>>,
}

impl Operations {
    /// Writes a file that nobody reads yet.
    pub(super) fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.attempt_to_write(bytes, |bytes| create(path, bytes))
    }

    /// Makes the folder of a stage.
    pub(super) fn prepare(&self, folder: &Path) -> io::Result<Workbench> {
        self.attempt(|| {
            folder.parent().map_or(Ok(()), make_folders)?;
            Workbench::new(folder)
        })
    }

    /// Writes a file of a stage.
    pub(super) fn stage(&self, bench: &Workbench, layout: Layout, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.attempt_to_write(bytes, |bytes| match layout {
            // Nearly every file of a site has a folder of its own.
            Layout::Tree => bench.write_in_new_folder(name, bytes),
            Layout::Flat => bench.write(name, bytes),
        })
    }

    /// Writes a file that others may be reading: they see the old bytes or the new ones.
    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> Done {
        let temporary = temporary(path);
        let written = self.create(&temporary, bytes).and_then(|()| self.keep_bytes(&temporary));
        let written = written.and_then(|()| self.rename(&temporary, path));
        written.map_err(|error| {
            self.discard(&temporary);
            failed("write", path, &error)
        })
    }

    /// Moves a file to where another may be, also from another file system.
    pub(super) fn replace(&self, from: &Path, to: &Path) -> Done {
        let moved = match self.rename(from, to) {
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                self.copy(from, to).and_then(|()| self.attempt(|| fs::remove_file(from)))
            }
            moved => moved,
        };
        moved.map_err(|error| failed("move a file to", to, &error))
    }

    /// Keeps a second name for a file, or a copy where the file system has no hard links.
    pub(super) fn keep(&self, path: &Path, aside: &Path) -> Done {
        let kept = self.attempt(|| fs::hard_link(path, aside)).or_else(|_| self.copy(path, aside));
        kept.map_err(|error| failed("set aside", path, &error))
    }

    /// Moves a whole folder to a place where there is nothing, or an empty folder.
    pub(super) fn move_folder(&self, from: &Path, to: &Path) -> Done {
        self.rename(from, to).map_err(|error| failed("move a folder to", to, &error))
    }

    /// Exchanges two folders at once.
    pub(super) fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        self.attempt(|| {
            #[cfg(test)]
            self.exchangeable(one, other)?;
            exchange(one, other)
        })
    }

    /// Waits until what was written to the file system of a folder has reached the disk, when that was asked for.
    pub(super) fn settle(&self, folder: &Path) -> Done {
        if !self.durable {
            return Ok(());
        }
        self.attempt(|| sync(folder)).map_err(|error| failed("sync", folder, &error))?;
        #[cfg(test)]
        if let Some(faults) = &self.faults {
            faults.tell(super::faults::Moment::Settled);
        }
        Ok(())
    }

    /// Waits until the bytes of a file have reached the disk, when that was asked for: a name may get there before what
    /// it names, and then an empty file would have the place of a good one.
    fn keep_bytes(&self, path: &Path) -> io::Result<()> {
        if !self.durable {
            return Ok(());
        }
        self.attempt(|| File::open(path)?.sync_all())?;
        #[cfg(test)]
        if let Some(faults) = &self.faults {
            faults.tell(super::faults::Moment::Kept(path));
        }
        Ok(())
    }

    /// Makes a folder and those above it.
    pub(super) fn make_folders(&self, path: &Path) -> Done {
        self.attempt(|| make_folders(path)).map_err(|error| failed("make the folder", path, &error))
    }

    /// Removes a file, if it is there.
    pub(super) fn remove_file(&self, path: &Path) -> Done {
        match self.attempt(|| fs::remove_file(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", path, &error)),
            _ => Ok(()),
        }
    }

    /// Removes a file, link or folder of ours with all that is in it, if it is there.
    pub(super) fn remove_all(&self, path: &Path) -> Done {
        let Ok(metadata) = fs::symlink_metadata(path) else { return Ok(()) };
        if !metadata.is_dir() {
            return self.remove_file(path);
        }
        self.attempt(|| fs::remove_dir_all(path)).map_err(|error| failed("remove", path, &error))
    }

    /// Removes the folders that held a file, from the lowest up, as far as they are empty and below `top`.
    pub(super) fn prune(&self, file: &Path, top: &Path) -> Done {
        use io::ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotADirectory, NotFound, ResourceBusy};
        let above = file.ancestors().skip(1).take_while(|folder| folder.starts_with(top) && *folder != top);
        for folder in above {
            match self.attempt(|| fs::remove_dir(folder)) {
                Ok(()) => {}
                Err(error) if error.kind() == NotFound => {}
                // One that is not empty stays, and so do those above it; so does one that is mounted, and what is no folder.
                Err(error)
                    if matches!(error.kind(), AlreadyExists | DirectoryNotEmpty | NotADirectory | ResourceBusy) =>
                {
                    return Ok(());
                }
                Err(error) => return Err(failed("remove", folder, &error)),
            }
        }
        Ok(())
    }

    /// Copies a file to its place so that nobody sees half of it.
    fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        let temporary = temporary(to);
        // What somebody left there may be a link or another name of a file.
        let copy = || create_anew(&temporary).and_then(|_| fs::copy(from, &temporary));
        let copied = self.attempt(copy).and_then(|_| self.attempt(|| fs::rename(&temporary, to)));
        copied.inspect_err(|_| self.discard(&temporary))
    }

    /// Removes a file that was not finished. If that fails too, who comes next writes over it or removes it.
    fn discard(&self, temporary: &Path) {
        self.attempt(|| fs::remove_file(temporary)).unwrap_or_default();
    }

    /// Removes a folder if it is empty.
    pub(super) fn remove_empty(&self, folder: &Path) {
        self.attempt(|| fs::remove_dir(folder)).unwrap_or_default();
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.attempt(|| {
            #[cfg(test)]
            self.cross(from, to)?;
            fs::rename(from, to)
        })
    }

    /// Does something with the disk, or fails instead, where a test wants that.
    pub(super) fn attempt<T>(&self, operation: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        #[cfg(test)]
        if let Some(faults) = &self.faults {
            return faults.attempt(operation);
        }
        operation()
    }

    /// The same with bytes, of which half may be written before it fails.
    fn attempt_to_write(&self, bytes: &[u8], write: impl Fn(&[u8]) -> io::Result<()>) -> io::Result<()> {
        #[cfg(test)]
        if let Some(faults) = &self.faults {
            return faults.attempt_to_write(bytes, write);
        }
        write(bytes)
    }
}

/// Makes `.manchette/`, which version control shall not see.
pub(super) fn make_workshop(operations: &Operations, workshop: &Path) -> Done {
    refuse_links(workshop)?;
    operations.make_folders(workshop)?;
    let ignore = workshop.join(".gitignore");
    // An empty one is what a build has left that died while it wrote it.
    let is_there = || fs::metadata(&ignore).is_ok_and(|found| found.len() > 0);
    if is_there() {
        return Ok(());
    }
    match operations.write(&ignore, b"*\n") {
        // Builds at once may all come to this, and one of them has done it.
        Err(_) if is_there() => Ok(()),
        made => made,
    }
}

/// Insists that `.manchette/` and what is in it are no symbolic links: what a build keeps, moves and clears away there
/// would be another folder's. A repository may have been prepared by a stranger.
pub(super) fn refuse_links(workshop: &Path) -> Done {
    let is_link = |path: &Path| fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let found = match is_link(workshop) {
        true => Some(workshop.to_owned()),
        false => entries(workshop).chain(entries(&workshop.join("cache"))).find(|path| is_link(path)),
    };
    let Some(link) = found else { return Ok(()) };
    let message = format!("`{}` is a symbolic link, and builds write there", link.display());
    Err(Box::new(Diagnostic::new(Code::WriteFailed, message).help("remove the link; the folder is made again")))
}

/// Words for an operation that the system refused.
pub(super) fn failed(operation: &str, path: &Path, error: &io::Error) -> Box<Diagnostic> {
    let message = format!("cannot {operation} `{}`: {error}", path.display());
    let diagnostic = Diagnostic::new(Code::WriteFailed, message);
    Box::new(match remedy(error) {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    })
}

/// What to do about a write that the system refused, where its reason says.
pub fn remedy(error: &io::Error) -> Option<&'static str> {
    use io::ErrorKind::{FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded => Some("free some space, or choose a folder on another disk with `--output`"),
        FileTooLarge => Some("let files be longer: see the limits of the process (`ulimit -f`) and of the disk"),
        PermissionDenied | ReadOnlyFilesystem => {
            Some("let the user who builds write there, or choose another folder with `--output`")
        }
        _ if is_short_of_files(error) => Some("let the process open more files: see `ulimit -n`"),
        _ => None,
    }
}

/// Whether the process, or the whole machine, has as many files open as it may.
#[cfg(unix)]
fn is_short_of_files(error: &io::Error) -> bool {
    use rustix::io::Errno;
    [Errno::MFILE, Errno::NFILE].iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

#[cfg(not(unix))]
fn is_short_of_files(_: &io::Error) -> bool {
    false
}

/// The name that a file has until it is whole.
pub(super) fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}{TEMPORARY}"))
}

/// Writes a file with mode 0644, making the folders above it.
fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = match create_anew(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            path.parent().map_or(Ok(()), make_folders)?;
            create_anew(path)?
        }
        file => file?,
    };
    file.write_all(bytes)?;
    // Said outright, for the umask shall not decide what visitors may read.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    Ok(())
}

/// Makes a file that was not there. What was is taken away first and never written through: it may be a symbolic link,
/// another name of a file elsewhere, or a pipe.
fn create_anew(path: &Path) -> io::Result<File> {
    let make = || fs::OpenOptions::new().write(true).create_new(true).open(path);
    match make() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            make()
        }
        file => file,
    }
}

/// Makes a folder and those above it, each with mode 0755.
fn make_folders(path: &Path) -> io::Result<()> {
    // Asking is cheaper than trying.
    if path.is_dir() {
        return Ok(());
    }
    match fs::create_dir(path) {
        Ok(()) => opened_to_all(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let Some(parent) = path.parent() else { return Err(error) };
            make_folders(parent)?;
            // Once more, and not again: some folders of the system are there and hold nothing that could be made.
            match fs::create_dir(path) {
                Ok(()) => opened_to_all(path),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
                Err(error) => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// Gives a new folder the mode of published ones.
#[cfg(unix)]
fn opened_to_all(path: &Path) -> io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755))
}

#[cfg(not(unix))]
fn opened_to_all(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// One call for all files: a call for each would take seconds.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn sync(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
fn sync(_: &Path) -> io::Result<()> {
    rustix::fs::sync();
    Ok(())
}

#[cfg(not(unix))]
fn sync(folder: &Path) -> io::Result<()> {
    let files = walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    files.into_iter().try_for_each(|entry| File::options().write(true).open(entry.path())?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_made_and_pruned_as_far_as_they_are_empty() {
        let scratch = tempfile::tempdir().unwrap();
        let operations = Operations::default();
        operations.create(&scratch.path().join("a/b/c/file"), b"x").unwrap();
        operations.create(&scratch.path().join("a/other"), b"x").unwrap();
        operations.remove_file(&scratch.path().join("a/b/c/file")).unwrap();
        operations.prune(&scratch.path().join("a/b/c/file"), scratch.path()).unwrap();
        assert!(!scratch.path().join("a/b").exists() && scratch.path().join("a").exists());
    }
}
