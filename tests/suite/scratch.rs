//! A scratch copy of a site, and the program run on it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The moment at which tests build, so that "future" means the same for ever.
pub const NOW: &str = "2025-12-31T12:00:00Z";

/// Says what a test leaves out because the machine has it not: to the terminal itself, since what a test that is well prints
/// is shown to nobody.
pub fn skipped(why: &str) {
    let thread = std::thread::current();
    let line = format!("skipped in {}: {why}\n", thread.name().unwrap_or("a test"));
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

/// A folder of its own that goes when the test is over.
pub struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// An empty folder.
    pub fn empty() -> Scratch {
        Scratch { folder: tempfile::tempdir().unwrap() }
    }

    /// A copy of a folder.
    pub fn copy_of(from: &Path) -> Scratch {
        let scratch = Scratch::empty();
        copy(from, scratch.root());
        scratch
    }

    /// A site with these files; `site.toml` is a plain one unless it is among them.
    pub fn site(files: &[(&str, &str)]) -> Scratch {
        let scratch = Scratch::empty();
        scratch
            .write("site.toml", "title = \"Essai\"\nbase_url = \"https://example.org\"\ntimezone = \"Europe/Paris\"\n");
        files.iter().for_each(|(path, text)| scratch.write(path, text));
        scratch
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        let path = self.path(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Runs the program in the folder, at `NOW`, without colours and with a clean environment.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// The same, not yet run.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = without_settings(env!("CARGO_BIN_EXE_manchette"));
        command.env("NO_COLOR", "1").env("MANCHETTE_AT", NOW).current_dir(self.root()).args(arguments);
        command
    }

    /// Every file below a folder, by its path there.
    pub fn tree(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        tree(&self.path(folder))
    }
}

/// What the program answered.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// Insists on success.
    #[track_caller]
    pub fn ok(self) -> Ran {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self
    }
}

/// A command, ours or one that starts ours, that inherits no settings of this environment: what a switch of a test is called
/// would be one.
pub fn without_settings(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MANCHETTE_") {
            command.env_remove(name);
        }
    }
    command
}

/// Every file below a folder, by its path there, `/` between.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok).filter(|e| e.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// Copies a folder into another.
pub fn copy(from: &Path, to: &Path) {
    for (name, bytes) in tree(from) {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}
