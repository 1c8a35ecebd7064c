//! Pictures that lie about their type or size: they are copied as they are, and never make anything large.

use super::guarded::{post, run};
use crate::scratch::Scratch;

/// The head of a PNG that says these sides.
fn png(width: u32, height: u32) -> Vec<u8> {
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(),
        &width.to_be_bytes(),
        &height.to_be_bytes(),
        b"\x08\x02\0\0\0\0\0\0\0",
    ]
    .concat()
}

#[test]
fn p16_pictures_that_lie_are_copied_and_take_no_memory() {
    let entities: String = (1..40).map(|level| format!("<!ENTITY a{level} \"&a{0};&a{0};\">", level - 1)).collect();
    let pictures: Vec<(&str, Vec<u8>)> = vec![
        ("huge.png", png(u32::MAX, u32::MAX)),
        ("wide.png", png(u32::MAX, 1)),
        ("nothing.png", png(0, 0)),
        ("cut.png", png(1, 1)[..20].to_vec()),
        ("page.jpg", b"<!doctype html><script>alert(1)</script>".to_vec()),
        ("gif.png", b"GIF89a\xff\xff\xff\xff".to_vec()),
        ("empty.webp", Vec::new()),
        ("long.webp", b"RIFF\xff\xff\xff\xffWEBPVP8X\xff\xff\xff\xff".to_vec()),
        (
            "exif.jpg",
            [
                b"\xff\xd8\xff\xe1\xff\xffExif\0\0II*\0\x08\0\0\0\xff\xff".to_vec(),
                b"\x12\x01\x03\0\xff\xff\xff\xff\0\0\0\0".repeat(9_000),
            ]
            .concat(),
        ),
        (
            "exif-circle.png",
            [
                png(1, 1),
                b"\0\0\0\0\xff\xff\xff\xffeXIfII*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0".to_vec(),
            ]
            .concat(),
        ),
        ("segments.jpg", [b"\xff\xd8".to_vec(), b"\xff\xe0\0\x02".repeat(100_000)].concat()),
        ("padding.jpg", [b"\xff\xd8".to_vec(), vec![0xff; 300_000]].concat()),
        ("boxes.avif", [b"\0\0\0\x20ftypavif".to_vec(), b"\0\0\0\0meta".repeat(9_000)].concat()),
        ("box.avif", [b"\0\0\0\x20ftypavif".to_vec(), vec![0xff; 9_000]].concat()),
        ("bits.jxl", [b"\xff\x0a".to_vec(), vec![0xff; 100]].concat()),
        ("many.ico", [b"\0\0\x01\0\xff\xff".to_vec(), vec![0; 100]].concat()),
        ("signs.bmp", [b"BM".to_vec(), vec![0xff; 100]].concat()),
        ("far.svg", b"<svg width=\"1e308\" height=\"1e308\"/>".to_vec()),
        ("less.svg", b"<svg width=\"-1\" height=\"nan\" viewBox=\"0 0 inf inf\"/>".to_vec()),
        (
            "bomb.svg",
            format!("<!DOCTYPE svg [<!ENTITY a0 \"ha\">{entities}]><svg width=\"&a39;\" height=\"1\">&a39;</svg>")
                .into_bytes(),
        ),
        ("signs.svg", "<".repeat(300_000).into_bytes()),
        ("attributes.svg", format!("<svg {}>", "a=\"b\" ".repeat(50_000)).into_bytes()),
        ("deep.svg", "<a>".repeat(100_000).into_bytes()),
    ];
    let body: String = pictures.iter().map(|(name, _)| format!("![vue]({name})\n\n")).collect();
    let site = Scratch::site(&[("content/posts/a.md", &post(&body))]);
    pictures.iter().for_each(|(name, bytes)| site.write(&format!("content/posts/{name}"), bytes));
    let built = run(&site, &["build"]).answered("pictures");
    assert_eq!(built.ran.code, 0, "{}", built.ran.stderr);
    for (name, bytes) in &pictures {
        assert_eq!(&site.tree("public")[&format!("posts/{name}")], bytes, "{name}");
    }
    // Sides that are no sides are not said.
    let page = site.read("public/2025/06/a/index.html");
    for name in ["nothing.png", "cut.png", "page.jpg", "empty.webp", "less.svg", "signs.svg"] {
        let tag = page.split("<img").find(|tag| tag.contains(name)).unwrap();
        assert!(!tag.split('>').next().unwrap().contains("width="), "{name}: {tag}");
    }
}
