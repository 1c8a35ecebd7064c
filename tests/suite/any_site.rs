//! Any bytes in any file of a site: a page or errors, which say where and what to do, and the same ones every time.

use crate::dice::Dice;
use manchette::base::{Code, Diagnostic, Severity, SourcePath, SourceText};
use manchette::pipeline::{self, Memory, Request};
use manchette::sink::MemorySink;
use manchette::world::{MemoryWorld, WithThemes, World};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How many damaged sites are built, in debug a seventh of a second each.
const SITES: usize = 60;

type Files = BTreeMap<&'static str, Vec<u8>>;

/// A site with a file of every kind.
fn site() -> Files {
    let list = "{% extends \"own.html\" %}{% block body %}{% for post in page.posts %}<a href=\"{{ post.url }}\">{{ post.title }}</a>{% endfor %}{% endblock %}";
    let page =
        "{% extends \"own.html\" %}{% block body %}<h1>{{ page.title | upper }}</h1>{{ page.body }}{% endblock %}";
    let texts: &[(&'static str, &str)] = &[
        (
            "site.toml",
            "title = \"Essai\"\nbase_url = \"https://example.org/actu\"\ntimezone = \"UTC\"\nlanguage = \"fr\"\n[theme]\nname = \"small\"\n\
             [theme.options]\naccent = \"#0d3b2c\"\n[lists]\nper_page = 2\n[feeds]\nformats = [\"atom\", \"rss\", \"json\"]\n\
             [extra]\ncle = { a = [1, 2.5], b = 2025-06-19 }\n[[topic]]\ntitle = \"IA\"\nmatch = [\"modèle\"]\n\
             [[source]]\nname = \"WSJ\"\nurl = \"https://wsj.com\"\naliases = [\"Wall Street Journal\"]\n\
             [[menu]]\ntitle = \"IA\"\nurl = \"/topics/ia/\"\n",
        ),
        (
            "themes/small/theme.toml",
            "name = \"small\"\ncontract = 1\nextends = \"telex\"\n[app]\ntheme_color = \"#0d3b2c\"\n\
             [options.accent]\ntype = \"color\"\ndefault = \"#b0281a\"\non = \"#ffffff\"\ndescription = \"La couleur\"\n\
             [options.size]\ntype = \"integer\"\ndefault = 2\nmin = 1\nmax = 3\n\
             [strings.fr]\nhello = \"Bonjour\"\nposts = { one = \"{count} brève\", other = \"{count} brèves\" }\n",
        ),
        (
            "themes/small/templates/own.html",
            "<!doctype html><html lang=\"{{ lang }}\"><title>{{ site.title }}</title><style>a { color: {{ site.options.accent | default(value=\"red\") }} }</style>{% block body %}{% endblock %}</html>",
        ),
        ("themes/small/templates/home.html", list),
        ("themes/small/templates/post.html", page),
        ("templates/topic.html", list),
        ("themes/small/static/style.css", "@charset \"utf-8\";\na { color: red }\n"),
        (
            "content/posts/un.md",
            "+++\ntitle = \"Un modèle\"\ndate = 2025-06-01\ntags = [\"IA\"]\naliases = [\"/vieux/\"]\n\
             [source]\nname = \"WSJ\"\nurl = \"https://wsj.com/a\"\n[[updates]]\ndate = 2025-06-02T10:00:00+02:00\ntext = \"Suite\"\n+++\n\
             Un *texte* et [deux](deux.md).\n\n## Titre {#titre}\n\n| a | b |\n|---|--:|\n| 1 | `2` |\n\n![Une image](a.png \"légende\")\n",
        ),
        (
            "content/posts/deux.md",
            "---\ntitle: \"Deux : la suite\"\ndate: 2025-06-02\nsource: &s {name: WSJ}\ntags: [IA, Puces]\nextra:\n  a: *s\n---\n\
             Une note[^1], <b>du HTML</b>.\n\n[^1]: La note.\n\n```rust\nfn a() {}\n```\n\nLire aussi : [Un](un.md#titre)\n",
        ),
        ("content/topics/ia.md", "+++\ntitle = \"IA\"\n+++\nCe que c'est.\n"),
        ("content/a-propos.md", "+++\ntitle = \"À propos\"\n+++\n> [!NOTE]\n> Bonjour.\n"),
        ("data/a.toml", "cle = [1, 2]\n[table]\nb = \"c\"\n"),
        ("data/b.json", "{\"cle\": [1, 2, {\"b\": null}]}\n"),
        ("data/c.csv", "nom,prix\nA,\"1,5\"\n"),
        (
            "content/posts/b.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20 10\"><path d=\"M0 0\"/></svg>",
        ),
        ("static/_redirects", "/x/* /:splat 301\n/y /actu/ 302\n"),
    ];
    let mut files: Files = texts.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())).collect();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0";
    files.insert("content/posts/a.png", png.to_vec());
    files
}

/// What is put into files, beside single bytes.
const BITS: &[&str] = &[
    "\0",
    "\n",
    "\r",
    "\t",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "=",
    ":",
    "- ",
    "+++\n",
    "---\n",
    "{{",
    "{%",
    "%}",
    "}}",
    "<",
    ">",
    "&",
    "*s",
    "&s ",
    "\u{feff}",
    "\u{202e}",
    "é",
    "e\u{301}",
    "\u{a0}",
    "99999999999999999999",
    "-1",
    "2025-02-30",
    "[[",
    "#",
    "\\u0000",
    "\\",
    "null",
    "{% for a in range(end=9) %}",
    "{% include \"own.html\" %}",
    "../",
    "/",
    "%00",
    "|",
    "`",
];

