//! `manchette serve` over HTTP: what it answers, and what it refuses to whoever attacks it.

use crate::golden::cases;
use crate::scratch::{Scratch, copy, tree};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long anything may take here, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(20);

pub const TAG: &str = r#"<script src="/__manchette/preview.js" defer></script>"#;

/// A running preview; it ends with the test.
pub struct Preview {
    child: Child,
    pub port: u16,
    /// What it has said so far.
    said: Arc<Mutex<String>>,
}

impl Preview {
    pub fn of(scratch: &Scratch, arguments: &[&str]) -> Preview {
        let arguments = [&["serve", "--port", "0"], arguments].concat();
        let mut child = scratch.command(&arguments).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let said: Arc<Mutex<String>> = Arc::default();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut first = || {
            let line = lines.next()?.ok()?;
            said.lock().unwrap().push_str(&format!("{line}\n"));
            let port = line.strip_prefix("http://")?.split('/').next()?.rsplit(':').next()?;
            Some(port.parse().unwrap())
        };
        let port = (0..9).find_map(|_| first()).unwrap_or_else(|| panic!("{}", said.lock().unwrap()));
        let more = said.clone();
        std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| more.lock().unwrap().push_str(&format!("{line}\n")));
        });
        Preview { child, port, said }
    }

    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends bytes as they are, and reads until the other end has said all.
    fn send(&self, bytes: &[u8]) -> Option<Got> {
        let mut stream = self.connect();
        // Who is refused early does not read the rest.
        let _ = stream.write_all(bytes);
        Got::read(&mut stream)
    }

    fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Got {
        let host = format!("localhost:{}", self.port);
        let has_host = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host"));
        let mut request = format!("{method} {target} HTTP/1.1\r\nconnection: close\r\n");
        if !has_host {
            request += &format!("host: {host}\r\n");
        }
        headers.iter().for_each(|(name, value)| request += &format!("{name}: {value}\r\n"));
        self.send(format!("{request}\r\n").as_bytes()).unwrap_or_else(|| panic!("no answer to {method} {target}"))
    }

    pub fn get(&self, target: &str) -> Got {
        self.ask("GET", target, &[])
    }

    /// Asks again until the answer is as it should be.
    pub fn until(&self, target: &str, is_right: impl Fn(&Got) -> bool) -> Got {
        let start = Instant::now();
        loop {
            let got = self.get(target);
            if is_right(&got) {
                return got;
            }
            assert!(start.elapsed() < PATIENCE, "{target}: {} {}\n{}", got.status, got.text(), self.said());
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    #[cfg(unix)]
    fn signal(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).unwrap();
    }

    /// Waits for the end; how long it took, and the exit code.
    fn end(&mut self) -> (Duration, Option<i32>) {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (start.elapsed(), status.code());
            }
            assert!(start.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Got {
    fn read(stream: &mut TcpStream) -> Option<Got> {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        Some(Got { status, headers: lines.filter_map(header).collect(), body: bytes[end + 4..].to_vec() })
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

const POST: &str = "+++\ntitle = \"Un\"\ndate = 2025-06-19\n# MARK-SOURCE\n+++\n\nLe texte.\n";

fn site() -> Scratch {
    let scratch = Scratch::site(&[
        ("content/posts/un.md", POST),
        ("content/posts/projet.md", "+++\ntitle = \"Projet\"\ndate = 2025-06-18\ndraft = true\n+++\n\nPas encore.\n"),
        ("static/film.mp4", "0123456789"),
        ("static/.well-known/security.txt", "Contact: x\n"),
        (".git/config", "MARK-GIT"),
        (".manchette/secret", "MARK-STATE"),
        ("secret.txt", "MARK-ROOT"),
        ("templates-not/secret.html", "MARK-TEMPLATE"),
    ]);
    let config = scratch.read("site.toml");
    scratch.write("site.toml", format!("# MARK-CONFIG\n{config}"));
    scratch
}

/// Every address that answers something, of ours and of the site.
const ENDPOINTS: &[&str] = &[
    "/",
    "/2025/06/un/",
    "/film.mp4",
    "/atom.xml",
    "/nowhere",
    "/__manchette/",
    "/__manchette/state?at=/",
    "/__manchette/site.json",
    "/__manchette/events",
    "/__manchette/preview.js",
    "/__manchette/open",
];

#[test]
fn the_preview_starts_and_shows_drafts_unless_asked_not_to() {
    let scratch = site();
    let preview = Preview::of(&scratch, &[]);
    let said = preview.said();
    assert!(
        said.contains(&format!("http://localhost:{}/ · 2 posts, 0 topics (1 draft) · ready in", preview.port)),
        "{said}"
    );
    let page = preview.get("/2025/06/projet/");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(page.text().matches(TAG).count(), 1);
    let published = Preview::of(&scratch, &["--published"]);
    assert_eq!(published.get("/2025/06/projet/").status, 404);
    assert_eq!(published.get("/2025/06/un/").status, 200);
    assert!(!scratch.path("public").exists(), "the preview writes nothing");
}

#[test]
fn every_answer_says_what_it_is_and_whose() {
    let scratch = site();
    let preview = Preview::of(&scratch, &[]);
    for target in ENDPOINTS.iter().filter(|target| !target.ends_with("/events")) {
        let got = preview.get(target);
        assert_eq!(got.header("cross-origin-resource-policy"), "same-origin", "{target}");
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{target}");
        assert_eq!(got.header("x-frame-options"), "DENY", "{target}");
        assert!(["no-store", "no-cache"].contains(&got.header("cache-control")), "{target}");
        assert!(!got.headers.keys().any(|name| name.starts_with("access-control")), "{target}");
    }
    for (target, kind) in [
        ("/atom.xml", "application/atom+xml; charset=utf-8"),
        ("/rss.xml", "application/rss+xml; charset=utf-8"),
        ("/feed.json", "application/feed+json; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/film.mp4", "video/mp4"),
        ("/.nojekyll", "application/octet-stream"),
        ("/.well-known/security.txt", "text/plain; charset=utf-8"),
    ] {
        let got = preview.get(target);
        assert_eq!((got.status, got.header("content-type")), (200, kind), "{target}");
    }
}

#[test]
fn head_ranges_and_validators() {
    let scratch = site();
    let preview = Preview::of(&scratch, &[]);
    let whole = preview.get("/film.mp4");
    assert_eq!((whole.text().as_str(), whole.header("accept-ranges")), ("0123456789", "bytes"));
    let etag = whole.header("etag").to_owned();
    let film = |headers: &[(&str, &str)]| preview.ask("GET", "/film.mp4", headers);

    let head = preview.ask("HEAD", "/film.mp4", &[]);
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, "10", 0));
    let part = film(&[("range", "bytes=2-4")]);
    assert_eq!((part.status, part.text().as_str(), part.header("content-range")), (206, "234", "bytes 2-4/10"));
    assert_eq!(film(&[("range", "bytes=-3")]).text(), "789");
    let many = film(&[("range", "bytes=0-1,4-5")]);
    assert_eq!((many.status, many.body.len()), (200, 10));
    let beyond = film(&[("range", "bytes=10-")]);
    assert_eq!((beyond.status, beyond.header("content-range")), (416, "bytes */10"));
    assert_eq!(film(&[("range", "bytes=2-4"), ("if-range", &etag)]).status, 206);
    assert_eq!(film(&[("range", "bytes=2-4"), ("if-range", "\"other\"")]).status, 200);
    let same = film(&[("if-none-match", &etag)]);
    assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, etag.as_str()));

    let page = preview.get("/2025/06/un/");
    let again = preview.ask("GET", "/2025/06/un/", &[("if-none-match", page.header("etag"))]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let head = preview.ask("HEAD", "/2025/06/un/", &[]);
    assert_eq!((head.header("content-length"), head.body.len()), (page.body.len().to_string().as_str(), 0));
    let missing = preview.ask("GET", "/x/", &[("if-none-match", "*"), ("range", "bytes=0-1")]);
    assert_eq!(missing.status, 404);
}

#[test]
fn large_files_come_in_pieces_and_whole() {
    let scratch = site();
    let large: Vec<u8> = (0..3_000_017_u32).map(|number| (number % 251) as u8).collect();
    scratch.write("static/large.bin", &large);
    let preview = Preview::of(&scratch, &[]);
    let got = preview.get("/large.bin");
    assert_eq!(got.header("content-length"), "3000017");
    assert!(got.body == large);
    let part = preview.ask("GET", "/large.bin", &[("range", "bytes=262000-1000000")]);
    assert!(part.status == 206 && part.body == large[262_000..=1_000_000]);
}

#[test]
fn addresses_lead_on_as_they_will_when_published() {
    let scratch = Scratch::site(&[
        (
            "content/posts/un.md",
            "+++\ntitle = \"Un\"\ndate = 2025-06-19\naliases = [\"/old/\", \"/old.html\"]\n+++\n\nTexte.\n",
        ),
        (
            "static/_redirects",
            "/out https://other.example/x 302\n/go/* /2025/:splat\n//evil.org /\n/actu/forced.txt /rules 307!\n/actu/shown /actu/f.txt 200\n/actu/gone /actu/f.txt 404\n/actu/s* /never\n/actu/sujets /never\n/actu/loin/ /actu/\n/actu/f.txt /never\n/* //:splat\n",
        ),
        ("static/f.txt", "f"),
        ("static/forced.txt", "f"),
    ]);
    let config = scratch.read("site.toml");
    scratch.write("site.toml", config.replace("https://example.org", "https://example.org/actu"));
    let preview = Preview::of(&scratch, &[]);
    for (target, status, location) in [
        ("/", 302, "/actu/"),
        ("/actu", 302, "/actu/"),
        ("/actu?q=1", 302, "/actu/?q=1"),
        ("/actu/2025/06/un?a=b", 308, "/actu/2025/06/un/?a=b"),
        ("/actu/old/", 301, "/actu/2025/06/un/"),
        ("/actu/old.html", 301, "/actu/2025/06/un/"),
        ("/out", 302, "https://other.example/x"),
        ("/go/06/un", 301, "/2025/06/un"),
        ("/actu/sujets", 308, "/actu/sujets/"),
        ("/actu/loin", 301, "/actu/"),
        ("/__manchette", 308, "/__manchette/"),
    ] {
        let got = preview.get(target);
        assert_eq!((got.status, got.header("location")), (status, location), "{target}");
        assert_eq!(got.header("cache-control"), "no-store", "{target}");
    }
    for target in
        ["/2025/06/un/", "/actuel/", "/elsewhere", "//evil.org", "//evil.org/%2e%2e", "/actu/nowhere", "/actu//"]
    {
        let got = preview.get(target);
        assert_eq!((got.status, got.header("location")), (404, ""), "{target}");
        assert!(got.text().contains(TAG), "{target}");
    }
    for (target, status, text) in [("/actu/shown", 200, "f"), ("/actu/gone", 404, "f"), ("/actu/f.txt", 200, "f")] {
        let got = preview.get(target);
        assert_eq!((got.status, got.text().as_str()), (status, text), "{target}");
    }
    let forced = preview.get("/actu/forced.txt");
    assert_eq!((forced.status, forced.header("location")), (307, "/rules"));
    assert_eq!(preview.get("/actu/2025/06/un/index.html").status, 200);
    scratch.write("content/posts/un.md", "+++\ntitle = \"Un\"\ndate = 2025-06-19\nslug = \"deux\"\n+++\n\nTexte.\n");
    let moved = preview.until("/actu/2025/06/un/", |got| got.status != 200);
    assert_eq!((moved.status, moved.header("location")), (302, "/actu/2025/06/deux/"));
}

#[test]
fn p42_an_edit_is_served_and_what_breaks_stays_as_it_was() {
    let scratch = site();
    let preview = Preview::of(&scratch, &[]);
    let target = "/2025/06/un/";
    assert!(preview.get(target).text().contains("Le texte."));
    scratch.write("content/posts/un.md", POST.replace("Le texte.", "Le nouveau texte."));
    preview.until(target, |got| got.text().contains("Le nouveau texte."));
    scratch.write("site.toml", "title = ");
    std::thread::sleep(Duration::from_millis(200));
    assert!(preview.get(target).text().contains("Le nouveau texte."));
    scratch.write("site.toml", "title = \"Autre\"\nbase_url = \"https://example.org/ici\"\n");
    preview.until("/ici/2025/06/un/", |got| got.status == 200);
    let start = Instant::now();
    while !preview.said().contains("content/posts/un.md · ") || !preview.said().contains("site.toml") {
        assert!(start.elapsed() < PATIENCE, "{}", preview.said());
        std::thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn a_conflict_in_a_file_that_is_copied_is_shown_in_its_place() {
    let scratch = site();
    scratch.write("static/own.css", "p { color: red }\n");
    let preview = Preview::of(&scratch, &[]);
    assert!(preview.get("/own.css").text().contains("color: red"));
    scratch.write("static/own.css", "<<<<<<< HEAD\np {}\n=======\nb {}\n>>>>>>> claire\n");
    let got = preview.until("/own.css", |got| got.status == 500);
    assert!(got.text().contains("conflict-markers") && got.text().contains("static/own.css:1:1"), "{}", got.text());
    scratch.write("static/own.css", "b {}\n");
    preview.until("/own.css", |got| got.status == 200 && got.text() == "b {}\n");
}

#[test]
fn a_site_that_was_never_whole_says_why_and_recovers() {
    let scratch = Scratch::site(&[("content/posts/un.md", POST)]);
    let whole = scratch.read("site.toml");
    scratch.write("site.toml", "title = \"<b>\"\nbase_urll = \"x\"\n");
    let preview = Preview::of(&scratch, &[]);
    let got = preview.get("/2025/06/un/");
    assert_eq!(got.status, 503);
    assert!(got.text().contains(TAG) && got.text().contains("site.toml:2:1"), "{}", got.text());
    assert!(!got.text().contains(scratch.root().to_str().unwrap()) && !got.text().contains("<b>"), "{}", got.text());
    scratch.write("site.toml", whole);
    preview.until("/2025/06/un/", |got| got.status == 200);
}

#[test]
fn only_requests_for_this_server_are_answered() {
    let scratch = site();
    let preview = Preview::of(&scratch, &["--allowed-host", "box.lan"]);
    let port = preview.port;
    for host in ["localhost", "LocalHost", "127.0.0.1", "[::1]", "box.lan"] {
        assert_eq!(preview.ask("GET", "/", &[("host", &format!("{host}:{port}"))]).status, 200, "{host}");
    }
    let hosts = [
        "localhost".to_owned(),
        "localhost:1".to_owned(),
        format!("localhost.:{port}"),
        format!("localhost.evil.org:{port}"),
        format!("evil-localhost:{port}"),
        format!("evil.org:{port}"),
        format!("me@localhost:{port}"),
        format!("localhost:{port}@evil.org"),
        format!("localhost:{port}.evil.org"),
        format!("localhost:{port},evil.org"),
        format!("localhost:{port} evil.org"),
        format!("127.1:{port}"),
        format!("127.0.0.1.nip.io:{port}"),
        format!("2130706433:{port}"),
        format!("0x7f000001:{port}"),
        format!("0177.0.0.1:{port}"),
        format!("0.0.0.0:{port}"),
        format!("[::]:{port}"),
        format!("[::ffff:127.0.0.1]:{port}"),
        format!("[0:0:0:0:0:0:0:1]:{port}"),
        format!("::1:{port}"),
        format!("localhost:0{port}"),
        format!("http://localhost:{port}"),
        "box.lan".to_owned(),
        String::new(),
    ];
    for target in ENDPOINTS {
        for host in &hosts {
            let got = preview.ask("GET", target, &[("host", host)]);
            assert!([400, 421].contains(&got.status), "{target} {host}: {}", got.status);
            assert!(host.is_empty() || !got.text().contains(host.as_str()), "{target} {host}: echoed");
        }
        let line = format!("GET {target} HTTP/1.1\r\nconnection: close\r\n");
        let own = format!("host: localhost:{port}\r\n");
        for request in [
            format!("{line}\r\n"),
            format!("{line}{own}host: evil.org\r\n\r\n"),
            format!("{line}{own}{own}\r\n"),
            format!("GET http://evil.org{target} HTTP/1.1\r\n{own}connection: close\r\n\r\n"),
            format!("GET http://localhost:{port}{target} HTTP/1.1\r\nhost: evil.org\r\nconnection: close\r\n\r\n"),
        ] {
            let status = preview.send(request.as_bytes()).unwrap().status;
            assert!([400, 421].contains(&status), "{request}: {status}");
        }
        let forwarded = [("host", "evil.org"), ("x-forwarded-host", &format!("localhost:{port}"))];
        assert_eq!(preview.ask("GET", target, &forwarded).status, 421, "{target}");
    }
    assert_eq!(preview.ask("GET", &format!("http://localhost:{port}/"), &[]).status, 200);
}

#[test]
fn other_sites_get_nothing_from_any_address() {
    let scratch = site();
    let preview = Preview::of(&scratch, &[]);
    let port = preview.port;
    let origins = [
        "null".to_owned(),
        "http://evil.org".to_owned(),
        format!("https://localhost:{port}"),
        "http://localhost".to_owned(),
        format!("http://localhost:{}", port ^ 1),
        format!("http://127.0.0.1:{port}"),
        format!("http://[::1]:{port}"),
        format!("http://localhost:{port}.evil.org"),
        format!("http://localhost:{port}/"),
        format!("HTTP://localhost:{port}"),
        "file://".to_owned(),
        String::new(),
    ];
    for target in ENDPOINTS {
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            for origin in &origins {
                let got = preview.ask(method, target, &[("origin", origin), ("content-length", "0")]);
                assert_eq!(got.status, 403, "{method} {target} from {origin}");
                assert!(!got.headers.keys().any(|name| name.starts_with("access-control")));
                assert_eq!(got.header("cross-origin-resource-policy"), "same-origin");
            }
        }
        for (mode, dest) in [("no-cors", "script"), ("cors", "empty"), ("navigate", "iframe"), ("no-cors", "image")] {
            for site in ["cross-site", "same-site"] {
                let given = [("sec-fetch-site", site), ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)];
                assert_eq!(preview.ask("GET", target, &given).status, 403, "{target} {site} {mode} {dest}");
            }
        }
    }
    let own = format!("http://localhost:{port}");
    assert_eq!(preview.ask("GET", "/", &[("origin", &own)]).status, 200);
    let link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
    assert_eq!(preview.ask("GET", "/", &link).status, 200);
}

#[test]
fn methods_that_do_something_do_nothing_here() {
    let scratch = site();
    let preview = Preview::of(&scratch, &[]);
    let origin = format!("http://localhost:{}", preview.port);
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "NONSENSE"] {
        for target in ["/", "/2025/06/un/", "/film.mp4", "/__manchette/state", "/__manchette/events"] {
            let got = preview.ask(method, target, &[("origin", &origin), ("content-length", "0")]);
            assert_eq!((got.status, got.header("allow")), (405, "GET, HEAD"), "{method} {target}");
        }
    }
    let open = |headers: &[(&str, &str)]| preview.ask("POST", "/__manchette/open", headers).status;
    let got = preview.get("/__manchette/open");
    assert_eq!((got.status, got.header("allow")), (405, "POST"));
    assert_eq!(open(&[("content-length", "0")]), 403);
    assert_eq!(open(&[("content-length", "0"), ("x-manchette-token", "x")]), 403);
    assert_eq!(open(&[("content-length", "0"), ("origin", &origin)]), 403);
    assert_eq!(open(&[("content-length", "0"), ("origin", &origin), ("x-manchette-token", "0123")]), 403);
    let token = token(&preview);
    let large = "x".repeat(70_000);
    let request = format!(
        "POST /__manchette/open HTTP/1.1\r\nhost: localhost:{}\r\norigin: {origin}\r\nx-manchette-token: {token}\r\n\
         connection: close\r\ncontent-length: 70000\r\n\r\n{large}",
        preview.port
    );
    assert_eq!(preview.send(request.as_bytes()).unwrap().status, 413);
}

