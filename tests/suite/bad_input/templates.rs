//! Templates that would never end, or never stop to write.

use super::guarded::{Published, run, run_within};

/// Insists that a home page with that template is refused with these words, and that nothing is published.
#[track_caller]
fn refused(what: &str, files: &[(&str, String)], words: &[&str]) {
    let published = Published::new();
    files.iter().for_each(|(name, text)| published.site.write(&format!("templates/{name}"), text));
    run(&published.site, &["build"]).refused(what, words);
    published.is_untouched(what);
}

#[test]
fn p16_loops_in_loops_end_with_an_error_at_the_loop() {
    let loops = "{% set a = range(end=90000) %}\n{% for b in a %}{% for c in a %}{% endfor %}{% endfor %}".to_owned();
    refused("loops", &[("home.html", loops)], &["error[template-render]", "turns of loops", "home.html:2:"]);
}

#[test]
fn p16_includes_and_components_that_multiply_end_with_an_error() {
    let mut files: Vec<(String, String)> = (0..12)
        .map(|level| (format!("a{level}.html"), format!("{{% include \"a{}.html\" %}}", level + 1).repeat(10)))
        .collect();
    files.push(("a12.html".to_owned(), "x".to_owned()));
    files.push(("home.html".to_owned(), "{% include \"a0.html\" %}".to_owned()));
    let files: Vec<(&str, String)> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    refused("includes", &files, &["error[template-render]", "includes and components"]);
    let calls = "{{ <a n={n + 1} /> }}".repeat(10);
    let home = format!(
        "{{% component a(n: integer) %}}{{% if n < 12 %}}{calls}{{% endif %}}{{% endcomponent a %}}{{{{ <a n={{0}} /> }}}}"
    );
    refused("components", &[("home.html", home)], &["error[template-"]);
}

#[test]
fn p16_templates_that_lead_to_one_another_too_often_are_an_error_and_sixteen_are_a_page() {
    /// Each step as deep as templates make it: a block of a parent, a loop, an `if`, and what the parent has there.
    fn chain(steps: usize, last: &str) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = (0..steps)
            .map(|at| {
                let text = format!(
                    "{{% for x in [1] %}}{{% if x %}}{{% include \"i{}.html\" %}}{{% endif %}}{{% endfor %}}",
                    at + 1
                );
                (format!("i{at}.html"), text)
            })
            .collect();
        files.push((format!("i{steps}.html"), last.to_owned()));
        files
    }
    fn parents(steps: usize) -> Vec<(String, String)> {
        let child = |at: usize| {
            let text = "{% block a %}{% for x in [1] %}{{ super() }}{{ x }}{% endfor %}{% endblock a %}";
            (format!("e{at}.html"), format!("{{% extends \"e{}.html\" %}}{text}", at + 1))
        };
        let mut files: Vec<(String, String)> = (0..steps).map(child).collect();
        files.push((format!("e{steps}.html"), "{% block a %}fin{% endblock a %}".to_owned()));
        files
    }
    let as_home = |mut files: Vec<(String, String)>| {
        let first = files[0].0.clone();
        files.push(("404.html".to_owned(), format!("{{% include \"{first}\" %}}")));
        files
    };
    let named = |files: &[(String, String)]| -> Vec<(String, String)> { files.to_vec() };
    for (what, files) in [
        ("fifty includes", chain(50, "x")),
        ("six hundred parents", parents(600)),
        ("three thousand includes", chain(3_000, "x")),
    ] {
        let files = named(&as_home(files));
        let files: Vec<(&str, String)> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        refused(what, &files, &["error[template-syntax]", "more than 16 templates", "templates/"]);
    }
    // As many as may be, parents behind includes: a page, also where the stack is small.
    let mut files = chain(6, "{% include \"e0.html\" %}");
    files.extend(parents(7));
    let published = Published::new();
    for (name, text) in as_home(files) {
        published.site.write(&format!("templates/{name}"), text);
    }
    run(&published.site, &["build"]).answered("sixteen");
    assert!(
        published.site.read("public/404.html").contains("fin1111111"),
        "{}",
        published.site.read("public/404.html")
    );
}

