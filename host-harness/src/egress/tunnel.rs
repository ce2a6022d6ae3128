//! A tunnel through a proxy (RFC 9110 §9.3.6): what the proxy says to `CONNECT` decides.

use std::io;
use std::pin::pin;

use bytes::Bytes;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::{HeaderValue, Method, Request, Uri};
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};

use super::failure::DialError;
use super::target::Target;

/// Asks the proxy at the other end of `hop` for a tunnel to `target`; the stream that is given back is that tunnel.
///
/// # Errors
///
/// `Proxy` if the proxy was not heard out, `Refused` with its status if it would not.
pub(crate) async fn open<S>(hop: S, target: &Target, authorization: Option<&HeaderValue>) -> Result<S, DialError>
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
        // It lets go of the stream as soon as it has read the answer, or can't.
        ended = &mut connection => {
            left = Some(ended.map_err(DialError::Proxy)?);
            answer.await
        }
    };
    let status = answer.map_err(DialError::Proxy)?.status();
    if !status.is_success() {
        return Err(DialError::Refused(status));
    }
    let parts = match left {
        Some(parts) => parts,
        None => connection.await.map_err(DialError::Proxy)?,
    };
    // Clients speak first, in TLS and in HTTP: what comes before that is not the destination's.
    if parts.read_buf.is_empty() { Ok(parts.io) } else { Err(DialError::Handshake(io::ErrorKind::InvalidData.into())) }
}

fn connect(target: &Target, authorization: Option<&HeaderValue>) -> Result<Request<Empty<Bytes>>, DialError> {
    let destination = format!("{}:{}", target.host, target.port);
    let mut request = Request::new(Empty::new());
    *request.method_mut() = Method::CONNECT;
    *request.uri_mut() = Uri::try_from(&destination).map_err(|_| DialError::Denied)?;
    request.headers_mut().insert(HOST, HeaderValue::try_from(destination).map_err(|_| DialError::Denied)?);
    if let Some(authorization) = authorization {
        request.headers_mut().insert(PROXY_AUTHORIZATION, authorization.clone());
    }
    Ok(request)
}
