//! Settings that come from the environment or from flags instead of `site.toml`.
//!
//! Text in, text out: the environment itself is read by the command line, which hands its variables over.

use serde::Serialize;

/// Where a value comes from; a later one wins over an earlier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Nobody wrote it.
    Default,
    /// `site.toml`, at a line.
    File {
        /// The line, from 1.
        line: u32,
    },
    /// An environment variable, by its name.
    Environment(String),
    /// A flag, by its name with hyphens.
    Flag(String),
}

/// A value that goes over what `site.toml` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The key, dotted: `lists.per_page`.
    pub key: String,
    /// The value as typed; it is read as what the key takes.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

impl Override {
    /// A value given by a flag.
    pub fn flag(flag: &str, key: &str, value: impl Into<String>) -> Override {
        Override { key: key.to_owned(), value: value.into(), origin: Origin::Flag(flag.to_owned()) }
    }
}

/// What all our variables begin with.
pub const PREFIX: &str = "MANCHETTE_";

/// Variables that stand for flags or belong to the terminal, hence are no keys of `site.toml`.
///
/// Only what some command reads belongs here: a variable that would do nothing must be an error, not silence.
const NOT_SETTINGS: &[&str] = &["ROOT", "CONFIG", "COLOR", "AT", "PORT", "POLL", "EDITOR"];

/// The overrides among environment variables: `MANCHETTE_LISTS__PER_PAGE` is `lists.per_page`. In the order of their
/// names, whatever the order in which the system lists them; whether such keys exist is for `read` to say.
pub fn overrides(variables: impl IntoIterator<Item = (String, String)>) -> Vec<Override> {
    let mut overrides: Vec<Override> = variables
        .into_iter()
        .filter_map(|(name, value)| {
            let key = name.strip_prefix(PREFIX).filter(|key| !key.is_empty() && !NOT_SETTINGS.contains(key))?;
            let key = key.to_ascii_lowercase().replace("__", ".");
            Some(Override { key, value, origin: Origin::Environment(name) })
        })
        .collect();
    overrides.sort_by(|a, b| a.origin.cmp(&b.origin));
    overrides
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_become_dotted_keys() {
        let variables = [
            ("MANCHETTE_LISTS__PER_PAGE", "5"),
            ("PATH", "/bin"),
            ("MANCHETTE_BASE_URL", "https://example.org"),
            ("MANCHETTE_ROOT", "/site"),
            ("MANCHETTE_", "x"),
        ];
        let found = overrides(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let keys: Vec<&str> = found.iter().map(|found| found.key.as_str()).collect();
        assert_eq!(keys, ["base_url", "lists.per_page"]);
        assert_eq!(found[1].origin, Origin::Environment("MANCHETTE_LISTS__PER_PAGE".to_owned()));
    }
}
