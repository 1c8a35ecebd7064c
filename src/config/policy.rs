//! What site.toml adds to the policy of a run.

use super::{Config, RawHtmlPolicy, Requirement};
use crate::base::{Code, Policy};

/// The policy of a run, with what the site asks for; a code that the run's own flags name stays as they say.
pub fn policy(config: &Config, run: &Policy) -> Policy {
    let mut policy = run.clone();
    match config.sources.required {
        _ if run.names(Code::MissingSource) => {}
        Requirement::Error => policy.deny.push(Code::MissingSource),
        Requirement::Off => policy.allow.push(Code::MissingSource),
        Requirement::Warn => {}
    }
    if config.markdown.raw_html == RawHtmlPolicy::Error && !run.names(Code::RawHtml) {
        policy.deny.push(Code::RawHtml);
    }
    policy
}
