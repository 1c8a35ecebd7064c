//! How a site looks where it is kept as an app: `[app]` of `theme.toml`.
//!
//! Never knows which icons there are.

use super::colors;
use crate::base::{Code, Diagnostic, Fingerprint, SourceText, suggest};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// How much of a browser stands round an app (W3C, Web Application Manifest, "display modes").
const DISPLAYS: &[&str] = &["browser", "minimal-ui", "standalone", "fullscreen"];

/// How a site looks as an app. What a theme does not say, its parent does; what nobody says is left to the browser.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct App {
    /// How much of a browser stands round it.
    pub display: Option<String>,
    /// The colour of what stands round it.
    pub theme_color: Option<String>,
    /// The colour before the first page is there.
    pub background_color: Option<String>,
}

impl App {
    /// Takes from a parent theme what is not said.
    pub fn extend_from_parent(&mut self, parent: &App) {
        let take = |own: &mut Option<String>, other: &Option<String>| {
            if own.is_none() {
                own.clone_from(other);
            }
        };
        take(&mut self.display, &parent.display);
        take(&mut self.theme_color, &parent.theme_color);
        take(&mut self.background_color, &parent.background_color);
    }

    /// What identifies it.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self)
    }
}

/// The table as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    display: Option<Spanned<String>>,
    theme_color: Option<Spanned<String>>,
    background_color: Option<Spanned<String>>,
}

impl Written {
    /// The table, with what is wrong with it.
    pub(super) fn read(self, source: &SourceText, problems: &mut Vec<Diagnostic>) -> App {
        let mut color = |key: &str, written: Option<Spanned<String>>| {
            let written = written?;
            if colors::parse(written.get_ref()).is_none() {
                let message = format!("`{key}` takes a CSS colour, and `{}` is none", written.get_ref());
                let problem = Diagnostic::new(Code::BadValue, message).at(source.label(written.span(), ""));
                problems.push(problem.help("write one as in \"#0d3b2c\""));
            }
            Some(written.into_inner())
        };
        let theme_color = color("theme_color", self.theme_color);
        let background_color = color("background_color", self.background_color);
        if let Some(display) = self.display.as_ref().filter(|display| !DISPLAYS.contains(&display.get_ref().as_str())) {
            let message = format!("`{}` is not a choice for `display`", display.get_ref());
            let help = suggest::help(display.get_ref(), DISPLAYS)
                .unwrap_or_else(|| format!("write one of {}", DISPLAYS.join(", ")));
            let problem = Diagnostic::new(Code::BadValue, message).at(source.label(display.span(), ""));
            problems.push(problem.help(help));
        }
        App { display: self.display.map(Spanned::into_inner), theme_color, background_color }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_manifest;
    use super::App;
    use crate::base::{SourcePath, SourceText};

    fn read(app: &str) -> (App, Vec<String>) {
        let text = format!("name = \"a\"\n[app]\n{app}");
        let checked = parse_manifest(&SourceText::new(SourcePath::new("theme.toml"), text));
        let said = |problem: &crate::base::Diagnostic| {
            let line = problem.primary().and_then(|label| label.at.as_ref()).map_or(0, |place| place.line);
            format!("{line}: {}", problem.message())
        };
        (checked.value.map(|manifest| manifest.app).unwrap_or_default(), checked.diagnostics.iter().map(said).collect())
    }

    #[test]
    fn colours_and_displays_are_checked_where_they_are_written() {
        let (app, said) = read("display = \"minimal-ui\"\ntheme_color = \"#0d3b2c\"\n");
        assert_eq!((app.display.as_deref(), app.theme_color.as_deref()), (Some("minimal-ui"), Some("#0d3b2c")));
        assert!(said.is_empty(), "{said:?}");
        let (_, said) = read("display = \"standalon\"\ntheme_color = \"gren\"\n");
        let expected =
            ["4: `theme_color` takes a CSS colour, and `gren` is none", "3: `standalon` is not a choice for `display`"];
        assert_eq!(said, expected);
    }

    #[test]
    fn what_a_theme_does_not_say_its_parent_does() {
        let (mut app, _) = read("theme_color = \"red\"\n");
        let (parent, _) = read("theme_color = \"blue\"\nbackground_color = \"white\"\n");
        app.extend_from_parent(&parent);
        assert_eq!((app.theme_color.as_deref(), app.background_color.as_deref()), (Some("red"), Some("white")));
    }
}
