//! The command line, declared.
//!
//! Only what was typed: which folder, which settings and what they do are decided by the commands. Names that other
//! generators taught are hidden aliases; help never names what does not exist.

pub use super::serve_args::ServeArgs;

use crate::base::calendar::{self, Zone};
use crate::base::codes::CODES;
use crate::base::{Code, Policy, suggest};
use crate::config::{self, Override};
use crate::world::embedded::built_in;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Makes a static site of tech news digests from Markdown.
#[derive(Clone, Debug, Parser)]
#[command(name = "manchette", version, arg_required_else_help = true, subcommand_required = true)]
#[command(after_help = "Examples:
  manchette init actu        make a site in the folder actu
  manchette build            build the site of this folder
  manchette check            look for problems and write nothing
  manchette serve            show the site in a browser while you write
  manchette explain CODE     say what a problem means

Exit codes: 0 all is well, 1 there are errors, 2 the command line is wrong.")]
pub struct Args {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command, before or after its name.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The site's folder [default: this one, or the nearest above with a site.toml]
    #[arg(short, long, global = true, value_name = "DIR", env = "MANCHETTE_ROOT", hide_env_values = true)]
    pub root: Option<PathBuf>,
    /// The configuration file [default: site.toml in the site's folder]
    #[arg(short, long, global = true, value_name = "FILE", env = "MANCHETTE_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,
    /// Where to build, instead of what site.toml says
    #[arg(short, long, global = true, value_name = "DIR", short_alias = 'd', aliases = ["destination", "output-dir"])]
    pub output: Option<PathBuf>,
    /// Where the site is served, instead of what site.toml says
    #[arg(long, global = true, value_name = "URL", short_aliases = ['u', 'b'], aliases = ["baseURL", "baseurl"])]
    pub base_url: Option<String>,
    /// Include drafts
    #[arg(short = 'D', long, global = true, aliases = ["buildDrafts", "build-drafts"])]
    pub drafts: bool,
    /// Include posts whose date is to come
    #[arg(short = 'F', long, global = true, aliases = ["buildFuture", "build-future"])]
    pub future: bool,
    /// Include posts that have expired
    #[arg(short = 'E', long, global = true, aliases = ["buildExpired", "build-expired"])]
    pub expired: bool,
    /// Build as if it were that moment: 2025-06-19 or 2025-06-19T09:30:00+02:00
    #[arg(long, global = true, value_name = "INSTANT", alias = "clock", value_parser = moment)]
    #[arg(env = "MANCHETTE_AT", hide_env_values = true)]
    pub at: Option<Moment>,
    /// Say nothing but problems
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// How to print what the command answers
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    /// When to use colours; NO_COLOR, CLICOLOR and CLICOLOR_FORCE are honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    #[arg(env = "MANCHETTE_COLOR", hide_env_values = true)]
    pub color: Color,
    /// Take every warning for an error
    #[arg(long, global = true, aliases = ["panicOnWarning", "strict_front_matter", "werror"])]
    pub strict: bool,
    /// Take problems of that code for errors
    #[arg(long, value_name = "CODE", value_parser = code, value_delimiter = ',')]
    pub deny: Vec<Code>,
    /// Say nothing of warnings and notes of that code
    #[arg(long, value_name = "CODE", value_parser = code, value_delimiter = ',')]
    pub allow: Vec<Code>,
}

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Make a new site
    #[command(after_help = "Examples:
  manchette init             in this folder
  manchette init actu
  manchette init news --lang en")]
    Init {
        /// The folder; made if it does not exist
        #[arg(default_value = ".")]
        dir: PathBuf,
        /// The language of the site and of its first texts
        #[arg(long, value_name = "LANG", default_value = "fr")]
        lang: Lang,
        /// The built-in theme to begin with
        #[arg(long, value_name = "NAME", default_value = "kiosque", value_parser = built_in_theme)]
        theme: String,
        /// Copy that theme into the site, to change it
        #[arg(long)]
        eject_theme: bool,
    },
    /// Start a post
    #[command(after_help = "Examples:
  manchette new \"Meta débauche chez OpenAI\" --source WSJ --tag \"Meta AI\" --tag OpenAI
  manchette new \"Plus tard\" --date 2025-12-24 --draft")]
    New {
        /// The headline
        title: String,
        /// Who reported first: a name, an alias or a URL
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
        /// The address of the report
        #[arg(long, value_name = "URL")]
        url: Option<String>,
        /// A topic; once for each
        #[arg(long = "tag", value_name = "TOPIC")]
        tags: Vec<String>,
        /// The date, instead of today: 2025-06-19 or 2025-06-19T09:30:00+02:00
        #[arg(long, value_name = "DATE")]
        date: Option<String>,
        /// The last part of the address, instead of one made from the title
        #[arg(long)]
        slug: Option<String>,
        /// Mark it as a draft
        #[arg(long)]
        draft: bool,
    },
    /// Build the site
    #[command(after_help = "Examples:
  manchette build
  manchette build --drafts --base-url https://preview.example.org
  manchette build --strict --allow missing-source
  manchette build --explain                 why each file was made
  manchette build --explain /sujets/ia/     why that one was
  manchette build --dry-run                 what would be written and removed
  manchette build --verify                  whether every build gives the same
  manchette build --watch                   keep the output up to date until Ctrl-C")]
    Build(BuildArgs),
    /// Look for problems and write nothing
    #[command(alias = "doctor")]
    #[command(after_help = "Examples:
  manchette check
  manchette check --deny broken-link --format json")]
    Check,
    /// Show the site in a browser while you write
    #[command(aliases = ["server", "dev", "preview", "s"])]
    #[command(after_help = "Examples:
  manchette serve --open
  manchette serve --published               exactly what build would publish
  manchette serve --editor code             Alt-click opens the source there
  manchette serve --bind 0.0.0.0 --allowed-host box.lan
  manchette serve --poll                    where the system does not tell of changes")]
    Serve(ServeArgs),
    /// List posts or pages
    #[command(after_help = "Examples:
  manchette list drafts
  manchette list future --format json")]
    List {
        /// Which ones
        what: Listing,
    },
    /// List, check or take over themes
    #[command(alias = "themes", arg_required_else_help = true)]
    #[command(after_help = "Examples:
  manchette theme list
  manchette theme check                     the theme of the site
  manchette theme eject --template post.html")]
    Theme {
        /// What to do
        #[command(subcommand)]
        what: ThemeCommand,
    },
    /// List topics, with how many posts each has
    #[command(after_help = "Examples:
  manchette topics
  manchette topics --format json")]
    Topics,
    /// Show the settings as they count, each with where it comes from
    #[command(after_help = "Examples:
  manchette config
  MANCHETTE_LISTS__PER_PAGE=5 manchette config --format json")]
    Config,
    /// Show or forget what builds remember
    #[command(after_help = "Examples:
  manchette cache stats
  manchette cache clear                     always safe: the next build takes longer")]
    Cache {
        /// What to do
        what: Caching,
    },
    /// Remove the output and the cache, and nothing that manchette did not make
    #[command(after_help = "Examples:
  manchette clean")]
    Clean,
    /// Say what the code of a problem means
    #[command(after_help = "Examples:
  manchette explain              all codes
  manchette explain broken-link")]
    Explain {
        /// The code
        code: Option<String>,
    },
    /// Print completions for a shell
    #[command(alias = "completion")]
    #[command(after_help = "Examples:
  manchette completions bash > ~/.local/share/bash-completion/completions/manchette
  manchette completions fish > ~/.config/fish/completions/manchette.fish")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// What `manchette theme` does.
