//! What happens while a build runs: other builds, previews, editors, folders that come and go, clocks that are wrong.

use super::preview_http::Preview;
use super::publishing::{Tree, Versions, site};
use super::scratch::{Ran, Scratch};
use std::fs;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// No build takes that long.
const BOUND: Duration = Duration::from_secs(60);

fn post(title: &str, body: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = 2025-06-19\n+++\n\n{body}\n")
}

fn small() -> Scratch {
    Scratch::site(&[
        ("content/posts/un.md", &post("Un", "Premier.")),
        ("content/posts/deux.md", &post("Deux", "Autre.")),
        ("static/style.css", "a{}"),
    ])
}

/// What a build makes of the sources of a site elsewhere.
fn clean(sources: &Scratch, arguments: &[&str]) -> Tree {
    let copy = Scratch::empty();
    for (name, bytes) in sources.tree("") {
        if !name.starts_with("public") && !name.starts_with(".manchette") {
            copy.write(&name, bytes);
        }
    }
    copy.run(&[&["build"], arguments].concat()).ok();
    site(&copy.path("public"))
}

/// Does something again and again until builds were made; how often.
fn while_it_builds(number: usize, disturb: impl Fn(usize) + Send + Sync, mut build: impl FnMut(usize)) -> usize {
    let (is_over, times) = (AtomicBool::new(false), AtomicUsize::new(0));
    /// Ends the disturbance also when a build is not as it should be.
    struct End<'a>(&'a AtomicBool);
    impl Drop for End<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    std::thread::scope(|scope| {
        let _end = End(&is_over);
        scope.spawn(|| {
            while !is_over.load(Ordering::SeqCst) {
                disturb(times.fetch_add(1, Ordering::SeqCst));
                std::thread::sleep(Duration::from_micros(700));
            }
        });
        (0..number).for_each(&mut build);
    });
    times.into_inner()
}

#[track_caller]
fn calm(ran: &Ran) {
    assert!((ran.code == 0 || ran.code == 1) && !ran.stderr.contains("panicked"), "{} {}", ran.code, ran.stderr);
}

#[cfg(unix)]
#[test]
fn p06_the_lock_dies_with_its_holder() {
    use rustix::process::{Pid, Signal, kill_process};
    let site = Versions::new("in-place");
    site.turn_to(0);
    site.build().ok();
    let lock = fs::File::options().write(true).open(site.scratch.path(".manchette/lock")).unwrap();
    // Stopped in the middle of a build; a build that was too swift is made once more.
    let mut holder = (1..9)
        .find_map(|round| {
            site.turn_to(round % 2);
            let quiet = || Stdio::null();
            let mut child = site.scratch.command(&["build"]).stdout(quiet()).stderr(quiet()).spawn().unwrap();
            loop {
                if child.try_wait().unwrap().is_some() {
                    return None;
                }
                match lock.try_lock() {
                    Ok(()) => lock.unlock().unwrap(),
                    Err(_) => break,
                }
            }
            kill_process(Pid::from_child(&child), Signal::STOP).unwrap();
            let ran = site.scratch.run(&["build", "--no-wait"]);
            let is_held = ran.code == 1 && ran.stderr.contains("error[busy]");
            if !is_held {
                child.kill().unwrap();
                child.wait().unwrap();
            }
            is_held.then_some(child)
        })
        .unwrap();
    holder.kill().unwrap();
    holder.wait().unwrap();
    site.turn_to(1);
    site.scratch.run(&["build", "--no-wait"]).ok();
    site.assert_is(1, "the holder died");
    site.assert_no_remains("the holder died");
}

