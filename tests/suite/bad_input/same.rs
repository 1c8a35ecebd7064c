//! `build`, `check` and `serve` say the same of what is wrong.

use crate::diagnostics::{cases, prepared};
use crate::preview_http::Preview;
use crate::scratch::Scratch;
use std::path::Path;

/// Errors that only who writes can meet.
const OF_WRITING: &[&str] = &["output-refused", "write-failed", "busy"];

/// The errors in what was printed, each with its place, in order.
fn errors(printed: &str) -> Vec<String> {
    let lines: Vec<&str> = printed.lines().collect();
    let told = lines.iter().enumerate().filter(|(_, line)| line.starts_with("error["));
    let told = told.filter(|(_, line)| !OF_WRITING.iter().any(|code| line.contains(&format!("[{code}]"))));
    told.map(|(at, line)| {
        let place = lines.get(at + 1).filter(|line| line.trim_start().starts_with("--> "));
        format!("{line} {}", place.map_or("", |place| place.trim()))
    })
    .collect()
}

#[test]
fn p15_check_has_the_errors_of_build_in_every_case_and_writes_nothing() {
    let cases: Vec<_> = cases().into_iter().filter(|(_, case)| !case.join("arguments").exists()).collect();
    let wrong = |name: &str, case: &Path| {
        let expected = std::fs::read_to_string(case.join("expected.txt")).unwrap_or_default();
        let (site, _) = prepared(case);
        let before = site.tree("");
        let checked = site.run(&["check"]);
        let (of_build, of_check) = (errors(&expected), errors(&checked.stderr));
        let root = site.root().to_string_lossy().into_owned();
        let of_check: Vec<String> = of_check.into_iter().map(|line| line.replace(&root, "<site>")).collect();
        if site.tree("") != before {
            return Some(format!("{name}: something was written"));
        }
        let is_same = of_build == of_check && (checked.code == 1) != of_check.is_empty();
        (!is_same)
            .then(|| format!("{name}: exit code {}\n--- build\n{of_build:#?}\n--- check\n{of_check:#?}", checked.code))
    };
    let problems: Vec<String> = std::thread::scope(|scope| {
        let parts: Vec<_> = cases
            .chunks(cases.len().div_ceil(4))
            .map(|part| {
                scope.spawn(move || part.iter().filter_map(|(name, case)| wrong(name, case)).collect::<Vec<_>>())
            })
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Cases that a preview is shown: slips of articles, data and templates.
const PREVIEWED: &[&str] =
    &["encodings", "yaml-pathologies", "toml-pathologies", "dates-out-of-range", "data-pathologies"];

#[test]
fn p42_a_preview_has_the_errors_of_build_and_goes_on_serving_other_pages() {
    for name in PREVIEWED {
        let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics").join(name);
        let site = Scratch::copy_of(&case);
        let expected = site.read("expected.txt");
        site.write("content/posts/good.md", "+++\ntitle = \"Bon\"\ndate = 2025-06-20\nsource = \"WSJ\"\n+++\nBon.\n");
        let preview = Preview::of(&site, &[]);
        let checked = |got: &str| got.contains("\"checked\":true");
        let listing = preview.until("/__manchette/site.json", |got| checked(&got.text())).text();
        let listing: serde_json::Value = serde_json::from_str(&listing).unwrap();
        let problems = listing["problems"].as_array().unwrap();
        let printed: String =
            problems.iter().map(|problem| format!("{}\n", problem["text"].as_str().unwrap())).collect();
        let (mut of_build, mut of_preview) = (errors(&expected), errors(&printed));
        of_build.sort();
        of_preview.sort();
        assert_eq!(of_build, of_preview, "{name}");
        for address in ["/", "/2025/06/good/", "/atom.xml"] {
            assert_eq!(preview.get(address).status, 200, "{name}: {address}");
        }
    }
}
