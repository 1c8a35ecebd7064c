//! What is printed: nothing in a file, in its name or on the command line acts on the terminal.

use super::*;
use crate::scratch::{Ran, Scratch};

/// Whether a terminal would act on a character, or read a line in another order.
fn acts(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

const CONFIG: &str = "title = \"x\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\ntheme = \"telex\"\n";
const ODD: &str = "a\u{1b}[31mb\u{202e}c\u{9b}2Jd\u{7}e\u{200b}\u{2028}f";

#[track_caller]
fn nothing_acts(site: &Scratch, arguments: &[&str]) -> String {
    let ran = site.run(arguments);
    for text in [&ran.stdout, &ran.stderr] {
        let found = text.chars().find(|c| acts(*c));
        assert!(found.is_none(), "{arguments:?} prints {found:?}:\n{text:?}");
    }
    format!("{}{}", ran.stdout, ran.stderr)
}

/// Every command that prints something of the site, for people and for programs.
fn commands(site: &Scratch, odd: &str) -> String {
    let mut said = String::new();
    for arguments in [
        vec!["check"],
        vec!["build"],
        vec!["build", "--explain"],
        vec!["build", "--dry-run"],
        vec!["list"],
        vec!["topics"],
        vec!["config"],
        vec!["theme", "list"],
        vec!["theme", "check"],
        vec!["cache", "stats"],
        vec!["clean"],
        vec!["explain", odd],
        vec!["build", "--at", odd],
        vec!["build", "--output", odd],
        vec!["build", "--deny", odd],
        vec!["list", "--topic", odd],
        vec!["theme", "check", odd],
        vec!["theme", "eject", odd],
        vec!["new", odd, odd],
        vec!["--root", odd, "check"],
        vec![odd],
    ] {
        said.push_str(&nothing_acts(site, &arguments));
        said.push_str(&nothing_acts(site, &[&arguments[..], &["--format", "json"]].concat()));
    }
    said
}

#[test]
fn p20_no_text_of_a_site_acts_on_the_terminal() {
    let odd = ODD.replace(['\u{1b}', '\u{7}', '\u{9b}'], "");
    let body = format!(
        "[x](javascript:{ODD}) [x]({ODD}.md) [x](#{ODD}) ![]({ODD}.png)\n\n```{ODD}\nx\n```\n\n:::{ODD}\n\n<b {ODD}>x</b> [^{ODD}]\n"
    );
    let post = |title: &str, more: &str| {
        format!(
            "+++\ntitle = {}\ndate = 2025-06-19\ntags = [{}]\nsource = {}\n{more}+++\n{body}",
            quoted(title),
            quoted(title),
            quoted(title)
        )
    };
    let more = format!("author = {}\naliases = [\"/x/\"]\n", quoted(&odd));
    let site = Scratch::site(&[
        ("content/posts/a.md", &post(&format!("{odd} Un"), &more)),
        ("content/posts/b.md", &post(&format!("{odd} un"), "")),
        ("data/x.toml", "x = 1\n"),
    ]);
    site.write(
        "site.toml",
        format!(
            "{CONFIG}[[author]]\nid = \"z\"\nname = {}\n[[menu]]\ntitle = \"x\"\nurl = {}\n",
            quoted(&odd),
            quoted(&format!("/{odd}/"))
        ),
    );
    let said = commands(&site, &odd);
    assert!(said.contains("\\u{202e}") && said.contains("\\u202e"), "{said}");
}

#[test]
fn p20_no_mistake_with_such_characters_acts_on_the_terminal() {
    let site = Scratch::site(&[
        (
            "content/posts/a.md",
            &format!(
                "+++\ntitle = {}\ndate = \"{ODD}\"\n{} = 1\nslug = {}\nlang = {}\nid = {}\n+++\n",
                quoted(ODD),
                quoted(ODD),
                quoted(ODD),
                quoted(ODD),
                quoted(ODD)
            ),
        ),
        ("content/posts/b.md", &format!("+++\ntitle = \"{ODD}\n+++\n")),
        ("content/posts/c.md", &format!("---\ntitle: \"{ODD}\n{ODD}: [\n---\n")),
        ("content/posts/d.md", &format!("---\ntitle: {ODD}\ndate: {ODD}\nurl: {ODD}\n---\n")),
        ("data/x.json", &format!("{{\"{ODD}\": {ODD}}}")),
        ("data/y.toml", &format!("x = {ODD}")),
        ("data/z.csv", &format!("a,b\n{ODD}\n")),
        ("templates/post.html", &format!("{{{{ page.{ODD} }}}}")),
        ("templates/home.html", &format!("{{{{ page.title | x{} }}}} {{{{ t(key={}) }}}}", "y", quoted(ODD))),
    ]);
    commands(&site, ODD);
    site.write(
        "site.toml",
        format!(
            "{CONFIG}{} = {}\nlanguage = {}\n[theme.options]\n{} = 1\n",
            quoted(ODD),
            quoted(ODD),
            quoted(ODD),
            quoted(ODD)
        ),
    );
    commands(&site, ODD);
    site.write("site.toml", format!("{CONFIG}x = {ODD}\n"));
    commands(&site, ODD);
    // What the environment sets is as much typed by somebody else as a text.
    for name in ["MANCHETTE_AT", "MANCHETTE_COLOR"] {
        let ran = Ran::from(site.command(&["build"]).env(name, "\u{1b}]0;x\u{7}\u{202e}").output().unwrap());
        assert!(ran.code == 2 && !ran.stderr.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{name}: {}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn p20_no_name_of_a_file_acts_on_the_terminal() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    let site = Scratch::site(&[]);
    site.write("site.toml", CONFIG);
    let post = "+++\ntitle = \"Un\"\ndate = 2025-06-19\n+++\nTexte [x](y.md).\n";
    for name in [
        ODD,
        "b\u{202e}dm",
        "c\u{1b}]0;x\u{7}",
        "d\ne",
        "f\r",
        "<script>",
        "g\"onclick=x",
        "{{ 7*7 }}",
        "-rf",
        "h h",
        "javascript:x",
    ] {
        site.write(&format!("content/posts/{name}.md"), post);
        site.write(&format!("content/posts/{name}/index.md"), post);
        site.write(&format!("static/{name}.txt"), "x");
        site.write(&format!("data/{name}.toml"), "x = 1");
        site.write(&format!("themes/{name}/theme.toml"), "x = 1");
    }
    let latin = OsString::from_vec(b"static/d\xE9j\x1b[31m\xE0.txt".to_vec());
    std::fs::write(site.root().join(latin), "x").unwrap();
    let said = commands(&site, ODD);
    assert!(said.contains("\u{241b}[31m"), "{said}");
    // What is the name of a file stays on its line.
    assert!(said.contains("--> content/posts/d\u{240a}e.md:"), "{said}");
}
