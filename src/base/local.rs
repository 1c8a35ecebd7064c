//! Addresses that are not for readers: those of the machine on which the program runs, a preview, which nobody else can
//! follow, and those with a login in them.

use url::{Host, Url};

/// Whether an address of the web is one of the reader's own machine.
pub fn is_local(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("://") else { return false };
    // Texts have thousands of links: most hosts are names, and need no look.
    let host = &rest[..rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len())];
    let may_be = host.bytes().any(|byte| byte.is_ascii_digit() || matches!(byte, b'[' | b'@' | b'%'))
        || host.to_ascii_lowercase().contains("localhost");
    may_be && Url::parse(address).is_ok_and(|url| url.host().is_some_and(is_local_host))
}

/// What is said of an address with a login.
pub const LOGIN_IS_SEEN: &str = "this address has a user name or a password: readers would see it";
/// What to do about it.
pub const WITHOUT_LOGIN: &str = "write the address without what stands before `@`";

/// Whether an address of the web has a user name or a password in it.
pub fn has_login(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("://") else { return false };
    let host = &rest[..rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len())];
    host.contains('@')
        && Url::parse(address).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https") && (!url.username().is_empty() || url.password().is_some())
        })
}

fn is_local_host(host: Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback() || address.is_unspecified(),
        Host::Ipv6(address) => address.is_loopback() || address.is_unspecified(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_in_addresses_are_known() {
        for address in
            ["https://u:p@example.org/", "http://u@example.org", "https://:p@example.org", "HTTPS://u:p@a.b/@c"]
        {
            assert!(has_login(address), "{address}");
        }
        for address in
            ["https://example.org/@u:p", "https://example.org?a@b", "mailto:u@example.org", "https://@a.org/", "/u@b"]
        {
            assert!(!has_login(address), "{address}");
        }
    }

    #[test]
    fn addresses_of_a_preview_are_known() {
        for address in [
            "http://localhost",
            "HTTP://LOCALHOST:1111/x",
            "http://actu.localhost/",
            "http://127.0.0.1:8000/x?y#z",
            "https://0.0.0.0",
            "http://[::1]:1111/",
            "http://claire@localhost/",
        ] {
            assert!(is_local(address), "{address}");
        }
        for address in [
            "https://example.org/localhost",
            "https://localhost.example.org/",
            "https://192.168.1.1/",
            "https://example.org/?u=http://127.0.0.1/",
            "mailto:a@localhost",
            "https://1.1.1.1/",
            "https://notlocalhost/",
            "",
        ] {
            assert!(!is_local(address), "{address}");
        }
    }
}