#[derive(Clone, Debug, Subcommand)]
pub enum ThemeCommand {
    /// List the themes that the site can choose, with their options
    #[command(after_help = "Examples:
  manchette theme list
  manchette theme list --format json")]
    List,
    /// Copy a built-in theme into the site, or some of its templates, to change them
    #[command(after_help = "Examples:
  manchette theme eject                     the theme of the site into themes/
  manchette theme eject telex
  manchette theme eject --template post.html --template partials/footer.html")]
    Eject {
        /// The theme [default: the one of the site]
        name: Option<String>,
        /// Copy only that template, into the site's own templates/; once for each
        #[arg(long = "template", value_name = "FILE")]
        templates: Vec<String>,
    },
    /// Look for problems of a theme, on sites that are made up, and write nothing
    #[command(after_help = "Examples:
  manchette theme check                     the theme of the site, with the site's own templates
  manchette theme check telex
  manchette theme check --strict --format json")]
    Check {
        /// The theme [default: the one of the site]
        name: Option<String>,
    },
}

/// Flags of `build`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct BuildArgs {
    /// Say why each file was made, or that one (a file of the output, or its address)
    #[arg(long, value_name = "PATH", num_args = 0..=1, default_missing_value = "")]
    pub explain: Option<String>,
    /// Say what would be written and removed, and do nothing
    #[arg(long, aliases = ["dryRun", "dryrun"])]
    pub dry_run: bool,
    /// Neither read nor write what builds remember: make everything again
    #[arg(long, aliases = ["ignoreCache", "ignore-cache", "force"])]
    pub no_cache: bool,
    /// Read every file, also those that look the same as before
    #[arg(long)]
    pub paranoid: bool,
    /// Build the site several times in conditions that must not matter, and publish it only when all give the same
    #[arg(long, conflicts_with = "watch")]
    pub verify: bool,
    /// Fail when another build of the site is running, instead of waiting for it
    #[arg(long)]
    pub no_wait: bool,
    /// Wait for the disk, so that the site is whole even after a power cut
    #[arg(long)]
    pub sync: bool,
    /// Go on, and build again whenever something changes
    #[arg(short, long, conflicts_with = "dry_run")]
    pub watch: bool,
    /// With --watch, look for changes every 700 ms or so often, where the system does not tell of them
    #[arg(long, value_name = "MS", num_args = 0..=1, default_missing_value = "700", requires = "watch")]
    #[arg(value_parser = clap::value_parser!(u64).range(10..))]
    pub poll: Option<u64>,
}

