//! The preview in a real browser: Chromium without a window, driven through WebDriver.
//!
//! Where there is no Chromium or no driver these tests say so and pass; under `CI=true` they fail instead.

mod hostile;

use crate::scratch::{Scratch, skipped};
use pulldown_cmark::{Event, Tag, TagEnd};
use serde_json::{Value, json};
use std::future::Future;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};
use thirtyfour::prelude::*;
use thirtyfour::{ChromiumLikeCapabilities, LoggingPrefsLogLevel};
use tokio::sync::Semaphore;

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Browsers need much memory, and the machine may be small.
static TWO_AT_A_TIME: Semaphore = Semaphore::const_new(2);

/// What happens to a page and its browser.
struct Tab {
    driver: WebDriver,
    preview: Preview,
}

/// A scenario: a site, and what happens to it.
fn scenario<F, Happens>(site: Scratch, flags: &[&str], happens: F)
where
    F: FnOnce(Tab) -> Happens,
    Happens: Future<Output = Tab>,
{
    let Some(driver) = driver() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let profile = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        let _turn = TWO_AT_A_TIME.acquire().await.unwrap();
        let preview = Preview::start(site, flags);
        let driver = session(driver, profile.path()).await;
        let tab = happens(Tab { driver, preview }).await;
        let said = tab.driver.browser_log().await.unwrap();
        // The browser itself remarks that the page for missing addresses is answered with 404, as it must be.
        let errors: Vec<&str> = said
            .iter()
            .filter(|entry| entry.level == "SEVERE" || entry.level == "WARNING")
            .map(|entry| entry.message.as_str())
            .filter(|message| !message.contains("status of 404") || message.contains("__manchette"))
            .collect();
        tab.driver.quit().await.unwrap();
        assert_eq!(errors, Vec::<&str>::new(), "the console");
    });
}

/// The address of chromedriver, which runs as long as the tests do; nothing where it cannot.
fn driver() -> Option<&'static str> {
    static DRIVER: OnceLock<Result<String, String>> = OnceLock::new();
    match DRIVER.get_or_init(start_driver) {
        Ok(address) => Some(address),
        Err(why) => {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{why}, and nothing may be skipped in CI");
            skipped(why);
            None
        }
    }
}

fn found(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(variable) {
        return Some(PathBuf::from(named));
    }
    let folders = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

fn chromium() -> Option<PathBuf> {
    found("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])
}

fn start_driver() -> Result<String, String> {
    chromium().ok_or("there is no chromium")?;
    let program = found("CHROMEDRIVER", &["chromedriver"]).ok_or("there is no chromedriver")?;
    // The shell ends the driver when the pipe to it closes, which is when the tests end, however they do.
    let script = "\"$0\" --port=0 & driver=$!; read -r _; kill $driver";
    let mut shell = Command::new("sh")
        .args(["-c", script])
        .arg(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("chromedriver does not start: {error}"))?;
    let lines = read_lines(shell.stdout.take().unwrap());
    // Kept open until the process ends.
    std::mem::forget(shell.stdin.take());
    let line = wait_for(&lines, "started successfully on port").ok_or("chromedriver does not answer")?;
    let port: String = line.chars().filter(char::is_ascii_digit).collect();
    Ok(format!("http://127.0.0.1:{port}"))
}

fn read_lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (tell, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let _ = tell.send(line);
        }
    });
    lines
}

fn wait_for(lines: &Receiver<String>, words: &str) -> Option<String> {
    let end = Instant::now() + PATIENCE;
    loop {
        let line = lines.recv_timeout(end.saturating_duration_since(Instant::now())).ok()?;
        if line.contains(words) {
            return Some(line);
        }
    }
}

async fn session(driver: &str, profile: &Path) -> WebDriver {
    let mut capabilities = DesiredCapabilities::chrome();
    for flag in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,900",
        // Nothing moves by itself while a test clicks.
        "--force-prefers-reduced-motion",
    ] {
        capabilities.add_arg(flag).unwrap();
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.display())).unwrap();
    capabilities.set_binary(&chromium().unwrap().to_string_lossy()).unwrap();
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
    WebDriver::new(driver, capabilities).await.unwrap()
}

/// A preview that runs.
struct Preview {
    site: Scratch,
    server: Child,
    origin: String,
}

