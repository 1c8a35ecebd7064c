//! The closed set of functions and filters that templates have besides Tera's own.
//!
//! A function asks the page's `Library`, so what it answers is a recorded read. A new one is one line in `register` and
//! one row in `docs/theme-contract.md`.

use super::{dates, stage};
use crate::base::suggest;
use tera::{Kwargs, State, Tera, TeraResult, Value};

/// The functions, with their arguments and what they give, for the contract.
pub const FUNCTIONS: &[(&str, &str)] = &[
    (
        "posts(topic=\"Meta AI\", source=\"WSJ\", limit=5)",
        "the newest posts as `HeadlineView`s; `topic`, `source` (not both) and `limit` (default 10) may be left out",
    ),
    ("topic(name=\"Meta AI\")", "a topic by slug, title or alias as `TopicSummaryView`, or nothing"),
    ("source(name=\"WSJ\")", "a source by slug, name or alias as `SourceSummaryView`, or nothing"),
    ("data(name=\"prix\")", "the contents of `data/prix.toml`, `.json` or `.csv` (a list of rows)"),
    ("asset(path=\"style.css\")", "the address of a file of `static/`; an error when it does not exist"),
    ("url(path=\"/a-propos/\")", "the address of a path of the site, with the path of `base_url`"),
    (
        "t(key=\"read_more\", n=3)",
        "a text of the theme in the page's language; `n` chooses the plural form, and every argument fills its `{name}`",
    ),
];

/// The filters, likewise.
pub const FILTERS: &[(&str, &str)] = &[
    (
        "date(format=\"long\")",
        "a `DateView`, or its `iso`, in the page's language: `long` (19 juin 2025, the default), `full` (jeudi 19 juin 2025), `short` (19 juin), `month` (juin 2025), `year`, `time` (9 h 30), or a pattern of UTS 35 such as `d MMM y`",
    ),
    ("urlencode", "a text as part of an address: `?text={{ page.title | urlencode }}`"),
];

pub(super) fn register(tera: &mut Tera) {
    tera.register_function("posts", |kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        only(&kwargs, &["topic", "source", "limit"])?;
        let (topic, source) = (kwargs.get::<&str>("topic")?, kwargs.get::<&str>("source")?);
        let limit = kwargs.get::<usize>("limit")?.unwrap_or(10);
        stage::library()?.posts(topic, source, limit).map_err(tera::Error::message)
    });
    tera.register_function("topic", |kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        only(&kwargs, &["name"])?;
        stage::library()?.topic(kwargs.must_get("name")?).map_err(tera::Error::message)
    });
    tera.register_function("source", |kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        only(&kwargs, &["name"])?;
        stage::library()?.source(kwargs.must_get("name")?).map_err(tera::Error::message)
    });
    tera.register_function("data", |kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        only(&kwargs, &["name"])?;
        stage::library()?.data(kwargs.must_get("name")?).map_err(tera::Error::message)
    });
    tera.register_function("asset", |kwargs: Kwargs, _: &State| -> TeraResult<String> {
        only(&kwargs, &["path"])?;
        stage::library()?.asset(kwargs.must_get("path")?).map_err(tera::Error::message)
    });
    tera.register_function("url", |kwargs: Kwargs, _: &State| -> TeraResult<String> {
        only(&kwargs, &["path"])?;
        stage::library()?.url(kwargs.must_get("path")?).map_err(tera::Error::message)
    });
    tera.register_function("t", text);
    tera.register_filter("date", date);
    tera.register_filter("urlencode", tera_contrib::urlencode::urlencode);
}

/// An argument that a function does not know is a slip, not nothing.
fn only(kwargs: &Kwargs, known: &[&str]) -> TeraResult<()> {
    let mut unknown: Vec<&str> =
        kwargs.iter().filter_map(|(name, _)| name.as_str()).filter(|name| !known.contains(name)).collect();
    unknown.sort_unstable();
    match unknown.first() {
        None => Ok(()),
        Some(name) => {
            let help = match suggest::nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are: {}", known.join(", ")),
            };
            Err(tera::Error::message(format!("there is no argument `{name}` here ({help})")))
        }
    }
}

/// A text of the theme, with its placeholders filled.
fn text(kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let key = kwargs.must_get::<&str>("key")?;
    let number = kwargs.get::<f64>("n")?;
    let mut text = stage::text(key, number);
    for (name, value) in kwargs.iter().filter(|(name, _)| name.as_str() != Some("key")) {
        if let Some(name) = name.as_str() {
            text = text.replace(&format!("{{{name}}}"), &value.to_string());
        }
    }
    Ok(text)
}

/// A date in the page's language.
fn date(value: &Value, kwargs: Kwargs, state: &State) -> TeraResult<Value> {
    only(&kwargs, &["format"])?;
    if value.is_none() {
        return Err(tera::Error::message("`date` got nothing: ask with `{% if %}` first whether there is a date"));
    }
    let iso = value.as_str().or_else(|| value.get_from_path("iso").and_then(Value::as_str));
    let Some(iso) = iso else {
        return Err(tera::Error::message(format!("`date` takes a date, not a {}", value.name())));
    };
    let format = kwargs.get::<&str>("format")?.unwrap_or("long");
    stage::in_language(|language| dates::by_day(iso, format, language, || date_anew(iso, format, language, state)))
}

/// A date that was not yet written.
fn date_anew(iso: &str, format: &str, language: &str, state: &State) -> TeraResult<String> {
    if dates::FORMATS.iter().any(|(name, _)| *name == format) {
        return dates::format(iso, format, language)
            .ok_or_else(|| tera::Error::message(format!("`{iso}` is not a date, or `{language}` not a language")));
    }
    if let Some(text) = dates::in_pattern(iso, format, language) {
        return Ok(text);
    }
    let pattern = Kwargs::from([("format", Value::from(format)), ("locale", Value::from(language))]);
    tera_contrib::dates::date(&Value::from(iso), pattern, state)
}
