//! Connections: from a socket to an answer, with limits on everything that a client can make us hold.
//!
//! Never renders on the threads that serve connections, and never lets a mistake in rendering end the process.

use super::body::Sent;
use super::editor::Editor;
use super::guard::{self, Doors, Refusal};
use super::paced::Paced;
use super::pages::{KnownRules, Pages};
use super::reply::Reply;
use super::{Ask, Context, State, events, opening, ours, trouble};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

/// How long a client may take for the head of a request, and sit idle before one.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// How long it may take for the body.
const BODY_TIME: Duration = Duration::from_secs(5);
/// How large the body may be.
const BODY_SIZE: usize = 64 << 10;
/// How large a head may be, and how much is read at once.
const BUFFER: usize = 16 << 10;
/// How many connections there may be.
const CONNECTIONS: usize = 4096;
/// How many of them streams of events leave to pages.
const FOR_PAGES: usize = 512;
/// How many files else the process may want to open.
const OTHER_FILES: usize = 256;
/// How long the system is left alone when it gives no more connections.
const BREAK: Duration = Duration::from_millis(50);
/// How long answers under way may take when the server ends.
const GRACE: Duration = Duration::from_millis(800);

/// All that answers need.
pub struct Server {
    /// The newest of everything.
    pub state: Arc<State>,
    /// What is the same for every answer.
    pub context: Context,
    /// The names that are answered.
    pub doors: Doors,
    /// What files are opened in, if anything.
    pub editor: Result<Editor, String>,
    /// The folder of the site.
    pub root: PathBuf,
}

/// A server with what its connections share.
pub struct Serving {
    server: Server,
    rules: KnownRules,
    /// Seats of streams of events.
    streams: Arc<Semaphore>,
    /// Says that all shall end.
    close: watch::Sender<bool>,
}

impl Serving {
    /// A server for so many streams of events at once.
    pub fn new(server: Server, streams: usize) -> Serving {
        let streams = Arc::new(Semaphore::new(streams));
        Serving { server, rules: KnownRules::default(), streams, close: watch::Sender::new(false) }
    }
}

/// Serves until `stop` is ready, and gives what it gave. Connections that do not end by themselves are cut.
pub async fn serve<T>(listeners: Vec<std::net::TcpListener>, server: Server, stop: impl Future<Output = T>) -> T {
    let most = CONNECTIONS.min(open_files().saturating_sub(OTHER_FILES)).max(64);
    let serving = Arc::new(Serving::new(server, most - (most / 4).min(FOR_PAGES)));
    let seats = Arc::new(Semaphore::new(most));
    let accepting: Vec<_> = listeners
        .into_iter()
        .filter_map(|listener| TcpListener::from_std(listener).ok())
        .map(|listener| tokio::spawn(accept(listener, seats.clone(), serving.clone())))
        .collect();
    let ending = stop.await;
    serving.close.send_replace(true);
    for accepting in accepting {
        accepting.abort();
        let _ = accepting.await;
    }
    let most = u32::try_from(most).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(GRACE, seats.acquire_many(most)).await;
    ending
}

/// How many files may be open; as many as the system lets us.
fn open_files() -> usize {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let wanted = limit.maximum.unwrap_or(u64::MAX).min((CONNECTIONS + 4 * OTHER_FILES) as u64);
        let now = limit.current.unwrap_or(u64::MAX);
        let raised = now < wanted
            && setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum }).is_ok();
        usize::try_from(if raised { wanted } else { now }).unwrap_or(usize::MAX)
    }
    #[cfg(not(unix))]
    usize::MAX
}

async fn accept(listener: TcpListener, seats: Arc<Semaphore>, serving: Arc<Serving>) {
    loop {
        let Ok(seat) = seats.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let serving = serving.clone();
                tokio::spawn(async move {
                    if let Ok(local) = stream.local_addr() {
                        // Small answers must not wait for more.
                        let _ = stream.set_nodelay(true);
                        converse(stream, local, serving).await;
                    }
                    drop(seat);
                });
            }
            // No more files, or a client that went at once: neither ends the server.
            Err(_) => tokio::time::sleep(BREAK).await,
        }
    }
}

