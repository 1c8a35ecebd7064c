//! `raw_html = "sanitize"` against what sanitisers have fallen for, and what trust means in each mode.

use super::dom::Page;
use super::*;
use scraper::{Html, Selector};

/// HTML that reads differently the second time, as advisories of ammonia (RUSTSEC-2021-0074, 2022-0003, 2025-0071,
/// 2026-0193, 2026-0213) and of others have it, and the classics of https://cure53.de/purify and of OWASP.
const MUTATING: &[&str] = &[
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mtext><table><mglyph><style><math><img src onerror=alert(1)></style>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg><desc><noscript><style><!--</style><img src=x onerror=alert(1)>-->",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
    "<svg><title><style><img src=x onerror=alert(1)></style></title></svg>",
    "<svg><foreignObject><p><style><img src=x onerror=alert(1)></style></foreignObject></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><animate xlink:href=#x attributeName=href values=javascript:alert(1) /><a id=x>x</a></svg>",
    "<math xlink:href=javascript:alert(1)><mi>x</mi></math>",
    "<div><!--<p title=\"--><img src=x onerror=alert(1)>\"></div>",
    "<p><!--></p><img src=x onerror=alert(1)>--></p>",
    "<div><!--!> --!><img src=x onerror=alert(1)>--></div>",
    "<p title=\"&lt;/p&gt;&lt;img src=x onerror=alert(1)&gt;\">x</p>",
    "<table><td><p><table><td><p><table><td><p>x",
    "<p><table><p><table><p><img src=x onerror=alert(1)>",
    "<a><table><a href=javascript:alert(1)>x",
    "<b><p><b><p><b><p></b></b></b>x",
    "<ruby><rt><img src=x onerror=alert(1)></ruby>",
    "<div><xmp><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp></div>",
    "<div><noembed><img title=\"</noembed><img src=x onerror=alert(1)>\"></noembed></div>",
    "<div><iframe><img title=\"</iframe><img src=x onerror=alert(1)>\"></iframe></div>",
    "<div><textarea><img title=\"</textarea><img src=x onerror=alert(1)>\"></textarea></div>",
    "<div><title><img title=\"</title><img src=x onerror=alert(1)>\"></title></div>",
    "<div><plaintext></div><img src=x onerror=alert(1)>",
    "<div><template><p><img src=x onerror=alert(1)></template></div>",
    "<div><select><option><img src=x onerror=alert(1)></select></div>",
    "<select><template><textarea></select><img src=x onerror=alert(1)>",
    "<div><p is=x-y onclick=alert(1)>x</p></div>",
    "<div><a href=\"java&#x09;script:alert(1)\">x</a><a href=\" &#14; javascript:alert(1)\">x</a></div>",
    "<div><a href=\"javascript&colon;alert(1)\">x</a><a href=\"data:text/html,x\">x</a><a href=\"//evil.example\">x</a></div>",
    "<div><img src=\"javascript:alert(1)\"><img srcset=\"javascript:alert(1)\"><img src=x:x onerror=alert(1)></div>",
    "<div><a href=x ping=//evil.example download=x target=_blank rel=opener>x</a></div>",
    "<p style=\"background:url(javascript:alert(1))\" class=\"bar lead\" id=main data-x=1 aria-label=x role=alert>x</p>",
    "<div></div></article></main><footer>faux</footer>",
    "<p>x</p></body></html><!-- ",
    "<div <div onclick=alert(1)> x",
    "<p/onclick=alert(1)>x",
    "<li>x</li><dd>y</dd><tr><td>z",
    "<ul><li><ul></li></ul><li>x</ul></ul></ul>",
    "<details open ontoggle=alert(1)><summary onclick=alert(1)>x</summary></details>",
];

const SITE: &str = "title = \"x\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\ntheme = \"bare\"\n[sources]\nrequired = \"off\"\n[markdown]\n";

fn site(raw_html: &str, bodies: &[String]) -> Built {
    let mut files = bare_theme();
    files.push(("site.toml".to_owned(), format!("{SITE}raw_html = \"{raw_html}\"\n")));
    for (index, body) in bodies.iter().enumerate() {
        let text = format!("+++\ntitle = \"x\"\ndate = 2025-06-20\nslug = \"p{index}\"\n+++\n{body}\n");
        files.push((format!("content/posts/p{index}.md"), text));
    }
    build(&files)
}

fn article(text: &str) -> String {
    let page = Html::parse_document(text);
    page.select(&Selector::parse("article").unwrap()).next().unwrap().inner_html()
}

