//! What pages of the preview are told of themselves, without a server or a browser.

use manchette::base::{Diagnostic, Severity, SourcePath};
use manchette::pipeline::{ConfigFile, Hint, Live, Memory, Request};
use manchette::serve::{Answer, Ask, Body, Context, State, ours};
use manchette::world::MemoryWorld;
use manchette::world::World;
use manchette::world::embedded::WithThemes;
use serde_json::{Value, json};
use std::sync::Arc;

const TOML: &str = "title = \"Essai\"\nbase_url = \"https://example.org/actu\"\nlanguage = \"fr\"\ntimezone = \"Europe/Paris\"\n[lists]\nper_page = 2\n[feeds]\nentries = 2\n";

fn post(title: &str, front: &str, body: &str) -> String {
    format!("+++\ntitle = \"{title}\"\nsource = \"WSJ\"\ntags = [\"IA\"]\n{front}\n+++\n\n{body}\n")
}

fn world() -> MemoryWorld {
    let mut world = MemoryWorld::new("2025-12-31T12:00:00Z".parse().unwrap()).with("site.toml", TOML);
    for day in 1..=5 {
        let text = post(&format!("Titre {day}"), &format!("date = 2025-06-0{day}"), "Un chapô de cinq mots.");
        world = world.with(&format!("content/posts/p{day}.md"), text);
    }
    world
        .with("content/posts/draft.md", post("Brouillon", "date = 2025-07-01\ndraft = true", "À finir."))
        .with("content/posts/future.md", post("Futur", "date = 2031-07-01", "Viendra."))
        .with("content/posts/old.md", post("Passé", "date = 2024-07-01\nexpires = 2025-01-01", "N'est plus."))
        .with(
            "content/posts/links.md",
            post(
                "Liens",
                "date = 2025-06-06\naliases = [\"/ancien/\"]",
                "Voir [un *autre*](p1.md#x), [là](https://e.com/?a=1&b), [ici](#ici), [rien](/rien/).\n\nLire aussi : [Titre 2](p2.md)",
            ),
        )
}

fn print(problem: &Diagnostic, _: Severity) -> String {
    problem.message().to_owned()
}

struct Preview {
    live: Live,
    state: State,
}

impl Preview {
    fn of(world: MemoryWorld) -> Preview {
        let world: Arc<dyn World> = Arc::new(WithThemes::new(world));
        let request = Request { drafts: true, future: true, expired: true, ..Request::default() };
        let config = ConfigFile { world: world.clone(), path: SourcePath::new("site.toml") };
        let mut live = Live::new(world, config, Memory::new(), request);
        let state = State::new();
        state.publish(live.look(&Hint::Everything).unwrap());
        Preview { live, state }
    }

    fn prove(&mut self) {
        let edition = self.state.newest().edition.unwrap();
        let proof = self.live.proofreader().read(&edition, &Arc::default()).unwrap();
        self.state.prove(proof);
    }

    fn answer(&self, name: &str, query: &str) -> Answer {
        let context = Context::new(true, true, print).unwrap();
        let ask = Ask { path: format!("/__manchette/{name}"), query: query.to_owned(), body: Vec::new() };
        ours::answer(&self.state, &context, &ask)
    }

    fn json(&self, name: &str, query: &str) -> Value {
        let answer = self.answer(name, query);
        assert_eq!((answer.status, answer.content_type.as_str()), (200, "application/json"));
        let Body::Bytes(bytes) = answer.body else { panic!("no bytes") };
        serde_json::from_slice(&bytes).unwrap()
    }

    fn page(&self, at: &str) -> Value {
        self.json("state", &format!("at={at}"))["page"].clone()
    }
}

