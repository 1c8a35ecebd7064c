//! What leaves the site besides pages: one file per kind of file that we emit.
//!
//! Functions from values to bytes. Nothing here asks the site, the disk or the clock, and equal values give equal bytes.

pub mod atom;
pub mod json_feed;
pub mod redirect;
pub mod robots;
pub mod rss;
pub mod sitemap;
mod xml;

#[cfg(test)]
mod samples;
