//! What each stage of a cold build costs: parse, assemble, plan, render, publish, on one thread and on posts that are
//! made here.
//!
//!     cargo bench --bench stages                  # 2,000 posts
//!     cargo bench --bench stages -- 10000
//!
//! Prints the median of several runs in microseconds per post, and their range. Without `--bench`, which cargo gives,
//! everything runs once on few posts, to show that it does. Publishing writes into a new folder of `/dev/shm`, where file
//! systems in memory are, else of the temporary folder: there the row is mostly the disk's.
#![allow(missing_docs, reason = "a program, not a library")]
#![allow(clippy::unwrap_used, reason = "a measurement may fail")]
#![allow(clippy::print_stdout, reason = "it prints a table")]

use manchette::base::{Fingerprint, SourcePath, SourceText};
use manchette::check::Depth;
use manchette::config::{self, Config};
use manchette::content::{self, ContentOptions, Place, RawHtml, Whole};
use manchette::output::{self, Kind, Renderer};
use manchette::pipeline::{self, Memory, Request, Survey};
use manchette::sink::{DiskSink, Publication, Rank, Sink, Stamp};
use manchette::site::{self, Parsed, Parts, Selection, Site, Snapshot};
use manchette::world::{MemoryWorld, WithThemes, World};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

const POSTS: usize = 2000;
const RUNS: usize = 7;
const NOW: &str = "2025-12-31T12:00:00Z";

const SITE: &str = r#"
title = "Veille tech"
base_url = "https://example.org"
description = "Le condensé de l’actualité tech"
language = "fr"
timezone = "Europe/Paris"
"#;

const TOPICS: [&str; 12] =
    ["Sécurité", "Noyau", "Web", "Rust", "Données", "Réseau", "Matériel", "Jeux", "Droit", "IA", "Énergie", "Science"];

const PARAGRAPHS: [&str; 6] = [
    "L’équipe publie une **version majeure** de l’outil : la *mémoire* consommée baisse d’un tiers, et les dépendances \
     sont revues une à une. Le [communiqué](https://example.com/annonce?id=42) en dit plus ; la migration demande une \
     heure, `config.toml` garde son format.",
    "The maintainers explain why the old protocol had to go: \"nobody could audit it any more\", says one of them. \
     Distributions ship the fix this week, see the [advisory](https://example.org/security/2025-17) and the patch, \
     which is 300 lines long.",
    "- des échanges chiffrés de bout en bout ;\n- une interface en *ligne de commande* ;\n- un format de fichier \
     documenté, avec [un exemple](https://example.net/spec#annexe).",
    "> La transparence n’est pas une option : elle fait partie du contrat avec les utilisateurs, rappelle l’association.",
    "| Version | Date | Support |\n|---|---|---|\n| 4.1 | mars | oui |\n| 4.0 | janvier | non |",
    "Sur le serveur d’essai, le temps de réponse passe de 340 ms à 95 ms. Les auteurs mettent en garde : les mesures \
     datent d’une seule machine, et le cache était chaud. Un billet du 3 juin détaille la méthode, en anglais.",
];

const CODE: &str = "```rust\nfn main() -> std::io::Result<()> {\n    let text = std::fs::read_to_string(\"notes.md\")?;\n    \
                    println!(\"{} words\", text.split_whitespace().count());\n    Ok(())\n}\n```";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_measured = arguments.iter().any(|argument| argument == "--bench");
    let wanted = arguments.iter().find_map(|argument| argument.parse().ok());
    let (posts, runs) = if is_measured { (wanted.unwrap_or(POSTS), RUNS) } else { (100, 1) };
    let bench = Bench::of(posts);
    println!("{posts} posts, {} outputs, one thread; microseconds per post, median of {runs} [range]", bench.outputs());
    let stages: [(&str, &dyn Fn() -> Duration); 5] = [
        ("parse", &|| bench.parse()),
        ("assemble", &|| bench.assemble()),
        ("plan", &|| bench.plan()),
        ("render", &|| bench.render()),
        ("publish", &|| bench.publish()),
    ];
    for (name, stage) in stages {
        let mut times: Vec<Duration> = (0..runs).map(|_| stage()).collect();
        times.sort();
        let per_post = |time: Duration| time.as_secs_f64() * 1e6 / posts as f64;
        let (median, first, last) = (times[runs / 2], times[0], times[runs - 1]);
        println!("{name:<10} {:>8.1} [{:.1}..{:.1}]", per_post(median), per_post(first), per_post(last));
    }
}

/// Everything that a stage is given.
struct Bench {
    world: WithThemes<MemoryWorld>,
    config: Arc<Config>,
    options: ContentOptions,
    sources: Vec<SourceText>,
    articles: Vec<Arc<Parsed>>,
    survey: Survey,
}

impl Bench {
    fn of(posts: usize) -> Bench {
        let world = WithThemes::new(world(posts));
        let config_source = SourceText::new(SourcePath::new("site.toml"), SITE);
        let surveyed = pipeline::survey(&world, &mut Memory::default(), &config_source, &request(), Depth::CheckOnly);
        let config = Arc::new(config::read(&config_source, &[]).value.unwrap());
        let options = options(&config);
        let walked = world.walk("content").files.into_iter();
        let sources: Vec<SourceText> = walked.map(|path| pipeline::read(&world, &path).unwrap()).collect();
        let articles = sources.iter().map(|source| parsed(source, &options)).collect();
        Bench { config, options, sources, articles, survey: surveyed.survey.unwrap(), world }
    }

