//! Who may ask: the outermost check of every request, before anything looks at its path.
//!
//! By equality only: tests of prefixes and suffixes are how lists of allowed names fall. Nothing of a request is ever
//! echoed, and `X-Forwarded-*` is never read.

use hyper::header::{HOST, HeaderMap, HeaderName, ORIGIN};
use hyper::{Method, Uri};
use std::net::{IpAddr, SocketAddr};

/// The names under which the preview answers.
#[derive(Clone, Debug)]
pub struct Doors {
    port: u16,
    /// `host:port`, or `host` where the port is the scheme's own; in lower case.
    own: Vec<String>,
    /// The same for names that were allowed by hand: something that speaks TLS may stand before us.
    allowed: Vec<String>,
    /// Whether it listens on all addresses: that at which a connection arrives is then one of its names.
    is_everywhere: bool,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is meant for another server.
    Misdirected,
    /// It was made by another site.
    Foreign,
    /// The method does nothing here; what does.
    Method(&'static str),
}

/// The only address that does something, and takes POST alone.
pub const OPEN: &str = "/__manchette/open";

/// The header that carries the token.
pub const TOKEN: HeaderName = HeaderName::from_static("x-manchette-token");

impl Doors {
    /// The names of a server that listens at these addresses, and those that were allowed by hand.
    pub fn new(addresses: &[SocketAddr], allowed: &[String]) -> Doors {
        let port = addresses.first().map_or(0, SocketAddr::port);
        let mut own: Vec<String> = ["localhost", "127.0.0.1", "[::1]"].map(|host| with_port(host, port)).into();
        let is_everywhere = addresses.iter().any(|address| address.ip().is_unspecified());
        own.extend(addresses.iter().filter(|address| !address.ip().is_unspecified()).map(|at| named(at.ip(), port)));
        let allowed = allowed.iter().map(|host| allowed_name(&host.to_ascii_lowercase(), port)).collect();
        Doors { port, own, allowed, is_everywhere }
    }

    /// Whether a request may be answered; `local` is where its connection arrived.
    pub fn admit(&self, method: &Method, uri: &Uri, headers: &HeaderMap, local: SocketAddr) -> Result<(), Refusal> {
        let host = self.host(uri, headers, local).ok_or(Refusal::Misdirected)?;
        let is_own_origin = |origin: &str| {
            origin.strip_prefix("http://") == Some(host)
                || origin.strip_prefix("https://") == Some(host) && self.allowed.iter().any(|allowed| allowed == host)
        };
        let mut origins = headers.get_all(ORIGIN).iter();
        if !origins.all(|origin| origin.to_str().is_ok_and(is_own_origin)) {
            return Err(Refusal::Foreign);
        }
        let says = |name: &'static str, value: &str| headers.get(name).is_some_and(|found| found == value);
        let is_from_elsewhere = says("sec-fetch-site", "cross-site") || says("sec-fetch-site", "same-site");
        let is_navigation = says("sec-fetch-mode", "navigate") && says("sec-fetch-dest", "document");
        // A worker of one site would stay at this address, and come between the next one and its reader.
        let is_worker = says("service-worker", "script") || says("sec-fetch-dest", "serviceworker");
        if is_from_elsewhere && !is_navigation || is_worker {
            return Err(Refusal::Foreign);
        }
        match (uri.path() == OPEN, method) {
            (true, &Method::POST) if headers.contains_key(ORIGIN) => Ok(()),
            (true, &Method::POST) => Err(Refusal::Foreign),
            (true, _) => Err(Refusal::Method("POST")),
            (false, &Method::GET | &Method::HEAD) => Ok(()),
            (false, _) => Err(Refusal::Method("GET, HEAD")),
        }
    }

    /// The one host that a request names, if it is one of ours.
    fn host<'h>(&self, uri: &Uri, headers: &'h HeaderMap, local: SocketAddr) -> Option<&'h str> {
        let mut hosts = headers.get_all(HOST).iter();
        let host = hosts.next()?.to_str().ok()?;
        if hosts.next().is_some() {
            return None;
        }
        // A target that names a server itself must name the same one.
        if uri.authority().is_some_and(|authority| !authority.as_str().eq_ignore_ascii_case(host)) {
            return None;
        }
        let is_host = |name: &String| name.eq_ignore_ascii_case(host);
        let is_ours = self.own.iter().chain(&self.allowed).any(is_host)
            || self.is_everywhere && is_host(&named(local.ip(), self.port));
        is_ours.then_some(host)
    }
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub fn is_secret(given: &[u8], secret: &[u8]) -> bool {
    let differences = given.iter().zip(secret).fold(0, |all, (a, b)| all | (a ^ b));
    given.len() == secret.len() && std::hint::black_box(differences) == 0
}

fn named(ip: IpAddr, port: u16) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => with_port(&ip.to_string(), port),
        IpAddr::V6(ip) => with_port(&format!("[{ip}]"), port),
    }
}

fn with_port(host: &str, port: u16) -> String {
    match port {
        80 => host.to_owned(),
        port => format!("{host}:{port}"),
    }
}

/// A name that was allowed by hand: with our port, unless it says another one, or is a whole address.
fn allowed_name(typed: &str, port: u16) -> String {
    let address = typed.strip_prefix("http://").or_else(|| typed.strip_prefix("https://"));
    match address.map(|rest| rest.trim_end_matches('/')) {
        Some(host) => plain(host),
        None if has_port(typed) => plain(typed),
        None => with_port(typed, port),
    }
}

fn has_port(host: &str) -> bool {
    host.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
        && (!host.starts_with('[') || host.contains("]:"))
}

