//! Where symbolic links of the sources lead, and where they may.

use super::DiskWorld;
use super::read::not_regular;
use crate::base::{SourcePath, names};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::PoisonError;

impl DiskWorld {
    /// Where a regular file is, without symbolic links, unless those lead outside.
    pub(super) fn real_file(&self, path: &SourcePath) -> io::Result<PathBuf> {
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
    pub(super) fn real_folder(&self, folder: &str) -> io::Result<PathBuf> {
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

    pub(super) fn is_inside(&self, path: &Path) -> bool {
        fs::canonicalize(path).is_ok_and(|real| self.is_of_site(&real))
    }

    /// Whether it is a text of the site, or a folder of them: what is published as it is would show its drafts.
    pub(super) fn is_of_texts(&self, path: &Path) -> bool {
        let Ok(real) = fs::canonicalize(path) else { return false };
        let is_text = real.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"));
        real.starts_with(self.real_root.join("content")) && (is_text || real.is_dir())
    }

    /// Whether something of the site lies in a folder that was published: through a link it would be published again, and
    /// with it what was published of it before, by every build.
    pub(super) fn is_output(&self, path: &Path) -> bool {
        let Ok(real) = fs::canonicalize(path) else { return false };
        let mut folders = real.ancestors().take_while(|folder| *folder != self.real_root);
        folders.any(|folder| folder.join(names::LIST).is_file())
    }
}