#[test]
fn p16_includes_through_components_end_with_an_error_whether_in_a_circle_or_not() {
    // Each component is in a file of its own, and includes what calls the next one.
    let mut files: Vec<(String, String)> = Vec::new();
    for at in 0..60 {
        files.push((format!("i{at}.html"), format!("{{{{ <c{at} /> }}}}")));
        let next = at + 1;
        let text = format!("{{% component c{at}() %}}{{% include \"i{next}.html\" %}}{{% endcomponent c{at} %}}");
        files.push((format!("d{at}.html"), text));
    }
    files.push(("i60.html".to_owned(), "fin".to_owned()));
    // The same with fourteen templates between two calls, in a circle.
    for at in 0..14 {
        files.push((format!("k{at}.html"), format!("{{% include \"k{}.html\" %}}", at + 1)));
    }
    files.push(("k14.html".to_owned(), "{{ <round /> }}".to_owned()));
    let round = "{% component round() %}{% include \"k0.html\" %}{% endcomponent round %}";
    files.push(("round.html".to_owned(), round.to_owned()));
    for first in ["i0.html", "k0.html"] {
        let mut files: Vec<(&str, String)> = files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        files.push(("home.html", format!("{{% include \"{first}\" %}}")));
        refused(first, &files, &["error[template-render]", "recursion depth for components"]);
    }
    // Blocks in blocks of sixteen templates, each with what its parent has.
    let inner = |at: usize| {
        (0..30).fold(format!("{{{{ super() }}}}{at}"), |text, level| {
            format!("{{% block b{level} %}}{text}{{% endblock b{level} %}}")
        })
    };
    let published = Published::new();
    for at in 0..15 {
        published
            .site
            .write(&format!("templates/p{at}.html"), format!("{{% extends \"p{}.html\" %}}{}", at + 1, inner(at)));
    }
    published.site.write("templates/p15.html", inner(15).replace("{{ super() }}", ""));
    published.site.write("templates/404.html", "{% include \"p0.html\" %}");
    run(&published.site, &["build"]).answered("blocks in blocks");
}

#[test]
fn p16_a_page_that_would_fill_the_disk_ends_with_an_error() {
    let text = "x".repeat(4_000);
    let home = format!("{{% for a in range(end=100000) %}}{text}{{% endfor %}}");
    let published = Published::new();
    published.site.write("templates/home.html", home);
    // A text that grows is there twice while it is moved.
    let watched = run_within(1_500, &published.site, &["build"]);
    watched.refused("a long page", &["error[template-render]", "longer than 256 MB"]);
    published.is_untouched("a long page");
}

#[test]
fn p16_no_expression_and_no_tag_of_a_template_is_nested_too_deep_for_us() {
    let nested = [
        ("sum", format!("{{{{ {}1 }}}}", "1 + ".repeat(20_000))),
        ("parentheses", format!("{{{{ {}1{} }}}}", "(".repeat(20_000), ")".repeat(20_000))),
        ("not", format!("{{{{ {}1 }}}}", "not ".repeat(20_000))),
        ("filters", format!("{{{{ 1{} }}}}", " | abs".repeat(20_000))),
        ("fields", format!("{{{{ a{} }}}}", ".b".repeat(20_000))),
        ("indexes", format!("{{{{ a{} }}}}", "[0]".repeat(20_000))),
        ("lists", format!("{{{{ {}{} }}}}", "[".repeat(20_000), "]".repeat(20_000))),
        ("tables", format!("{{{{ {}1{} }}}}", "{\"a\": ".repeat(5_000), "}".repeat(5_000))),
        ("and", format!("{{{{ {}a }}}}", "a and ".repeat(20_000))),
        ("texts", format!("{{{{ {}\"a\" }}}}", "\"a\" ~ ".repeat(20_000))),
        ("tests", format!("{{{{ a {} }}}}", "is defined ".repeat(20_000))),
        ("choices", format!("{{{{ {}1 }}}}", "1 if a else ".repeat(20_000))),
        ("calls", format!("{{{{ {}1{} }}}}", "range(end=".repeat(5_000), ")".repeat(5_000))),
        ("if", "{% if true %}".repeat(20_000) + &*"{% endif %}".repeat(20_000)),
        ("elif", format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(20_000))),
        ("elif in if", format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}{% if a %}{% endif %}".repeat(20_000))),
        ("for", "{% for a in [1] %}".repeat(20_000) + &*"{% endfor %}".repeat(20_000)),
        ("set", "{% set a %}".repeat(20_000) + &*"{% endset %}".repeat(20_000)),
        ("filter", "{% filter upper %}".repeat(20_000) + &*"{% endfilter %}".repeat(20_000)),
        ("open", "{{".repeat(50_000)),
        ("open tags", "{%".repeat(50_000)),
        ("comments", "{#".repeat(50_000)),
        ("a text", format!("{{{{ \"{}", "a".repeat(50_000))),
    ];
    for (what, text) in nested {
        refused(what, &[("home.html", text)], &["error[template-syntax]", "templates/home.html:1:"]);
    }
}

#[test]
fn p19_every_template_that_does_not_compile_is_told_in_one_run() {
    let files = [
        ("home.html", "{% if %}"),
        ("post.html", "{{ page.title "),
        ("page.html", "{% endfor %}"),
        ("topic.html", "{% raw %}"),
        ("source.html", "{% extends nothing %}"),
        ("archive.html", "{{ 1 + }}"),
        ("topics.html", "{% for a of b %}{% endfor %}"),
    ];
    let files = files.map(|(name, text)| (name, text.to_owned()));
    let words: Vec<String> = files.iter().map(|(name, _)| format!("templates/{name}:1:")).collect();
    refused("seven slips", &files, &words.iter().map(String::as_str).collect::<Vec<_>>());
}
