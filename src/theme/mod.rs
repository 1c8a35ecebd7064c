//! Tera, and nothing but Tera: compiling a theme's templates, rendering a view, and making diagnostics of what goes
//! wrong.
//!
//! Knows `base` and the trait `Library`; it has no idea what a post is. Templates are pure: what they may ask for
//! beyond their view goes through `Library`, and none of it knows the clock, the disk or the network.

mod advice;
mod app;
mod closure;
mod colors;
mod dates;
mod depth;
mod errors;
mod functions;
pub mod html;
mod laid;
mod manifest;
#[cfg(test)]
mod matrix;
mod options;
mod patterns;
pub mod reading;
mod ready;
mod stage;
mod steps;
mod strings;
mod together;
mod unclosed;
mod unknown;

pub use app::App;
pub use functions::{FILTERS, FUNCTIONS};
pub use html::Html;
pub use manifest::{CONTRACT, Manifest, parse_manifest, string_places};
pub use options::{Choices, Chosen, OptionKind, OptionSpec, settle_options};
pub use ready::Ready;
pub use stage::Library;
pub use strings::Strings;

use crate::base::typography::Rules;
use crate::base::{Checked, Code, Diagnostic, Fingerprint, SourceText, legal, suggest};
use laid::Laid;
use serde::Serialize;
use stage::Stage;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use steps::{Bounded, Counted, Places};
use tera::{Context, Tera, Value};

/// A folder of templates: the site's own (no prefix), the theme's, its parent's.
#[derive(Debug)]
pub struct Layer {
    /// What names the layer in `extends` and `include`: empty for the site, else `kiosque/`.
    pub prefix: String,
    /// Templates by their name below the folder.
    pub templates: Vec<(String, SourceText)>,
}

/// A compiled theme.
pub struct Theme {
    tera: Tera,
    strings: Arc<Strings>,
    sources: BTreeMap<String, SourceText>,
    /// What stands where in the texts that were compiled.
    places: Places,
    prefixes: Vec<String>,
    closures: BTreeMap<String, Fingerprint>,
    texts: Fingerprint,
    app: App,
    /// The length of the longest page so far: a page of that length grows without being moved.
    longest: AtomicUsize,
}

/// Longer pages are too rare to make room for them every time.
const MAX_GUESS: usize = 1 << 15;

/// A rendered page.
#[derive(Debug)]
pub struct Page {
    /// The text, as the bytes of a file.
    pub bytes: Vec<u8>,
    /// Keys that the theme lacks in the page's language.
    pub missing_strings: Vec<String>,
}

impl Theme {
    /// Compiles layers, the winner first. Every template is checked alone first, so that all syntax errors are reported
    /// and not only Tera's first.
    pub fn compile(layers: Vec<Layer>, strings: Strings, app: App) -> Checked<Theme> {
        let prefixes: Vec<String> = layers.iter().map(|layer| layer.prefix.clone()).collect();
        let sources: BTreeMap<String, SourceText> = layers
            .into_iter()
            .flat_map(|layer| {
                let prefix = layer.prefix;
                layer.templates.into_iter().map(move |(name, source)| (format!("{prefix}{name}"), source))
            })
            .collect();
        let mut tera = Tera::default();
        tera.set_escape_fn(escape);
        functions::register(&mut tera);
        steps::register(&mut tera);
        let mut problems: Vec<Diagnostic> =
            sources.iter().filter_map(|(name, source)| errors::syntax_of(&tera, name, source)).collect();
        let places: Places = sources.iter().map(|(name, source)| (name.clone(), Counted::of(source))).collect();
        let fallbacks: Vec<String> = prefixes.iter().filter(|prefix| !prefix.is_empty()).cloned().collect();
        // It looks at the templates that there are: none yet.
        let _ = tera.set_fallback_prefixes(fallbacks);
        let odd: Vec<Diagnostic> =
            sources.values().filter_map(|source| legal::told(source, Code::TemplateSyntax)).collect();
        let deep = depth::told(&sources, &prefixes);
        if !deep.is_empty() {
            problems.extend(odd);
            problems.extend(deep);
            return Checked::failed(problems);
        }
        let is_sound = problems.is_empty() && odd.is_empty();
        let Some(tera) = is_sound.then(|| compiled(&tera, &places, &sources)).flatten() else {
            let told = together::told(&tera, &sources, &prefixes, &problems);
            problems.extend(told);
            // A character that stands in a tag is what Tera objects to as well.
            problems.retain(|problem| !odd.iter().any(|odd| on_one_line(odd, problem)));
            problems.extend(odd);
            return Checked::failed(problems);
        };
        let closures = closure::fingerprints(&sources, &prefixes);
        let texts = strings.fingerprint();
        let (strings, longest) = (Arc::new(strings), AtomicUsize::new(0));
        Checked::new(Theme { tera, strings, sources, places, prefixes, closures, texts, app, longest }, problems)
    }

