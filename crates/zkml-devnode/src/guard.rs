//! Who may call: the protection of a node on a developer's machine against web pages.
//!
//! A page that the developer's browser opens can send requests to `127.0.0.1`. Two checks keep it
//! out. The `Origin` header, which a browser sets on every request of a page and on every
//! WebSocket, must be one of this machine, of a browser extension (a wallet), or one that was
//! allowed. The `Host` header must be an IP address, `localhost`, or a name that was allowed:
//! with DNS rebinding a page's own host name points to this machine, and then its requests have no
//! foreign origin. Clients that are no browsers send no `Origin` and an honest `Host`.

use std::net::{IpAddr, Ipv6Addr};

use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use jsonrpsee::server::HttpBody;
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

/// Everything goes: the value of an option that switches its check off.
const ANY: &str = "*";

/// Extensions run with rights that the user gave them; a page cannot take such an origin on.
const EXTENSION_SCHEMES: [&str; 3] = ["chrome-extension", "moz-extension", "safari-web-extension"];

/// The two checks.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    origins: Vec<String>,
    hosts: Vec<String>,
}

impl Guard {
    /// `origins` and `hosts` are allowed beside those of this machine.
    pub(crate) fn new(origins: &[String], hosts: &[String]) -> Self {
        let normal = |list: &[String]| {
            list.iter()
                .map(|one| one.trim_end_matches('/').to_ascii_lowercase())
                .collect()
        };
        Self {
            origins: normal(origins),
            hosts: normal(hosts),
        }
    }

    /// Passes the request on, or answers it.
    #[allow(clippy::result_large_err, reason = "the type that tower-http asks for")]
    pub(crate) fn check<B>(&self, request: &Request<B>) -> Result<(), Response<HttpBody>> {
        if let Some(host) = host(request)
            && !self.allows_host(host)
        {
            return Err(refusal(format!(
                "host not allowed: {host:?}; start the node with --allow-host NAME to be called by \
                 this name, or call it by its IP address or as localhost\n"
            )));
        }
        match request.headers().get(header::ORIGIN) {
            Some(origin) if !self.allows_origin(origin) => Err(refusal(format!(
                "origin not allowed: {origin:?}; start the node with --cors-origin {} to let its \
                 pages call\n",
                origin.to_str().unwrap_or("ORIGIN")
            ))),
            _ => Ok(()),
        }
    }

    /// What a browser needs to hear to hand the answers to a page that may call.
    pub(crate) fn cors(&self) -> CorsLayer {
        let guard = self.clone();
        CorsLayer::new()
            .allow_origin(AllowOrigin::predicate(move |origin, _| {
                guard.allows_origin(origin)
            }))
            .allow_methods([Method::POST, Method::GET])
            .allow_headers(Any)
            .allow_private_network(true)
    }

    fn allows_host(&self, host: &str) -> bool {
        let name = without_port(host).to_ascii_lowercase();
        is_this_machine(&name)
            || is_ip(&name)
            || self
                .hosts
                .iter()
                .any(|allowed| allowed == ANY || *allowed == name)
    }

    fn allows_origin(&self, origin: &HeaderValue) -> bool {
        let Ok(origin) = origin.to_str() else {
            return false;
        };
        let origin = origin.to_ascii_lowercase();
        if self
            .origins
            .iter()
            .any(|allowed| allowed == ANY || *allowed == origin)
        {
            return true;
        }
        let Some((scheme, host)) = origin.split_once("://") else {
            return false;
        };
        let name = without_port(host);
        match scheme {
            "http" | "https" => is_this_machine(name) || is_loopback(name),
            _ => EXTENSION_SCHEMES.contains(&scheme),
        }
    }
}