impl Preview {
    fn start(site: Scratch, flags: &[&str]) -> Preview {
        let mut arguments = vec!["serve", "--port", "0"];
        arguments.extend(flags);
        let mut command = site.command(&arguments);
        let mut server = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, lines) = mpsc::channel();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(server.stdout.take().unwrap()), Box::new(server.stderr.take().unwrap())];
        for stream in streams {
            let tell = tell.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let _ = tell.send(line);
                }
            });
        }
        let line = wait_for(&lines, "http://").unwrap_or_else(|| panic!("the preview does not start"));
        let start = line.find("http://").unwrap();
        let address = line[start..].split_whitespace().next().unwrap();
        let host = address["http://".len()..].split('/').next().unwrap();
        Preview { site, server, origin: format!("http://{host}") }
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Tab {
    async fn goto(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.preview.origin)).await.unwrap();
    }

    async fn ask(&self, script: &str) -> Value {
        self.driver.execute(script, Vec::new()).await.unwrap().json().clone()
    }

    /// Waits until a condition of the page holds.
    async fn until(&self, condition: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let script = format!("try {{ return Boolean({condition}) }} catch {{ return false }}");
            if self.driver.execute(script, Vec::new()).await.is_ok_and(|held| held.json() == &json!(true)) {
                return;
            }
            if Instant::now() > end {
                let seen = self.ask("return [location.pathname, document.title, document.body.innerText.slice(0, 1500), document.querySelector('manchette-preview')?.shadowRoot.querySelector('.all').innerText]").await;
                panic!("never: {condition}\n{seen:#}");
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// Waits until the preview knows the page and is listening.
    async fn ready(&self) {
        self.until(&format!("{BAR}.textContent.includes('Details') && !{BAR}.textContent.includes('checking')")).await;
    }

    /// Waits until the preview tells the page in sight these words.
    async fn until_told(&self, words: &str) {
        let state =
            "fetch(`/__manchette/state?at=${encodeURIComponent(location.pathname)}`).then((answer) => answer.text())";
        let end = Instant::now() + PATIENCE;
        loop {
            let told = self.ask(&format!("return {state}")).await;
            let told = told.as_str().unwrap();
            if told.contains(words) {
                return;
            }
            assert!(Instant::now() < end, "never told: {words}\n{told}");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.preview.site.read(path);
        assert!(text.contains(from), "{path} has no {from}");
        self.preview.site.write(path, text.replace(from, to));
    }
}

const ROOT: &str = "document.querySelector('manchette-preview').shadowRoot";
const BAR: &str = "document.querySelector('manchette-preview').shadowRoot.querySelector('.bar')";

const TOML: &str = "title = \"Essai\"\nbase_url = \"https://example.org/actu\"\nlanguage = \"fr\"\ntimezone = \"Europe/Paris\"\n[markdown]\nraw_html = \"allow\"\n[sources]\nrequired = \"off\"\n";

fn post(title: &str, date: &str, body: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = {date}\ntags = [\"IA\"]\n+++\n\n{body}\n")
}

fn long() -> String {
    let mut body = "Le chapô de cet article.\n\n<p><input id=\"name\"> <input class=\"plain\"></p>\n<details id=\"more\"><summary>Plus</summary>caché</details>\n\n".to_owned();
    for number in 0..60 {
        body += &format!("Paragraphe numéro {number} qui parle de l'IA, longuement et sans rien dire de plus.\n\n");
    }
    body
}

/// A small site below a path.
fn small() -> Scratch {
    Scratch::site(&[
        ("site.toml", TOML),
        ("content/posts/un.md", &post("Premier article", "2025-06-01", &long())),
        (
            "content/posts/deux.md",
            &post(
                "Deuxième article",
                "2025-06-02",
                "Le chapô du deuxième.\n\nVoir [le premier](un.md) et [ailleurs](https://example.com/x?a=1&b=2).\n\n- point\n  - sous-point *accentué*\n\n| a | b |\n|---|---|\n| c | cellule d'essai |",
            ),
        ),
        (
            "content/posts/brouillon.md",
            "+++\ntitle = \"Un brouillon\"\ndate = 2025-06-03\ndraft = true\n+++\n\nPas encore fini.\n",
        ),
        ("content/posts/demain.md", &post("Pour demain", "2031-01-01", "Cela viendra.")),
    ])
}

#[test]
fn a_body_edit_keeps_scroll_focus_typed_text_and_what_was_opened() {
    scenario(small(), &[], |tab| async move {
        tab.goto("/actu/2025/06/un/").await;
        tab.ready().await;
        tab.driver.find(By::Id("name")).await.unwrap().send_keys("Claire").await.unwrap();
        tab.ask("window.kept = 1; document.querySelector('#more').open = true; window.scrollTo(0, 700)").await;
        let at = tab.ask("return window.scrollY").await;
        assert_eq!(at, json!(700));
        tab.edit("content/posts/un.md", "Paragraphe numéro 12 qui", "Paragraphe numéro douze, qui");
        tab.until("document.body.textContent.includes('numéro douze')").await;
        let kept = "return [window.kept, window.scrollY, document.querySelector('#name').value, document.activeElement.id, document.querySelector('#more').open]";
        assert_eq!(tab.ask(kept).await, json!([1, 700, "Claire", "name", true]));
        let marked = tab.ask("return document.querySelector('[data-manchette-changed]')?.textContent").await;
        assert!(marked.as_str().is_some_and(|text| text.contains("numéro douze")), "{marked}");
        // What has changed out of sight is brought into it.
        tab.edit("content/posts/un.md", "Paragraphe numéro 55", "Paragraphe numéro cinquante-cinq");
        tab.until("[...document.querySelectorAll('p')].find((p) => p.textContent.includes('cinquante-cinq'))?.getBoundingClientRect().top < innerHeight").await;
        assert_eq!(tab.ask("return window.kept").await, json!(1));
        tab
    });
}

#[test]
fn a_selection_and_what_scripts_have_added_outlive_an_edit() {
    scenario(small(), &[], |tab| async move {
        tab.goto("/actu/2025/06/un/").await;
        tab.ready().await;
        let prepare = "
            const paragraph = [...document.querySelectorAll('.prose p')].find((p) => p.textContent.includes('numéro 5 '))
            getSelection().selectAllChildren(paragraph)
            document.documentElement.dataset.mine = 'yes'
            const style = document.createElement('style'); style.id = 'mine'; document.head.append(style)";
        tab.ask(prepare).await;
        tab.edit("content/posts/un.md", "Paragraphe numéro 2 ", "Paragraphe numéro deux ");
        tab.until("document.body.textContent.includes('numéro deux')").await;
        let kept = "return [getSelection().toString().slice(0, 20), document.documentElement.dataset.mine, Boolean(document.querySelector('#mine'))]";
        assert_eq!(tab.ask(kept).await, json!(["Paragraphe numéro 5 ", "yes", true]));
        // A paragraph more moves nothing that stays.
        tab.ask("document.querySelector('.plain').focus(); document.querySelector('.plain').value = 'typed'").await;
        tab.ask("const paragraph = [...document.querySelectorAll('.prose p')].find((p) => p.textContent.includes('numéro 5 ')); getSelection().selectAllChildren(paragraph); document.querySelector('.plain').focus()").await;
        tab.edit("content/posts/un.md", "Paragraphe numéro deux ", "Un paragraphe de plus.\n\nParagraphe numéro deux ");
        tab.until("document.body.textContent.includes('Un paragraphe de plus')").await;
        let typed = "return [document.activeElement.className, document.querySelector('.plain').value]";
        assert_eq!(tab.ask(typed).await, json!(["plain", "typed"]));
        assert_eq!(tab.ask(kept).await, json!(["Paragraphe numéro 5 ", "yes", true]));
        tab
    });
}

#[test]
fn what_readers_and_scripts_did_to_the_text_outlives_an_edit() {
    scenario(small(), &[], |tab| async move {
        let body = "<p id=\"form\"><select id=\"choice\"><option>a</option><option>b</option></select></p>\n\n<div id=\"own\" contenteditable>à écrire</div>\n\nUn paragraphe que voici.";
        tab.edit("content/posts/deux.md", "Le chapô du deuxième.", &format!("Le chapô du deuxième.\n\n{body}"));
        tab.goto("/actu/2025/06/deux/").await;
        tab.ready().await;
        tab.ask("
            window.kept = 1
            document.querySelector('#choice').selectedIndex = 1
            document.querySelector('#own').textContent = 'écrit'
            document.querySelector('#own').dispatchEvent(new InputEvent('input', { bubbles: true }))
            const paragraph = [...document.querySelectorAll('.prose p')].find((p) => p.textContent.includes('que voici'))
            paragraph.classList.add('scripted')
            paragraph.append(document.createElement('b'))
            const note = document.createElement('p'); note.className = 'note'; note.textContent = 'ajouté'; paragraph.before(note)
            document.querySelector('.prose').classList.add('scripted')")
            .await;
        let kept = "return [window.kept, document.querySelector('#choice').value, document.querySelector('#own').textContent, [...document.querySelectorAll('.scripted')].map((e) => e.localName).join(), document.querySelectorAll('.prose p.scripted > b').length, document.querySelectorAll('.prose > .note').length, document.querySelectorAll('[id^=manchette]').length]";
        let all = json!([1, "b", "écrit", "div,p", 1, 1, 0]);
        assert_eq!(tab.ask(kept).await, all);
        tab.edit("content/posts/deux.md", "Voir [le premier]", "Un autre.\n\nRevoir [le premier]");
        tab.until("document.body.textContent.includes('Revoir')").await;
        assert_eq!(tab.ask(kept).await, all);
        // Beside it, too, and in what is changed itself.
        tab.edit("content/posts/deux.md", "<option>a</option>", "<option>aa</option>");
        tab.edit("content/posts/deux.md", "contenteditable>à écrire", "contenteditable>à récrire");
        tab.until("document.querySelector('#choice').options[0].text === 'aa'").await;
        tab.edit("content/posts/deux.md", "Un autre.", "Un autre mot.");
        tab.until("document.body.textContent.includes('Un autre mot.')").await;
        assert_eq!(tab.ask(kept).await, all);
        let order = "return [...document.querySelectorAll('.prose > p')].map((p) => p.textContent).slice(-4)";
        assert_eq!(
            tab.ask(order).await,
            json!(["ajouté", "Un paragraphe que voici.", "Un autre mot.", "Revoir le premier et ailleurs."])
        );
        // Another emphasis is a change to be seen.
        tab.edit("content/posts/deux.md", "Un autre mot.", "Un *autre* mot.");
        tab.until("document.querySelector('[data-manchette-changed]')?.innerHTML === 'Un <em>autre</em> mot.'").await;
        tab
    });
}

#[test]
fn french_is_set_while_it_is_typed() {
    // Those that Markdown takes for plain text.
    let plain = |case: &crate::typography::Case| {
        let events: Vec<_> = pulldown_cmark::Parser::new(&case.written).collect();
        let [Event::Start(Tag::Paragraph), texts @ .., Event::End(TagEnd::Paragraph)] = events.as_slice() else {
            return false;
        };
        let said: Option<String> =
            texts.iter().map(|event| if let Event::Text(text) = event { Some(&**text) } else { None }).collect();
        // A colon at the start makes a definition of what follows a paragraph.
        let is_plain = !case.written.contains("://") && !case.written.starts_with(':');
        is_plain && case.language == "fr" && said.as_deref() == Some(&case.written)
    };
    let cases: Vec<_> = crate::typography::cases().into_iter().filter(plain).collect();
    assert!(cases.len() >= 100, "{}", cases.len());
    scenario(small(), &[], |tab| async move {
        tab.goto("/actu/2025/06/un/").await;
        tab.ready().await;
        let mut body = "Le chapô.".to_owned();
        for (number, part) in cases.chunks(40).enumerate() {
            part.iter().for_each(|case| body += &format!("\n\n{}", case.written));
            body += &format!("\n\nPartie {number}");
            tab.preview.site.write("content/posts/un.md", post("Premier article", "2025-06-01", &body));
            tab.until(&format!("document.querySelector('.prose').textContent.includes('Partie {number}')")).await;
        }
        let shown = tab.ask("return [...document.querySelectorAll('.prose p')].map((p) => p.textContent)").await;
        let shown: Vec<&str> = shown.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
        let shown: Vec<&str> = shown.into_iter().filter(|text| !text.starts_with("Partie ")).collect();
        let wanted: Vec<&str> = cases.iter().map(|case| case.printed.as_str()).collect();
        let wrong: Vec<_> = shown.iter().zip(&wanted).filter(|(shown, wanted)| shown != wanted).collect();
        assert_eq!((shown.len(), wrong), (wanted.len(), Vec::new()));
        tab
    });
}

#[test]
fn a_title_edit_reaches_the_head_and_the_lists() {
    scenario(small(), &[], |tab| async move {
        tab.goto("/actu/").await;
        tab.ready().await;
        tab.ask("window.kept = 1").await;
        tab.edit("content/posts/deux.md", "Deuxième article", "Un autre titre");
        tab.until("document.querySelector('main').textContent.includes('Un autre titre')").await;
        tab.goto("/actu/2025/06/deux/").await;
        tab.ready().await;
        tab.edit("content/posts/deux.md", "Un autre titre", "Encore un");
        tab.until("document.title.includes('Encore un')").await;
        tab
    });
}

#[test]
fn a_style_sheet_is_exchanged_without_loading_the_page_again() {
    let site = small();
    site.write("static/style.css", "body { color: rgb(1, 2, 3) }");
    scenario(site, &[], |tab| async move {
        tab.goto("/actu/2025/06/un/").await;
        tab.ready().await;
        tab.ask("window.kept = 1; window.scrollTo(0, 300)").await;
        tab.until("getComputedStyle(document.body).color === 'rgb(1, 2, 3)'").await;
        tab.preview.site.write("static/style.css", "body { color: rgb(4, 5, 6); margin: 0 }");
        tab.until("getComputedStyle(document.body).color === 'rgb(4, 5, 6)'").await;
        tab.until("document.querySelectorAll('link[rel=stylesheet]').length === 1").await;
        assert_eq!(tab.ask("return [window.kept, window.scrollY]").await, json!([1, 300]));
        // The exchanged sheet stays when the text changes.
        tab.edit("content/posts/un.md", "Le chapô de", "Le nouveau chapô de");
        tab.until("document.body.textContent.includes('Le nouveau chapô')").await;
        let kept = "return [window.kept, getComputedStyle(document.body).color, document.querySelectorAll('link[rel=stylesheet]').length]";
        assert_eq!(tab.ask(kept).await, json!([1, "rgb(4, 5, 6)", 1]));
        tab
    });
}

#[test]
fn pictures_appear_when_they_come_and_change_wherever_they_are_named() {
    let square = |size: u32| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\"/>");
    let site = small();
    site.write("static/style.css", "body { background: url(back.svg) }");
    site.write("static/back.svg", square(5));
    site.write("static/chosen.svg", square(10));
    site.write("static/other.svg", square(11));
    scenario(site, &[], |tab| async move {
        let body = "<img id=\"late\" src=\"/actu/late.svg\">\n\n<picture><source srcset=\"/actu/chosen.svg\"><img id=\"picture\" src=\"/actu/other.svg\"></picture>";
        tab.edit("content/posts/deux.md", "Le chapô du deuxième.", &format!("Le chapô du deuxième.\n\n{body}"));
        tab.goto("/actu/2025/06/deux/").await;
        tab.ready().await;
        tab.ask("window.kept = 1").await;
        tab.until("document.querySelector('#picture').naturalWidth === 10").await;
        tab.preview.site.write("static/late.svg", square(30));
        tab.until("document.querySelector('#late').naturalWidth === 30").await;
        tab.preview.site.write("static/chosen.svg", square(200));
        tab.until("document.querySelector('#picture').naturalWidth === 200").await;
        assert_eq!(tab.ask("return window.kept").await, json!(1));
        tab.preview.site.write("static/back.svg", square(5000));
        tab.until("window.kept === undefined").await;
        tab
    });
}

#[test]
fn a_changed_script_loads_the_page_again() {
    let site = small();
    let base = include_str!("../../themes/kiosque/templates/base.html");
    let tag = "<script src=\"{{ asset(path=\"own.js\") }}\" defer></script>\n</body>";
    site.write("templates/base.html", base.replace("</body>", tag));
    site.write("static/own.js", "document.documentElement.dataset.own = 'one'");
    scenario(site, &[], |tab| async move {
        tab.goto("/actu/2025/06/un/").await;
        tab.ready().await;
        tab.ask("window.kept = 1").await;
        tab.preview.site.write("static/own.js", "document.documentElement.dataset.own = 'two, and longer'");
        tab.until("document.documentElement.dataset.own.startsWith('two')").await;
        tab.until("window.kept === undefined").await;
        tab
    });
}

#[test]
fn a_template_error_covers_the_last_good_page_and_clears() {
    scenario(small(), &[], |tab| async move {
        let template = include_str!("../../themes/kiosque/templates/post.html");
        tab.preview.site.write("templates/post.html", template);
        tab.goto("/actu/2025/06/un/").await;
        tab.ready().await;
        let broken = template.replace("{{ page.title | ordinals }}", "{{ page.titel }}");
        tab.preview.site.write("templates/post.html", &broken);
        tab.until(&format!("{ROOT}.querySelector('.overlay')?.textContent.includes('titel')")).await;
        tab.until("document.title.startsWith('✗ ')").await;
        let seen = tab
            .ask(&format!(
                "return [document.querySelector('h1').textContent, {ROOT}.querySelector('.overlay pre').textContent]"
            ))
            .await;
        assert_eq!(seen[0], "Premier article");
        let text = seen[1].as_str().unwrap();
        assert!(text.starts_with("error[") && text.contains("templates/post.html:") && text.contains('^'), "{text}");
        // It can be put away, and comes back for another error.
        tab.driver.action_chain().send_keys(Key::Escape).perform().await.unwrap();
        tab.until(&format!("{ROOT}.querySelector('.cover').hidden")).await;
        // How many other pages have it is no other error, nor is another page that has it.
        tab.ask(&format!("new MutationObserver(() => window.shown ||= !{ROOT}.querySelector('.cover').hidden).observe({ROOT}.querySelector('.cover'), {{ attributes: true }})")).await;
        let another = tab.preview.site.read("content/posts/un.md").replace("Premier article", "Troisième article");
        tab.preview.site.write("content/posts/trois.md", another);
        tab.until_told("and on 4 other pages").await;
        tab.ask(&format!("new MutationObserver(() => window.drawn = true).observe({BAR}, {{ childList: true }})"))
            .await;
        tab.edit("content/posts/deux.md", "Le chapô du deuxième", "Un chapô tout neuf");
        tab.until("window.drawn").await;
        assert_eq!(
            tab.ask(&format!("return [{ROOT}.querySelector('.cover').hidden, Boolean(window.shown)]")).await,
            json!([true, false])
        );
        tab.preview.site.write("templates/post.html", broken.replace("page.titel", "page.titles"));
        tab.until(&format!("!{ROOT}.querySelector('.cover').hidden")).await;
        tab.preview.site.write("templates/post.html", template);
        tab.until(&format!("{ROOT}.querySelector('.cover').hidden")).await;
        tab.until("!document.title.startsWith('✗ ')").await;
        tab
    });
}

#[test]
fn a_broken_article_shows_its_error_on_its_own_page_and_counts_elsewhere() {
    scenario(small(), &[], |tab| async move {
        tab.goto("/actu/2025/06/un/").await;
        tab.ready().await;
        tab.edit("content/posts/un.md", "title = \"Premier article\"", "title = \"Premier article");
        tab.until(&format!("{ROOT}.querySelector('.overlay')?.textContent.includes('content/posts/un.md')")).await;
        tab.goto("/actu/2025/06/deux/").await;
        tab.until(&format!("{BAR}.querySelector('.errors')?.textContent === '1 error'")).await;
        tab.until(&format!("{ROOT}.querySelector('.cover').hidden && document.title.startsWith('✗ ')")).await;
        tab.edit("content/posts/un.md", "title = \"Premier article", "title = \"Premier article\"");
        tab.until(&format!("!{BAR}.querySelector('.errors') && !document.title.startsWith('✗ ')")).await;
        tab
    });
}

#[test]
fn a_renamed_page_is_followed_in_place() {
    scenario(small(), &[], |tab| async move {
        tab.goto("/actu/2025/06/un/").await;
        tab.ready().await;
        tab.ask("window.kept = 1; window.scrollTo(0, 500)").await;
        tab.edit("content/posts/un.md", "tags = [\"IA\"]", "tags = [\"IA\"]\nslug = \"une-autre-adresse\"");
        tab.until("location.pathname === '/actu/2025/06/une-autre-adresse/'").await;
        tab.until("document.querySelector('link[rel=canonical]').href.endsWith('/une-autre-adresse/')").await;
        assert_eq!(tab.ask("return [window.kept, window.scrollY]").await, json!([1, 500]));
        tab.ask(&format!("{ROOT}.querySelector('[data-name=details]').click()")).await;
        let from = tab.preview.site.path("content/posts/un.md");
        std::fs::rename(from, tab.preview.site.path("content/posts/autre-nom.md")).unwrap();
        tab.until(&format!("{ROOT}.querySelector('.panel').textContent.includes('content/posts/autre-nom.md')")).await;
        tab.edit("content/posts/autre-nom.md", "slug = \"une-autre-adresse\"\n", "");
        tab.until("location.pathname === '/actu/2025/06/autre-nom/' && document.querySelector('h1').textContent === 'Premier article'").await;
        assert_eq!(tab.ask("return window.kept").await, json!(1));
        tab
    });
}

#[test]
fn a_missing_page_names_the_nearest_and_a_deleted_one_comes_back() {
    scenario(small(), &[], |tab| async move {
        tab.goto("/actu/2025/06/deus/").await;
        tab.until(&format!("{ROOT}.querySelector('.missing a')?.getAttribute('href') === '/actu/2025/06/deux/'")).await;
        tab.goto("/actu/2025/06/deux/").await;
        tab.ready().await;
        tab.ask("window.kept = 1").await;
        let text = tab.preview.site.read("content/posts/deux.md");
        std::fs::remove_file(tab.preview.site.path("content/posts/deux.md")).unwrap();
        tab.until(&format!("!{ROOT}.querySelector('.missing').hidden")).await;
        tab.until("document.body.className === 'kind-404'").await;
        tab.preview.site.write("content/posts/deux.md", text);
        tab.until("document.querySelector('h1').textContent === 'Deuxième article'").await;
        tab.until(&format!("{ROOT}.querySelector('.missing').hidden")).await;
        assert_eq!(tab.ask("return window.kept").await, json!(1));
        tab
    });
}

#[test]
fn nine_tabs_load_and_the_one_in_sight_is_the_newest() {
    scenario(small(), &[], |tab| async move {
        let mut windows = Vec::new();
        for number in 0..9 {
            if number > 0 {
                let window = tab.driver.new_tab().await.unwrap();
                tab.driver.switch_to_window(window).await.unwrap();
            }
            windows.push(tab.driver.window().await.unwrap());
            tab.goto(if number % 2 == 0 { "/actu/2025/06/un/" } else { "/actu/2025/06/deux/" }).await;
            tab.ready().await;
            tab.ask("window.kept = 1").await;
        }
        tab.edit("content/posts/un.md", "Paragraphe numéro 3 ", "Paragraphe numéro trois ");
        tab.edit("content/posts/deux.md", "Le chapô du deuxième", "Un chapô tout neuf");
        for (number, window) in windows.iter().enumerate() {
            tab.driver.switch_to_window(window.clone()).await.unwrap();
            let words = if number % 2 == 0 { "numéro trois" } else { "tout neuf" };
            tab.until(&format!("document.body.textContent.includes('{words}')")).await;
            assert_eq!(tab.ask("return window.kept").await, json!(1), "tab {number}");
        }
        tab
    });
}

#[test]
fn windows_side_by_side_share_one_stream() {
    scenario(small(), &[], |tab| async move {
        let mut windows = vec![tab.driver.window().await.unwrap()];
        for _ in 1..8 {
            windows.push(tab.driver.new_window().await.unwrap());
        }
        for (number, window) in windows.iter().enumerate() {
            tab.driver.switch_to_window(window.clone()).await.unwrap();
            tab.goto(if number % 2 == 0 { "/actu/2025/06/un/" } else { "/actu/2025/06/deux/" }).await;
            tab.ready().await;
            assert_eq!(tab.ask("return document.visibilityState").await, json!("visible"));
        }
        let locks =
            tab.ask("return navigator.locks.query().then((locks) => [locks.held.length, locks.pending.length])").await;
        assert_eq!(locks, json!([1, 7]));
        // A browser opens six connections to a host: if each window had a stream, this would wait for ever.
        tab.ask("return fetch('/actu/').then((answer) => answer.status)").await;
        tab.edit("content/posts/un.md", "Paragraphe numéro 3 ", "Paragraphe numéro trois ");
        tab.edit("content/posts/deux.md", "Le chapô du deuxième", "Un chapô tout neuf");
        for (number, window) in windows.iter().enumerate() {
            tab.driver.switch_to_window(window.clone()).await.unwrap();
            let words = if number % 2 == 0 { "numéro trois" } else { "tout neuf" };
            tab.until(&format!("document.body.textContent.includes('{words}')")).await;
        }
        // When the one that leads goes, another one does.
        for window in &windows[..4] {
            tab.driver.switch_to_window(window.clone()).await.unwrap();
            tab.driver.close_window().await.unwrap();
        }
        tab.driver.switch_to_window(windows[4].clone()).await.unwrap();
        tab.edit("content/posts/un.md", "Paragraphe numéro 4 ", "Paragraphe numéro quatre ");
        tab.until("document.body.textContent.includes('numéro quatre')").await;
        tab
    });
}

#[test]
fn a_tab_that_was_hidden_catches_up() {
    scenario(small(), &[], |tab| async move {
        tab.goto("/actu/2025/06/un/").await;
        tab.ready().await;
        let hide = "Object.defineProperty(document, 'visibilityState', { value: arguments[0], configurable: true }); document.dispatchEvent(new Event('visibilitychange'))";
        tab.driver.execute(hide, vec![json!("hidden")]).await.unwrap();
        tab.edit("content/posts/un.md", "Le chapô de", "Le nouveau chapô de");
        // Another tab sees it; this one does not look.
        let hidden = tab.driver.window().await.unwrap();
        let other = tab.driver.new_tab().await.unwrap();
        tab.driver.switch_to_window(other).await.unwrap();
        tab.goto("/actu/2025/06/un/").await;
        tab.until("document.body.textContent.includes('Le nouveau chapô')").await;
        tab.driver.close_window().await.unwrap();
        tab.driver.switch_to_window(hidden).await.unwrap();
        assert_eq!(tab.ask("return document.body.textContent.includes('Le nouveau chapô')").await, json!(false));
        tab.driver.execute(hide, vec![json!("visible")]).await.unwrap();
        tab.until("document.body.textContent.includes('Le nouveau chapô')").await;
        tab
    });
}

#[test]
#[cfg(unix)]
fn alt_click_opens_the_line_of_a_block() {
    use std::os::unix::fs::PermissionsExt;
    let site = small();
    site.write("content/topics/ia.md", "+++\ntitle = \"IA\"\n+++\n\nCe que dit le sujet.\n");
    site.write("editor.sh", "#!/bin/sh\nprintf '%s\\n' \"$*\" >> \"$(dirname \"$0\")/opened\"\n");
    let editor = site.path("editor.sh");
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).unwrap();
    let command = format!("'{}' {{file}}:{{line}}", editor.display());
    scenario(site, &["--editor", &command], |tab| async move {
        let opened = |place: &str| {
            let end = Instant::now() + PATIENCE;
            let last = || std::fs::read_to_string(tab.preview.site.path("opened")).unwrap_or_default();
            while !last().lines().next_back().is_some_and(|line| line.ends_with(place)) {
                assert!(Instant::now() < end, "{place} was not opened, but:\n{}", last());
                std::thread::sleep(Duration::from_millis(30));
            }
        };
        let click = async |script: &str| {
            let found = tab.driver.execute(script, Vec::new()).await.unwrap();
            let element = found.element().unwrap();
            element.scroll_into_view().await.unwrap();
            let chain = tab.driver.action_chain().key_down(Key::Alt).move_to_element_center(&element).click();
            chain.key_up(Key::Alt).perform().await.unwrap();
        };
        let holding = |words: &str| {
            format!(
                "return [...document.querySelectorAll('h1,h2,h3,p,li,td')].filter((block) => block.textContent.includes(\"{words}\")).pop()"
            )
        };
        tab.goto("/actu/2025/06/deux/").await;
        tab.ready().await;
        click(&holding("Deuxième article")).await;
        opened("content/posts/deux.md:2");
        click(&holding("Voir")).await;
        opened("content/posts/deux.md:9");
        assert_eq!(tab.ask("return location.pathname").await, json!("/actu/2025/06/deux/"));
        click(&holding("accentué")).await;
        opened("content/posts/deux.md:12");
        click(&holding("cellule")).await;
        opened("content/posts/deux.md:16");
        tab.until(&format!("{ROOT}.querySelector('.toast').textContent.includes('content/posts/deux.md:16')")).await;
        // On a list, the entry says which article it is.
        tab.goto("/actu/sujets/ia/").await;
        tab.ready().await;
        click(&holding("Le chapô de cet article")).await;
        opened("content/posts/un.md:7");
        click(&holding("Premier article")).await;
        opened("content/posts/un.md:2");
        // What the list says itself is its own text; a menu is nobody's.
        tab.goto("/actu/sujets/ia/").await;
        tab.ready().await;
        click(&holding("Ce que dit le sujet")).await;
        opened("content/topics/ia.md:5");
        click("return document.querySelector('body > header a, body > footer a')").await;
        tab.until(&format!("{ROOT}.querySelector('.toast').textContent === 'no file of the site says this'")).await;
        tab
    });
}

#[test]
fn without_an_editor_alt_click_says_so() {
    let site = small();
    // SAFETY of the test: no variable of the one who runs it may start their editor.
    scenario(site, &["--editor", ""], |tab| async move {
        tab.goto("/actu/2025/06/un/").await;
        tab.ready().await;
        let found = tab.driver.find(By::Css("h1")).await.unwrap();
        let chain = tab.driver.action_chain().key_down(Key::Alt).move_to_element_center(&found).click();
        chain.key_up(Key::Alt).perform().await.unwrap();
        tab.until(&format!("!{ROOT}.querySelector('.toast').hidden")).await;
        tab.driver.browser_log().await.unwrap();
        tab
    });
}

#[test]
fn the_bar_says_what_a_page_is_and_remembers_how_it_was_left() {
    scenario(small(), &[], |tab| async move {
        tab.goto("/actu/2025/06/brouillon/").await;
        tab.ready().await;
        let bar = tab.ask(&format!("return {BAR}.innerText")).await;
        assert!(
            bar.as_str().is_some_and(|bar| bar.contains("draft") && bar.contains("3 words") && bar.contains("1 min")),
            "{bar}"
        );
        tab.goto("/actu/2031/01/demain/").await;
        tab.ready().await;
        tab.until(&format!("{BAR}.innerText.includes('future: Jan 1, 2031')")).await;
        tab.goto("/actu/2025/06/deux/").await;
        tab.ready().await;
        tab.ask(&format!("{ROOT}.querySelector('[data-name=details]').click()")).await;
        let panel = tab.ask(&format!("return {ROOT}.querySelector('.panel').innerText")).await;
        let panel = panel.as_str().unwrap();
        for words in [
            "2 links",
            "le premier",
            "ailleurs",
            "home page",
            "topic IA",
            "RSS feed of the site",
            "archive of 2025-06",
            "content/posts/deux.md",
        ] {
            assert!(panel.contains(words), "no {words} in\n{panel}");
        }
        let links = tab
            .ask(&format!("return [...{ROOT}.querySelectorAll('.panel a')].map((a) => a.getAttribute('href'))"))
            .await;
        assert!(links.as_array().unwrap().contains(&json!("https://example.com/x?a=1&b=2")), "{links}");
        assert!(links.as_array().unwrap().contains(&json!("/actu/2025/06/un/")), "{links}");
        // Room for the bar is made, and the end of the page is not below it.
        tab.until("parseFloat(getComputedStyle(document.documentElement).paddingBottom) > 20").await;
        tab.ask(&format!("{ROOT}.querySelector('.fold').click()")).await;
        tab.until(&format!("{BAR}.hidden && !{ROOT}.querySelector('.tab').hidden")).await;
        tab.goto("/actu/").await;
        tab.until(&format!("{BAR}.hidden && !{ROOT}.querySelector('.tab').hidden")).await;
        // Lists say which posts readers would not see.
        let marks = tab.ask("return [...document.querySelectorAll('[data-manchette-mark]')].map((link) => `${link.pathname} ${link.dataset.manchetteMark}`)").await;
        assert!(marks.as_array().unwrap().contains(&json!("/actu/2025/06/brouillon/ draft")), "{marks}");
        assert!(marks.as_array().unwrap().contains(&json!("/actu/2031/01/demain/ future")), "{marks}");
        tab
    });
}

#[test]
fn without_the_bar_errors_are_still_shown() {
    scenario(small(), &["--no-bar"], |tab| async move {
        tab.goto("/actu/2025/06/un/").await;
        tab.until(&format!("{ROOT} && {BAR}.hidden")).await;
        tab.edit("content/posts/un.md", "date = 2025-06-01", "date = 2025-13-01");
        tab.until(&format!("!{ROOT}.querySelector('.cover').hidden && {BAR}.hidden")).await;
        tab
    });
}

#[test]
fn all_posts_are_listed_with_search_problems_routes_and_feeds() {
    scenario(small(), &[], |tab| async move {
        tab.edit("content/posts/un.md", "Paragraphe numéro 1 ", "Un [lien](/nulle/part/) ");
        tab.goto("/__manchette/").await;
        tab.until("document.querySelectorAll('#rows > li').length === 4").await;
        let titles = tab.ask("return [...document.querySelectorAll('.title')].map((title) => title.innerText)").await;
        assert!(titles[0].as_str().is_some_and(|title| title.contains("Un brouillon")), "{titles}");
        assert!(titles[1].as_str().is_some_and(|title| title.contains("Pour demain")), "{titles}");
        tab.driver.find(By::Id("search")).await.unwrap().send_keys("deuxieme ia").await.unwrap();
        tab.until("document.querySelectorAll('#rows > li').length === 1 && document.querySelector('.title').innerText === 'Deuxième article'").await;
        tab.edit("content/posts/deux.md", "Deuxième article", "Deuxième, encore");
        tab.until("document.querySelector('.title').innerText === 'Deuxième, encore'").await;
        tab.driver.find(By::Css("a[href='#problems']")).await.unwrap().click().await.unwrap();
        tab.ask("const search = document.querySelector('#search'); search.value = ''; search.dispatchEvent(new Event('input'))").await;
        tab.until("document.querySelector('#rows pre')?.textContent.includes('/nulle/part/')").await;
        tab.driver.find(By::Css("a[href='#routes']")).await.unwrap().click().await.unwrap();
        tab.until(
            "[...document.querySelectorAll('#rows code')].some((code) => code.textContent === '/actu/sitemap.xml')",
        )
        .await;
        tab.driver.find(By::Css("a[href='#feeds']")).await.unwrap().click().await.unwrap();
        tab.until("[...document.querySelectorAll('a')].some((link) => link.textContent === 'Atom feed of the site')")
            .await;
        tab.driver.find(By::LinkText("Atom feed of the site")).await.unwrap().click().await.unwrap();
        tab.until("document.querySelectorAll('.entry').length === 4").await;
        tab.until("[...document.querySelectorAll('iframe')].some((frame) => frame.contentDocument?.body.textContent.includes('chapô'))").await;
        tab
    });
}

#[test]
fn a_strict_content_security_policy_is_no_obstacle() {
    let site = small();
    let base = include_str!("../../themes/kiosque/templates/base.html");
    let policy =
        "<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'\">";
    site.write("templates/base.html", base.replace("<meta charset=\"utf-8\">", policy));
    scenario(site, &[], |tab| async move {
        tab.goto("/actu/2025/06/un/").await;
        tab.ready().await;
        tab.ask(&format!("window.kept = 1; {ROOT}.querySelector('[data-name=details]').click()")).await;
        tab.edit("content/posts/un.md", "Le chapô de", "Le nouveau chapô de");
        tab.until("document.body.textContent.includes('Le nouveau chapô')").await;
        assert_eq!(tab.ask("return window.kept").await, json!(1));
        let height = tab.ask(&format!("return {BAR}.getBoundingClientRect().height")).await;
        assert!(height.as_f64().is_some_and(|height| height > 20.0 && height < 120.0), "{height}");
        tab
    });
}

#[test]
fn a_preview_that_stops_is_told() {
    scenario(small(), &[], |mut tab| async move {
        tab.goto("/actu/2025/06/un/").await;
        tab.ready().await;
        tab.preview.server.kill().unwrap();
        tab.preview.server.wait().unwrap();
        tab.until(&format!("{BAR}.textContent.includes('the preview has stopped')")).await;
        // That nobody answers is in the console, and must be.
        tab.goto_blank().await;
        tab
    });
}

impl Tab {
    async fn goto_blank(&self) {
        self.driver.goto("about:blank").await.unwrap();
        self.driver.browser_log().await.unwrap();
    }

    /// Pictures for those who want to look: `SHOTS=folder`.
    async fn shoot(&self, name: &str, width: u32, is_dark: bool) {
        let Some(folder) = std::env::var_os("SHOTS") else { return };
        let tools = self.driver.cdp();
        let scheme = if is_dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        tools.send_raw("Emulation.setEmulatedMedia", features).await.unwrap();
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 700 });
        tools.send_raw("Emulation.setDeviceMetricsOverride", metrics).await.unwrap();
        tokio::time::sleep(Duration::from_millis(250)).await;
        let path = Path::new(&folder).join(format!("{name}-{width}-{scheme}.png"));
        self.driver.screenshot(&path).await.unwrap();
    }

    async fn shoot_all(&self, name: &str) {
        for width in [390, 1280] {
            for is_dark in [false, true] {
                self.shoot(name, width, is_dark).await;
            }
        }
    }
}