fn token(preview: &Preview) -> String {
    let state: serde_json::Value = serde_json::from_slice(&preview.get("/__manchette/state?at=/").body).unwrap();
    state["token"].as_str().unwrap().to_owned()
}

/// Spellings of paths that lead out of a folder somewhere.
fn spellings() -> Vec<String> {
    let secrets = [
        "site.toml",
        ".git/config",
        ".manchette/secret",
        "secret.txt",
        "content/posts/un.md",
        "templates-not/secret.html",
        "etc/passwd",
    ];
    let ups = [
        "..",
        "%2e%2e",
        "%2E%2E",
        ".%2e",
        "%2e.",
        "%252e%252e",
        "%25%32%65%25%32%65",
        "..%00",
        "%c0%ae%c0%ae",
        "%e0%80%ae%e0%80%ae",
        "%uff0e%uff0e",
        "...",
        "....",
        "..;",
        ".. ",
        "..%20",
        "%2e%2e%5c..",
        "..%c0%af..",
        "\u{ff0e}\u{ff0e}",
    ];
    let slashes = ["/", "%2f", "%2F", "%5c", "\\", "%252f", "//", "/./", "%c0%af", "%c1%9c", "/%2e/"];
    let starts = ["/", "/static/", "/2025/06/un/", "//", "/__manchette/", "/themes/kiosque/"];
    let mut spellings = Vec::new();
    for (number, secret) in secrets.iter().enumerate() {
        spellings.extend(starts.iter().map(|start| format!("{start}{secret}")));
        for (index, up) in ups.iter().enumerate() {
            let slash = slashes[(number + index) % slashes.len()];
            let start = starts[(number * 3 + index) % starts.len()];
            spellings.push(format!("{start}{up}{slash}{secret}"));
            spellings.push(format!("{start}{}{secret}", format!("{up}{slash}").repeat(6)));
        }
        for slash in slashes {
            spellings.push(format!("/..{slash}{secret}"));
            spellings.push(format!("/{}", secret.replace('/', slash)));
        }
        spellings.extend([
            format!("/{secret}%00.html"),
            format!("/{secret}/"),
            format!("/./{secret}"),
            format!("/{}", secret.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>()),
            format!("/{}", secret.to_uppercase()),
            format!("/{secret}?x=1"),
            format!("/{secret}::$DATA"),
            format!("/{secret}~"),
            format!("file:///{secret}"),
            format!("http://localhost/../{secret}"),
            format!("/?/../{secret}"),
            format!("*{secret}"),
            secret.to_string(),
        ]);
    }
    spellings
}

