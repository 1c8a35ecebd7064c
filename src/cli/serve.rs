//! `manchette serve`: opens a site, and serves it while it is edited.
//!
//! Decides nothing about what is served: it reads flags and the environment, starts what does, and tells what happens.

#![expect(clippy::disallowed_methods, reason = "which editor is used is read from the environment, and nothing else")]

use super::args::{Global, ServeArgs};
use super::bulletin::{Bulletin, Started};
use super::serve_args::{Bind, Poll};
use super::{printer, progress, say, signals, site};
use crate::base::{Diagnostic, Severity};
use crate::config;
use crate::pipeline::{self, Edition, Hint, Live, Request};
use crate::serve::{self, Context, Doors, Editor, Server, State};
use crate::watch::{How, INTERVAL, Watch};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The port that is tried first.
const PORT: u16 = 1111;
/// How many after it are tried.
const MORE: u16 = 100;

/// Serves the site until somebody ends it; the exit code.
pub(super) fn run(args: &ServeArgs, global: &Global) -> u8 {
    match prepare(args, global) {
        Some(prepared) => prepared.serve(args, global),
        None => 1,
    }
}

/// All that is needed to serve.
struct Prepared {
    live: Live,
    watch: Watch,
    edition: Arc<Edition>,
    root: PathBuf,
    request: Request,
    listeners: Vec<TcpListener>,
    addresses: Vec<SocketAddr>,
    context: Context,
    editor: Result<Editor, String>,
    start: Instant,
}

/// Opens the site, looks at it once, and takes a port; says what is wrong.
fn prepare(args: &ServeArgs, global: &Global) -> Option<Prepared> {
    let start = Instant::now();
    let place = site::open(global)?;
    let listeners = match listen(args) {
        Ok(listeners) => listeners,
        Err(why) => {
            say::talk(&why);
            return None;
        }
    };
    let addresses: Vec<SocketAddr> = listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect();
    let editor = editor(args);
    if let (Some(command), Err(why)) = (&args.editor, &editor) {
        say::talk(&format!("files cannot be opened in `{command}`: {why}"));
    }
    let Some(context) = Context::new(editor.is_ok(), !args.no_bar, in_words) else {
        say::talk("the system gives no randomness, and without it the preview would not be safe");
        return None;
    };
    let mut request = place.request(global);
    request.drafts |= !args.published;
    request.future |= !args.published;
    // Before the site is looked at: what is saved meanwhile is news.
    let output = config::read(&place.config, &place.overrides).value.map(|config| config.output);
    let own = [place.root.join(output.as_deref().unwrap_or("public")), place.root.join(".manchette")];
    let watch = Watch::with_config(&place.root, &place.config_file, &own, how(args));
    let shown = progress::watch(request.progress.clone());
    let (root, memory) = (place.root.clone(), place.memory());
    let mut live = Live::new(Arc::new(place.world), place.config_at, memory, request.clone());
    let edition = live.look(&Hint::Everything);
    drop(shown);
    let edition = edition.or_else(|| live.edition().cloned())?;
    Some(Prepared { live, watch, edition, root, request, listeners, addresses, context, editor, start })
}

impl Prepared {
    fn serve(self, args: &ServeArgs, global: &Global) -> u8 {
        let Prepared { live, watch, edition, root, request, listeners, addresses, context, editor, start } = self;
        let runtime = || {
            tokio::runtime::Builder::new_multi_thread()
                .worker_threads(WORKERS)
                .max_blocking_threads(RENDERERS)
                .thread_stack_size(pipeline::STACK)
                .thread_name("serve")
                .enable_all()
                .build()
        };
        let runtime = match signals::room().and_then(|()| runtime()) {
            Ok(runtime) => runtime,
            Err(error) => {
                say::talk(&format!("the system gives too few threads or open files to serve with: {error}"));
                return 1;
            }
        };
        let state = Arc::new(State::new());
        state.publish(edition.clone());
        let url = url(args, &addresses, &edition);
        let bulletin = Bulletin::new(global, &url, &root, state.clone());
        bulletin.start(&edition, &Started { took: start.elapsed(), moved_from: moved_from(args, &addresses) });
        let is_open_to_all = addresses.iter().any(|address| !address.ip().is_loopback());
        if is_open_to_all {
            serve::Witness::notice(&bulletin, "whoever is in this network can read the preview, drafts too");
        }
        let teller = watch.teller();
        let witness: Arc<dyn serve::Witness> = Arc::new(bulletin);
        let builder = {
            let state = state.clone();
            std::thread::Builder::new()
                .name("builder".to_owned())
                .stack_size(pipeline::STACK)
                .spawn(move || serve::run(live, watch, &state, &witness))
        };
        let Ok(builder) = builder else {
            say::talk("the system gives no threads to build with");
            return 1;
        };
        if args.open
            && let Err(why) = open::that_detached(&url)
        {
            say::talk(&format!("no browser could be started: {why}"));
        }
        let doors = Doors::new(&addresses, &args.allowed_hosts);
        let server = Server { state, context, doors, editor, root };
        let ending = runtime.block_on(async { serve::serve(listeners, server, signals::next()).await });
        teller.stop();
        request.progress.stop();
        runtime.shutdown_timeout(Duration::from_millis(300));
        // A look at a large site may take longer than anybody waits; it writes nothing, so it may end with the process.
        let waiting = Instant::now();
        while !builder.is_finished() && waiting.elapsed() < Duration::from_millis(500) {
            std::thread::sleep(Duration::from_millis(10));
        }
        ending.exit_code()
    }
}

