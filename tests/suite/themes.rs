//! `manchette theme list|eject|check`, and the themes that are built in.

use crate::scratch::Scratch;
use manchette::world::embedded;

#[test]
fn themes_are_listed_with_where_they_come_from_and_their_options() {
    let site = Scratch::site(&[
        (
            "themes/soir/theme.toml",
            "name = \"soir\"\nextends = \"kiosque\"\ndescription = \"Le soir\"\n[options.columns]\ntype = \"integer\"\ndefault = 2\nmin = 1\nmax = 3\n",
        ),
        ("themes/soir/templates/home.html", ""),
    ]);
    let text = site.run(&["theme", "list"]).ok().stdout;
    assert!(text.starts_with("* kiosque  (built in)\n"), "{text}");
    assert!(
        text.contains("  soir  (themes/soir/, extends kiosque)\n    Le soir\n    columns = 2  (integer, 1 to 3)\n"),
        "{text}"
    );
    let json = site.run(&["theme", "list", "--format", "json"]).ok().stdout;
    let rows: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["kiosque", "soir", "telex"]);
    assert_eq!((rows[0]["chosen"].as_bool(), rows[1]["chosen"].as_bool()), (Some(true), Some(false)));
    assert_eq!(rows[1]["options"][0]["type"], "integer");
}

