//! New files of sources, for commands that start something. Never overwrites.

use super::operations::failed;
use crate::base::{Code, Diagnostic};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Creates files below a folder, all of them or none: when one is there already, nothing is written.
pub fn create_new(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Box<Diagnostic>> {
    let taken: Vec<&str> = files
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| folder.join(path).symlink_metadata().is_ok())
        .collect();
    if !taken.is_empty() {
        let message = format!("`{}` exists already in `{}`", taken.join("`, `"), folder.display());
        return Err(Box::new(
            Diagnostic::new(Code::WriteFailed, message).help("choose another name or folder: nothing is overwritten"),
        ));
    }
    for (path, bytes) in files {
        let path = folder.join(path);
        if let Some(above) = path.parent() {
            fs::create_dir_all(above).map_err(|error| failed("make the folder", above, &error))?;
        }
        let created = OpenOptions::new().write(true).create_new(true).open(&path);
        created.and_then(|mut file| file.write_all(bytes)).map_err(|error| failed("write", &path, &error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten_and_then_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = |path: &str| (path.to_owned(), b"x".to_vec());
        create_new(folder.path(), &[file("a/b.md")]).unwrap();
        let error = create_new(folder.path(), &[file("c.md"), file("a/b.md")]).unwrap_err();
        assert!(error.message().contains("a/b.md"));
        assert!(!folder.path().join("c.md").exists());
    }
}