#[test]
fn a_page_is_told_what_it_is_made_of() {
    let preview = Preview::of(world());
    let page = preview.page("/actu/2025/06/links/");
    assert_eq!(
        (&page["status"], &page["kind"], &page["file"]),
        (&json!(200), &json!("post"), &json!("content/posts/links.md"))
    );
    assert_eq!(
        (&page["title"], &page["mark"], &page["date"]),
        (&json!("Liens"), &json!(null), &json!("2025-06-06T00:00:00+02:00"))
    );
    assert_eq!(page["topics"], json!([{ "title": "IA", "url": "/actu/sujets/ia/" }]));
    assert_eq!(
        page["links"],
        json!([
            { "url": "/actu/2025/06/p1/#x", "text": "un autre", "internal": true },
            { "url": "https://e.com/?a=1&b", "text": "là", "internal": false },
            { "url": "/actu/rien/", "text": "rien", "internal": true },
            { "url": "/actu/2025/06/p2/", "text": "Titre 2", "internal": true },
        ])
    );
    let state = preview.json("state", "at=%2Factu%2F2025%2F06%2Flinks%2F");
    assert_eq!((&state["checked"], &state["editor"], &state["bar"]), (&json!(false), &json!(true), &json!(true)));
    assert_eq!(state["token"].as_str().unwrap().len(), 32);
    assert_eq!(
        state["marks"],
        json!({
            "/actu/2024/07/old/": "expired",
            "/actu/2025/07/draft/": "draft",
            "/actu/2031/07/future/": "future",
        })
    );
}

#[test]
fn the_outputs_that_show_a_post_are_those_that_are_made_with_it() {
    let preview = Preview::of(world());
    let edition = preview.state.newest().edition.unwrap();
    let survey = edition.survey().unwrap();
    for (article, ..) in survey.site.articles() {
        let title = format!(">{}<", article.front.title);
        let shown = manchette::output::showing(&survey.site, &article.path);
        for (url, job) in &shown {
            let output = url.output().unwrap();
            assert_eq!(edition.job(&output), Some(job), "{url}");
        }
        // Lists and feeds whose text has the title as the text of an element.
        let has_title: std::collections::BTreeSet<String> = survey
            .plan
            .outputs()
            .keys()
            .filter(|path| !path.as_str().contains("404") && !path.as_str().starts_with("2"))
            .filter(|path| {
                let shown = preview.state.memo.show(&edition, path).unwrap();
                let text = String::from_utf8_lossy(&shown.bytes).replace(['\n', '\r'], "");
                text.contains(&title) || text.contains(&format!("\"title\":\"{}\"", article.front.title))
            })
            .map(|path| path.to_string())
            .collect();
        let said: std::collections::BTreeSet<String> = shown
            .iter()
            .map(|(url, _)| url.output().unwrap().to_string())
            .filter(|path| !path.starts_with('2') && !path.starts_with("ancien"))
            .collect();
        // The front page of kiosque asks for the posts of topics besides: what a template asks for is not known here.
        let is_known = |path: &&String| !path.starts_with("archives") && *path != "index.html";
        let missing: Vec<_> = has_title.difference(&said).filter(is_known).collect();
        assert!(missing.is_empty(), "{}: {missing:?} show it, too: {said:?}", article.path);
    }
}

#[test]
fn a_missing_page_is_told_the_nearest() {
    let preview = Preview::of(world());
    let page = preview.page("/actu/2025/06/link/");
    assert_eq!((&page["status"], &page["kind"], &page["moved"]), (&json!(404), &json!("404"), &json!(null)));
    assert_eq!(page["nearest"][0], json!({ "url": "/actu/2025/06/links/", "title": "Liens" }));
    assert_eq!(page["nearest"].as_array().unwrap().len(), 5);
    assert!(!page["is"].as_str().unwrap().is_empty());
    for outside in ["/", "/autre/", "/actualite/", "x", "/actu/../x", "/actu/%2e%2e/x"] {
        assert_eq!(preview.page(outside), json!(null), "{outside}");
    }
}

#[test]
fn a_page_and_its_state_say_the_same_of_it() {
    let preview = Preview::of(world());
    for at in ["/actu/", "/actu/2025/06/links/", "/actu/nowhere/"] {
        let page = preview.json("page", &format!("at={at}"));
        assert_eq!(page["is"], preview.page(at)["is"], "{at}");
        assert!(page["html"].as_str().unwrap().contains("<!DOCTYPE html>"), "{at}");
        assert!(!page["html"].as_str().unwrap().contains("__manchette"), "{at}");
    }
    assert_eq!(preview.json("page", "at=/actu/atom.xml"), json!(null));
    let assets = preview.json("assets", "at=/actu/style.css&at=/actu/nothing.css&at=/etc/passwd");
    assert_eq!(assets.as_object().unwrap().keys().collect::<Vec<_>>(), ["/actu/style.css"]);
}

