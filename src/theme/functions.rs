//! The closed set of functions and filters that templates have besides Tera's own.
//!
//! A function asks the page's `Library`, so what it answers is a recorded read. A new one is one line in `register` and
//! one row in `docs/theme-contract.md`.

use super::{dates, stage};
use crate::base::suggest;
use crate::base::typography::{self, Rules};
use std::borrow::Cow;
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
    (
        "ordinals",
        "a text as HTML, escaped, in which the letters of ordinals are raised by the rules of the page's language (1<sup>er</sup>, XXI<sup>e</sup>); give `lang` where the text has another",
    ),
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
    tera.register_filter("ordinals", ordinals);
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
    let (text, rules) = stage::text(key, number);
    let values: Vec<(&str, &Value)> = kwargs
        .iter()
        .filter_map(|(name, value)| name.as_str().map(|name| (name, value)))
        .filter(|(name, _)| *name != "key")
        .collect();
    Ok(filled(&text, &values, rules))
}

/// A text with its placeholders filled. A number takes part in the typography (`{n} km`); what else is filled in has its
/// own already, or is a name.
fn filled(text: &str, values: &[(&str, &Value)], rules: Rules) -> String {
    let mut run = String::with_capacity(text.len());
    let mut hidden = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        run.push_str(&rest[..start]);
        rest = &rest[start..];
        let name = rest.find('}').map(|end| &rest[1..end]);
        match name.and_then(|name| values.iter().find(|(known, _)| *known == name)) {
            Some((name, value)) => {
                if value.is_number() {
                    run.push_str(&value.to_string());
                } else {
                    run.push(typography::STAND_IN);
                    hidden.push(value.to_string());
                }
                rest = &rest[name.len() + "{}".len()..];
            }
            None => {
                run.push('{');
                rest = &rest[1..];
            }
        }
    }
    if run.is_empty() && hidden.is_empty() {
        return text.to_owned();
    }
    run.push_str(rest);
    let mut hidden = hidden.into_iter();
    let mut out = String::with_capacity(run.len());
    for (index, part) in typography::set(&run, rules).split(typography::STAND_IN).enumerate() {
        if index > 0 {
            out.push_str(&hidden.next().unwrap_or_default());
        }
        out.push_str(part);
    }
    out
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
    let date = stage::in_language(|language| {
        dates::by_day(iso, format, language, || date_anew(iso, format, language, state))
    })?;
    let set = date.as_str().map(|text| typography::set(text, stage::rules(None)));
    match set {
        Some(Cow::Owned(set)) => Ok(Value::from(set)),
        Some(Cow::Borrowed(_)) | None => Ok(date),
    }
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
    if iso.contains('[') {
        // The library would ask the system what that zone is.
        return Err(tera::Error::message(format!(
            "`{iso}` names a time zone: write its offset instead, such as +02:00"
        )));
    }
    let pattern = Kwargs::from([("format", Value::from(format)), ("locale", Value::from(language))]);
    tera_contrib::dates::date(&Value::from(iso), pattern, state)
}

/// A text as HTML with its ordinals raised.
fn ordinals(text: &str, kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    only(&kwargs, &["lang"])?;
    let rules = stage::rules(kwargs.get::<&str>("lang")?);
    let escape = |part: &str, html: &mut Vec<u8>| super::escape(part, html).map_err(tera::Error::message);
    let mut html = Vec::with_capacity(text.len() + 16);
    let mut done = 0;
    for letters in typography::ordinals(text, rules) {
        escape(&text[done..letters.start], &mut html)?;
        html.extend_from_slice(b"<sup>");
        escape(&text[letters.clone()], &mut html)?;
        html.extend_from_slice(b"</sup>");
        done = letters.end;
    }
    escape(&text[done..], &mut html)?;
    Ok(Value::safe_string(&String::from_utf8_lossy(&html)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_numbers_keep_their_units() {
        let (number, name) = (Value::from(12), Value::from("Yahoo! \"x\" {n}"));
        let values = [("n", &number), ("name", &name)];
        let fill = |text: &str| filled(text, &values, Rules::French);
        assert_eq!(fill("à {n} km"), "à 12\u{a0}km");
        assert_eq!(fill("{name} : {other} {"), "Yahoo! \"x\" {n}\u{a0}: {other} {");
        assert_eq!(fill("sans rien"), "sans rien");
        assert_eq!(filled("{n} km ?", &values, Rules::Off), "12 km ?");
    }
}