/// What `manchette cache` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Caching {
    /// Show what is remembered, and how much room it takes
    Stats,
    /// Forget it
    Clear,
}

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs: one object a line
    Json,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that shows them
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// The same, for the streams; their `Auto` looks at the terminal, NO_COLOR, CLICOLOR and CLICOLOR_FORCE.
    pub fn choice(self) -> anstream::ColorChoice {
        match self {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        }
    }
}

/// The language of a new site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// French
    Fr,
    /// English
    En,
}

/// What `manchette list` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Listing {
    /// Posts and pages that are drafts
    Drafts,
    /// Posts whose date is to come
    Future,
    /// Posts that have expired
    Expired,
    /// Posts that are published
    Posts,
    /// Pages that are published
    Pages,
}

/// A moment as typed; a day or a time without an offset is in the site's zone, which is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment(String);

impl Moment {
    /// As typed.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The instant meant, on a site in that zone; what is wrong where clocks skip or repeat it.
    pub fn instant(&self, zone: &Zone) -> Result<Timestamp, String> {
        calendar::read_date(&self.0, zone).map(|read| read.when.instant)
    }
}

impl Global {
    /// What the flags and the site's own settings make of severities; `config::policy` adds the latter.
    pub fn policy(&self) -> Policy {
        Policy { strict: self.strict, deny: self.deny.clone(), allow: self.allow.clone() }
    }