    /// Whether a template of that name exists in any layer.
    pub fn has(&self, template: &str) -> bool {
        self.tera.contains_template(template)
    }

    /// What a template is made of: itself and all that it extends, includes or calls; nothing when it does not exist.
    pub fn closure(&self, template: &str) -> Option<Fingerprint> {
        self.closures.get(template).copied()
    }

    /// What identifies all texts of the theme, in every language.
    pub fn texts(&self) -> Fingerprint {
        self.texts
    }

    /// Whether the theme has any text in a language.
    pub fn speaks(&self, language: &str) -> bool {
        self.strings.speaks(language)
    }

    /// How a site looks as an app, with what identifies that.
    pub fn app(&self) -> (&App, Fingerprint) {
        (&self.app, self.app.fingerprint())
    }

    /// Whether another template extends or includes one of that name, or calls a component of it.
    pub fn is_part(&self, name: &str) -> bool {
        closure::is_part(&self.sources, &self.prefixes, name)
    }

    /// Says that a template does not exist.
    pub fn missing(&self, template: &str) -> Diagnostic {
        let problem = Diagnostic::new(Code::TemplateMissing, format!("the template `{template}` does not exist"));
        problem.help_any(suggest::help(template, &self.names()))
    }

    /// The names of templates that a page may be rendered with, without prefixes, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .sources
            .keys()
            .map(|name| {
                let prefix = self.prefixes.iter().filter(|prefix| !prefix.is_empty()).find(|p| name.starts_with(*p));
                prefix.map_or(name.as_str(), |prefix| &name[prefix.len()..])
            })
            .filter(|name| !name.contains('/'))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// A view as Tera's value, to be made once and shared by many pages.
    pub fn value<T: Serialize>(view: &T) -> Value {
        Value::try_from_serializable(view).unwrap_or_else(|_| Value::from(""))
    }

    /// A text of the theme, for what is not written by a template (the titles of indexes).
    pub fn text(&self, key: &str, language: &str) -> String {
        self.strings.find(key, language, None).text
    }

    /// The typography of a language, unless the site has it switched off.
    pub fn rules(&self, language: &str) -> Rules {
        self.strings.rules(language)
    }

    /// A date as the `date` filter writes it in one of the named formats, or the date itself.
    pub fn date(iso: &str, format: &str, language: &str) -> String {
        dates::format(iso, format, language).unwrap_or_else(|| iso.to_owned())
    }

    /// Renders a page: `site` and `page` are what the template sees, with `lang`.
    pub fn render(
        &self,
        template: &str,
        site: &Value,
        page: &Value,
        language: &str,
        library: Rc<dyn Library>,
    ) -> Result<Page, Box<Diagnostic>> {
        let mut context = Context::new();
        context.insert_value("site", site.clone());
        context.insert_value("page", page.clone());
        context.insert_value("lang", Value::from(language));
        let stage = Stage::enter(library, language, self.strings.clone());
        let mut bytes = Vec::with_capacity(self.longest.load(Ordering::Relaxed));
        let written = self.tera.render_to(template, &context, Bounded(&mut bytes));
        let missing_strings = stage.leave();
        match written {
            Ok(()) => {
                self.longest.fetch_max(bytes.len().min(MAX_GUESS), Ordering::Relaxed);
                Ok(Page { bytes, missing_strings })
            }
            Err(error) => Err(Box::new(errors::of_rendering(&error, template, &self.sources, &self.places))),
        }
    }
}

/// Whether two problems stand in one line of a file.
fn on_one_line(one: &Diagnostic, other: &Diagnostic) -> bool {
    let line = |of: &Diagnostic| of.primary().and_then(|label| Some((label.path.clone(), label.at.as_ref()?.line)));
    line(one).is_some() && line(one) == line(other)
}

/// The templates compiled, with their steps counted; nothing when something is wrong with them.
fn compiled(tera: &Tera, places: &Places, sources: &BTreeMap<String, SourceText>) -> Option<Tera> {
    let laid: Vec<(&str, Laid<'_>)> =
        sources.iter().map(|(name, source)| (name.as_str(), Laid::of(source.as_str()))).collect();
    // Tera would say of each slip in a long line what stands in all of it.
    if laid.iter().any(|(_, laid)| laid.is_broken())
        && tera.clone().add_raw_templates(laid.iter().map(|(name, laid)| (name, &laid.text))).is_err()
    {
        return None;
    }
    let mut counted = tera.clone();
    let texts = places.iter().map(|(name, counted)| (name.as_str(), &*counted.text));
    if counted.add_raw_templates(texts).is_ok() {
        return Some(counted);
    }
    let mut written = tera.clone();
    let texts = sources.iter().map(|(name, source)| (name.as_str(), source.as_str()));
    written.add_raw_templates(texts).is_ok().then_some(written)
}

/// Text as HTML, for an element or an attribute between quotes of either kind, without what no page may hold.
fn escape(text: &str, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    tera::escape_html(&legal::legal(text), out)
}