#[test]
fn p06_builds_and_a_preview_do_not_disturb_each_other() {
    let site = small();
    let preview = Preview::of(&site, &[]);
    for round in 0..3 {
        site.write("content/posts/un.md", post("Un", &format!("Tour {round}.")));
        // Another output than the usual one too.
        let folder = ["public", "elsewhere", "public"][round];
        let ran = site.run(&["build", "--output", folder]).ok();
        assert!(!ran.stderr.contains("another build"), "{}", ran.stderr);
        preview.until("/2025/06/un/", |got| got.text().contains(&format!("Tour {round}.")));
        assert!(super::publishing::site(&site.path(folder)) == clean(&site, &[]), "round {round}");
    }
    // A preview writes no output, whatever it is asked.
    for folder in ["public", "elsewhere"] {
        fs::remove_dir_all(site.path(folder)).unwrap();
    }
    site.write("content/posts/un.md", post("Un", "Tour sans sortie."));
    preview.until("/2025/06/un/", |got| got.text().contains("sans sortie"));
    assert!(!site.path("public").exists() && !site.path("elsewhere").exists());
    // Nor does it wait for a build that runs.
    let lock = fs::File::options().write(true).open(site.path(".manchette/lock")).unwrap();
    lock.lock().unwrap();
    let second = Preview::of(&site, &[]);
    assert!(second.get("/2025/06/un/").text().contains("sans sortie"));
}

#[test]
fn p24_a_clock_that_goes_back_and_times_that_lie_change_nothing() {
    let site = small();
    site.write("content/posts/trois.md", post("Trois", "Plus tard.").replace("2025-06-19", "2025-09-01"));
    let set = |path: &str, time: SystemTime| {
        let file = fs::File::options().write(true).open(site.path(path)).unwrap();
        file.set_modified(time).unwrap();
    };
    let year = Duration::from_secs(365 * 86_400);
    let (past, ahead) = (SystemTime::UNIX_EPOCH, SystemTime::now() + year);
    for (round, moment) in ["2025-12-31T12:00:00Z", "2025-07-01T12:00:00Z", "2024-01-01T12:00:00Z"].iter().enumerate() {
        // Texts and files that are copied are edited, and their times set back, kept as they were, and set ahead.
        site.write("content/posts/un.md", post("Un", &format!("Tour {round}.")));
        site.write("static/style.css", format!("a{{top:{round}}}"));
        let time = if round < 2 { past } else { ahead };
        set("content/posts/un.md", time);
        set("static/style.css", time);
        // What is remembered is from the future, or as old as the epoch.
        if round > 0 {
            for name in site.tree(".manchette").keys().filter(|name| name.starts_with("cache/")) {
                set(&format!(".manchette/{name}"), if round % 2 == 0 { ahead } else { past });
            }
            set("public/.manchette-manifest", if round % 2 == 0 { ahead } else { past });
        }
        let arguments = ["--at", *moment];
        site.run(&["build", "--at", moment]).ok();
        assert!(super::publishing::site(&site.path("public")) == clean(&site, &arguments), "{moment}");
        let again = site.run(&["build", "--at", moment]).ok();
        assert!(again.stderr.contains(" 0 written, 0 removed"), "{}", again.stderr);
    }
    // Nothing but the clock goes on, and back.
    for moment in ["2025-12-31T12:00:00Z", "2025-07-01T12:00:00Z"] {
        site.run(&["build", "--at", moment]).ok();
        assert!(super::publishing::site(&site.path("public")) == clean(&site, &["--at", moment]), "{moment} again");
    }
}

#[test]
fn p24_a_text_that_is_saved_all_the_time_is_shown_as_one_of_its_states() {
    let site = small();
    let state = |number: usize| post("Un", &format!("<<{number}>>\n\n{}\n\n<<{number}>>", "Un mot. ".repeat(20_000)));
    let public = || super::publishing::site(&site.path("public"));
    let path = site.path("content/posts/un.md");
    // By a rename, in which every state is whole; and in place, where a build may come too early and say so.
    for is_whole in [true, false] {
        site.write("content/posts/un.md", state(0));
        site.run(&["build"]).ok();
        let save = |number: usize| match is_whole {
            true => {
                fs::write(site.path("saving"), state(number)).unwrap();
                fs::rename(site.path("saving"), &path).unwrap();
            }
            false => fs::write(&path, state(number)).unwrap(),
        };
        let mut before = public();
        let times = while_it_builds(5, save, |_| {
            let ran = site.run(&["build"]);
            calm(&ran);
            assert!(ran.code == 0 || !is_whole, "{}", ran.stderr);
            let now = public();
            if ran.code == 1 {
                assert!(now == before, "an error that changes something: {}", ran.stderr);
                return;
            }
            let page = String::from_utf8(now["2025/06/un/index.html"].clone()).unwrap();
            let marks: Vec<&str> =
                page.split("&lt;&lt;").skip(1).filter_map(|rest| rest.split("&gt;&gt;").next()).collect();
            assert!(marks.len() >= 2 && marks.first() == marks.last(), "torn: {marks:?}");
            before = now;
        });
        println!("{times} saves");
        site.write("content/posts/un.md", state(1));
        site.run(&["build"]).ok();
        assert!(public() == clean(&site, &[]));
    }
}

