//! Tera, and nothing but Tera.

pub mod html;

pub use html::Html;
