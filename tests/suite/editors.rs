//! How editors save a file, as the system calls that they make.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

/// A save that the machine did not let come through at once may be seen half.
const SWIFT: Duration = Duration::from_millis(60);

/// The same for one that pauses on purpose.
const STEADY: Duration = Duration::from_millis(200);

fn write(path: &Path, text: &str) {
    let mut file = File::create(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.sync_all().unwrap();
}

fn beside(path: &Path, name: impl Fn(&str) -> String) -> PathBuf {
    path.with_file_name(name(path.file_name().unwrap().to_str().unwrap()))
}

/// vim with `backupcopy=no`: it looks whether it may, moves the old file away and writes a new one.
fn vim_by_renaming(path: &Path, text: &str) {
    let (backup, probe) = (beside(path, |name| format!("{name}~")), path.with_file_name("4913"));
    File::create(&probe).unwrap();
    fs::remove_file(&probe).unwrap();
    fs::rename(path, &backup).unwrap();
    write(path, text);
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    fs::remove_file(&backup).unwrap();
}

/// The same with `backup`: the old file stays.
fn vim_with_backup(path: &Path, text: &str) {
    let backup = beside(path, |name| format!("{name}~"));
    fs::rename(path, &backup).unwrap();
    write(path, text);
}

/// vim with `backupcopy=yes`, and its swap file.
fn vim_by_copying(path: &Path, text: &str) {
    let (backup, swap) = (beside(path, |name| format!("{name}~")), beside(path, |name| format!(".{name}.swp")));
    let probe = beside(path, |name| format!(".{name}.swx"));
    fs::write(&swap, "b0VIM").unwrap();
    fs::write(&probe, "").unwrap();
    fs::remove_file(&probe).unwrap();
    fs::copy(path, &backup).unwrap();
    write(path, text);
    fs::remove_file(&backup).unwrap();
    fs::remove_file(&swap).unwrap();
}

/// Emacs: a lock that is a link to nowhere, an auto-save, and a backup by renaming.
fn emacs(path: &Path, text: &str) {
    let lock = beside(path, |name| format!(".#{name}"));
    let (draft, backup) = (beside(path, |name| format!("#{name}#")), beside(path, |name| format!("{name}~")));
    symlink("claire@host.4242:1700000000", &lock).unwrap();
    fs::write(&draft, text).unwrap();
    fs::rename(path, &backup).unwrap();
    write(path, text);
    fs::remove_file(&lock).unwrap();
    fs::remove_file(&draft).unwrap();
}

/// VS Code, nano, and most: truncate and write.
pub fn in_place(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

/// VS Code, when it is asked to save atomically.
fn code_atomically(path: &Path, text: &str) {
    let temporary = beside(path, |name| format!("{name}.vsctmp"));
    write(&temporary, text);
    fs::rename(&temporary, path).unwrap();
}

/// JetBrains' safe write.
fn jetbrains(path: &Path, text: &str) {
    let (new, old) =
        (beside(path, |name| format!("{name}___jb_tmp___")), beside(path, |name| format!("{name}___jb_old___")));
    write(&new, text);
    fs::rename(path, &old).unwrap();
    fs::rename(&new, path).unwrap();
    fs::remove_file(&old).unwrap();
}

/// nano with a backup: a copy of the old file, then in place.
fn nano_with_backup(path: &Path, text: &str) {
    fs::copy(path, beside(path, |name| format!("{name}~"))).unwrap();
    fs::write(path, text).unwrap();
}

/// Obsidian: in place, and the time is what it says.
pub fn obsidian(path: &Path, text: &str) {
    let modified = fs::metadata(path).unwrap().modified().unwrap();
    fs::write(path, text).unwrap();
    OpenOptions::new().write(true).open(path).unwrap().set_modified(modified).unwrap();
}

/// `sed -i`: a new file whose name nobody knows.
fn sed(path: &Path, text: &str) {
    let temporary = path.with_file_name("sedK3x9Qa");
    write(&temporary, text);
    fs::set_permissions(&temporary, fs::Permissions::from_mode(0o644)).unwrap();
    fs::rename(&temporary, path).unwrap();
}

/// Deleted and made again.
pub fn anew(path: &Path, text: &str) {
    fs::remove_file(path).unwrap();
    fs::write(path, text).unwrap();
}

/// Over a slow line: nothing, a part of the front matter, the rest.
fn slowly(path: &Path, text: &str) {
    let mut file = File::create(path).unwrap();
    sleep(Duration::from_millis(40));
    file.write_all(&text.as_bytes()[..12]).unwrap();
    sleep(Duration::from_millis(40));
    file.write_all(&text.as_bytes()[12..]).unwrap();
}

/// The same by moving the old file away: for a while there is none.
fn slowly_by_renaming(path: &Path, text: &str) {
    let backup = beside(path, |name| format!("{name}~"));
    fs::rename(path, &backup).unwrap();
    sleep(Duration::from_millis(40));
    write(path, text);
    fs::remove_file(&backup).unwrap();
}

/// A way to save a text.
pub type Save = fn(&Path, &str);

/// All of them: whose it is, and within which time it must be over to be seen whole.
pub const SAVES: [(&str, Save, Duration); 14] = [
    ("in place", in_place, SWIFT),
    ("vim, by renaming", vim_by_renaming, SWIFT),
    ("vim, with a backup", vim_with_backup, SWIFT),
    ("vim, by copying", vim_by_copying, SWIFT),
    ("Emacs", emacs, SWIFT),
    ("VS Code, atomically", code_atomically, SWIFT),
    ("JetBrains", jetbrains, SWIFT),
    ("nano, with a backup", nano_with_backup, SWIFT),
    ("Obsidian", obsidian, SWIFT),
    ("sed -i", sed, SWIFT),
    ("deleted and made again", anew, SWIFT),
    ("slowly", slowly, STEADY),
    ("slowly, by renaming", slowly_by_renaming, STEADY),
    ("in place, once more", in_place, SWIFT),
];
