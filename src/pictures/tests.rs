//! Pictures made of the few bytes that tell their size.

use super::{Size, measure};

fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    measure(bytes).size.map(|Size { width, height }| (width, height))
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

/// A JPEG without pixels; `orientation` as cameras write it.
fn jpeg(width: u16, height: u16, orientation: Option<u16>) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    if let Some(orientation) = orientation {
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
        exif.extend(orientation.to_be_bytes());
        exif.extend([0, 0, 0, 0, 0, 0]);
        bytes.extend([0xff, 0xe1]);
        bytes.extend((exif.len() as u16 + 2).to_be_bytes());
        bytes.extend(exif);
    }
    bytes.extend([0xff, 0xc0, 0, 11, 8]);
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend([1, 1, 0x11, 0, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0, 0, 0xff, 0xd9]);
    bytes
}

#[test]
fn pictures_of_pixels_tell_their_size() {
    assert_eq!(size(&png(640, 480)), Some((640, 480)));
    assert_eq!(size(b"GIF89a\x20\x03\x58\x02\0\0\0"), Some((800, 600)));
    assert_eq!(size(&jpeg(1200, 675, None)), Some((1200, 675)));
}

#[test]
fn a_photograph_taken_upright_is_higher_than_wide() {
    let of = |orientation| size(&jpeg(1200, 675, Some(orientation)));
    assert_eq!([1, 2, 3, 4].map(of), [Some((1200, 675)); 4]);
    assert_eq!([5, 6, 7, 8].map(of), [Some((675, 1200)); 4]);
    assert_eq!(of(9), Some((1200, 675)));
}

#[test]
fn drawings_tell_their_size_by_lengths_or_by_their_view_box() {
    let of = |root: &str| size(format!("<?xml version=\"1.0\"?><!-- <svg width=\"1\"> -->\n{root}").as_bytes());
    assert_eq!(of(r#"<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200px"/>"#), Some((320, 200)));
    assert_eq!(of(r#"<svg:svg width='1in' height='2.54cm'></svg:svg>"#), Some((96, 96)));
    assert_eq!(of(r#"<svg viewBox="0 0 24 12"/>"#), Some((24, 12)));
    assert_eq!(of(r#"<svg viewBox="-1,-2, 30.4 , 20.6" width="100%" height="100%"/>"#), Some((30, 21)));
    assert_eq!(of(r#"<svg width="48" viewBox="0 0 24 12"/>"#), Some((48, 24)));
    assert_eq!(of(r#"<svg height="6" viewBox="0 0 24 12"/>"#), Some((12, 6)));
}

#[test]
fn what_cannot_be_measured_has_no_size() {
    for bytes in [
        &b""[..],
        b"text",
        b"<html><svg width='1' height='1'/></html>",
        b"<svg/>",
        b"<svg width='10'/>",
        b"<svg width='-1' height='2'/>",
        b"<svg width='nan' height='1e300'/>",
        b"<svg viewBox='0 0 0 0'/>",
        b"<svg width=",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\xff\xd8\xff",
    ] {
        assert_eq!(size(bytes), None, "{}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(size(&png(0, 10)), None);
}