/// Threads that serve connections.
const WORKERS: usize = 2;
/// Threads that make pages, at most.
const RENDERERS: usize = 16;

fn in_words(problem: &Diagnostic, severity: Severity) -> String {
    printer::human(problem, severity, false)
}

/// Takes a port. On this machine's own name, both kinds of addresses are taken, so that nobody else answers to it.
fn listen(args: &ServeArgs) -> Result<Vec<TcpListener>, String> {
    let ports: Vec<u16> = match args.port {
        // A port that is free for one kind of addresses may not be so for the other.
        Some(0) => vec![0; usize::from(MORE)],
        Some(port) => vec![port],
        None => (PORT..=PORT + MORE).collect(),
    };
    for port in ports {
        match listen_at(args.bind, port) {
            Ok(listeners) => return Ok(listeners),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(format!("cannot listen on {} at port {port}: {error}", args.bind)),
        }
    }
    Err(match args.port {
        Some(port) => {
            format!("port {port} is taken; name another with `--port`, or none and the next free one is used")
        }
        None => format!("the ports from {PORT} to {} are all taken; name another with `--port`", PORT + MORE),
    })
}

fn listen_at(bind: Bind, port: u16) -> std::io::Result<Vec<TcpListener>> {
    let (first, second) = match bind {
        Bind::Here => (IpAddr::V4(Ipv4Addr::LOCALHOST), Some(IpAddr::V6(Ipv6Addr::LOCALHOST))),
        Bind::At(ip) => (ip, None),
    };
    let listener = TcpListener::bind((first, port))?;
    let port = listener.local_addr()?.port();
    let mut listeners = vec![listener];
    if let Some(second) = second {
        match TcpListener::bind((second, port)) {
            Ok(listener) => listeners.push(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => return Err(error),
            // A machine without IPv6.
            Err(_) => {}
        }
    }
    listeners.iter().try_for_each(|listener| listener.set_nonblocking(true))?;
    Ok(listeners)
}

fn moved_from(args: &ServeArgs, addresses: &[SocketAddr]) -> Option<u16> {
    let is_elsewhere = args.port.is_none() && addresses.first().is_some_and(|address| address.port() != PORT);
    is_elsewhere.then_some(PORT)
}

/// Where a browser finds the site.
fn url(args: &ServeArgs, addresses: &[SocketAddr], edition: &Edition) -> String {
    let base = edition.config().map_or("", |config| config.base_url.path.as_str());
    let port = addresses.first().map_or(PORT, SocketAddr::port);
    let host = match args.bind {
        Bind::Here => "localhost".to_owned(),
        Bind::At(ip) if ip.is_unspecified() => "localhost".to_owned(),
        Bind::At(IpAddr::V6(ip)) => format!("[{ip}]"),
        Bind::At(IpAddr::V4(ip)) => ip.to_string(),
    };
    match port {
        80 => format!("http://{host}{base}/"),
        port => format!("http://{host}:{port}{base}/"),
    }
}

fn how(args: &ServeArgs) -> How {
    match args.poll {
        None | Some(Poll::Off) => How::System,
        Some(Poll::Often) => How::Poll(INTERVAL),
        Some(Poll::Every(interval)) => How::Poll(interval),
    }
}

/// What files are opened in: what was asked for, else what this user's programs use. Never what a site says.
fn editor(args: &ServeArgs) -> Result<Editor, String> {
    let named = |name: &str| std::env::var(name).ok().filter(|command| !command.trim().is_empty());
    let asked = args.editor.clone().filter(|command| !command.trim().is_empty());
    if let Some(command) = asked.or_else(|| named("VISUAL")) {
        return Editor::parse(&command);
    }
    match named("EDITOR") {
        Some(command) => Editor::parse(&command),
        None => Err("no editor is named; name one with `--editor` or MANCHETTE_EDITOR".to_owned()),
    }
}
