//! The contract with themes, as data: what every view is, field by field.
//!
//! `view!` declares a struct once and gives its serialisation, its documentation and its row in
//! `docs/theme-contract.md`, so that the three cannot differ.

/// A view, described.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// The name of the type.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static [&'static str],
    /// What it has.
    pub fields: &'static [Field],
}

/// A field of a view, described.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in templates.
    pub name: &'static str,
    /// Its type, as Rust writes it.
    pub ty: &'static str,
    /// What it holds.
    pub doc: &'static [&'static str],
}

/// Declares a view: a struct whose fields are all public, documented and serialised.
macro_rules! view {
    ($(#[doc = $doc:literal])+ pub struct $name:ident { $($(#[doc = $field_doc:literal])+ $(#[serde($($serde:tt)*)])? pub $field:ident: $ty:ty,)* }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, serde::Serialize)]
        pub struct $name { $($(#[doc = $field_doc])+ $(#[serde($($serde)*)])? pub $field: $ty,)* }

        impl $name {
            /// The view, described.
            pub const DESCRIPTION: $crate::view::contract::Description = $crate::view::contract::Description {
                name: stringify!($name),
                doc: &[$($doc),+],
                fields: &[$($crate::view::contract::Field {
                    name: stringify!($field), ty: stringify!($ty), doc: &[$($field_doc),+],
                }),*],
            };
        }
    };
}
pub(crate) use view;
