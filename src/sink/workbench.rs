//! The folder of a stage, made and held open: thousands of files are made in it, and none needs the way down from the
//! top of the disk. Called by `Operations` only.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// The folder.
#[derive(Debug)]
pub(super) struct Workbench {
    folder: Folder,
    modes: Modes,
}

/// Whether the system gives files and folders the modes that they are made with. Visitors must be able to read them,
/// whatever the umask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Modes {
    /// As a folder that was made shows.
    Kept,
    /// Not all of them: each is set again.
    Cut,
}

impl Workbench {
    /// Makes the folder in one that is there.
    pub(super) fn new(path: &Path) -> io::Result<Workbench> {
        fs::create_dir(path)?;
        // One that could not be furnished would be in the way of the next try, and hide what was wrong.
        Workbench::furnish(path).inspect_err(|_| fs::remove_dir_all(path).unwrap_or_default())
    }

    fn furnish(path: &Path) -> io::Result<Workbench> {
        let folder = Folder::open(path)?;
        // A folder in the folder, so that what it passes on to what is in it counts too.
        folder.make("probe")?;
        let modes = if folder.has_all_modes("probe")? { Modes::Kept } else { Modes::Cut };
        fs::remove_dir(path.join("probe"))?;
        folder.open_to_all(".")?;
        Ok(Workbench { folder, modes })
    }

    /// Writes a file that nobody reads yet, in a folder that may be there.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = match self.folder.create(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.make_folders(parent(name))?;
                self.folder.create(name)?
            }
            file => file?,
        };
        file.write_all(bytes)?;
        #[cfg(unix)]
        if self.modes == Modes::Cut {
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        }
        Ok(())
    }

    /// The same in a folder that most likely is not there: trying to make it costs less than finding out.
    pub(super) fn write_in_new_folder(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if !parent(name).is_empty() {
            self.make_folders(parent(name))?;
        }
        self.write(name, bytes)
    }

    fn make_folders(&self, name: &str) -> io::Result<()> {
        match self.make(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !parent(name).is_empty() => {
                self.make_folders(parent(name))?;
                self.make(name)
            }
            done => done,
        }
    }

    fn make(&self, name: &str) -> io::Result<()> {
        match self.folder.make(name) {
            Ok(()) if self.modes == Modes::Cut => self.folder.open_to_all(name),
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn parent(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What the system does in an open folder.
#[cfg(unix)]
#[derive(Debug)]
struct Folder(File);

#[cfg(unix)]
impl Folder {
    fn open(path: &Path) -> io::Result<Folder> {
        File::open(path).map(Folder)
    }

    fn create(&self, name: &str) -> io::Result<File> {
        use rustix::fs::{Mode, OFlags, openat};
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC;
        Ok(File::from(openat(&self.0, name, flags, Mode::from_raw_mode(0o644))?))
    }

    fn make(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::mkdirat(&self.0, name, rustix::fs::Mode::from_raw_mode(0o755))?)
    }

    fn open_to_all(&self, name: &str) -> io::Result<()> {
        use rustix::fs::{AtFlags, Mode, chmodat};
        Ok(chmodat(&self.0, name, Mode::from_raw_mode(0o755), AtFlags::empty())?)
    }

    fn has_all_modes(&self, name: &str) -> io::Result<bool> {
        let stat = rustix::fs::statat(&self.0, name, rustix::fs::AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(stat.st_mode & 0o777 == 0o755)
    }
}

#[cfg(not(unix))]
#[derive(Debug)]
struct Folder(std::path::PathBuf);

#[cfg(not(unix))]
impl Folder {
    fn open(path: &Path) -> io::Result<Folder> {
        Ok(Folder(path.to_owned()))
    }

    fn create(&self, name: &str) -> io::Result<File> {
        File::create(self.0.join(name))
    }

    fn make(&self, name: &str) -> io::Result<()> {
        fs::create_dir(self.0.join(name))
    }

    fn open_to_all(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn has_all_modes(&self, _: &str) -> io::Result<bool> {
        Ok(true)
    }
}