#[test]
fn p35_nothing_mutates_into_something_that_runs_however_often_it_is_read() {
    // As a block, in a line, in a list, in a quotation, in a cell.
    let places =
        ["X\n\n{}\n\nfin", "X {} fin", "- a\n\n  {}\n\n  fin", "> {}", "| a |\n|---|\n| {} |", "Note[^1].\n\n[^1]: {}"];
    let bodies: Vec<String> =
        MUTATING.iter().flat_map(|html| places.iter().map(move |place| place.replace("{}", html))).collect();
    let built = site("sanitize", &bodies).whole();
    let mut problems = Vec::new();
    for (index, body) in bodies.iter().enumerate() {
        let text = &built.files[&format!("2025/06/p{index}/index.html")];
        let mut again = text.clone();
        for times in 0..3 {
            let page = Page::of(&again);
            let mut tell = |problem: String| problems.push(format!("{body:?}, read {times} times: {problem}"));
            page.dangers().into_iter().for_each(&mut tell);
            for (_, element) in page.elements() {
                let name = element.value().name();
                let is_bad = [
                    "script",
                    "style",
                    "svg",
                    "math",
                    "iframe",
                    "form",
                    "noscript",
                    "textarea",
                    "template",
                    "object",
                    "select",
                    "xmp",
                    "plaintext",
                ];
                if is_bad.contains(&name) {
                    tell(format!("there is <{name}>"));
                }
                let is_ours = element.value().attr("class").is_some_and(|class| class == "bar" || class == "lead");
                if is_ours || element.value().attr("id") == Some("main") {
                    tell("a class or an id went through".to_owned());
                }
            }
            let around: Vec<String> = page
                .elements()
                .iter()
                .filter(|(_, element)| ["main", "article", "footer"].contains(&element.value().name()))
                .map(|(depth, element)| format!("{depth} {}", element.value().name()))
                .collect();
            if around != ["2 main", "3 article", "2 footer"] {
                tell(format!("it leaves its place: {around:?}"));
            }
            again = Html::parse_document(&again).root_element().html();
            again.insert_str(0, "<!DOCTYPE html>");
        }
    }
    nothing_wrong(&problems);
}

#[test]
fn p35_what_is_harmless_stays() {
    let kept = [
        "Un <b>gras</b>, <kbd>Ctrl</kbd>, H<sub>2</sub>O, <abbr title=\"x\">y</abbr>.",
        "X\n\n<details><summary>Plus</summary><p>Texte</p></details>",
        "X\n\n<table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>",
        "X\n\n<figure><img src=\"/a.png\" alt=\"b\"><figcaption>c</figcaption></figure>",
        "Un *mot <i>en</i> italique*, un <a href=\"https://a.example/\" rel=\"external noopener\">lien</a>.",
    ];
    let bodies: Vec<String> = kept.iter().map(|text| (*text).to_owned()).collect();
    let built = site("sanitize", &bodies).whole();
    for (index, text) in kept.iter().enumerate() {
        let got = article(&built.files[&format!("2025/06/p{index}/index.html")]);
        let html = text.trim_start_matches("X\n\n").replace("*mot ", "<em>mot ").replace("ique*", "ique</em>");
        // Attributes in the order of the parser that shows them.
        let html = Html::parse_fragment(&html).root_element().inner_html();
        assert!(got.contains(&html), "{html} is not in {got}");
    }
    assert!(built.report.diagnostics.is_empty(), "{:?}", built.report.diagnostics);
}

#[test]
fn p35_raw_elements_end_where_their_line_or_block_ends() {
    for (body, wanted) in [
        ("Un <b>deux\n\ntrois", "Un <b>deux</b></p><p>trois</p>"),
        ("*un <b>deux* trois</b>", "<em>un <b>deux</b></em> trois</p>"),
        (
            "X\n\n<div>\n\nMarkdown **ici**\n\n</div>\n\nfin",
            "<div>\n</div>\n<p>Markdown <strong>ici</strong></p>\n<p>fin</p>",
        ),
        ("un </em></p></article> deux", "un  deux</p>"),
        ("un <script>alert(1) *x*</script> deux", "un <em></em> deux</p>"),
        (
            "[un <a href=\"/x\">deux</a>](https://a.example/)",
            "<a href=\"https://a.example/\" rel=\"external noopener\">un deux</a></p>",
        ),
        ("un <![CDATA[x]]> <?php x ?> deux", "un   deux</p>"),
    ] {
        let built = site("sanitize", &[body.to_owned()]).whole();
        let got = article(&built.files["2025/06/p0/index.html"]);
        assert!(got.contains(wanted), "{body:?} gives {got}");
    }
}

#[test]
fn p35_scripts_of_a_line_are_no_text_of_summaries_and_descriptions() {
    for (raw_html, body) in [
        ("allow", "Le texte <script>alert(1)</script>est là<style>p{color:red}</style>."),
        ("sanitize", "Le texte <script>alert(1)</script>est là<style>p{color:red}</style>."),
    ] {
        let built = site(raw_html, &[body.to_owned()]).whole();
        let page = Html::parse_document(&built.files["2025/06/p0/index.html"]);
        let summary: String = page.select(&Selector::parse(".summary").unwrap()).flat_map(|p| p.text()).collect();
        assert_eq!(summary, "Le texte est là.", "{raw_html}");
        let feed: serde_json::Value = serde_json::from_str(&built.files["feed.json"]).unwrap();
        let text = feed["items"][0].to_string();
        assert_eq!(text.contains("<script>"), raw_html == "allow", "{text}");
        assert_eq!(text.contains("alert"), raw_html == "allow", "{text}");
    }
}

#[test]
fn p35_trust_is_what_the_site_says() {
    let body = "Un <b onclick=\"x()\">mot</b>.\n\n<script>x()</script>\n";
    for (raw_html, has_bold, has_script, code) in [
        ("escape", false, false, Some("raw-html")),
        ("sanitize", true, false, Some("removed-html")),
        ("allow", true, true, None),
    ] {
        let built = site(raw_html, &[body.to_owned()]).whole();
        let page = Html::parse_document(&built.files["2025/06/p0/index.html"]);
        let has = |selector: &str| page.select(&Selector::parse(selector).unwrap()).next().is_some();
        assert_eq!((has("b"), has("script"), has("[onclick]")), (has_bold, has_script, has_script), "{raw_html}");
        let codes: Vec<&str> = built.report.diagnostics.iter().map(|(_, problem)| problem.code().name()).collect();
        assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{raw_html}");
    }
    let refused = site("error", &[body.to_owned()]);
    assert!(refused.report.has_errors() && refused.files.is_empty());
}
