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

    /// Whether a link leads from what is published as it is to what is not: texts, whose drafts readers would see, and
    /// settings, data and templates.
    pub(super) fn is_of_sources(&self, link: &SourcePath, path: &Path) -> bool {
        let mut parts = link.as_str().split('/');
        let (is_of_theme, is_static) = match (parts.next(), parts.nth(1)) {
            (Some("themes"), below) => (true, below == Some("static")),
            (first, _) => (false, first == Some("static")),
        };
        let is_text = |path: &Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"));
        let is_of_content = !is_static && link.below("content").is_some() && !is_text(Path::new(link.as_str()));
        let Some(real) = fs::canonicalize(path).ok().filter(|_| is_static || is_of_content) else { return false };
        let Ok(below) = real.strip_prefix(&self.real_root) else { return false };
        let is_in =
            |folder: &str| fs::canonicalize(self.real_root.join(folder)).is_ok_and(|there| real.starts_with(there));
        // In `content/` a folder is walked as one of texts, wherever it lies.
        let is_folder_of_texts = is_static && real.is_dir() && is_in("content");
        let is_setting = below == Path::new("site.toml")
            || is_in("data")
            || is_in("templates")
            || is_in("themes") && !is_of_theme
            || below.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
        is_folder_of_texts || is_setting || real.is_file() && is_text(&real)
    }

    /// Whether something of the site lies in a folder that was published: through a link it would be published again, and
    /// with it what was published of it before, by every build.
    pub(super) fn is_output(&self, path: &Path) -> bool {
        let Ok(real) = fs::canonicalize(path) else { return false };
        let mut folders = real.ancestors().take_while(|folder| *folder != self.real_root);
        folders.any(|folder| folder.join(names::LIST).is_file())
    }
}
