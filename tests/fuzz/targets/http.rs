//! Any bytes from a client of the preview: answers that keep to the plan, and an end.

use super::sites::{self, SECRET};
use manchette::base::SourcePath;
use manchette::pipeline::{ConfigFile, Hint, Live, Memory, Request};
use manchette::serve::{Context, Doors, Server, Serving, State, converse};
use manchette::world::World;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, LazyLock, Mutex};
use std::task::{self, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The port of a preview that listens nowhere.
const PORT: u16 = 1111;

static SERVING: LazyLock<Arc<Serving>> = LazyLock::new(|| {
    let world: Arc<dyn World> = Arc::new(sites::world());
    let config = ConfigFile { world: world.clone(), path: SourcePath::new("site.toml") };
    let mut live = Live::new(world, config, Memory::new(), Request::default());
    let state = Arc::new(State::new());
    state.publish(live.look(&Hint::Everything).unwrap());
    let context = Context::new(false, true, |problem, _| problem.message().to_owned()).unwrap();
    let doors = Doors::new(&[SocketAddr::from(([127, 0, 0, 1], PORT))], &[]);
    Arc::new(Serving::new(Server { state, context, doors, editor: Err(String::new()), root: "/".into() }, 4))
});

static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(2).build().unwrap()
});

/// A client that sends some bytes, listens, and goes when it was answered or has waited long enough.
struct Client {
    sends: Vec<u8>,
    sent: usize,
    heard: Arc<Mutex<Vec<u8>>>,
    is_answered: bool,
    waiting: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl AsyncRead for Client {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let rest = &self.sends[self.sent..];
        if !rest.is_empty() {
            let length = rest.len().min(into.remaining());
            into.put_slice(&rest[..length]);
            self.sent += length;
            self.is_answered = false;
            return Poll::Ready(Ok(()));
        }
        if self.is_answered {
            return Poll::Ready(Ok(()));
        }
        let patience = Duration::from_millis(5);
        self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience))).as_mut().poll(cx).map(|()| Ok(()))
    }
}

impl AsyncWrite for Client {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut task::Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.heard.lock().unwrap().extend_from_slice(bytes);
        self.is_answered = true;
        Poll::Ready(Ok(bytes.len()))
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut task::Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut task::Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

pub fn target(bytes: &[u8]) {
    let heard = Arc::<Mutex<Vec<u8>>>::default();
    let client = Client { sends: bytes.to_vec(), sent: 0, heard: heard.clone(), is_answered: false, waiting: None };
    let local = SocketAddr::from(([127, 0, 0, 1], PORT));
    let is_stream = || String::from_utf8_lossy(&heard.lock().unwrap()).contains("text/event-stream");
    let has_ended = RUNTIME.block_on(async {
        let mut talk = pin!(converse(client, local, SERVING.clone()));
        // A machine that is busy takes its time; a stream of events is left.
        let soon = tokio::time::timeout(Duration::from_secs(2), &mut talk).await.is_ok();
        soon || !is_stream() && tokio::time::timeout(Duration::from_secs(60), &mut talk).await.is_ok()
    });
    let heard = std::mem::take(&mut *heard.lock().unwrap());
    let text = String::from_utf8_lossy(&heard);
    // Who sends more behind its request is seen to be gone when it is written to, which a stream does every few seconds.
    assert!(has_ended || text.contains("text/event-stream"), "it never ends");
    assert!(!text.contains(SECRET), "sources were served: {text}");
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return };
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("http/1.") && !head.contains("access-control-"), "{head}");
    // A request that is none is refused by the library, without our headers.
    if !head.contains(" 400 ") && !head.contains(" 431 ") && !head.contains(" 414 ") {
        for header in ["x-content-type-options: nosniff", "cross-origin-resource-policy: same-origin"] {
            assert!(head.contains(header), "{header} is not in {head}");
        }
    }
    if head.contains(" 200 ") {
        let asked = String::from_utf8_lossy(bytes).to_ascii_lowercase();
        let own = ["127.0.0.1:1111", "localhost:1111", "[::1]:1111"];
        assert!(own.iter().any(|own| asked.contains(own)), "another name was answered");
    }
}