#[test]
fn a_theme_whose_manifest_is_broken_is_listed_and_told() {
    let site = Scratch::site(&[("themes/soir/theme.toml", "nom = \"soir\"\n")]);
    let ran = site.run(&["theme", "list"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stdout.contains("  soir  (themes/soir/)") && ran.stderr.contains("theme.toml:1:1"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
}

#[test]
fn a_built_in_theme_is_taken_over_whole_or_not_at_all() {
    for theme in embedded::built_in() {
        let site = Scratch::site(&[]);
        let said = site.run(&["theme", "eject", theme]).ok().stderr;
        assert!(said.contains(&format!("copied `{theme}` into `themes/{theme}/`")), "{said}");
        let copied = site.tree("themes");
        let files = embedded::files(theme);
        assert_eq!(copied.len(), files.len());
        for (path, bytes) in files {
            assert_eq!(copied[path.below("themes").unwrap()], bytes, "{path}");
        }
        let again = site.run(&["theme", "eject", theme]);
        assert_eq!(again.code, 1);
        assert!(again.stderr.contains("exists already"), "{}", again.stderr);
    }
    let site = Scratch::site(&[("themes/telex/theme.toml", "mine")]);
    assert_eq!(site.run(&["theme", "eject", "telex"]).code, 1);
    assert_eq!(site.tree("themes").len(), 1);
    assert!(site.run(&["theme", "eject", "telx"]).stderr.contains("did you mean `telex`?"));
}

#[test]
fn templates_are_taken_over_one_by_one_and_the_site_still_builds() {
    let site = Scratch::site(&[(
        "content/posts/un.md",
        "+++\ntitle = \"Un\"\ndate = 2025-06-19\nsource = \"WSJ\"\n+++\nUn.\n",
    )]);
    site.run(&["build"]).ok();
    let before = site.tree("public");
    let said = site.run(&["theme", "eject", "--template", "post.html", "--template", "base.html"]).ok().stderr;
    assert!(said.contains("{% extends \"kiosque/post.html\" %}"), "{said}");
    assert_eq!(site.tree("templates").into_keys().collect::<Vec<_>>(), ["base.html", "post.html"]);
    site.run(&["build"]).ok();
    assert_eq!(site.tree("public"), before);
    let none = site.run(&["theme", "eject", "--template", "home.html", "--template", "pots.html"]);
    assert_eq!(none.code, 1);
    assert!(none.stderr.contains("did you mean `post.html`?") && site.tree("templates").len() == 2, "{}", none.stderr);
}

#[test]
fn a_theme_that_stands_in_the_place_of_a_built_in_one_is_mended_from_that() {
    let site = Scratch::site(&[(
        "content/posts/un.md",
        "+++\ntitle = \"Un\"\ndate = 2025-06-19\nsource = \"WSJ\"\n+++\nUn.\n",
    )]);
    site.run(&["theme", "eject"]).ok();
    site.run(&["build"]).ok();
    let before = site.tree("public");
    std::fs::remove_file(site.path("themes/kiosque/templates/post.html")).unwrap();
    let said = site.run(&["build"]).stderr;
    assert!(said.contains("`manchette theme eject --template post.html`"), "{said}");
    let said = site.run(&["theme", "eject", "--template", "post.html"]).ok().stderr;
    assert!(!said.contains("extends"), "it would extend what is gone: {said}");
    site.run(&["build"]).ok();
    assert_eq!(site.tree("public"), before);
    // It cannot extend the one in whose place it stands.
    let manifest = site.read("themes/kiosque/theme.toml");
    site.write("themes/kiosque/theme.toml", format!("extends = \"kiosque\"\n{manifest}"));
    let said = site.run(&["build"]).stderr;
    assert!(said.contains("remove the line, or rename the folder"), "{said}");
    std::fs::remove_file(site.path("themes/kiosque/theme.toml")).unwrap();
    let said = site.run(&["build"]).stderr;
    assert!(said.contains("write `themes/kiosque/theme.toml`, or rename the folder"), "{said}");
    std::fs::rename(site.path("themes/kiosque"), site.path("themes/autre")).unwrap();
    site.run(&["build"]).ok();
}

#[test]
fn nothing_is_wrong_with_the_themes_that_are_built_in() {
    let site = Scratch::site(&[]);
    for theme in embedded::built_in() {
        let ran = site.run(&["theme", "check", theme, "--strict"]).ok();
        assert!(ran.stderr.contains("; 0 errors, 0 warnings"), "{}", ran.stderr);
    }
    assert_eq!(site.tree("").len(), 1, "a check writes nothing");
}

#[test]
fn every_site_of_the_tests_has_a_theme_without_unknown_fields() {
    let sites = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites");
    let scratch = Scratch::copy_of(&sites.join("themes"));
    scratch.write(
        "site.toml",
        "title = \"Essai\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\ntheme = \"plain\"\n",
    );
    crate::scratch::copy(&sites.join("themes"), &scratch.path("themes"));
    let ran = scratch.run(&["theme", "check"]);
    assert!(!ran.stderr.contains("there is no field"), "{}", ran.stderr);
}

#[test]
fn a_new_site_may_begin_with_any_of_them() {
    for theme in embedded::built_in() {
        let folder = Scratch::empty();
        folder.run(&["init", "actu", "--theme", theme]).ok();
        assert!(folder.read("actu/site.toml").contains(&format!("theme = \"{theme}\"")));
        let ran = folder.run(&["build", "--root", "actu", "--future", "--strict"]).ok();
        assert!(
            ran.stderr.contains("(2 posts, ") && ran.stderr.contains("; 0 warnings"),
            "{}{}",
            ran.stdout,
            ran.stderr
        );
    }
    let wrong = Scratch::empty().run(&["init", "actu", "--theme", "telx"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("kiosque, telex"), "{}", wrong.stderr);
}

#[test]
fn telex_is_small_and_runs_no_script() {
    let files = embedded::files("telex");
    assert!(files.len() < 15, "{} files", files.len());
    let size = |end: &str| {
        files.iter().filter(|(path, _)| path.as_str().ends_with(end)).map(|(_, bytes)| bytes.len()).sum::<usize>()
    };
    assert!(size(".css") < 10_000, "{} bytes of CSS", size(".css"));
    let cases = crate::golden::built();
    let (_, built) = cases.iter().find(|(case, _)| case.name == "telex").unwrap();
    let pages: Vec<(&String, String)> = built
        .output
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(path, bytes)| (path, String::from_utf8(bytes.clone()).unwrap()))
        .collect();
    assert!(pages.len() > 20);
    for (path, page) in pages {
        let scripts = page.matches("<script").count();
        assert_eq!(scripts, page.matches("<script type=\"application/ld+json\">").count(), "{path}");
        assert!(!page.contains(" style=\"") && !page.contains(" onclick"), "{path}");
    }
}

#[test]
fn a_line_of_telex_leads_to_the_report_and_its_mark_to_our_page() {
    let cases = crate::golden::built();
    let (_, built) = cases.iter().find(|(case, _)| case.name == "telex").unwrap();
    let home = String::from_utf8(built.output["index.html"].clone()).unwrap();
    let line = &home[home.find("qui a tout").unwrap() - 300..];
    assert!(line.contains("class=\"p-name u-bookmark-of\" href=\"https://www.wsj.com/tech/essai\""), "{line}");
    let mark = &line[line.find("class=\"mark u-url\"").unwrap()..];
    assert!(mark.starts_with("class=\"mark u-url\" href=\"/fil/2025/06/tout/\""), "{mark}");
}

#[test]
fn a_file_that_an_option_names_is_missed_as_soon_as_it_is_gone() {
    let site = Scratch::site(&[
        (
            "themes/soir/theme.toml",
            "name = \"soir\"\nextends = \"kiosque\"\n[options.badge]\ntype = \"file\"\ndefault = \"\"\n",
        ),
        ("static/img/badge.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ]);
    let toml = site.read("site.toml") + "[theme]\nname = \"soir\"\n[theme.options]\nbadge = \"img/badge.svg\"\n";
    site.write("site.toml", toml);
    site.run(&["build"]).ok();
    std::fs::remove_file(site.path("static/img/badge.svg")).unwrap();
    let ran = site.run(&["build"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("the option `badge` names the file `img/badge.svg`"), "{}", ran.stderr);
    site.write("themes/soir/static/img/badge.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    site.run(&["build"]).ok();
}