/// Answers one client, who came in at the address `local`, until one of them has had enough.
pub async fn converse<S>(stream: S, local: SocketAddr, serving: Arc<Serving>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut closing = serving.close.subscribe();
    let service = service_fn(move |request| {
        let serving = serving.clone();
        async move { Ok::<_, Infallible>(answer(&serving, request, local).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(BUFFER).half_close(false);
    let connection = http.serve_connection(TokioIo::new(Paced::new(stream)), service);
    tokio::pin!(connection);
    let closed = closing.wait_for(|closing| *closing);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = closed => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn answer(serving: &Arc<Serving>, request: Request<Incoming>, local: SocketAddr) -> Response<Sent> {
    let (head, body) = request.into_parts();
    let (method, headers) = (&head.method, &head.headers);
    if let Err(refusal) = serving.server.doors.admit(method, &head.uri, headers, local) {
        return refused(refusal, method, headers);
    }
    let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
    match path {
        "/__manchette/events" if method == Method::GET => return events(serving),
        "/__manchette" => {
            let there = Reply::elsewhere(StatusCode::PERMANENT_REDIRECT, "/__manchette/".to_owned());
            return there.answer(method, headers);
        }
        guard::OPEN => {
            let given = headers.get(guard::TOKEN).map_or(&b""[..], HeaderValue::as_bytes);
            if !guard::is_secret(given, serving.server.context.token.as_bytes()) {
                return refused(Refusal::Foreign, method, headers);
            }
            let Some(body) = read(body).await else {
                let words = "the request is too large, or took too long\n";
                return Reply::text(StatusCode::PAYLOAD_TOO_LARGE, words).answer(method, headers);
            };
            let ask = Ask { path: path.to_owned(), query: query.to_owned(), body };
            let reply = working(serving, move |serving| {
                let Server { state, editor, root, .. } = &serving.server;
                Reply::of(opening::open(state, editor, root, &ask), None)
            });
            return reply.await.answer(method, headers);
        }
        _ => {}
    }
    let ask = Ask { path: path.to_owned(), query: query.to_owned(), body: Vec::new() };
    let reply = working(serving, move |serving| {
        let Server { state, context, .. } = &serving.server;
        match ask.path.starts_with("/__manchette/") {
            true => Reply::of(ours::answer(state, context, &ask), state.newest().edition),
            false => Pages { state, context, rules: &serving.rules }.reply(&ask.path, &ask.query),
        }
    });
    reply.await.answer(method, headers)
}

/// Does work that takes time where no connection waits for it. A mistake in it is told, and nothing else ends.
async fn working(serving: &Arc<Serving>, work: impl FnOnce(&Serving) -> Reply + Send + 'static) -> Reply {
    let serving = serving.clone();
    let done = tokio::task::spawn_blocking(move || work(&serving)).await;
    done.unwrap_or_else(|_| trouble::panicked())
}

fn events(serving: &Arc<Serving>) -> Response<Sent> {
    let Ok(seat) = serving.streams.clone().try_acquire_owned() else {
        let mut response = Reply::text(StatusCode::SERVICE_UNAVAILABLE, "too many tabs listen\n")
            .answer(&Method::GET, &HeaderMap::new());
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        return response;
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    super::reply::finished(
        StatusCode::OK,
        headers,
        events::stream(&serving.server.state, serving.close.subscribe(), seat),
    )
}

/// A fixed text for each: whoever is refused learns nothing.
fn refused(refusal: Refusal, method: &Method, asked: &HeaderMap) -> Response<Sent> {
    let (status, text) = match refusal {
        Refusal::Misdirected => (
            StatusCode::MISDIRECTED_REQUEST,
            "this is the preview of manchette, and it does not know that name; --allowed-host adds one\n",
        ),
        Refusal::Foreign => (StatusCode::FORBIDDEN, "another site asked for this\n"),
        Refusal::Method(_) => (StatusCode::METHOD_NOT_ALLOWED, "that method does nothing here\n"),
    };
    let mut response = Reply::text(status, text).answer(method, asked);
    if let Refusal::Method(allowed) = refusal {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    }
    response
}

async fn read(body: Incoming) -> Option<Vec<u8>> {
    let read = tokio::time::timeout(BODY_TIME, Limited::new(body, BODY_SIZE).collect()).await;
    Some(read.ok()?.ok()?.to_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn p61_a_panic_in_making_a_page_is_a_page_that_says_so() {
        let print = |_: &crate::base::Diagnostic, _| String::new();
        let server = Server {
            state: Arc::default(),
            context: Context::new(false, true, print).unwrap(),
            doors: Doors::new(&[], &[]),
            editor: Err(String::new()),
            root: PathBuf::new(),
        };
        let serving = Arc::new(Serving::new(server, 1));
        let reply = working(&serving, |_| panic!("on purpose")).await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        let reply = working(&serving, |_| Reply::text(StatusCode::OK, "it goes on")).await;
        assert_eq!(reply.status, StatusCode::OK);
    }
}