    /// The settings among the flags. A folder typed on the command line is meant from the folder `here` in which it was
    /// typed, whereas `output` in site.toml is meant from the site's.
    pub fn overrides(&self, here: &Path) -> Vec<Override> {
        // What is no folder is told as it was typed.
        let output = self.output.as_ref().map(|typed| match typed.to_str() {
            Some(text) if !config::is_output_folder(text) => text.to_owned(),
            // Another folder would be made than the one that was named.
            None => typed.to_string_lossy().replace('\u{fffd}', "\u{0}"),
            _ => here.join(typed).to_string_lossy().into_owned(),
        });
        let output = output.map(|output| Override::flag("--output", "output", output));
        let base_url = self.base_url.as_ref().map(|url| Override::flag("--base-url", "base_url", url));
        output.into_iter().chain(base_url).collect()
    }
}

/// The whole command line, as clap sees it.
///
/// Clap's global flags keep only the values after the command when there are some before it, too. For lists that would
/// be silence where an error was asked for, so `--deny` and `--allow` are declared on both levels, and `parse` adds them
/// up.
pub fn command() -> clap::Command {
    let command = Args::command();
    let lists: Vec<clap::Arg> =
        LISTS.iter().filter_map(|id| command.get_arguments().find(|arg| arg.get_id() == id)).cloned().collect();
    command.mut_subcommands(|subcommand| subcommand.args(&lists).mut_subcommands(|inner| inner.args(&lists)))
}

/// The flags that take lists.
const LISTS: [&str; 2] = ["deny", "allow"];

/// Reads the command line, the program's name first. The error prints itself and knows its exit code: 2, or 0 for help.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    let mut command = command();
    let parsed = command.try_get_matches_from_mut(arguments).and_then(|matches| {
        let mut args = Args::from_arg_matches(&matches)?;
        let mut level = &matches;
        while let Some((_, inner)) = level.subcommand() {
            args.global.deny.extend(inner.get_many::<Code>("deny").into_iter().flatten());
            args.global.allow.extend(inner.get_many::<Code>("allow").into_iter().flatten());
            level = inner;
        }
        Ok(args)
    });
    parsed.map_err(|error| translated(error.format(&mut command)))
}

/// Flags of other generators that have no alias here, and what to say.
const PEERS: &[(&str, &str)] = &[
    ("--source", "the site's folder is `--root`; `--source` of `manchette new` names who reported first"),
    ("-s", "the site's folder is `--root`"),
    ("--input", "the site's folder is `--root`"),
    ("--pathprefix", "write the whole address with `--base-url`"),
    ("--renderToMemory", "`manchette check` looks for problems and writes nothing"),
    ("--logLevel", "use `--quiet` or `--verbose`"),
    ("--unpublished", "use `--drafts`"),
    ("--lsi", "manchette has no such step"),
    ("--incremental", "every build makes only what has changed"),
    ("--environment", "settings come from site.toml, from `MANCHETTE_<KEY>` and from flags"),
    ("--watch", "`manchette serve` always watches"),
    ("--disableLiveReload", "pages show what has changed by themselves; there is nothing to turn off"),
    ("--disableFastRender", "every page is always right; there is no faster way that is not"),
    ("--fast", "every page is always right, and fast"),
    ("--navigateToChanged", "changes are shown on the page where you are"),
    ("--noHTTPCache", "the preview never lets a browser keep an old page"),
    ("--renderToDisk", "the preview writes nothing; `manchette build` does"),
    ("--renderStaticToDisk", "the preview writes nothing; `manchette build` does"),
    ("--appendPort", "addresses stay those of `base_url`; its path is kept"),
    ("--no-port-append", "addresses stay those of `base_url`; its path is kept"),
    ("--livereload", "pages show what has changed by themselves"),
    ("--no-livereload", "pages show what has changed by themselves; there is nothing to turn off"),
    ("--livereload-port", "one port is enough"),
    ("--liveReloadPort", "one port is enough"),
    ("--dev-addr", "use `--bind` and `--port`"),
    ("--detach", "the shell can do that: `manchette serve &`"),
    ("--skip-initial-build", "pages are made when they are asked for"),
    ("--serve", "the command is `manchette serve`"),
    ("--theme", "set MANCHETTE_THEME, or `theme` in site.toml"),
];

