//! The command line: arguments in, text out.
//!
//! No rule about news, URLs or pages lives here: a command asks the rooms below and prints what they answer. Data goes
//! to stdout, talk to stderr; a stream that is closed or full never changes the result.

pub mod args;
mod build;
mod bulletin;
mod cache;
mod clean;
pub mod completions;
pub mod config;
pub mod explain;
mod init;
mod list;
mod new;
pub mod printer;
mod progress;
mod rebuild;
mod say;
mod serve;
mod serve_args;
mod signals;
mod site;
mod theme;
mod topics;
mod visible;
mod why;

pub use args::Args;
pub use visible::visible;

use args::{Command, Global};
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// Runs the command line of this process.
///
/// Exit codes: 0 all is well, 1 the site or the operation has errors, 2 the command line is wrong, 130 and 143 a signal
/// ended what would have gone on.
pub fn main() -> ExitCode {
    let typed: Vec<OsString> = std::env::args_os().collect();
    match args::parse(typed.iter().cloned()) {
        Ok(args) => {
            args.global.color.choice().write_global();
            signals::outlive_limits();
            ExitCode::from(survived(|| run(&args), say::talk))
        }
        Err(error) => {
            // clap draws what was typed as it is. A help text that could not be printed is no other result.
            // What the environment sets is drawn too.
            let mut given = typed.into_iter().chain(site::variables());
            match given.any(|given| given.to_string_lossy().chars().any(visible::acts)) {
                true => say::talk(error.render().to_string().trim_end()),
                false => drop(error.print()),
            }
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
        }
    }
}

/// The exit code of some work; that of an error, and a word to people, where it panics: a mistake of ours is no exit code of
/// its own, and whoever calls us need not know Rust's.
fn survived(work: impl FnOnce() -> u8, tell: impl FnOnce(&str)) -> u8 {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tell(
            "manchette made a mistake of its own, and stopped; the next build puts right what this one left. Please report \
             what is above, with the text that brings it about: SECURITY.md says how",
        );
        1
    })
}

/// Runs a command; its exit code.
fn run(args: &Args) -> u8 {
    let global: &Global = &args.global;
    let is_well = match &args.command {
        Command::Serve(args) => return serve::run(args, global),
        Command::Build(args) if args.watch => return rebuild::run(args, global),
        Command::Init { dir, lang, theme, eject_theme } => init::run(dir, *lang, theme, *eject_theme, global),
        Command::New { title, source, url, tags, date, slug, draft } => {
            let wanted = new::Wanted {
                title,
                source: source.as_deref(),
                url: url.as_deref(),
                tags,
                date: date.as_deref(),
                slug: slug.as_deref(),
                draft: *draft,
            };
            new::run(&wanted, global)
        }
        Command::Build(args) => build::build(args, global),
        Command::Cache { what } => cache::run(*what, global),
        Command::Check => build::check(global),
        Command::List { what } => list::run(*what, global),
        Command::Theme { what } => theme::run(what, global),
        Command::Topics => topics::run(global),
        Command::Config => site::config(global),
        Command::Clean => clean::run(global),
        Command::Explain { code } => say::answer(code.as_deref().map_or_else(|| Ok(explain::list()), explain::explain)),
        Command::Completions { shell } => {
            say::data(&String::from_utf8_lossy(&completions::completions(*shell)));
            true
        }
    };
    u8::from(!is_well)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{SourcePath, SourceText};
    use crate::pipeline::{self, Memory, Request};
    use crate::sink::DiskSink;
    use crate::world::{MemoryWorld, Walked, WithThemes, World};
    use std::path::Path;

    #[test]
    fn p03_a_panic_is_an_error_and_no_exit_code_of_its_own() {
        assert_eq!(survived(|| 2, |_| ()), 2);
        assert_eq!(survived(|| panic!("on purpose"), |_| ()), 1);
    }

    /// A site's folder in which reading one file is a mistake of ours.
    struct Mistaken(MemoryWorld);

    impl World for Mistaken {
        fn read(&self, path: &SourcePath) -> std::io::Result<Vec<u8>> {
            assert_ne!(path.as_str(), "static/b.css", "on purpose");
            self.0.read(path)
        }

        fn walk(&self, folder: &str) -> Walked {
            self.0.walk(folder)
        }

        fn now(&self) -> jiff::Timestamp {
            self.0.now()
        }
    }

    /// A build into a folder, as the command does it; its exit code and what is said of it.
    fn build(world: &dyn World, root: &Path) -> (u8, String) {
        let sink = DiskSink::new(root.to_owned(), "public".into(), None, false);
        let config = SourceText::new(SourcePath::new("site.toml"), SITE);
        let work = || pipeline::build(world, &sink, &mut Memory::new(), &config, &Request::default());
        let mut said = String::new();
        let code = survived(|| u8::from(work().has_errors()), |words| said = words.to_owned());
        (code, said)
    }

    const SITE: &str = "title = \"Essai\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\n";

    #[test]
    #[expect(clippy::disallowed_methods, reason = "looks at what was published")]
    fn p61_a_panic_in_making_an_output_ends_a_build_with_one_and_a_word_and_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let site = |text: &str| {
            let empty = MemoryWorld::new(jiff::Timestamp::from_second(1_767_000_000).unwrap());
            let files = [("static/a.css", text), ("static/c.css", "c{}")];
            files.iter().fold(empty.with("site.toml", SITE), |world, (path, text)| world.with(path, *text))
        };
        let is_published = |text: &str| std::fs::read(folder.path().join("public/a.css")).unwrap() == text.as_bytes();
        let world = |text| WithThemes::new(site(text));
        assert_eq!(build(&world("old"), folder.path()), (0, String::new()));
        let mistaken = WithThemes::new(Mistaken(site("new").with("static/b.css", "b{}")));
        let (code, said) = build(&mistaken, folder.path());
        assert!(code == 1 && said.contains("report") && said.contains("SECURITY.md"), "{code}: {said}");
        assert!(is_published("old"));
        // What it held it has let go of, and what it left is put right.
        assert_eq!(build(&world("new"), folder.path()), (0, String::new()));
        assert!(is_published("new"));
    }
}