/// The host that the client asked for: of the `Host` header, or of HTTP/2's `:authority`.
fn host<B>(request: &Request<B>) -> Option<&str> {
    fn in_header(headers: &HeaderMap) -> Option<&str> {
        // What is not readable is not allowed either.
        headers
            .get(header::HOST)
            .map(|host| host.to_str().unwrap_or("?"))
    }
    in_header(request.headers()).or_else(|| request.uri().authority().map(|one| one.as_str()))
}

/// `example:8545` → `example`, `[::1]:8545` → `[::1]`.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.is_empty() && port.bytes().all(|c| c.is_ascii_digit()) => {
            // An address of IPv6 without brackets is no host and stays as it is.
            if name.contains(':') && !name.ends_with(']') {
                host
            } else {
                name
            }
        }
        _ => host,
    }
}

/// `localhost` and names under it, which resolve to this machine only (RFC 6761).
fn is_this_machine(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

fn ip(name: &str) -> Option<IpAddr> {
    match name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
    {
        Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => name.parse().ok(),
    }
}

fn is_ip(name: &str) -> bool {
    ip(name).is_some()
}

fn is_loopback(name: &str) -> bool {
    ip(name).is_some_and(|ip| ip.is_loopback())
}

fn refusal(text: String) -> Response<HttpBody> {
    let mut response = Response::new(HttpBody::from(text));
    *response.status_mut() = StatusCode::FORBIDDEN;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(host: &str, origin: Option<&str>) -> Request<()> {
        let mut builder = Request::builder().uri("/").header(header::HOST, host);
        if let Some(origin) = origin {
            builder = builder.header(header::ORIGIN, origin);
        }
        builder.body(()).unwrap()
    }

    fn allowed(guard: &Guard, host: &str, origin: Option<&str>) -> bool {
        guard.check(&request(host, origin)).is_ok()
    }

    #[test]
    fn this_machine_may_call_by_every_name_of_its_own() {
        let guard = Guard::new(&[], &[]);
        for host in [
            "localhost",
            "localhost:8545",
            "LOCALHOST:8545",
            "app.localhost:1",
            "127.0.0.1:8545",
            "[::1]:8545",
            "[::1]",
            "192.168.1.7:8545",
        ] {
            assert!(allowed(&guard, host, None), "{host}");
        }
        for origin in [
            "http://localhost:3000",
            "https://localhost",
            "http://127.0.0.1:5173",
            "http://[::1]:8080",
            "http://app.localhost",
            "chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn",
        ] {
            assert!(allowed(&guard, "localhost:8545", Some(origin)), "{origin}");
        }
    }

    #[test]
    fn other_pages_and_rebound_names_may_not() {
        let guard = Guard::new(&[], &[]);
        for host in [
            "evil.example:8545",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "127.0.0.1evil",
            "",
            "::1:evil",
        ] {
            assert!(!allowed(&guard, host, None), "{host}");
        }
        for origin in [
            "https://evil.example",
            "http://localhost.evil.example",
            "http://192.168.1.7",
            "http://evil.example:8545",
            "null",
            "file://",
            "ftp://localhost",
            "http://localhost@evil.example",
        ] {
            assert!(!allowed(&guard, "127.0.0.1:8545", Some(origin)), "{origin}");
        }
    }

    #[test]
    fn what_was_allowed_is_allowed_and_nothing_beside_it() {
        let origins = ["https://remix.ethereum.org/".to_owned(), "null".to_owned()];
        let guard = Guard::new(&origins, &["node".to_owned()]);
        assert!(allowed(&guard, "node:8545", None));
        assert!(allowed(
            &guard,
            "localhost",
            Some("https://remix.ethereum.org")
        ));
        assert!(allowed(&guard, "localhost", Some("null")));
        assert!(!allowed(
            &guard,
            "localhost",
            Some("http://remix.ethereum.org")
        ));
        assert!(!allowed(&guard, "node2", None));
        let open = Guard::new(&["*".to_owned()], &["*".to_owned()]);
        assert!(allowed(&open, "evil.example", Some("https://evil.example")));
    }
}
