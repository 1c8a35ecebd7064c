//! One build of a site at a time.
//!
//! The system drops the lock when its holder ends, however it ends. The file is never deleted: two builds could then
//! lock two files of one name.

use super::operations::failed;
use super::plain;
use crate::base::{Code, Diagnostic};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// The lock, held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// How often a taken lock is tried.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes the lock in a folder, waiting for it as long as `patience` says; `tell` is called once before waiting.
pub(super) fn take(folder: &Path, patience: Duration, tell: &dyn Fn(&str)) -> Result<Lock, Box<Diagnostic>> {
    let path = folder.join("lock");
    let opened = plain::open_with(OpenOptions::new().create(true).truncate(false).write(true), &path);
    let file = opened.map_err(|error| {
        let problem = failed("open the lock", &path, &error);
        match path.metadata() {
            Ok(found) if !found.is_file() => {
                Box::new(problem.help("delete it: a file takes its place with the next build"))
            }
            _ => problem,
        }
    })?;
    let begun = Instant::now();
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock { _file: file }),
            // Some network disks have no locks; a build without one is better than none.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                tell("this file system has no locks: do not build the site twice at once");
                return Ok(Lock { _file: file });
            }
            Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Interrupted => {
                return Err(failed("lock", &path, &error));
            }
            Err(_) if begun.elapsed() >= patience => {
                let busy = Diagnostic::new(Code::Busy, "another build of this site is running");
                return Err(Box::new(busy.help("wait until it has finished, then try again")));
            }
            Err(_) if !told => {
                tell("another build of this site is running: waiting for it");
                told = true;
            }
            Err(_) => std::thread::sleep(PAUSE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn the_second_waits_and_then_gives_up_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let told = RefCell::new(Vec::new());
        let tell = |words: &str| told.borrow_mut().push(words.to_owned());
        let first = take(folder.path(), Duration::ZERO, &tell).unwrap();
        let busy = take(folder.path(), Duration::from_millis(120), &tell).unwrap_err();
        assert_eq!(busy.code(), Code::Busy);
        assert_eq!(told.borrow().len(), 1);
        drop(first);
        assert!(take(folder.path(), Duration::ZERO, &tell).is_ok());
    }
}