#[test]
fn no_spelling_of_a_path_leads_out_of_the_plan() {
    let scratch = site();
    let preview = Preview::of(&scratch, &[]);
    let spellings = spellings();
    assert!(spellings.len() >= 300, "{}", spellings.len());
    let host = format!("localhost:{}", preview.port);
    for spelling in &spellings {
        for target in [spelling.clone(), format!("http://{host}{spelling}")] {
            let request = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
            let Some(got) = preview.send(request.as_bytes()) else { continue };
            let text = got.text();
            assert!(!text.contains("MARK-") && !text.contains("root:"), "{target}: {text}");
            assert!(!text.contains(scratch.root().to_str().unwrap()), "{target}: {text}");
            // What is no more than a query asks for the front page.
            let is_page = spelling.starts_with("/?");
            assert!(is_page || [400, 404, 421].contains(&got.status), "{target}: {} {text}", got.status);
            assert_eq!(got.header("location"), "", "{target}");
        }
    }
    assert_eq!(preview.get("/").status, 200);
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_outside_the_site() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.txt"), "MARK-OUTSIDE").unwrap();
    let scratch = site();
    let link = |name: &str| scratch.path(&format!("static/{name}"));
    std::os::unix::fs::symlink(outside.path(), link("folder")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.txt"), link("file.txt")).unwrap();
    std::os::unix::fs::symlink("../content", link("inside")).unwrap();
    let preview = Preview::of(&scratch, &[]);
    for target in ["/folder/secret.txt", "/file.txt", "/folder/"] {
        let got = preview.get(target);
        assert!(got.status == 404 && !got.text().contains("MARK-"), "{target}: {} {}", got.status, got.text());
    }
    // A file that becomes a link while it is served.
    assert_eq!(preview.get("/film.mp4").status, 200);
    std::fs::remove_file(link("film.mp4")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.txt"), link("film.mp4")).unwrap();
    assert!(!preview.get("/film.mp4").text().contains("MARK-"));
}

#[test]
fn nonsense_is_refused_and_forgotten() {
    let scratch = site();
    let preview = Preview::of(&scratch, &[]);
    let own = format!("host: localhost:{}\r\n", preview.port);
    let host = format!("{own}connection: close\r\n");
    let long = "x".repeat(200_000);
    let many = "a: b\r\n".repeat(5000);
    let requests: Vec<Vec<u8>> = vec![
        b"\0\0\0\0\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        b"GET /\r\n\r\n".to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        b"\r\n\r\n\r\n\r\n".to_vec(),
        vec![0xff; 100_000],
        format!("GET /{long} HTTP/1.1\r\n{host}\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\n{host}x: {long}\r\n\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\n{host}{many}\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\n{host}content-length: -1\r\n\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\n{host}content-length: 99999999999999999999\r\n\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\n{host}content-length: 1\r\ncontent-length: 2\r\n\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\n{host}bad header\r\n\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\n{host}x: a\0b\r\n\r\n").into_bytes(),
        format!("GET /\u{1b}[31m HTTP/1.1\r\n{host}\r\n").into_bytes(),
        format!("CONNECT evil.org:443 HTTP/1.1\r\n{host}\r\n").into_bytes(),
        format!("OPTIONS * HTTP/1.1\r\n{host}\r\n").into_bytes(),
    ];
    let mut refused = 0;
    for request in &requests {
        let shown = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
        let (mut stream, start) = (preview.connect(), Instant::now());
        // Who is refused early may not come to the end, and may not hear why.
        let _ = stream.write_all(request);
        if let Some(got) = Got::read(&mut stream) {
            assert!((400..500).contains(&got.status), "{shown}: {}", got.status);
            refused += 1;
        }
        // Nobody waits long for who says no more.
        assert!(start.elapsed() < Duration::from_secs(15), "{shown}: it is not forgotten");
        assert_eq!(preview.get("/").status, 200, "{shown}");
    }
    assert!(refused >= 8, "{refused} were refused with a word");
    // Smuggling: what is behind a body that is told twice is never taken for a request.
    let smuggled = format!(
        "POST / HTTP/1.1\r\n{own}content-length: 6\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /film.mp4 HTTP/1.1\r\n{own}\r\n"
    );
    let mut stream = preview.connect();
    stream.write_all(smuggled.as_bytes()).unwrap();
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    assert!(!String::from_utf8_lossy(&text).contains("0123456789"));
}

#[test]
fn pages_answer_while_others_are_slow() {
    let scratch = site();
    let preview = Preview::of(&scratch, &[]);
    let origin = format!("http://localhost:{}", preview.port);
    let token = token(&preview);
    let mut slow = Vec::new();
    for number in 0..220 {
        let mut stream = preview.connect();
        let half = match number % 4 {
            0 => String::new(),
            1 => "GET / HT".to_owned(),
            2 => format!("GET / HTTP/1.1\r\nhost: localhost:{}\r\nx", preview.port),
            _ => format!(
                "POST /__manchette/open HTTP/1.1\r\nhost: localhost:{}\r\norigin: {origin}\r\n\
                 x-manchette-token: {token}\r\ncontent-length: 1000\r\n\r\n{{",
                preview.port
            ),
        };
        stream.write_all(half.as_bytes()).unwrap();
        slow.push(stream);
    }
    for _ in 0..20 {
        let start = Instant::now();
        assert_eq!(preview.get("/2025/06/un/").status, 200);
        assert!(start.elapsed() < Duration::from_secs(5));
    }
    // None of them is waited for for ever.
    for stream in &mut slow {
        let mut rest = Vec::new();
        let end = stream.read_to_end(&mut rest);
        assert!(end.is_ok() || end.is_err_and(|error| error.kind() != std::io::ErrorKind::WouldBlock), "still open");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_thousand_tabs_listen_and_go() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(4096, |most| most.min(4096));
    if limit.current.is_some_and(|now| now < wanted) {
        setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum }).unwrap();
    }
    let scratch = site();
    let preview = Preview::of(&scratch, &[]);
    let files = || std::fs::read_dir(format!("/proc/{}/fd", preview.child.id())).unwrap().count();
    let memory = || -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", preview.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    assert_eq!(preview.get("/").status, 200);
    let (files_before, memory_before) = (files(), memory());
    let mut tabs = Vec::new();
    for _ in 0..1000 {
        let mut stream = preview.connect();
        write!(stream, "GET /__manchette/events HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", preview.port).unwrap();
        tabs.push(BufReader::new(stream));
    }
    let heard = |tab: &mut BufReader<TcpStream>| {
        tab.lines().map_while(Result::ok).find_map(|line| line.strip_prefix("data: ")?.parse::<u64>().ok())
    };
    let first: Vec<u64> = tabs.iter_mut().map(|tab| heard(tab).unwrap()).collect();
    let start = Instant::now();
    assert_eq!(preview.get("/2025/06/un/").status, 200);
    assert!(start.elapsed() < Duration::from_secs(5));
    scratch.write("content/posts/un.md", POST.replace("Le texte.", "Autre."));
    for (tab, first) in tabs.iter_mut().zip(first) {
        assert!(heard(tab).unwrap() > first);
    }
    assert!(memory() < memory_before + 100_000, "{} kB, then {} kB", memory_before, memory());
    drop(tabs);
    // Sooner than a stream on which nothing happens would find that nobody listens.
    let start = Instant::now();
    while files() > files_before + 20 {
        assert!(start.elapsed() < Duration::from_secs(8), "{} files before, {} after", files_before, files());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(preview.get("/").status, 200);
}

#[cfg(unix)]
#[test]
fn p47_signals_end_it_soon_whoever_listens() {
    use rustix::process::Signal;
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let scratch = site();
        let mut preview = Preview::of(&scratch, &[]);
        let mut open = Vec::new();
        for number in 0..20 {
            let mut stream = preview.connect();
            if number % 2 == 0 {
                write!(stream, "GET /__manchette/events HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", preview.port).unwrap();
                assert!(stream.read(&mut [0; 64]).unwrap() > 0);
            }
            open.push(stream);
        }
        preview.signal(signal);
        let (took, ended) = preview.end();
        assert_eq!(ended, Some(code), "{}", preview.said());
        assert!(took < Duration::from_secs(3), "{took:?}");
        TcpListener::bind(("127.0.0.1", preview.port)).unwrap();
    }
}

#[test]
fn p47_a_port_that_is_taken_is_an_error_if_it_was_asked_for() {
    let scratch = site();
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let ran = scratch.run(&["serve", "--port", &port.to_string()]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains(&format!("port {port} is taken")), "{}", ran.stderr);
    // Whoever holds the first port, it is not ours: the next free one is used.
    let _first = TcpListener::bind(("127.0.0.1", 1111));
    let mut child = scratch.command(&["serve"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let said: Vec<String> = lines.by_ref().take(2).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(said[0].contains("port 1111 is taken"), "{said:?}");
    assert!(said[1].starts_with("http://localhost:1") && !said[1].contains(":1111/"), "{said:?}");
}

#[test]
fn who_lets_the_network_in_is_told_so() {
    let scratch = site();
    let preview = Preview::of(&scratch, &["--bind", "0.0.0.0"]);
    preview.until("/", |_| preview.said().contains("whoever is in this network can read"));
    assert_eq!(preview.get("/").status, 200);
    let evil = format!("evil.org:{}", preview.port);
    assert_eq!(preview.ask("GET", "/", &[("host", &evil)]).status, 421);
}

#[cfg(unix)]
#[test]
fn an_editor_is_opened_at_the_line_by_us_alone() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = site();
    scratch.write("my editor", "#!/bin/sh\nprintf '%s\\n' \"$@\" > opened.part && mv opened.part opened\n");
    let program = scratch.path("my editor");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let command = format!("'{}' --at {{line}} '{{file}}'", program.display());
    let preview = Preview::of(&scratch, &["--editor", &command]);
    let (origin, token) = (format!("http://localhost:{}", preview.port), token(&preview));
    let open = |body: &str, token: &str| {
        let request = format!(
            "POST /__manchette/open HTTP/1.1\r\nhost: localhost:{}\r\norigin: {origin}\r\nx-manchette-token: {token}\r\n\
             connection: close\r\ncontent-length: {}\r\n\r\n{body}",
            preview.port,
            body.len()
        );
        preview.send(request.as_bytes()).unwrap()
    };
    let wanted = r#"{"at": "/2025/06/un/", "text": "Le texte.", "nth": 0}"#;
    assert_eq!(open(wanted, "0123").status, 403);
    assert_eq!(open("not json", &token).status, 400);
    for file in ["/etc/passwd", "../x", "site.toml/../../x", ".git/config", "secret.txt"] {
        let got = open(&serde_json::json!({ "file": file }).to_string(), &token);
        assert!(got.status == 200 && got.text().contains("no file"), "{file}: {} {}", got.status, got.text());
    }
    assert!(!scratch.path("opened").exists());
    let got = open(wanted, &token);
    assert!(got.status == 200 && got.text().contains("content/posts/un.md"), "{} {}", got.status, got.text());
    let start = Instant::now();
    while !scratch.path("opened").exists() {
        assert!(start.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(20));
    }
    let file = scratch.path("content/posts/un.md");
    assert_eq!(scratch.read("opened"), format!("--at\n7\n{}\n", file.display()));
}

#[test]
fn without_an_editor_the_preview_says_so() {
    let scratch = site();
    let config = scratch.read("site.toml");
    // A site cannot name a program.
    scratch.write("site.toml", format!("{config}\n[extra]\neditor = \"touch pwned\"\n"));
    let preview = Preview::of(&scratch, &["--editor", "vim"]);
    let (origin, token) = (format!("http://localhost:{}", preview.port), token(&preview));
    let body = r#"{"at": "/2025/06/un/", "text": "Le texte."}"#;
    let request = format!(
        "POST /__manchette/open HTTP/1.1\r\nhost: localhost:{}\r\norigin: {origin}\r\nx-manchette-token: {token}\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        preview.port,
        body.len()
    );
    let got = preview.send(request.as_bytes()).unwrap();
    assert!(got.status == 200 && got.text().contains("needs a terminal"), "{} {}", got.status, got.text());
}

#[test]
fn programs_are_told_in_lines_of_json() {
    let scratch = site();
    let mut command = scratch.command(&["serve", "--port", "0", "--format", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut values = lines.map(|line| serde_json::from_str::<serde_json::Value>(&line).unwrap());
    let first = values.next().unwrap();
    assert_eq!((&first["serve"], &first["posts"], &first["drafts"]), (&"started".into(), &2.into(), &1.into()));
    assert!(first["url"].as_str().unwrap().starts_with("http://localhost:"));
    let checked = values.find(|value| value["serve"] == "checked").unwrap();
    assert_eq!(checked["errors"], 0);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn problems_are_told_once_and_their_end_too() {
    let scratch = Scratch::site(&[("content/posts/un.md", &POST.replace("date", "source = \"x\"\ndate"))]);
    let whole = scratch.read("content/posts/un.md");
    let preview = Preview::of(&scratch, &[]);
    let until = |is_right: &dyn Fn(&str) -> bool| {
        let start = Instant::now();
        while !is_right(&preview.said()) {
            assert!(start.elapsed() < PATIENCE, "{}", preview.said());
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    scratch.write("content/posts/un.md", whole.replace("2025-06-19", "hier"));
    until(&|said| said.contains("error[") && said.contains("content/posts/un.md · "));
    scratch.write("content/posts/un.md", whole.replace("2025-06-19", "hier").replace("Le texte", "Un texte"));
    until(&|said| said.matches("content/posts/un.md · ").count() == 2);
    scratch.write("content/posts/un.md", &whole);
    until(&|said| said.contains("all is well again"));
    assert_eq!(preview.said().matches("error[").count(), 1, "{}", preview.said());
}

/// A file of an output as it is asked for.
fn target(base: &str, name: &str) -> String {
    let name = match name.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => name,
    };
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => (byte as char).to_string(),
            byte if byte.is_ascii_alphanumeric() => (byte as char).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("{base}/{encoded}")
}

/// Builds a site, and compares each file with what is served.
fn compare(name: &str, folder: &Path, arguments: &[&str], building: &[&str], serving: &[&str]) -> usize {
    let scratch = Scratch::copy_of(folder);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/themes"), &scratch.path("themes"));
    scratch.run(&[&["build"], arguments, building].concat()).ok();
    let mut output = tree(&scratch.path("public"));
    output.remove(".manchette-manifest");
    let preview = Preview::of(&scratch, &[arguments, serving].concat());
    let said = preview.said();
    let base = said.lines().find_map(|line| line.strip_prefix("http://")).unwrap();
    let base = base.split(' ').next().unwrap().split_once('/').unwrap().1.trim_end_matches('/').to_owned();
    let base = if base.is_empty() { base } else { format!("/{base}") };
    for (file, built) in &output {
        let target = target(&base, file);
        let got = preview.get(&target);
        let is_alias = got.status == 301 && String::from_utf8_lossy(built).contains("http-equiv=\"refresh\"");
        assert!(got.status == 200 || is_alias, "{name}: {target} is {}", got.status);
        let is_html = got.header("content-type").starts_with("text/html") && !is_alias;
        let text = got.text();
        let served = match is_html {
            true => {
                assert_eq!(text.matches(TAG).count(), 1, "{name}: {target}");
                text.replace(TAG, "").into_bytes()
            }
            false => got.body,
        };
        assert!(served == *built, "{name}: {target} differs");
    }
    output.len()
}

#[test]
fn every_file_is_served_as_it_would_be_published() {
    let themed = |arguments: &str| arguments.lines().map(str::to_owned).collect::<Vec<_>>();
    let mut compared = 0;
    for case in cases() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites").join(&case.name);
        let own = themed(&std::fs::read_to_string(folder.join("arguments")).unwrap_or_default());
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let all: Vec<&str> = own.iter().copied().filter(|flag| !["--drafts", "--future"].contains(flag)).collect();
        compared += compare(&case.name, &folder, &all, &["--drafts", "--future"], &[]);
        compared += compare(&case.name, &folder, &own, &[], &["--published"]);
    }
    assert!(compared > 500, "{compared}");
}
