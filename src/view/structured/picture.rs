//! A picture: `ImageObject`.

use super::super::parts::PictureView;
use crate::pictures::Size;
use serde::Serialize;

/// A picture with all that is known of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Image {
    #[serde(rename = "@type")]
    kind: &'static str,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<Pixels>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<Pixels>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_text: Option<String>,
}

impl Image {
    /// A lead picture; what it shows stands in for a caption.
    pub(super) fn of(picture: &PictureView) -> Image {
        let alt = || Some(picture.alt.clone()).filter(|alt| !alt.is_empty());
        Image {
            kind: "ImageObject",
            url: picture.absolute.clone(),
            width: picture.width.map(Pixels::of),
            height: picture.height.map(Pixels::of),
            caption: picture.caption.clone().or_else(alt),
            credit_text: picture.credit.clone(),
        }
    }

    /// A logo.
    pub(super) fn logo(url: String, size: Option<Size>) -> Image {
        Image {
            kind: "ImageObject",
            url,
            width: size.map(|size| Pixels::of(size.width)),
            height: size.map(|size| Pixels::of(size.height)),
            caption: None,
            credit_text: None,
        }
    }
}

/// A length. A bare number is not among the types of `width`; `E37` is the pixel of UN/CEFACT's Recommendation 20.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pixels {
    #[serde(rename = "@type")]
    kind: &'static str,
    value: u32,
    unit_code: &'static str,
}

impl Pixels {
    fn of(value: u32) -> Pixels {
        Pixels { kind: "QuantitativeValue", value, unit_code: "E37" }
    }
}