    fn outputs(&self) -> usize {
        self.survey.plan.outputs().len()
    }

    fn parse(&self) -> Duration {
        timed(|| self.sources.iter().map(|source| article(source, &self.options)).collect::<Vec<Whole>>())
    }

    fn assemble(&self) -> Duration {
        let parts = self.parts();
        timed(|| site::assemble(parts))
    }

    fn plan(&self) -> Duration {
        timed(|| output::plan(&self.survey.site))
    }

    /// What articles and lists share is made anew each time, as in a build.
    fn render(&self) -> Duration {
        let site = Arc::new(self.site());
        timed(|| {
            let renderer = self.renderer(site);
            self.survey
                .plan
                .outputs()
                .values()
                .map(|planned| renderer.render(&planned.job).unwrap().bytes.len())
                .sum::<usize>()
        })
    }

    /// Staging is part of it; the bytes are there already.
    fn publish(&self) -> Duration {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let sink = DiskSink::new(folder.path().to_owned(), "public".into(), None, false);
        let renderer = self.renderer(self.survey.site.clone());
        let outputs = self.survey.plan.outputs().iter();
        let outputs: Vec<_> =
            outputs.map(|(path, planned)| (path, planned, renderer.render(&planned.job).unwrap().bytes)).collect();
        let publication = Publication {
            files: outputs.iter().map(|(path, _, bytes)| ((*path).clone(), Stamp::of(bytes))).collect(),
            staged: outputs.iter().map(|(path, planned, _)| ((*path).clone(), rank_of(planned.job.kind()))).collect(),
        };
        let time = timed(|| {
            sink.open().unwrap();
            outputs.iter().for_each(|(path, _, bytes)| sink.stage(path, bytes).unwrap());
            sink.publish(&publication).unwrap()
        });
        sink.close();
        time
    }

    fn renderer(&self, site: Arc<Site>) -> Renderer<'_> {
        let theme = self.survey.theme.as_ref().unwrap();
        Renderer::new(Snapshot::Site(site), theme, &self.survey.options, &self.world)
    }

    fn site(&self) -> Site {
        site::assemble(self.parts()).0
    }

    fn parts(&self) -> Parts {
        let statics = "themes/kiosque/static".to_owned();
        let files = self.world.walk(&statics).files;
        Parts {
            config: self.config.clone(),
            articles: self.articles.clone(),
            content_files: Vec::new(),
            statics: vec![(statics, files)],
            pictures: Arc::default(),
            data: BTreeMap::new(),
            selection: Selection { drafts: false, future: false, expired: false, now: self.world.now() },
        }
    }
}

/// How long something takes, without the end of what it made.
fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let made = black_box(work());
    let time = start.elapsed();
    drop(made);
    time
}

fn parsed(source: &SourceText, options: &ContentOptions) -> Arc<Parsed> {
    let fingerprint = Fingerprint::of(&(source.path().as_str(), source.as_str()));
    Arc::new(Parsed::held(article(source, options), fingerprint, Box::default()))
}

fn article(source: &SourceText, options: &ContentOptions) -> Whole {
    content::parse(source, Place::Post, options).value.unwrap()
}

fn options(config: &Config) -> ContentOptions {
    ContentOptions {
        zone: config.zone(),
        zone_is_named: true,
        language: config.language.clone(),
        raw_html: RawHtml::Escape,
        highlight: config.markdown.highlight,
        typography: config.markdown.typography,
        external_rel: config.markdown.external_rel.clone(),
        own_address: config.base_url.text.clone(),
    }
}

fn request() -> Request {
    Request::default()
}

fn rank_of(kind: Kind) -> Rank {
    match kind {
        Kind::File => Rank::Asset,
        Kind::Page => Rank::Page,
        Kind::List => Rank::List,
        Kind::Feed => Rank::Feed,
    }
}

// ------------------------------------------------------------------------------------------------ the posts

fn world(posts: usize) -> MemoryWorld {
    let empty = MemoryWorld::new(NOW.parse().unwrap());
    (0..posts).fold(empty, |world, number| world.with(&format!("content/posts/nouvelle-{number:06}.md"), post(number)))
}

/// A post of some 450 words, the same for the same number: every twentieth has code, every fifth links to another.
fn post(number: usize) -> String {
    let (year, month, day) = (2016 + number % 9, 1 + number / 9 % 12, 1 + number / 108 % 28);
    let (first, second) = (TOPICS[number % 12], TOPICS[(number / 12 + 5) % 12]);
    let mut text = format!(
        "+++\ntitle = \"Nouvelle {number} : {first} et la suite\"\ndate = {year}-{month:02}-{day:02}T08:30:00+01:00\n\
         tags = [\"{first}\", \"{second}\"]\n\n[source]\nname = \"Journal {}\"\nurl = \"https://example.com/{number}\"\n+++\n\n",
        number % 40
    );
    for part in 0..9 {
        if part % 4 == 2 {
            text.push_str(&format!("## Partie {part}\n\n"));
        }
        text.push_str(PARAGRAPHS[(number + part * 5 + part / 3) % PARAGRAPHS.len()]);
        text.push_str("\n\n");
    }
    if number % 20 == 7 {
        text.push_str(CODE);
    }
    if number % 5 == 1 {
        text.push_str(&format!("Lire aussi : [la précédente](nouvelle-{:06}.md)\n", number - 1));
    }
    text
}