/// Says what a flag of another generator is called here.
fn translated(mut error: clap::Error) -> clap::Error {
    if error.kind() == ErrorKind::UnknownArgument
        && let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg)
        && let Some((_, tip)) = PEERS.iter().find(|(peer, _)| flag.eq_ignore_ascii_case(peer))
    {
        // Clap's own guess goes by spelling, ours by meaning.
        error.remove(ContextKind::SuggestedArg);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![(*tip).into()]));
    } else if error.kind() == ErrorKind::UnknownArgument
        && let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidArg)
        && !word.starts_with('-')
        && let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage)
    {
        let tip = match usage.to_string().contains(" new ") {
            true => "put a title of several words between quotes: `manchette new \"Mon titre\"`".to_owned(),
            false => format!("for the folder of a site write `--root {word}`"),
        };
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

fn built_in_theme(name: &str) -> Result<String, String> {
    let names = built_in();
    match names.contains(&name) {
        true => Ok(name.to_owned()),
        false => Err(format!("built in are {}", names.join(", "))),
    }
}

fn moment(text: &str) -> Result<Moment, String> {
    calendar::read_date(text, &Zone::utc())?;
    Ok(Moment(text.to_owned()))
}

fn code(name: &str) -> Result<Code, String> {
    Code::named(name).ok_or_else(|| match suggest::nearest(name, CODES.iter().map(|entry| entry.name)) {
        Some(near) => format!("no such code, did you mean `{near}`?"),
        None => "no such code; `manchette explain` lists them".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Severity;

    fn words(line: &str) -> Result<Args, clap::Error> {
        parse(std::iter::once("manchette").chain(line.split_whitespace()).map(OsString::from))
    }

    fn args(line: &str) -> Args {
        words(line).unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    fn error(line: &str) -> String {
        words(line).unwrap_err().to_string()
    }

    #[test]
    fn the_declaration_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn global_flags_go_before_or_after_the_command() {
        for line in
            ["-r site --drafts build", "build -r site --drafts", "--root site build -D", "build --buildDrafts -r site"]
        {
            let args = args(line);
            assert_eq!(args.global.root.as_deref(), Some(Path::new("site")));
            assert!(args.global.drafts && matches!(args.command, Command::Build(_)));
        }
    }

    #[test]
    fn names_of_other_generators_are_understood() {
        for line in ["build -o x", "build -d x", "build --destination x", "build --output-dir x"] {
            assert_eq!(args(line).global.output.as_deref(), Some(Path::new("x")), "{line}");
        }
        for line in ["build -u x", "build -b x", "build --baseURL x", "build --baseurl x", "build --base-url x"] {
            assert_eq!(args(line).global.base_url.as_deref(), Some("x"), "{line}");
        }
        assert!(matches!(args("doctor").command, Command::Check));
        assert!(matches!(args("completion zsh").command, Command::Completions { .. }));
        assert!(args("build --buildFuture --buildExpired --panicOnWarning").global.strict);
    }

    #[test]
    fn flags_that_do_not_exist_are_translated() {
        assert!(error("build --source x").contains("`--root`"));
        assert!(error("build -s x").contains("`--root`"));
        assert!(error("build --renderToMemory").contains("manchette check"));
        assert!(error("build --draft").contains("--drafts"));
        assert!(error("build base").contains("`--root base`"));
        assert!(error("new Mon titre").contains("between quotes"));
        assert!(error("build --nonsense").contains("unexpected argument '--nonsense'"));
    }

    #[test]
    fn wrong_usage_is_2_and_help_is_0() {
        for (line, status) in
            [("", 2), ("deploy", 2), ("build x", 2), ("build -q -v", 2), ("list", 2), ("--help", 0), ("-V", 0)]
        {
            assert_eq!(words(line).unwrap_err().exit_code(), status, "{line}");
        }
    }

    #[test]
    fn help_names_nothing_that_does_not_exist() {
        let help = command().render_long_help().to_string();
        let words: Vec<&str> = help.split(|c: char| !c.is_alphanumeric()).collect();
        for absent in ["server", "deploy", "watch", "destination", "baseURL", "doctor"] {
            assert!(!words.contains(&absent), "{absent}");
        }
    }

    #[test]
    fn moments_wait_for_the_zone() {
        let at = |line: &str| args(line).global.at.unwrap();
        let paris = Zone::named("Europe/Paris").unwrap();
        assert_eq!(at("build --at 2025-06-19").instant(&paris).unwrap().to_string(), "2025-06-18T22:00:00Z");
        assert_eq!(at("build --clock 2025-06-19").instant(&Zone::utc()).unwrap().to_string(), "2025-06-19T00:00:00Z");
        assert_eq!(
            at("build --at 2025-06-19T09:30:00+02:00").instant(&Zone::utc()).unwrap().to_string(),
            "2025-06-19T07:30:00Z"
        );
        assert!(error("build --at demain").contains("2025-06-19"));
    }

    #[test]
    fn codes_are_checked_where_they_are_typed() {
        let policy = args("build --deny broken-link,missing-alt --allow broken-anchor --deny raw-html").global.policy();
        assert_eq!(policy.deny, [Code::BrokenLink, Code::MissingAlt, Code::RawHtml]);
        assert_eq!(policy.severity(Code::BrokenAnchor), None);
        assert_eq!(policy.severity(Code::RawHtml), Some(Severity::Error));
        assert!(error("build --deny brokenlink").contains("did you mean `broken-link`?"));
    }

    #[test]
    fn codes_before_and_after_the_command_add_up() {
        let global = args("--deny broken-link --allow raw-html build --deny missing-alt").global;
        assert_eq!((global.deny, global.allow), (vec![Code::BrokenLink, Code::MissingAlt], vec![Code::RawHtml]));
    }

    #[test]
    fn settings_among_the_flags_become_overrides() {
        let args = args("build -o out --base-url https://example.org");
        let overrides = args.global.overrides(Path::new("/home/claire"));
        let pairs: Vec<(&str, &str)> =
            overrides.iter().map(|given| (given.key.as_str(), given.value.as_str())).collect();
        assert_eq!(pairs, [("output", "/home/claire/out"), ("base_url", "https://example.org")]);
        for typed in ["~", "~/x", "C:\\x", "https://e.org/x"] {
            let args = Args { global: Global { output: Some(typed.into()), ..args.global.clone() }, ..args.clone() };
            // Whoever reads settings refuses it.
            assert_eq!(args.global.overrides(Path::new("/home/claire"))[0].value, typed);
        }
    }

    #[test]
    fn variables_of_flags_are_no_settings() {
        let commands = command();
        let below = commands.get_subcommands().flat_map(clap::Command::get_arguments);
        for argument in commands.get_arguments().chain(below) {
            if let Some(name) = argument.get_env().and_then(|name| name.to_str()) {
                assert!(crate::config::overrides([(name.to_owned(), String::new())]).is_empty(), "{name}");
            }
        }
    }

    #[test]
    fn a_post_is_started_with_what_is_known() {
        let line =
            ["manchette", "new", "Meta débauche", "--source", "WSJ", "--tag", "Meta AI", "--tag", "OpenAI", "--draft"];
        let Command::New { title, source, tags, draft, .. } = parse(line.map(OsString::from)).unwrap().command else {
            panic!("not `new`");
        };
        assert_eq!((title.as_str(), source.as_deref(), tags.len(), draft), ("Meta débauche", Some("WSJ"), 2, true));
    }
}