#[test]
fn problems_are_here_or_elsewhere() {
    let broken = post("Cassé", "date = 2025-06-07\ndraft = 3", "Texte.");
    let mut preview = Preview::of(world().with("content/posts/broken.md", broken));
    preview.prove();
    let elsewhere = preview.json("state", "at=/actu/2025/06/p1/");
    assert_eq!(
        (&elsewhere["checked"], &elsewhere["errors"], &elsewhere["elsewhere"]),
        (&json!(true), &json!(1), &json!(1))
    );
    assert_eq!(elsewhere["here"], json!([]));
    assert!(elsewhere["warnings"].as_u64().unwrap() > 0);
    let here = preview.json("state", "at=/actu/2025/06/links/");
    let codes: Vec<&str> =
        here["here"].as_array().unwrap().iter().filter_map(|problem| problem["code"].as_str()).collect();
    assert!(codes.contains(&"broken-link"), "{here}");
    let problem = &here["here"][0];
    assert_eq!((&problem["file"], &problem["severity"]), (&json!("content/posts/links.md"), &json!("warning")));
    assert!(problem["line"].is_u64() && problem["text"].is_string());
}

#[test]
fn a_template_that_fails_leaves_the_last_good_page() {
    let template = include_str!("../../themes/kiosque/templates/post.html");
    let preview = Preview::of(world().with("templates/post.html", template.replace("page.title", "page.titel")));
    let state = preview.json("state", "at=/actu/2025/06/p1/");
    assert_eq!(state["page"]["stale"], json!(true));
    assert_eq!(state["here"][0]["file"], json!("templates/post.html"), "{state:#}");
    assert_eq!(state["errors"], json!(1));
}

#[test]
fn an_update_that_readers_do_not_see_yet_is_told() {
    let front = "date = 2025-06-07\n[[updates]]\ndate = 2031-02-03\ntext = \"Plus tard.\"";
    let preview = Preview::of(world().with("content/posts/held.md", post("Tenu", front, "Viendra.")));
    assert_eq!(preview.page("/actu/2025/06/held/")["held"], json!("2031-02-03T00:00:00+01:00"));
    assert_eq!(preview.page("/actu/2025/06/links/")["held"], json!(null));
}

#[test]
fn all_posts_are_listed_those_that_are_not_published_first() {
    let preview = Preview::of(world());
    let site = preview.json("site.json", "");
    let posts = site["posts"].as_array().unwrap();
    let marks: Vec<&str> = posts.iter().filter_map(|post| post["mark"].as_str()).collect();
    assert_eq!((marks, posts.len()), (vec!["draft", "future", "expired"], 9));
    let links = posts.iter().find(|post| post["title"] == "Liens").unwrap();
    assert_eq!(
        (&links["topics"], &links["source"], &links["url"]),
        (&json!(["IA"]), &json!("WSJ"), &json!("/actu/2025/06/links/"))
    );
    let kinds: Vec<&str> =
        site["routes"].as_array().unwrap().iter().filter_map(|route| route["kind"].as_str()).collect();
    for kind in ["home", "post", "topic", "source", "archive", "feed", "404", "alias", "file", "sitemap"] {
        assert!(kinds.contains(&kind), "{kind}");
    }
    assert!(site["feeds"].as_array().unwrap().iter().any(|feed| feed["what"] == "Atom feed of the site"));
}

#[test]
fn our_files_are_what_they_are_named() {
    let preview = Preview::of(world());
    for (name, content_type) in [
        ("", "text/html; charset=utf-8"),
        ("list.css", "text/css; charset=utf-8"),
        ("preview.js", "text/javascript; charset=utf-8"),
        ("idiomorph.js", "text/javascript; charset=utf-8"),
        ("feed", "text/html; charset=utf-8"),
    ] {
        let answer = preview.answer(name, "");
        assert_eq!((answer.status, answer.content_type.as_str()), (200, content_type), "{name}");
    }
    for name in ["nothing", "../site.toml", "browser/list.js", "state/"] {
        assert_eq!(preview.answer(name, "").status, 404, "{name}");
    }
}
