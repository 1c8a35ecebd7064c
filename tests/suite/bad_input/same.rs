//! `build`, `check` and `serve` say the same of what is wrong, word for word.

use crate::diagnostics::{cases, prepared};
use crate::preview_http::Preview;
use crate::printed::{arguments, neutral};
use crate::scratch::{NOW, Scratch};
use manchette::base::{Code, Policy, Severity, SourcePath};
use manchette::cli::printer;
use manchette::pipeline::{ConfigFile, Hint, Live, Memory, Progress, Request};
use manchette::world::{DiskWorld, WithThemes};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What only who publishes can meet: the folder of the output, the last build in it, and other builds.
const OF_PUBLISHING: &[&str] = &["output-refused", "write-failed", "busy", "gone-url"];

/// What is too strict for every build, and is told by `check` alone.
const OF_CHECKING: &[&str] = &["missing-alt"];

/// Every problem in what was printed, as it was printed, in order, without those of some codes.
fn told(printed: &str, without: &[&[&str]]) -> Vec<String> {
    const LEVELS: &[&str] = &["error[", "warning[", "note["];
    let is_left_out = |code: &str| without.iter().any(|codes| codes.contains(&code));
    let mut told = Vec::new();
    let mut lines = printed.lines();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("{\"code\":\"") {
            let code = rest.split('"').next().unwrap();
            told.extend((!is_left_out(code)).then(|| line.to_owned()));
        } else if LEVELS.iter().any(|level| line.starts_with(level)) {
            let code = line.split(['[', ']']).nth(1).unwrap();
            let rest = lines.by_ref().take_while(|line| !line.is_empty());
            let block = std::iter::once(line).chain(rest).collect::<Vec<_>>().join("\n");
            told.extend((!is_left_out(code)).then_some(block));
        }
    }
    told
}

/// What two commands said, where it is not the same.
fn apart(name: &str, build: &[String], other: &[String]) -> Option<String> {
    let at = (0..build.len().max(other.len())).find(|at| build.get(*at) != other.get(*at))?;
    let said = |by: &[String]| by.get(at).map_or("nothing more", String::as_str).to_owned();
    Some(format!(
        "{name}: {} and {} problems\n--- build\n{}\n--- not build\n{}",
        build.len(),
        other.len(),
        said(build),
        said(other)
    ))
}