/// As browsers write it: without the port that the scheme has anyway.
fn plain(host: &str) -> String {
    host.strip_suffix(":80").or_else(|| host.strip_suffix(":443")).unwrap_or(host).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn ask(doors: &Doors, method: Method, target: &str, given: &[(&str, &str)]) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        doors.admit(&method, &target.parse().unwrap(), &headers, "192.168.1.5:1111".parse().unwrap())
    }

    fn get(doors: &Doors, given: &[(&str, &str)]) -> Result<(), Refusal> {
        ask(doors, Method::GET, "/", given)
    }

    fn doors(address: &str, allowed: &[&str]) -> Doors {
        Doors::new(&[address.parse().unwrap()], &allowed.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn only_our_own_names_are_answered() {
        let doors = doors("127.0.0.1:1111", &["box.lan", "proxy.dev:443", "https://cloud.dev/"]);
        for host in [
            "cloud.dev",
            "localhost:1111",
            "LOCALHOST:1111",
            "127.0.0.1:1111",
            "[::1]:1111",
            "box.lan:1111",
            "proxy.dev",
        ] {
            assert_eq!(get(&doors, &[("host", host)]), Ok(()), "{host}");
        }
        for host in [
            "localhost",
            "localhost:1112",
            "localhost.:1111",
            "evil.localhost:1111",
            "localhost.evil.org:1111",
            "me@localhost:1111",
            "127.1:1111",
            "2130706433:1111",
            "0.0.0.0:1111",
            "192.168.1.5:1111",
            "box.lan",
            "proxy.dev:1111",
            "",
        ] {
            assert_eq!(get(&doors, &[("host", host)]), Err(Refusal::Misdirected), "{host}");
        }
        assert_eq!(get(&doors, &[]), Err(Refusal::Misdirected));
        assert_eq!(get(&doors, &[("host", "localhost:1111"), ("host", "evil.org")]), Err(Refusal::Misdirected));
        let absolute = |target: &str| ask(&doors, Method::GET, target, &[("host", "localhost:1111")]);
        assert_eq!(absolute("http://localhost:1111/x"), Ok(()));
        assert_eq!(absolute("http://evil.org/x"), Err(Refusal::Misdirected));
    }

    #[test]
    fn who_listens_everywhere_has_the_address_of_the_connection_as_a_name() {
        let doors = doors("0.0.0.0:1111", &[]);
        assert_eq!(get(&doors, &[("host", "192.168.1.5:1111")]), Ok(()));
        assert_eq!(get(&doors, &[("host", "192.168.1.6:1111")]), Err(Refusal::Misdirected));
        assert_eq!(get(&doors, &[("host", "0.0.0.0:1111")]), Err(Refusal::Misdirected));
    }

    #[test]
    fn port_80_is_not_named() {
        let doors = doors("127.0.0.1:80", &["box.lan"]);
        assert_eq!(get(&doors, &[("host", "localhost")]), Ok(()));
        assert_eq!(get(&doors, &[("host", "box.lan")]), Ok(()));
        assert_eq!(get(&doors, &[("host", "localhost:8080")]), Err(Refusal::Misdirected));
    }

    #[test]
    fn foreign_origins_are_refused() {
        let doors = doors("127.0.0.1:1111", &["proxy.dev:443"]);
        let from = |host: &str, origin: &str| get(&doors, &[("host", host), ("origin", origin)]);
        assert_eq!(from("localhost:1111", "http://localhost:1111"), Ok(()));
        assert_eq!(from("proxy.dev", "https://proxy.dev"), Ok(()));
        for origin in
            ["null", "https://localhost:1111", "http://localhost:1112", "http://127.0.0.1:1111", "http://evil.org", ""]
        {
            assert_eq!(from("localhost:1111", origin), Err(Refusal::Foreign), "{origin}");
        }
    }

    #[test]
    fn other_sites_may_link_to_us_and_no_more() {
        let doors = doors("127.0.0.1:1111", &[]);
        let fetched = |site: &str, mode: &str, dest: &str| {
            let given = [
                ("host", "localhost:1111"),
                ("sec-fetch-site", site),
                ("sec-fetch-mode", mode),
                ("sec-fetch-dest", dest),
            ];
            get(&doors, &given)
        };
        assert_eq!(fetched("same-origin", "cors", "empty"), Ok(()));
        assert_eq!(fetched("none", "navigate", "document"), Ok(()));
        assert_eq!(fetched("cross-site", "navigate", "document"), Ok(()));
        assert_eq!(fetched("cross-site", "navigate", "iframe"), Err(Refusal::Foreign));
        assert_eq!(fetched("cross-site", "no-cors", "script"), Err(Refusal::Foreign));
        assert_eq!(fetched("same-site", "cors", "empty"), Err(Refusal::Foreign));
    }

    #[test]
    fn only_one_address_takes_a_post_and_only_from_us() {
        let doors = doors("127.0.0.1:1111", &[]);
        let host = ("host", "localhost:1111");
        let post = |target: &str, given: &[(&str, &str)]| ask(&doors, Method::POST, target, given);
        assert_eq!(post(OPEN, &[host, ("origin", "http://localhost:1111")]), Ok(()));
        assert_eq!(post(OPEN, &[host]), Err(Refusal::Foreign));
        assert_eq!(post("/", &[host]), Err(Refusal::Method("GET, HEAD")));
        assert_eq!(ask(&doors, Method::GET, OPEN, &[host]), Err(Refusal::Method("POST")));
        assert_eq!(ask(&doors, Method::OPTIONS, "/x", &[host]), Err(Refusal::Method("GET, HEAD")));
    }

    #[test]
    fn secrets_are_equal_or_not() {
        assert!(is_secret(b"abc", b"abc"));
        assert!(!is_secret(b"abd", b"abc") && !is_secret(b"ab", b"abc") && !is_secret(b"", b"abc"));
    }
}
