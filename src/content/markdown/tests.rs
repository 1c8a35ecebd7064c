//! The chain as a whole: what an author writes, what a page shows, what is told.

use super::*;
use crate::base::{Code, Diagnostic, SourcePath, SourceText, Zone};
use crate::content::RawHtml;
use crate::content::document::{Piece, Prose, TargetKind};

fn options() -> ContentOptions {
    ContentOptions {
        zone: Zone::utc(),
        zone_is_named: true,
        language: "fr".to_owned(),
        raw_html: RawHtml::Escape,
        highlight: true,
        typography: true,
        external_rel: "noopener".to_owned(),
        own_address: String::new(),
    }
}

fn read_with(text: &str, options: &ContentOptions) -> (Document, Vec<Diagnostic>) {
    let source = SourceText::new(SourcePath::new("content/posts/a.md"), text);
    let mut findings = Findings::new(&source);
    let document = body(0, &options.language, options, &mut findings);
    (document, findings.finish())
}

fn read(text: &str) -> (Document, Vec<Diagnostic>) {
    read_with(text, &options())
}

/// A text in which nothing is wrong.
fn good(text: &str) -> Document {
    let (document, diagnostics) = read(text);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    document
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<(Code, String)> {
    let place = |diagnostic: &Diagnostic| {
        diagnostic.primary().unwrap().location().trim_start_matches("content/posts/a.md:").to_owned()
    };
    diagnostics.iter().map(|diagnostic| (diagnostic.code(), place(diagnostic))).collect()
}

/// Pieces as the article's own page would print them.
fn html(prose: &Prose) -> String {
    let target = |target: &super::super::document::Target| {
        let fragment = target.fragment.as_ref().map_or_else(String::new, |fragment| format!("#{fragment}"));
        format!("{}{fragment}", target.path)
    };
    let mut out = String::new();
    for piece in prose.pieces() {
        match piece {
            Piece::Html(html) | Piece::Own(html) => out.push_str(html),
            Piece::LinkStart(link) => {
                out.push_str(&format!("<a href=\"{}\"{}>", target(&link.target), link.attributes))
            }
            Piece::LinkEnd => out.push_str("</a>"),
            Piece::Image(image) => out.push_str(&format!(
                "<img src=\"{}\" alt=\"{}\">",
                target(&image.target),
                image.alt.replace('<', "&lt;")
            )),
            Piece::Related(related) => out.push_str(&format!(
                "[{}: {} -> {}]\n",
                related.lead,
                related.text.replace('<', "&lt;"),
                target(&related.target)
            )),
        }
    }
    out
}

#[test]
fn the_first_paragraph_is_the_lede() {
    let document = good("Un *chapô*,\nsur deux lignes.\n\nDu corps.\n");
    assert_eq!(html(&document.face.lede), "Un <em>chapô</em>,\nsur deux lignes.");
    assert_eq!(html(&document.rest), "<p>Du corps.</p>\n");
    assert_eq!(&*document.face.summary, "Un chapô, sur deux lignes.");
    assert_eq!(document.face.words, 7);
    assert_eq!((document.face.lede.pieces().count(), document.rest.pieces().count()), (1, 1));
}

#[test]
fn a_text_that_begins_otherwise_has_no_lede() {
    for text in [
        "## Titre\n\nTexte.",
        "![Une](a.png)\n\nTexte.",
        "Lire aussi : [x](x.md)\n\nTexte.",
        "- a\n- b\n\nTexte.",
        "> cité\n\nTexte.",
    ] {
        let document = good(text);
        assert!(document.face.lede.is_empty(), "{text}");
        assert!(!document.rest.is_empty());
    }
    assert_eq!(&*good("![Une](a.png)\n\nTexte.").face.summary, "Texte.");
    assert_eq!(good("<!-- rien -->\n\nTexte.").face.lede, Prose::new("Texte.".to_owned(), Vec::new()).into());
}

/// What stands before and after `<!-- more -->`, below the lede.
fn parted(document: &Document) -> (String, String) {
    let (lede, before) = (&document.face.lede, document.face.before_more.as_deref());
    let lede = if lede.is_empty() { String::new() } else { format!("<p>{}</p>\n", html(lede)) };
    let before = before.map_or_else(String::new, |before| html(before).strip_prefix(&lede).unwrap().to_owned());
    let after = html(&document.rest).strip_prefix(&before).unwrap().to_owned();
    (before, after)
}

#[test]
fn more_is_a_place_and_decides_on_the_summary() {
    let document = good("Chapô.\n<!-- more -->\nSuite.\n");
    assert_eq!((parted(&document).0.as_str(), &*document.face.summary), ("", "Chapô."));
    let document = good("Chapô.\n\nEncore[^1].\n\n<!--More-->\n\nSuite.\n\n[^1]: Note.\n");
    let (before, after) = parted(&document);
    assert!(before.contains("Encore") && !before.contains("Suite"));
    assert!(after.starts_with("<p>Suite"));
    assert_eq!(&*document.face.summary, "Chapô. Encore.");
    assert_eq!(good("<!-- more -->\n\nChapô.").face.before_more, None);
    let inside = good("> Cité.\n> <!-- more -->\n> Encore.\n\nSuite.");
    assert!(parted(&inside).0.ends_with("</blockquote>\n"));
    let related = good("Chapô.\n\n<!-- more -->\n\nLire aussi : [a](a.md)\n");
    assert!(parted(&related).0.is_empty() && parted(&related).1.starts_with("[Lire aussi"));
}

#[test]
fn headings_have_ids_and_anchors() {
    let document = good("## L’été *là*\n\n## L'été là\n\n### Titre {#choisi .x onclick=y}\n");
    let ids: Vec<&str> = document.face.headings.iter().map(|heading| heading.id.as_str()).collect();
    assert_eq!(ids, ["l-été-là", "l-été-là-2", "choisi"]);
    assert_eq!(document.face.headings[0].text, "L’été là");
    let html = html(&document.rest);
    assert!(
        html.starts_with("<h2 id=\"l-été-là\">L’été <em>là</em><a href=\"#l-%C3%A9t%C3%A9-l%C3%A0\" class=\"anchor\" aria-hidden=\"true\" tabindex=\"-1\">#</a></h2>\n"),
        "{html}"
    );
    assert!(!html.contains("onclick") && !html.contains("class=\"x\""));
}

#[test]
fn footnotes_are_numbered_by_reference() {
    let (document, diagnostics) =
        read("Un[^b], deux[^a], un[^b].\n\n[^a]: A.\n[^b]: B, voir[^c].\n[^c]: C.\n[^d]: jamais.\n");
    assert_eq!(codes(&diagnostics), [(Code::LostFootnote, "6:1".to_owned())]);
    let page = html(&document.face.lede) + &html(&document.rest);
    assert!(
        page.contains(
            "Un<sup id=\"fnref-1\"><a href=\"#fn-1\" class=\"footnote-ref\" role=\"doc-noteref\">1</a></sup>"
        ),
        "{page}"
    );
    assert!(page.contains("un<sup id=\"fnref-1-2\">"));
    assert!(page.contains("<li id=\"fn-1\">\n<p>B, voir<sup id=\"fnref-3\">"), "{page}");
    assert!(
        page.contains("role=\"doc-backlink\" aria-label=\"Retour au texte 1-2\">↩<sup>2</sup></a></p>\n</li>"),
        "{page}"
    );
    assert!(!page.contains("jamais"));
    assert_eq!(&document.face.ids[..], ["fn-1", "fn-2", "fn-3", "fnref-1", "fnref-1-2", "fnref-2", "fnref-3"]);
    assert_eq!(&*document.face.summary, "Un, deux, un.");
}

#[test]
fn undefined_notes_are_told_where_they_stand() {
    let (document, diagnostics) = read("Un fait[^1], [autre].\n\nEt `[^2]`.");
    assert_eq!(codes(&diagnostics), [(Code::UndefinedReference, "1:8".to_owned())]);
    assert_eq!(html(&document.face.lede), "Un fait[^1], [autre].");
}

#[test]
fn alerts_speak_the_language_of_the_article() {
    let page = html(&good("> [!WARNING]\n> Chaud.\n").rest);
    assert_eq!(
        page,
        "<aside class=\"alert alert-warning\" role=\"note\">\n<p class=\"alert-title\">Attention</p>\n<p>Chaud.</p>\n</aside>\n"
    );
}

#[test]
fn code_is_never_read_as_text() {
    let page = html(&good("```rust,ignore\nlet a = \"https://a.fr\"; // :::x\n```\n").rest);
    assert!(
        page.starts_with("<pre tabindex=\"0\"><code class=\"language-rust\"><span class=\"hl-keyword\">let</span> "),
        "{page}"
    );
    assert!(!page.contains("<a "));
    let (document, diagnostics) =
        read("`<b>`\n\n```rutst\na < b\n```\n\n```RUTST\nx\n```\n\n```console\n$ x\n```\n\n~~~\n:::note\n~~~\n");
    assert_eq!(codes(&diagnostics), [(Code::UnknownLanguage, "3:4".to_owned())]);
    assert!(html(&document.rest).contains("a &lt; b") && html(&document.rest).contains(":::note"));
}

#[test]
fn links_outside_are_html_and_inside_are_symbols() {
    let document =
        good("[a](https://a.fr/?x=1&y \"T\") [b](../b.md#Là) [c](/c/) <mailto:x@y.fr> https://d.fr/e_f_g. x@y.fr\n");
    let page = html(&document.face.lede);
    assert!(page.contains("<a href=\"https://a.fr/?x=1&amp;y\" rel=\"noopener\" title=\"T\">a</a>"), "{page}");
    assert!(page.contains("<a href=\"https://d.fr/e_f_g\" rel=\"noopener\">https://d.fr/e_f_g</a>."), "{page}");
    assert!(page.contains("<a href=\"mailto:x@y.fr\">x@y.fr</a>"), "{page}");
    let links: Vec<(TargetKind, String)> = document
        .pieces()
        .filter_map(|piece| match piece {
            Piece::LinkStart(link) => Some((link.target.kind, link.label.as_ref().unwrap().location())),
            _ => None,
        })
        .collect();
    assert_eq!(
        links,
        [
            (TargetKind::Markdown, "content/posts/a.md:1:34".to_owned()),
            (TargetKind::Rooted, "content/posts/a.md:1:50".to_owned())
        ]
    );
}

#[test]
fn bare_addresses_end_where_the_sentence_goes_on() {
    for (text, address) in [
        ("«\u{a0}https://a.fr/b\u{a0}»", "https://a.fr/b"),
        ("(https://a.fr/b_(c))", "https://a.fr/b_(c)"),
        ("**https://a.fr/b**", "https://a.fr/b"),
        ("https://a.fr/b?c=d&e=f, puis", "https://a.fr/b?c=d&amp;e=f"),
        ("HTTPS://a.fr…", "HTTPS://a.fr"),
    ] {
        assert!(
            html(&good(text).face.lede).contains(&format!(">{address}</a>")),
            "{text}: {}",
            html(&good(text).face.lede)
        );
    }
    for text in ["ftp://a.fr/x", "`https://a.fr`", "a@b", "3 @ 4"] {
        assert!(!html(&good(text).face.lede).contains("<a "), "{text}");
    }
}

#[test]
fn unsafe_links_leave_their_text() {
    let (document, diagnostics) = read("[clic *là*](javascript:alert(1)) ![x](data:image/png;base64,AA) [h](//a.fr/b)");
    assert_eq!(html(&document.face.lede), "clic <em>là</em> x h");
    assert_eq!(codes(&diagnostics).iter().map(|(code, _)| *code).collect::<Vec<_>>(), [Code::UnsafeLink; 3]);
    assert_eq!(diagnostics[2].help_text(), Some("write https://a.fr/b"));
}

#[test]
fn pictures_alone_are_figures() {
    let document = good(
        "Texte.\n\n![Une *courbe*](courbe.svg \"Le <cours>\")\n\n[![x](/a.png)](b.md)\n\nUn ![y](c.png) dedans.\n",
    );
    assert_eq!(
        html(&document.rest),
        "<figure><img src=\"courbe.svg\" alt=\"Une courbe\"><figcaption>Le &lt;cours&gt;</figcaption></figure>\n\
         <figure><a href=\"b.md\"><img src=\"/a.png\" alt=\"x\"></a></figure>\n\
         <p>Un <img src=\"c.png\" alt=\"y\"> dedans.</p>\n"
    );
}

#[test]
fn related_paragraphs_are_pieces() {
    let document =
        good("Texte.\n\n**Lire aussi\u{a0}:** [Avant](../05/avant.md)\n\nLire aussi : https://a.fr/x\n\nFin.\n");
    assert_eq!(
        html(&document.rest),
        "[Lire aussi: Avant -> ../05/avant.md]\n[Lire aussi: https://a.fr/x -> https://a.fr/x]\n<p>Fin.</p>\n"
    );
    let Some(Piece::Related(related)) = document.rest.pieces().next() else { panic!("{:?}", document.rest) };
    assert_eq!(related.label.location(), "content/posts/a.md:3:26");
}

#[test]
fn raw_html_is_text_and_told_once() {
    let (document, diagnostics) =
        read("Un <b>mot</b> <i>ici</i>.\n\n<div onclick=\"x\">\nbloc\n</div>\n\n<!-- secret -->\n");
    assert_eq!(codes(&diagnostics), [(Code::RawHtml, "1:4".to_owned())]);
    assert!(diagnostics[0].message().contains("3 times"));
    assert_eq!(html(&document.face.lede), "Un &lt;b&gt;mot&lt;/b&gt; &lt;i&gt;ici&lt;/i&gt;.");
    assert_eq!(html(&document.rest), "<p>&lt;div onclick=\"x\"&gt;\nbloc\n&lt;/div&gt;</p>\n");
    let allowed = ContentOptions { raw_html: RawHtml::Allow, ..options() };
    let (document, diagnostics) = read_with("Un <b>mot</b>.\n\n<p><!-- secret -->x</p>\n", &allowed);
    assert!(diagnostics.is_empty());
    assert_eq!(html(&document.face.lede) + &html(&document.rest), "Un <b>mot</b>.<p>x</p>\n");
}

#[test]
fn directives_lose_their_fences_and_keep_their_text() {
    for text in [":::intro\nChapô.\n:::\nSuite.", ":::intro\n\nChapô.\n\n:::\n\nSuite."] {
        let (document, diagnostics) = read(text);
        assert_eq!(codes(&diagnostics), [(Code::UnknownDirective, "1:1".to_owned())], "{text}");
        assert_eq!(
            (html(&document.face.lede).as_str(), html(&document.rest).as_str()),
            ("Chapô.", "<p>Suite.</p>\n"),
            "{text}"
        );
        assert_eq!(&*document.face.summary, "Chapô.");
    }
    let (_, diagnostics) = read("Avant\n:::été\n[x](javascript:y)\n:::\n");
    assert_eq!(codes(&diagnostics), [(Code::UnknownDirective, "2:1".to_owned()), (Code::UnsafeLink, "3:5".to_owned())]);
}

#[test]
fn tables_scroll_and_tasks_have_names() {
    let page = html(&good("| a | b |\n|--:|---|\n| 1 | 2 |\n\n- [x] fini\n- [ ] reste\n").rest);
    assert_eq!(
        page,
        "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"Tableau\"><table>\n\
         <thead><tr><th scope=\"col\" class=\"align-right\">a</th><th scope=\"col\">b</th></tr></thead>\n\
         <tbody>\n<tr><td class=\"align-right\">1</td><td>2</td></tr>\n</tbody></table></div>\n\
         <ul>\n<li class=\"task\"><input type=\"checkbox\" disabled checked aria-label=\"fait\"> fini</li>\n\
         <li class=\"task\"><input type=\"checkbox\" disabled aria-label=\"à faire\"> reste</li>\n</ul>\n"
    );
    assert!(html(&good("| a |\n|---|\n").rest).ends_with("</tr></thead>\n</table></div>\n"));
}

#[test]
fn notes_have_no_footnotes_and_no_ids() {
    let source = SourceText::new(SourcePath::new("a.md"), "text = \"Voir [a](//b).\"");
    let mut findings = Findings::new(&source);
    let document = note("Voir [a](//b).", 7..23, "fr", &options(), &mut findings);
    assert_eq!(html(&document.face.lede), "Voir a.");
    assert_eq!(findings.finish()[0].primary().unwrap().location(), "a.md:1:18");
    let mut findings = Findings::new(&source);
    let document = note("## T\n\n[^1]\n\n[^1]: x", 7..23, "fr", &options(), &mut findings);
    assert!(document.face.headings.is_empty() && html(&document.rest).starts_with("<h2>T</h2>"));
}

#[test]
fn deep_nesting_does_not_overflow() {
    for text in [
        format!("{} x", ">".repeat(10_000)),
        "- ".repeat(10_000) + "x",
        format!("{}x{}", "*a ".repeat(10_000), "*".repeat(10_000)),
        format!("{}x{}", "[".repeat(10_000), "](a)".repeat(10_000)),
        format!("{}x{}", "![".repeat(5_000), "](a)".repeat(5_000)),
        (0..2_000).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect::<String>(),
        "[^1]".repeat(2_000) + "\n\n[^1]: x",
        (0..3_000).map(|n| format!("a[^{n}]\n\n[^{n}]: x[^{}]\n\n", n + 1)).collect::<String>(),
    ] {
        let _ = read(&text);
    }
}

#[test]
fn lists_keep_their_numbers_and_tightness() {
    let page = html(&good("Texte.\n\n3. a\n4. b\n\n- a\n\n  b\n").rest);
    assert_eq!(page, "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n<ul>\n<li>\n<p>a</p>\n<p>b</p>\n</li>\n</ul>\n");
}

#[test]
fn reference_links_and_titles_are_read() {
    let document = good("[a][x] et [b]\n\n[x]: ../c.md \"Un \\\"titre\\\"\"\n[b]: https://a.fr/é\n");
    let Some(Piece::LinkStart(link)) = document.face.lede.pieces().next() else { panic!("{:?}", document.face.lede) };
    assert_eq!((link.title.as_deref(), link.target.path.as_str()), (Some("Un «\u{a0}titre\u{a0}»"), "../c.md"));
    assert!(html(&document.face.lede).contains("<a href=\"https://a.fr/%C3%A9\" rel=\"noopener\">b</a>"));
}

#[test]
fn english_articles_read_english() {
    let english = ContentOptions { language: "en-GB".to_owned(), ..options() };
    let page = html(&read_with("> [!CAUTION]\n> Hot.\n", &english).0.rest);
    assert!(page.contains("<p class=\"alert-title\">Caution</p>"), "{page}");
}

#[test]
fn control_characters_are_not_published() {
    assert_eq!(html(&good("a\u{8}b `c\u{1b}d`").face.lede), "ab <code>cd</code>");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_parses(parts in proptest::collection::vec(proptest::prop_oneof![
        proptest::strategy::Just("\n"), proptest::strategy::Just("\n\n"), proptest::strategy::Just("> "), proptest::strategy::Just("- "),
        proptest::strategy::Just("# "), proptest::strategy::Just("```"), proptest::strategy::Just(":::é"), proptest::strategy::Just("[^1]"),
        proptest::strategy::Just("[^1]: "), proptest::strategy::Just("](/é)"), proptest::strategy::Just("!["), proptest::strategy::Just("<!-- more -->"),
        proptest::strategy::Just("<b>"), proptest::strategy::Just("https://é.fr/_a_"), proptest::strategy::Just("|a|b|\n|--|--|\n"),
        proptest::strategy::Just("Lire aussi : ["), proptest::strategy::Just("    "), proptest::strategy::Just("é\u{301}"), proptest::strategy::Just("&amp;"),
        proptest::strategy::Just("\\"), proptest::strategy::Just("*"), proptest::strategy::Just("js:x"), proptest::strategy::Just("x@y.fr"),
        proptest::strategy::Just("<!--"), proptest::strategy::Just("-->"), proptest::strategy::Just("- [x] "), proptest::strategy::Just(": "), proptest::strategy::Just("\t"),
    ], 0..24)) {
        let text: String = parts.concat();
        for raw_html in [RawHtml::Escape, RawHtml::Allow] {
            let options = ContentOptions { raw_html, ..options() };
            let (document, diagnostics) = read_with(&text, &options);
            let lines: Vec<&str> = text.split('\n').collect();
            for diagnostic in &diagnostics {
                let at = diagnostic.primary().unwrap().at.as_ref().unwrap();
                let line = lines[at.line as usize - 1];
                proptest::prop_assert!(at.column as usize + at.length as usize - 1 <= line.chars().count());
            }
            let _ = (document.face.opening(), parted(&document));
            let links = document.pieces().fold(0i32, |open, piece| match piece {
                Piece::LinkStart(_) => open + 1,
                Piece::LinkEnd => open - 1,
                _ => open,
            });
            proptest::prop_assert_eq!(links, 0);
            if raw_html == RawHtml::Escape {
                let page = html(&document.face.lede) + &html(&document.rest);
                proptest::prop_assert!(!page.contains("<b>") && !page.contains("<!--"));
            }
        }
    }
}

#[test]
fn a_quotation_that_names_its_speaker_is_a_figure() {
    let in_one = html(&good("Chapô.\n\n> Un tigre.\n> Il dort.\n> — *Claire*, lundi\n").rest);
    let apart = html(&good("Chapô.\n\n> Un tigre.\n> Il dort.\n>\n> -- *Claire*, lundi\n").rest);
    assert_eq!(
        in_one,
        "<figure class=\"quote\">\n<blockquote>\n<p>Un tigre.\nIl dort.</p>\n</blockquote>\n<figcaption>—\u{a0}<em>Claire</em>, lundi</figcaption>\n</figure>\n"
    );
    assert_eq!(apart.replace('–', "—"), in_one);
}

#[test]
fn dashes_elsewhere_in_a_quotation_name_nobody() {
    for plain in [
        "> — Claire",
        "> Oui.\n> —Non.",
        "> — Oui ?\n>\n> Non.",
        "> Un.\n> — Claire\n>\n> - liste",
        "> Un.\n> > — Claire",
        "> Un.\n> — Claire\n>\n> ---",
        "> [!NOTE]\n> Un.\n> — Claire",
    ] {
        let shown = html(&good(&format!("Chapô.\n\n{plain}\n")).rest);
        assert!(!shown.contains("figcaption"), "{plain}: {shown}");
    }
    let nested = html(&good("Chapô.\n\n> > Un.\n> > — Claire\n>\n> Deux.\n").rest);
    assert!(nested.contains("<blockquote>\n<figure class=\"quote\">"), "{nested}");
    assert!(nested.ends_with("</figure>\n<p>Deux.</p>\n</blockquote>\n"), "{nested}");
}