#[test]
fn what_is_shown_beside_pages_does_not_scroll_sideways() {
    let mut site = crate::repository::site();
    site.write("content/posts/brouillon-essai.md", "+++\ntitle = \"Un brouillon pour voir\"\ndate = 2025-12-30\ndraft = true\ntags = [\"Meta AI\"]\nsource = \"WSJ\"\n+++\n\nUn chapô assez long pour qu'on voie ce que les moteurs de recherche en feraient, et où ils le couperaient, ce qui arrive vers cent cinquante-cinq caractères.\n\nUn [lien](/nulle/part/).\n");
    if std::env::var_os("SHOTS").is_none() {
        site = small();
    }
    let is_small = std::env::var_os("SHOTS").is_none();
    scenario(site, &["--editor", "true"], |tab| async move {
        let home =
            if is_small { "/actu/".to_owned() } else { tab.ask("return '/'").await.as_str().unwrap().to_owned() };
        tab.goto(&home).await;
        tab.ready().await;
        tab.shoot_all("home").await;
        let draft = tab.ask("return [...document.querySelectorAll('[data-manchette-mark=draft]')][0].pathname").await;
        tab.goto(draft.as_str().unwrap()).await;
        tab.ready().await;
        tab.shoot_all("post").await;
        tab.ask(&format!("{ROOT}.querySelector('[data-name=details]').click()")).await;
        tab.shoot_all("details").await;
        let wide = tab.ask("return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
        assert_eq!(wide, json!(0));
        tab.ask(&format!("{ROOT}.querySelector('[data-name=details]').click(); {ROOT}.querySelector('.fold').click()"))
            .await;
        tab.shoot("folded", 390, false).await;
        tab.ask(&format!("{ROOT}.querySelector('.tab').click()")).await;
        let template = include_str!("../../themes/kiosque/templates/post.html");
        tab.preview
            .site
            .write("templates/post.html", template.replace("{{ page.title | ordinals }}", "{{ page.titel }}"));
        tab.until(&format!("!{ROOT}.querySelector('.cover').hidden")).await;
        tab.shoot_all("overlay").await;
        std::fs::remove_file(tab.preview.site.path("templates/post.html")).unwrap();
        tab.until(&format!("{ROOT}.querySelector('.cover').hidden")).await;
        tab.goto(&format!("{}x/", draft.as_str().unwrap().trim_end_matches('/'))).await;
        tab.until(&format!("!{ROOT}.querySelector('.missing').hidden")).await;
        tab.shoot_all("missing").await;
        tab.goto("/__manchette/").await;
        tab.until("document.querySelectorAll('#rows > li').length > 3").await;
        tab.shoot_all("list").await;
        tab.goto("/__manchette/#problems").await;
        tab.until("document.querySelector('a[href=\"#problems\"]').ariaCurrent === 'page' || document.querySelector('a[href=\"#problems\"]').hasAttribute('aria-current')").await;
        tab.shoot_all("problems").await;
        let wide = tab.ask("return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
        assert_eq!(wide, json!(0));
        tab.goto(&format!("/__manchette/feed?at={home}atom.xml")).await;
        tab.until("document.querySelectorAll('.entry iframe').length > 0").await;
        tab.shoot_all("feed").await;
        tab
    });
}