#[test]
fn p05_a_folder_of_texts_that_comes_and_goes_is_there_or_not() {
    let site = small();
    // As many as it takes for the folder to go while they are read.
    for number in 0..60 {
        site.write(&format!("content/posts/{number}.md"), post(&format!("Texte {number}"), "Encore un."));
    }
    let public = || super::publishing::site(&site.path("public"));
    let with = clean(&site, &[]);
    fs::rename(site.path("content"), site.path("away")).unwrap();
    let without = clean(&site, &[]);
    fs::rename(site.path("away"), site.path("content")).unwrap();
    let mut before = Tree::new();
    let turn = |number: usize| {
        let [from, to] = if number.is_multiple_of(2) { ["content", "away"] } else { ["away", "content"] };
        fs::rename(site.path(from), site.path(to)).unwrap();
    };
    while_it_builds(12, turn, |number| {
        let ran = site.run(if number.is_multiple_of(2) { &["build", "--no-cache"][..] } else { &["build"] });
        calm(&ran);
        let now = public();
        match ran.code {
            0 => assert!(now == with || now == without, "a mixture: {:?}", now.keys()),
            _ => assert!(now == before, "{}", ran.stderr),
        }
        before = now;
    });
    if site.path("away").exists() {
        fs::rename(site.path("away"), site.path("content")).unwrap();
    }
    site.run(&["build"]).ok();
    assert!(public() == with);
}

#[test]
fn p08_an_output_folder_that_is_replaced_while_it_is_built_loses_nothing_of_others() {
    let site = Versions::new("in-place");
    site.turn_to(0);
    site.build().ok();
    let path = |name: &str| site.scratch.path(name);
    fs::create_dir(path("theirs")).unwrap();
    fs::write(path("theirs/CNAME"), "theirs").unwrap();
    let exchange = |number: usize| {
        let [first, second, third] = [["public", "theirs", "aside"], ["public", "aside", "theirs"]][number % 2];
        if path(second).exists() {
            fs::rename(path(first), path(third)).unwrap_or_default();
            fs::rename(path(second), path(first)).unwrap_or_default();
        }
    };
    // What was theirs is theirs, wherever it is now.
    let assert_is_theirs = || {
        let all = ["public", "theirs", "aside"].map(|folder| fs::read(path(folder).join("CNAME")).ok());
        assert_eq!(all.into_iter().flatten().collect::<Vec<_>>(), [b"theirs"]);
    };
    while_it_builds(6, exchange, |number| {
        site.turn_to(number % 2);
        calm(&site.build());
    });
    assert_is_theirs();
    let remove_all = || {
        for folder in ["public", "theirs", "aside"] {
            fs::remove_dir_all(path(folder)).unwrap_or_default();
        }
    };
    remove_all();
    // Once for all, as soon as there is something to publish: the whole site goes to the other folder.
    site.turn_to(0);
    site.build().ok();
    fs::create_dir(path("theirs")).unwrap();
    fs::write(path("theirs/CNAME"), "theirs").unwrap();
    site.turn_to(1);
    for _ in 0..3 {
        let quiet = || Stdio::null();
        let mut child = site.scratch.command(&["build"]).stdout(quiet()).stderr(quiet()).spawn().unwrap();
        while !path(".manchette/next").exists() && child.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        exchange(0);
        child.wait().unwrap();
        assert_is_theirs();
        exchange(1);
    }
    remove_all();
    site.turn_to(1);
    site.build().ok();
    site.assert_is(1, "the folder is at rest");
    site.assert_no_remains("the folder is at rest");
}

