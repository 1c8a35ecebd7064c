//! New files of sources, for commands that start something. Never overwrites.

use super::operations::failed;
use crate::base::{Code, Diagnostic};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
    for (path, _) in files {
        refuse_outside(folder, path)?;
    }
    let mut made = Made::default();
    for (path, bytes) in files {
        if let Err(problem) = create(&folder.join(path), bytes, &mut made) {
            made.take_back();
            return Err(problem);
        }
    }
    Ok(())
}

/// What was made so far.
#[derive(Default)]
struct Made {
    files: Vec<PathBuf>,
    /// Folders, each behind the one that it is in.
    folders: Vec<PathBuf>,
}

impl Made {
    /// Takes all of it away. What cannot be taken away is told by the problem that is told already.
    fn take_back(&self) {
        self.files.iter().for_each(|path| drop(fs::remove_file(path)));
        // Only what is empty.
        self.folders.iter().rev().for_each(|path| drop(fs::remove_dir(path)));
    }
}

/// Refuses a path that a symbolic link leads out of the folder: what comes from others may have one.
fn refuse_outside(folder: &Path, path: &str) -> Result<(), Box<Diagnostic>> {
    let Ok(real) = fs::canonicalize(folder) else { return Ok(()) };
    let whole = folder.join(path);
    let mut above = whole.ancestors().skip(1).take_while(|above| above.starts_with(folder));
    let Some(there) = above.find(|above| above.symlink_metadata().is_ok()) else { return Ok(()) };
    if fs::canonicalize(there).is_ok_and(|there| there.starts_with(&real)) {
        return Ok(());
    }
    let message = format!("`{path}` would be written outside: a symbolic link leads there from `{}`", there.display());
    Err(Box::new(Diagnostic::new(Code::OutsideLink, message).help("put a folder where the link is")))
}

/// Creates one file: whole at another name first, so that none is ever there in part.
fn create(path: &Path, bytes: &[u8], made: &mut Made) -> Result<(), Box<Diagnostic>> {
    let above = path.parent().unwrap_or(Path::new("."));
    let missing: Vec<&Path> = above.ancestors().take_while(|folder| folder.symlink_metadata().is_err()).collect();
    made.folders.extend(missing.iter().rev().map(|folder| folder.to_path_buf()));
    fs::create_dir_all(above).map_err(|error| no_folder(above, &error))?;
    // A dot file: it is in no site, should this process die now.
    let whole = above.join(format!(".manchette-new-{}", std::process::id()));
    let created = OpenOptions::new().write(true).create_new(true).open(&whole);
    let written = created.and_then(|mut file| file.write_all(bytes).and_then(|()| place(&whole, path)));
    drop(fs::remove_file(&whole));
    written.map_err(|error| failed("write", path, &error))?;
    made.files.push(path.to_owned());
    Ok(())
}

/// Gives a file its name, unless another has it: a link does that at once; some disks have none.
fn place(whole: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(whole, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && path.symlink_metadata().is_err() => {
            fs::rename(whole, path)
        }
        placed => placed,
    }
}

/// Why a folder cannot be made; most often a file has its name, or that of one above it.
fn no_folder(folder: &Path, error: &io::Error) -> Box<Diagnostic> {
    let problem = failed("make the folder", folder, error);
    match folder.ancestors().find(|above| above.metadata().is_ok_and(|found| !found.is_dir())) {
        Some(file) => {
            let help = format!("`{}` is no folder: move it away, or choose another folder", file.display());
            Box::new(problem.help(help))
        }
        None => problem,
    }
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

    #[cfg(unix)]
    #[test]
    fn p30_nothing_is_made_outside_through_a_link() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let link = |to: &Path, at: &str| std::os::unix::fs::symlink(to, folder.path().join(at)).unwrap();
        fs::create_dir_all(folder.path().join("content/posts")).unwrap();
        link(outside.path(), "content/posts/2026");
        link(outside.path(), "themes");
        link(Path::new("nowhere"), "templates");
        link(Path::new("content"), "textes");
        for path in ["content/posts/2026/a.md", "content/posts/2026/11/a.md", "themes/a/b.html", "templates/a.html"] {
            let error =
                create_new(folder.path(), &[("b.md".to_owned(), vec![]), (path.to_owned(), vec![])]).unwrap_err();
            assert_eq!(error.code(), Code::OutsideLink, "{path}");
        }
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
        assert!(!folder.path().join("b.md").exists());
        create_new(folder.path(), &[("textes/a.md".to_owned(), vec![]), ("data/x/a.md".to_owned(), vec![])]).unwrap();
        assert!(folder.path().join("content/a.md").exists());
    }

    #[test]
    fn what_cannot_be_made_whole_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = |path: &str| (path.to_owned(), b"x".to_vec());
        // The last wants a folder where the first is a file.
        let problem = create_new(folder.path(), &[file("a"), file("b/c/d"), file("a/b")]).unwrap_err();
        let help = problem.help_text().unwrap_or_default();
        assert!(help.contains("a` is no folder: move it away"), "{help}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