/// What is wrong with some cases, each tried in one of four threads.
fn all(cases: &[(String, PathBuf)], wrong: impl Fn(&str, &Path) -> Option<String> + Sync) -> Vec<String> {
    std::thread::scope(|scope| {
        let parts: Vec<_> = cases
            .chunks(cases.len().div_ceil(4))
            .map(|part| {
                let wrong = &wrong;
                scope.spawn(move || part.iter().filter_map(|(name, case)| wrong(name, case)).collect::<Vec<_>>())
            })
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

/// All cases of `build` and `check`; a theme is checked by another command.
fn of_sites() -> Vec<(String, PathBuf)> {
    let of_site = |case: &Path| matches!(arguments(case)[0].as_str(), "build" | "check");
    cases().into_iter().filter(|(_, case)| of_site(case)).collect()
}

#[test]
fn p15_check_says_what_build_says_in_every_case_and_writes_nothing() {
    let cases = of_sites();
    assert!(cases.len() > 160, "{}", cases.len());
    let problems = all(&cases, |name, case| {
        let expected = std::fs::read_to_string(case.join("expected.txt")).unwrap_or_default();
        let (site, _) = prepared(case);
        let before = site.tree("");
        let mut arguments = arguments(case);
        let is_of_build = arguments[0] == "build";
        arguments[0] = if is_of_build { "check" } else { "build" }.to_owned();
        let ran = site.run(&arguments);
        let other = neutral(&format!("exit code {}\n{}{}", ran.code, ran.stdout, ran.stderr), &site);
        let (build, check) = if is_of_build { (expected, other) } else { (other, expected) };
        if is_of_build && site.tree("") != before {
            return Some(format!("{name}: something was written"));
        }
        // A check that denies or strictly reads what builds do not look at has an error more.
        let has_one_more = check.contains("error[missing-alt]");
        let is_refused = OF_PUBLISHING.iter().any(|code| build.contains(&format!("error[{code}]")));
        if !has_one_more && !is_refused && build.lines().next() != check.lines().next() {
            return Some(format!("{name}: {:?}, and {:?}", build.lines().next(), check.lines().next()));
        }
        apart(name, &told(&build, &[OF_PUBLISHING]), &told(&check, &[OF_CHECKING]))
    });
    assert!(problems.is_empty(), "{} of {}:\n{}", problems.len(), cases.len(), problems.join("\n\n"));
}

/// What the flags of a case make of warnings.
fn policy(arguments: &[String]) -> Policy {
    let mut policy = Policy::default();
    for (at, flag) in arguments.iter().enumerate() {
        let codes = || {
            let names = arguments.get(at + 1).map_or("", String::as_str).split(',');
            names.filter_map(Code::named).collect::<Vec<_>>()
        };
        match flag.as_str() {
            "--strict" => policy.strict = true,
            "--deny" => policy.deny.extend(codes()),
            "--allow" => policy.allow.extend(codes()),
            _ => {}
        }
    }
    policy
}

/// What a preview says of a site once it has read it over, as `serve` prints it.
fn previewed(site: &Scratch, arguments: &[String]) -> Vec<String> {
    let world = Arc::new(WithThemes::new(DiskWorld::new(site.root().to_owned()).at(NOW.parse().unwrap())));
    let config = ConfigFile { world: world.clone(), path: SourcePath::new("site.toml") };
    let request = Request { policy: policy(arguments), ..Request::default() };
    let mut live = Live::new(world, config, Memory::new(), request);
    let edition = live.look(&Hint::Everything).unwrap();
    let proof = live.proofreader().read(&edition, &Arc::new(Progress::default())).unwrap();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let (is_json, is_quiet) = (has("json"), has("--quiet"));
    let mut said = String::new();
    for (severity, problem) in proof.problems.iter().filter(|(severity, _)| !is_quiet || *severity != Severity::Note) {
        said += &match is_json {
            true => printer::json(problem, *severity),
            false => printer::human(problem, *severity, false),
        };
        said += "\n\n";
    }
    told(&neutral(&said, site), &[OF_PUBLISHING])
}

/// Of other cases than those of settings, themes and templates, one in so many is previewed: each costs a sixth of a second
/// of the processor. `MANCHETTE_CASES=1` asks for all; on 30 November 2026 all 163 were the same.
const ONE_IN: usize = 4;

#[test]
fn p42_a_preview_says_what_build_says_word_for_word() {
    // `check` has a word more, and a flag that there is not is an error of usage.
    let is_of_build = |case: &Path| {
        let is_read = || !std::fs::read_to_string(case.join("expected.txt")).unwrap().starts_with("exit code 2");
        arguments(case)[0] == "build" && is_read()
    };
    let every = std::env::var("MANCHETTE_CASES").map_or(ONE_IN, |one_in| one_in.parse().unwrap());
    let mut number = 0;
    let mut is_previewed = |name: &str| {
        number += 1;
        ["site-", "theme", "template"].iter().any(|begin| name.starts_with(begin)) || number % every == 0
    };
    let mut cases: Vec<_> = of_sites().into_iter().filter(|(_, case)| is_of_build(case)).collect();
    cases.retain(|(name, _)| is_previewed(name));
    assert!(cases.len() > 70, "{}", cases.len());
    let problems = all(&cases, |name, case| {
        let expected = std::fs::read_to_string(case.join("expected.txt")).unwrap_or_default();
        // What was published before is nothing to a preview.
        let site = Scratch::copy_of(case);
        apart(name, &told(&expected, &[OF_PUBLISHING]), &previewed(&site, &arguments(case)))
    });
    assert!(problems.is_empty(), "{} of {}:\n{}", problems.len(), cases.len(), problems.join("\n\n"));
}

/// Cases that the program itself previews: slips of articles, data and templates, which leave other pages; and of settings,
/// themes and templates that every page needs, which leave none.
const PREVIEWED: &[(&str, u16)] = &[
    ("encodings", 200),
    ("yaml-pathologies", 200),
    ("toml-pathologies", 200),
    ("dates-out-of-range", 200),
    ("data-pathologies", 200),
    ("site-toml-with-a-slip-of-syntax", 503),
    ("theme-toml-with-slips", 500),
    ("templates-that-extend-each-other", 500),
];

#[test]
fn p42_a_preview_has_the_errors_of_build_and_goes_on_serving_other_pages() {
    for (name, status) in PREVIEWED {
        let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics").join(name);
        let site = Scratch::copy_of(&case);
        let expected = site.read("expected.txt");
        if *status == 200 {
            let good = "+++\ntitle = \"Bon\"\ndate = 2025-06-20\nsource = \"WSJ\"\n+++\nBon.\n";
            site.write("content/posts/good.md", good);
        }
        let preview = Preview::of(&site, &[]);
        let checked = |got: &str| got.contains("\"checked\":true");
        let listing = preview.until("/__manchette/site.json", |got| checked(&got.text())).text();
        let listing: serde_json::Value = serde_json::from_str(&listing).unwrap();
        let problems = listing["problems"].as_array().unwrap();
        let printed: String =
            problems.iter().map(|problem| format!("{}\n\n", problem["text"].as_str().unwrap())).collect();
        let of_build = told(&expected, &[OF_PUBLISHING]);
        let of_preview = told(&neutral(&printed, &site), &[OF_PUBLISHING]);
        assert_eq!(apart(name, &of_build, &of_preview), None);
        let addresses: &[&str] = if *status == 200 { &["/", "/2025/06/good/", "/atom.xml"] } else { &["/"] };
        for address in addresses {
            assert_eq!(preview.get(address).status, *status, "{name}: {address}");
        }
    }
}