#[test]
fn p07_nothing_is_made_outside_the_output_and_the_workshop() {
    let around = Scratch::empty();
    around.write("site/site.toml", "title = \"Essai\"\nbase_url = \"https://example.org\"\n");
    around.write("site/content/posts/un.md", post("Un", "Texte."));
    around.write("home/.profile", "");
    let run = |arguments: &[&str]| {
        let mut command = around.command(arguments);
        command.env("HOME", around.path("home")).env("XDG_CACHE_HOME", around.path("home/.cache"));
        Ran::from(command.env("TMPDIR", around.path("home/tmp")).output().unwrap())
    };
    let before = around.tree("");
    run(&["--root", "site", "check"]).ok();
    assert!(around.tree("") == before && !around.path("site/.manchette").exists(), "checking writes nothing");
    run(&["--root", "site", "build"]).ok();
    run(&["--root", "site", "build"]).ok();
    let made = around.tree("").into_keys().filter(|name| !before.contains_key(name));
    let odd: Vec<String> =
        made.filter(|name| !name.starts_with("site/public/") && !name.starts_with("site/.manchette/")).collect();
    assert_eq!(odd, [""; 0]);
    assert!(before.iter().all(|(name, bytes)| around.tree("").get(name) == Some(bytes)), "no source is touched");
    // A folder that is not there is not made.
    assert_eq!(run(&["--root", "absent", "build"]).code, 1);
    assert!(!around.path("absent").exists());
}

#[test]
fn p03_the_exit_code_says_whether_the_new_site_is_in_place() {
    let site = small();
    // What comes after the publication does not count: nothing can be remembered here.
    site.write(".manchette/cache", "a file where a folder should be");
    let ran = site.run(&["build"]).ok();
    assert!(ran.stderr.contains("what was learnt could not be kept"), "{}", ran.stderr);
    assert!(super::publishing::site(&site.path("public")) == clean(&site, &[]));
    site.write("content/posts/un.md", "+++\ntitle = \n+++\n");
    assert_eq!(site.run(&["build"]).code, 1);
    assert_eq!(site.run(&["build", "--no-such-flag"]).code, 2);
}

#[test]
fn p26_a_build_that_fails_leaves_all_as_it_was_and_says_the_same_again() {
    let site = small();
    site.write("content/posts/deux.md", post("Deux", "![rien](rien.png)"));
    site.run(&["build"]).ok();
    site.write("content/posts/un.md", post("Un", "Autre."));
    site.write("content/posts/trois.md", "+++\ntitle = \n+++\n");
    let before = (site.tree("public"), site.tree(".manchette"));
    let lines = |ran: Ran| {
        assert_eq!(ran.code, 1);
        ran.stderr.lines().filter(|line| !line.contains(" ms")).map(str::to_owned).collect::<Vec<_>>()
    };
    let first = lines(site.run(&["build"]));
    assert!(first.iter().any(|line| line.contains("rien.png")), "{first:#?}");
    assert!(site.tree("public") == before.0, "the output is as it was");
    let after = site.tree(".manchette");
    assert!(after.keys().eq(before.1.keys()), "{:?}", after.keys());
    for (name, bytes) in &before.1 {
        // What it has read of texts it may add to what was read before: it is of these bytes whenever they come again.
        let may_grow = name.starts_with("cache/articles.");
        let now = &after[name];
        assert!(now == bytes || may_grow && now.starts_with(bytes), "{name} has changed");
    }
    assert_eq!(lines(site.run(&["build"])), first);
    let start = Instant::now();
    site.write("content/posts/trois.md", post("Trois", "Mieux."));
    site.run(&["build"]).ok();
    assert!(super::publishing::site(&site.path("public")) == clean(&site, &[]) && start.elapsed() < BOUND);
}
