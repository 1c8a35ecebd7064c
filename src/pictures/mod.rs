//! What the bytes of a picture tell: how large browsers show it.
//!
//! Never decodes a pixel, never reads a file by itself, and never says that a picture is wrong: what it cannot measure has
//! no size.

mod svg;

use crate::base::{Fingerprint, SourcePath};
use exif::{In, Tag};
use serde::{Deserialize, Serialize};
use std::io::Cursor;

/// Extensions of files that browsers show as pictures.
const EXTENSIONS: &[&str] = &["avif", "bmp", "gif", "ico", "jpeg", "jpg", "jxl", "png", "svg", "webp"];

/// The size of a picture, in CSS pixels, as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Size {
    /// From side to side.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

/// A picture that was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Measured {
    /// What identifies the bytes.
    pub of: Fingerprint,
    /// Its size; nothing when the bytes do not tell one.
    pub size: Option<Size>,
}

/// Whether a file is a picture, by its name.
pub fn is_picture(path: &SourcePath) -> bool {
    let extension = path.extension();
    EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Measures a picture.
pub fn measure(bytes: &[u8]) -> Measured {
    let size = raster(bytes).or_else(|| svg::size(bytes)).filter(|size| size.width > 0 && size.height > 0);
    Measured { of: Fingerprint::of_bytes(bytes), size }
}

fn raster(bytes: &[u8]) -> Option<Size> {
    let size = imagesize::blob_size(bytes).ok()?;
    let size = Size { width: u32::try_from(size.width).ok()?, height: u32::try_from(size.height).ok()? };
    Some(if lies_on_its_side(bytes) { Size { width: size.height, height: size.width } } else { size })
}

/// Whether a photograph is turned by a quarter when it is shown. Other formats than these say it where the size stands,
/// and it is known already.
fn lies_on_its_side(bytes: &[u8]) -> bool {
    use imagesize::ImageType::{Jpeg, Png, Webp};
    if !matches!(imagesize::image_type(bytes), Ok(Jpeg | Png | Webp)) {
        return false;
    }
    let reader = exif::Reader::new();
    let Ok(exif) = reader.read_from_container(&mut Cursor::new(bytes)) else { return false };
    let orientation = exif.get_field(Tag::Orientation, In::PRIMARY).and_then(|field| field.value.get_uint(0));
    matches!(orientation, Some(5..=8))
}

#[cfg(test)]
mod tests;
