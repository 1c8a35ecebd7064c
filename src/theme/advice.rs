//! What to do about a template's slip, of what was said of it.
//!
//! Knows our words for Tera's errors, and no template.

use crate::base::Diagnostic;

/// The same problem with what to do, unless it has that already.
pub(super) fn advised(problem: Diagnostic) -> Diagnostic {
    match problem.help_text() {
        Some(_) => problem,
        None => {
            let help = advice(problem.message());
            problem.help_any(help)
        }
    }
}

fn advice(message: &str) -> Option<String> {
    let here = message.strip_prefix("here stands ").and_then(|rest| rest.split_once(", where "));
    if let Some(("`.`", "`}}` must stand")) = here {
        return Some("give the value a name first, `{% set name = … %}`, and write `{{ name.… }}`".to_owned());
    }
    if let Some((_, rest)) = here {
        return Some(format!("put {} before it, or take it away", rest.trim_end_matches(" must stand")));
    }
    if let Some(name) = message.strip_prefix("missing argument `").and_then(|rest| rest.split('`').next()) {
        return Some(format!("give it: `{name}=…`"));
    }
    let has = |words: &str| message.contains(words);
    let help = match () {
        () if has("nesting is too deep") => {
            "take levels away, or move a part into a template of its own and include it"
        }
        () if has("expression is too complex") => "cut it into parts, each with a name: `{% set part = … %}`",
        () if has("recursion depth for components") => "let the component end: call it below an `{% if %}`",
        () if has("unknown component") => {
            "mend its name, or write it: `{% component name() %}…{% endcomponent name %}`"
        }
        () if message.starts_with("unknown ") => "mend its name, or take it out",
        () if has("there is no data/") => "put the file into `data/`, or mend its name here",
        () if has("in a `static/` folder") => "put the file into `static/`, or mend its path here",
        () if has("turns of loops, or") => "take a loop out of the other, or go through fewer things",
        () if has("exceeds the limit of") => "take a shorter one",
        () if has("is not a date, or") => "give it a date such as `page.date`, and a language such as \"fr\"",
        () if message.starts_with("text was given where a ") && message.ends_with("number must be") => {
            "write a number without quotes; `| int` makes one of text that is one"
        }
        () if message.starts_with("cannot compare") => {
            "compare two of one kind; `| int` makes a number of text that is one"
        }
        () if has("takes two numbers") && has("text") => {
            "join texts with `~`; `| int` makes a number of text that is one"
        }
        () if has("is no list to go through") || has("was given where a list must be") => "give it a list",
        () => return None,
    };
    Some(help.to_owned())
}
