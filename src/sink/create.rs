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
    for (number, (path, bytes)) in files.iter().enumerate() {
        if let Err(problem) = create(&folder.join(path), bytes) {
            // What cannot be taken away again is told by the problem that is told already.
            files[..number].iter().for_each(|(path, _)| drop(fs::remove_file(folder.join(path))));
            return Err(problem);
        }
    }
    Ok(())
}

fn create(path: &Path, bytes: &[u8]) -> Result<(), Box<Diagnostic>> {
    if let Some(above) = path.parent() {
        fs::create_dir_all(above).map_err(|error| failed("make the folder", above, &error))?;
    }
    let created = OpenOptions::new().write(true).create_new(true).open(path);
    created.and_then(|mut file| file.write_all(bytes)).map_err(|error| failed("write", path, &error))?;
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

    #[test]
    fn what_cannot_be_made_whole_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = |path: &str| (path.to_owned(), b"x".to_vec());
        // The second wants a folder where the first is a file.
        create_new(folder.path(), &[file("a"), file("a/b")]).unwrap_err();
        assert!(!folder.path().join("a").exists());
    }
}
