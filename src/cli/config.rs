//! `manchette config`: the settings as they count, each with where it comes from.
//!
//! The text is a valid `site.toml`, so that it can be saved as one.

use crate::config::{Origin, Setting};
use serde::Serialize;

/// The settings as TOML, with a comment on each line; `file` is what the configuration file is called.
pub fn text(settings: &[Setting], file: &str) -> String {
    let mut text = String::new();
    let mut current = (String::new(), None);
    for setting in settings {
        let place = (setting.table.clone(), setting.entry);
        if place != current {
            text.push_str(&match setting.entry {
                Some(_) => format!("\n[[{}]]\n", setting.table),
                None => format!("\n[{}]\n", setting.table),
            });
            current = place;
        }
        let origin = origin(&setting.origin, file);
        text.push_str(&match &setting.value {
            Some(value) => format!("{} = {value}  # {origin}\n", setting.name),
            None => format!("# {} is not set\n", setting.name),
        });
    }
    // What would act on the terminal becomes `\uXXXX`, which TOML reads as the same character.
    super::printer::escape(&text)
}

/// The settings as JSON, one object a line.
pub fn json(settings: &[Setting], file: &str) -> String {
    let line = |setting: &Setting| {
        let object = Object {
            key: setting.key(),
            value: &setting.json,
            origin: match setting.origin {
                Origin::Default => "default",
                Origin::File { .. } => "file",
                Origin::Environment(_) => "environment",
                Origin::Flag(_) => "flag",
            },
            from: Some(origin(&setting.origin, file)).filter(|_| setting.origin != Origin::Default),
        };
        super::say::as_json(&object) + "\n"
    };
    settings.iter().map(line).collect()
}

fn origin(origin: &Origin, file: &str) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::File { line } => format!("{file}:{line}"),
        Origin::Environment(name) | Origin::Flag(name) => name.clone(),
    }
}

#[derive(Serialize)]
struct Object<'a> {
    key: String,
    value: &'a serde_json::Value,
    origin: &'static str,
    from: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{SourcePath, SourceText};
    use crate::config::{self, Override};

    const SITE: &str = r#"
title = "La \u001b \u202e Manchette"
base_url = "https://example.org"
language = "fr"
theme = "kiosque"
[theme.options]
"a b" = { c = [1, 2] }
[extra]
since = 2020-01-01
text = """
two
lines"""
[[source]]
name = "WSJ"
aliases = ["wsj.com"]
[[source]]
name = "FT"
"#;

    fn site() -> SourceText {
        SourceText::new(SourcePath::new("site.toml"), SITE)
    }

    #[test]
    fn the_text_is_a_site_toml_with_the_same_settings() {
        let given = [Override::flag("--output", "output", "dist")];
        let settings = config::effective(&site(), &given);
        let printed = text(&settings, "site.toml");
        assert!(printed.contains("output = \"dist\"  # --output\n"), "{printed}");
        assert!(printed.contains("language = \"fr\"  # site.toml:4\n"), "{printed}");
        assert!(printed.contains("[lists]\nper_page = 20  # default\n"), "{printed}");
        assert!(printed.contains("# timezone is not set\n"), "{printed}");
        let again = config::effective(&SourceText::new(SourcePath::new("site.toml"), printed.as_str()), &[]);
        let values = |settings: &[Setting]| settings.iter().map(|s| (s.key(), s.json.clone())).collect::<Vec<_>>();
        assert_eq!(values(&again), values(&settings), "{printed}");
    }

    #[test]
    fn programs_get_values_and_origins() {
        let lines = json(&config::effective(&site(), &[]), "site.toml");
        assert!(lines.contains(r#"{"key":"language","value":"fr","origin":"file","from":"site.toml:4"}"#), "{lines}");
        assert!(lines.contains(r#"{"key":"lists.per_page","value":20,"origin":"default","from":null}"#), "{lines}");
        assert!(lines.contains(r#"{"key":"source[1].name","value":"FT","#), "{lines}");
        assert!(lines.contains(r#"{"key":"timezone","value":null,"#), "{lines}");
    }
}
