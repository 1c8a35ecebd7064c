//! The contract with themes, as data: what every view is, field by field.
//!
//! `view!` declares a struct once and gives its serialisation, its documentation and its row in
//! `docs/theme-contract.md`, so that the three cannot differ.

use serde::ser::SerializeStruct;

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

/// The fields of a view, for what has them among its own.
pub(crate) trait Fields {
    /// How many.
    const COUNT: usize;

    /// Writes them in order.
    fn write<S: SerializeStruct>(&self, to: &mut S) -> Result<(), S::Error>;
}

/// Declares a view: a struct whose fields are all public, documented and serialised.
///
/// `#[flat]` marks a field whose own fields stand among the others. Serde's `flatten` would forget that the names of
/// fields are constants and how many there are, and every page would pay for it. `as` says what a field is held as,
/// where that differs from what templates see.
macro_rules! view {
    ($(#[doc = $doc:literal])+ pub struct $name:ident { $($(#[doc = $field_doc:literal])+ $(#[$flat:ident])? pub $field:ident: $ty:ty $(as $held:ty)?,)* }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug)]
        pub struct $name { $($(#[doc = $field_doc])+ pub $field: $crate::view::contract::view!(@held $ty $(, $held)?),)* }

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

        impl $crate::view::contract::Fields for $name {
            const COUNT: usize = 0 $(+ $crate::view::contract::view!(@count $ty $(, $flat)?))*;

            fn write<S: serde::ser::SerializeStruct>(&self, to: &mut S) -> Result<(), S::Error> {
                $($crate::view::contract::view!(@write self, to, $field $(, $flat)?);)*
                Ok(())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use $crate::view::contract::Fields;
                let mut fields = serializer.serialize_struct(stringify!($name), Self::COUNT)?;
                self.write(&mut fields)?;
                serde::ser::SerializeStruct::end(fields)
            }
        }
    };
    (@held $ty:ty) => { $ty };
    (@held $ty:ty, $held:ty) => { $held };
    (@count $ty:ty) => { 1 };
    (@count $ty:ty, flat) => { <$ty as $crate::view::contract::Fields>::COUNT };
    (@write $self:ident, $to:ident, $field:ident) => { $to.serialize_field(stringify!($field), &$self.$field)? };
    (@write $self:ident, $to:ident, $field:ident, flat) => { $self.$field.write($to)? };
}
pub(crate) use view;
