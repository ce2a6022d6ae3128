//! Opens a tunnel through a proxy (RFC 9110 §9.3.6); the proxy's response to `CONNECT` decides.

use std::io;
use std::pin::pin;

use bytes::Bytes;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};

use super::failure::DialError;
use super::target::Target;

/// Requests a tunnel to `target` from the proxy at the other end of `hop`; the returned stream is
/// that tunnel.
///
/// # Errors
///
/// `Proxy` if the proxy's response could not be read, `Refused` with its status if it declined.
pub(crate) async fn open<S>(
    hop: S,
    target: &Target,
    authorization: Option<&HeaderValue>,
) -> Result<S, DialError>
where
    S: Read + Write + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(hop).await.map_err(DialError::Proxy)?;
    let mut answer = pin!(sender.send_request(connect(target, authorization)?));
    let mut connection = pin!(connection.without_shutdown());
    let mut left = None;
    let answer = tokio::select! {
        biased;
        answer = &mut answer => answer,
        // The connection releases the stream as soon as it has read the response or failed to.
        ended = &mut connection => {
            left = Some(ended.map_err(DialError::Proxy)?);
            answer.await
        }
    };
    let status = answer.map_err(DialError::Proxy)?.status();
    // Any 2xx would mean success, but proxies send 200, and after a 204 no connection is handed
    // over.
    if status != StatusCode::OK {
        return Err(DialError::Refused(status));
    }
    let parts = match left {
        Some(parts) => parts,
        None => connection.await.map_err(DialError::Proxy)?,
    };
    // Clients speak first, in TLS and in HTTP, so earlier bytes do not come from the destination.
    if parts.read_buf.is_empty() {
        Ok(parts.io)
    } else {
        Err(DialError::Handshake(io::ErrorKind::InvalidData.into()))
    }
}

fn connect(
    target: &Target,
    authorization: Option<&HeaderValue>,
) -> Result<Request<Empty<Bytes>>, DialError> {
    let destination = format!("{}:{}", target.host, target.port);
    let mut request = Request::new(Empty::new());
    *request.method_mut() = Method::CONNECT;
    *request.uri_mut() = Uri::try_from(&destination).map_err(|_| DialError::Denied)?;
    request
        .headers_mut()
        .insert(HOST, HeaderValue::try_from(destination).map_err(|_| DialError::Denied)?);
    if let Some(authorization) = authorization {
        request.headers_mut().insert(PROXY_AUTHORIZATION, authorization.clone());
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// Returns what the proxy receives and the result for its response; the proxy then sends
    /// nothing more, and keeps the connection open if `stays`.
    async fn asked(answer: &str, stays: bool) -> (String, Result<(), DialError>) {
        let (here, mut there) = tokio::io::duplex(4096);
        let target = Target::of(&"https://[::1]:8443/".parse().unwrap()).unwrap();
        let authorization = HeaderValue::from_static("Basic eA==");
        let proxy = async {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(there.read_u8().await.unwrap());
            }
            there.write_all(answer.as_bytes()).await.unwrap();
            (String::from_utf8(head).unwrap(), stays.then_some(there))
        };
        let opened = open(TokioIo::new(here), &target, Some(&authorization));
        let both = async { tokio::join!(proxy, opened) };
        let ((head, _there), opened) =
            tokio::time::timeout(Duration::from_secs(5), both).await.expect(answer);
        (head, opened.map(drop))
    }

    #[tokio::test]
    async fn a_proxy_is_asked_for_host_and_port_and_its_yes_is_taken_in_every_form() {
        for answer in [
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.0 200 Connection established\r\nProxy-Agent: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        ] {
            let (head, opened) = asked(answer, true).await;
            assert!(opened.is_ok(), "{answer:?}: {opened:?}");
            assert!(head.starts_with("CONNECT [::1]:8443 HTTP/1.1\r\n"), "{head:?}");
            let head = head.to_lowercase();
            assert!(
                head.contains("\r\nhost: [::1]:8443\r\n")
                    && head.contains("\r\nproxy-authorization: basic ea==\r\n")
            );
        }
    }

    #[tokio::test]
    async fn anything_but_a_yes_is_reported_without_waiting_for_more() {
        for status in [204, 302, 403, 407, 502] {
            let (_, opened) = asked(&format!("HTTP/1.1 {status} No\r\n\r\n"), true).await;
            assert!(
                matches!(&opened, Err(DialError::Refused(refused)) if refused.as_u16() == status),
                "{opened:?}"
            );
        }
        for (answer, stays) in
            [("nonsense\r\n\r\n", true), ("HTTP/1.1 200 OK\r\n", false), ("", false)]
        {
            let (_, opened) = asked(answer, stays).await;
            assert!(matches!(opened, Err(DialError::Proxy(_))), "{answer:?}: {opened:?}");
        }
        let (_, opened) = asked("HTTP/1.1 200 OK\r\n\r\nhello", true).await;
        assert!(matches!(opened, Err(DialError::Handshake(_))), "{opened:?}");
    }
}
