//! Any text as a template: a page or errors, which point into it.

use super::{points_inside, text};
use manchette::base::SourceText;
use manchette::theme::{App, Layer, Library, Strings, Theme};
use std::rc::Rc;

/// Answers nothing.
struct Nothing;

type Asked = Result<tera::Value, String>;

impl Library for Nothing {
    fn posts(&self, _: Option<&str>, _: Option<&str>, _: usize) -> Asked {
        Ok(tera::Value::from(Vec::<tera::Value>::new()))
    }
    fn topic(&self, name: &str) -> Asked {
        Err(format!("there is no topic `{name}`"))
    }
    fn source(&self, name: &str) -> Asked {
        Err(format!("there is no source `{name}`"))
    }
    fn data(&self, name: &str) -> Asked {
        Err(format!("there is no data `{name}`"))
    }
    fn asset(&self, path: &str) -> Result<String, String> {
        Ok(path.to_owned())
    }
    fn url(&self, path: &str) -> Result<String, String> {
        Ok(path.to_owned())
    }
}

pub fn target(bytes: &[u8]) {
    let Some(source) = text("templates/post.html", bytes) else { return };
    let base = "{% block body %}{{ page.title }}{% endblock %}{% component box(title: string) %}<b>{{ title }}</b>{% endcomponent %}";
    let base = SourceText::new(manchette::base::SourcePath::new("templates/base.html"), base);
    let templates = vec![("base.html".to_owned(), base), ("post.html".to_owned(), source.clone())];
    let layer = Layer { prefix: String::new(), templates };
    let compiled = Theme::compile(vec![layer], Strings::default(), App::default());
    points_inside(&source, &compiled.diagnostics);
    let Some(theme) = compiled.value else {
        assert!(!compiled.diagnostics.is_empty(), "no theme, and nobody says why");
        return;
    };
    let value = |json: serde_json::Value| Theme::value(&json);
    let site = value(serde_json::json!({ "title": "Essai", "topics": [{ "title": "IA", "url": "/ia/" }] }));
    let page = value(serde_json::json!({
        "title": "Titre", "url": "/a/", "posts": [{ "title": "A", "date": "2025-06-19" }], "count": 3, "image": null,
    }));
    if let Err(problem) = theme.render("post.html", &site, &page, "fr", Rc::new(Nothing)) {
        points_inside(&source, &[*problem]);
    }
}