/// Damages a file in some places; what was done.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) -> String {
    let mut story = String::new();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.below(12)).min(bytes.len());
        let what = match dice.below(7) {
            0 => {
                bytes.truncate(at);
                "cut off"
            }
            1 => {
                bytes.drain(at..end);
                "cut out"
            }
            2 => {
                let part = bytes[at..end].repeat(dice.below(40));
                bytes.splice(at..at, part);
                "repeated"
            }
            3 => {
                bytes.iter_mut().skip(at).take(end - at).for_each(|byte| *byte = dice.below(256) as u8);
                "overwritten"
            }
            _ => {
                let bit = BITS[dice.below(BITS.len())];
                bytes.splice(at..end.min(at + dice.below(2)), bit.bytes());
                bit
            }
        };
        story += &format!(" {what:?} at {at}");
    }
    story
}

/// What is said of a site, and what is published of it.
#[derive(PartialEq)]
struct Built {
    said: Vec<(Severity, Diagnostic)>,
    outputs: BTreeMap<String, Vec<u8>>,
}

impl Built {
    fn of(files: &Files) -> Built {
        let mut world = MemoryWorld::new("2025-12-31T12:00:00Z".parse().unwrap());
        for (path, bytes) in files {
            world = world.with(path, bytes.clone());
        }
        let world = WithThemes::new(world);
        let path = SourcePath::new("site.toml");
        let sink = MemorySink::new();
        let said = match SourceText::decode(path.clone(), &world.read(&path).unwrap()) {
            Ok(config) => pipeline::build(&world, &sink, &mut Memory::new(), &config, &Request::default()).diagnostics,
            Err(problem) => vec![(Severity::Error, *problem)],
        };
        Built { said, outputs: sink.files().into_iter().map(|(path, bytes)| (path.to_string(), bytes)).collect() }
    }

    fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.said.iter().filter(|(severity, _)| *severity == Severity::Error).map(|(_, problem)| problem)
    }
}

/// Errors of whole files and of what is not there.
const WITHOUT_A_LINE: &[Code] = &[Code::PathCollision, Code::BadName, Code::TemplateMissing, Code::MissingKey];

/// Errors that parsers find: not for all of them do we know what was meant.
const OF_PARSERS: &[Code] = &[Code::Syntax, Code::TemplateSyntax, Code::TemplateRender];

/// What is wrong with how a problem is told, if anything.
fn ill_told(problem: &Diagnostic, files: &Files) -> Option<&'static str> {
    let Some(label) = problem.primary() else { return Some("it has no place") };
    let is_helpless = problem.help_text().is_none_or(str::is_empty);
    if is_helpless && !OF_PARSERS.contains(&problem.code()) {
        return Some("it does not say what to do");
    }
    let Some(at) = &label.at else {
        return (!WITHOUT_A_LINE.contains(&problem.code())).then_some("it has no line");
    };
    let bytes = files.get(label.path.as_str())?;
    let text = String::from_utf8_lossy(bytes);
    let line = text.split('\n').nth((at.line as usize).wrapping_sub(1));
    match line {
        None => Some("its line is not in the file"),
        // One more than the line has: a place at its end.
        Some(line) if at.column as usize > line.chars().count() + 1 => Some("its column is not in the line"),
        Some(_) => None,
    }
}

/// What is wrong with a site that has some damage, if anything.
fn wrong(seed: u64) -> Option<String> {
    let (mut dice, mut files) = (Dice::new(seed), site());
    let mut story = format!("seed {seed}:");
    for _ in 0..=dice.below(2) {
        let path = *files.keys().nth(dice.below(files.len())).unwrap();
        story += &format!("\n{path}:");
        let bytes = files.get_mut(path).unwrap();
        story += &damage(bytes, &mut dice);
    }
    let Ok(built) = catch_unwind(AssertUnwindSafe(|| Built::of(&files))) else {
        return Some(format!("{story}\nit panics"));
    };
    if (built.errors().count() == 0) == built.outputs.is_empty() {
        return Some(format!("{story}\npublished {} files with {:?}", built.outputs.len(), built.said));
    }
    if let Some((error, what)) = built.errors().find_map(|error| Some((error, ill_told(error, &files)?))) {
        return Some(format!("{story}\n{what}: {error:?}"));
    }
    // The same again; half of them, since each costs as much as the first.
    (seed.is_multiple_of(2) && Built::of(&files) != built).then(|| format!("{story}\nit is another one again"))
}

#[test]
fn p16_any_bytes_in_any_file_of_a_site_are_a_page_or_errors_with_their_place() {
    let whole = Built::of(&site());
    assert_eq!(whole.errors().collect::<Vec<_>>(), Vec::<&Diagnostic>::new());
    assert!(whole.outputs.contains_key("index.html"));
    let number = |name: &str, other: u64| {
        std::env::var(name).ok().map_or(other, |text| text.parse().unwrap_or_else(|_| panic!("{name}: {text}")))
    };
    let seeds = number("MANCHETTE_SEED", 1)..;
    let seeds: Vec<u64> = seeds.take(number("MANCHETTE_RUNS", SITES as u64) as usize).collect();
    let problems: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = seeds
            .chunks(seeds.len().div_ceil(2))
            .map(|seeds| scope.spawn(|| seeds.iter().filter_map(|seed| wrong(*seed)).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(problems.is_empty(), "{} of {}:\n{}", problems.len(), seeds.len(), problems.join("\n\n"));
}
