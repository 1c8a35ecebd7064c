//! Pages of ours for when the site has none to show. They load our script, so that they go when the trouble does.
//!
//! Everything in them is escaped, and no path of this machine is ever named.

use super::Context;
use super::pages::TAG;
use super::reply::Reply;
use crate::base::{Diagnostic, Severity};
use hyper::StatusCode;
use quick_xml::escape::escape;

/// The site cannot be shown at all.
pub fn unusable(problems: &[(Severity, Diagnostic)], context: &Context) -> Reply {
    let why = match problems.is_empty() {
        true => "The site is being read.".to_owned(),
        false => "It appears here as soon as this is mended:".to_owned(),
    };
    page(StatusCode::SERVICE_UNAVAILABLE, "The site cannot be shown", &why, &in_words(problems, context))
}

/// A page cannot be made, and never could.
pub fn broken(problems: &[(Severity, Diagnostic)], context: &Context) -> Reply {
    let why = "It appears here as soon as this is mended:";
    page(StatusCode::INTERNAL_SERVER_ERROR, "This page cannot be made", why, &in_words(problems, context))
}

/// Something is wrong with manchette itself.
pub fn panicked() -> Reply {
    let why = "This is a mistake in manchette, not in the site. The terminal says where: please report it with that text. \
               The preview goes on.";
    page(StatusCode::INTERNAL_SERVER_ERROR, "This page could not be made", why, "")
}

/// There is nothing at an address, and no page of the site that says so.
pub fn missing() -> Reply {
    page(StatusCode::NOT_FOUND, "There is nothing at this address", "", "")
}

fn in_words(problems: &[(Severity, Diagnostic)], context: &Context) -> String {
    let words = problems.iter().map(|(severity, problem)| (context.print)(problem, *severity).trim_end().to_owned());
    words.collect::<Vec<_>>().join("\n\n")
}

fn page(status: StatusCode, title: &str, why: &str, problems: &str) -> Reply {
    let problems = match problems.is_empty() {
        true => String::new(),
        false => format!("<pre>{}</pre>\n", escape(problems)),
    };
    let page = format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
pre {{ font: .875rem/1.4 ui-monospace, monospace; overflow-x: auto; padding: 1rem; border: 1px solid; border-radius: .5rem }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{why}</p>
{problems}{TAG}</body>
</html>
"#
    );
    Reply::html(status, page)
}
