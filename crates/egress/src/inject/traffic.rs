//! Requests and responses on their path through the host.

use std::cell::Cell;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::stream;
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response, request};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody};
use wasmtime_wasi_http::{Error, WasiBody};
use zeroize::Zeroizing;

use super::CredentialUse::{Api, SignIn};
use super::{Credentials, State, answer, form, mask};

/// Maximum size of a sign-in form and of the response to it. Entra's have about two KiB.
const MOST_BYTES: usize = 64 << 10;

/// What was put into a request.
enum Injected {
    Nothing,
    /// A secret, and when it ends.
    Secret(Option<Instant>),
    Token(Option<Zeroizing<Vec<u8>>>),
}

impl Credentials {
    /// Sends a request with credentials in place of their stand-ins, and takes them out of the
    /// response.
    pub(crate) async fn send<F>(
        &self,
        request: Request<WasiBody>,
        send: impl FnOnce(Request<WasiBody>) -> F,
    ) -> Result<Response<WasiBody>, Error>
    where
        F: Future<Output = Result<Response<WasiBody>, Error>>,
    {
        let (request, injected) = self.inject(request).await?;
        let response = send(request).await?;
        match injected {
            Injected::Nothing => Ok(response),
            Injected::Secret(until) => self.without_credentials(response, until).await,
            Injected::Token(hidden) => Ok(masked(response, hidden)),
        }
    }

    async fn inject(
        &self,
        request: Request<WasiBody>,
    ) -> Result<(Request<WasiBody>, Injected), Error> {
        let (mut head, mut body) = request.into_parts();
        let mut injected = self.inject_token(&mut head);
        if self.state().points.signs_in_at(&head.uri) && form::is_form(&head) {
            let text = match read(body).await {
                Ok(text) => text,
                Err(Unread::TooLong) => {
                    return Err(Error::HttpRequestBodySize(Some(MOST_BYTES as u64)));
                }
                Err(Unread::Broken(error)) => return Err(error),
            };
            let (filled, until) = self.fill(&text);
            if filled.is_some() {
                injected = Injected::Secret(until);
                head.headers.remove(TRANSFER_ENCODING);
            }
            let text = filled.unwrap_or(text);
            if head.headers.contains_key(CONTENT_LENGTH) {
                head.headers.insert(CONTENT_LENGTH, text.len().into());
            }
            body = whole(text);
        }
        if !matches!(injected, Injected::Nothing) {
            // What is compressed cannot be searched.
            head.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        Ok((Request::from_parts(head, body), injected))
    }

    /// The form with secrets, if it has stand-ins, and when one of them ends.
    fn fill(&self, form: &[u8]) -> (Option<Zeroizing<Vec<u8>>>, Option<Instant>) {
        let state = self.state();
        let State { secrets, tokens, .. } = &*state;
        let until = Cell::new(None::<Instant>);
        let real = |stand_in: &str| {
            let real = secrets.real(stand_in, SignIn).or_else(|| tokens.real(stand_in, SignIn))?;
            until.set([until.get(), real.until].into_iter().flatten().min());
            Some(real.text)
        };
        (form::with_secrets(form, real), until.get())
    }

    fn inject_token(&self, head: &mut request::Parts) -> Injected {
        let state = self.state();
        let State { points, secrets, tokens } = &*state;
        // TRACE exists to repeat the request's headers.
        if head.method == Method::TRACE || !points.has_api_at(&head.uri) {
            return Injected::Nothing;
        }
        let Some((scheme, stand_in)) = bearer(&head.headers) else { return Injected::Nothing };
        let real = tokens.real(stand_in, Api).or_else(|| secrets.real(stand_in, Api));
        let Some(real) = real.map(|real| real.text) else { return Injected::Nothing };
        let value = Zeroizing::new(format!("{scheme} {}", real.as_str()));
        let Ok(mut value) = HeaderValue::from_str(&value) else { return Injected::Nothing };
        // Compression of HTTP/2 headers then does not keep it (RFC 7541 §7.1.3).
        value.set_sensitive(true);
        let hidden = mask::hidden_part(real);
        head.headers.insert(AUTHORIZATION, value);
        Injected::Token(hidden)
    }

    /// The response to a sign-in, as the component may read it.
    async fn without_credentials(
        &self,
        response: Response<WasiBody>,
        until: Option<Instant>,
    ) -> Result<Response<WasiBody>, Error> {
        let (mut head, body) = response.into_parts();
        if is_coded(&head.headers) {
            return Err(Error::HttpResponseContentCoding(None));
        }
        let body = match read(body).await {
            Ok(body) => body,
            Err(Unread::TooLong) => {
                return Err(Error::HttpResponseBodySize(Some(MOST_BYTES as u64)));
            }
            // The head has arrived; nothing of the body is shown.
            Err(Unread::Broken(error)) => {
                hide(&mut head.headers, &self.state());
                let body = StreamBody::new(stream::iter([Err::<Frame<Bytes>, _>(error)]));
                return Ok(Response::from_parts(head, body.boxed_unsync()));
            }
        };
        let mut state = self.state();
        let State { secrets, tokens, .. } = &mut *state;
        let left =
            until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
        let is_success = head.status.is_success();
        let rest = answer::without_credentials(&body, is_success, secrets, tokens, left)
            .map_err(|_| Error::InternalError(None))?;
        // With the tokens that have just come.
        hide(&mut head.headers, &state);
        head.headers.insert(CONTENT_LENGTH, rest.len().into());
        Ok(Response::from_parts(head, whole(rest)))
    }
}

/// Overwrites secrets and tokens in headers.
fn hide(headers: &mut HeaderMap, state: &State) {
    let spellings = answer::spellings(&state.secrets, &state.tokens);
    spellings.iter().for_each(|text| mask::overwrite_headers(headers, text));
}

/// The scheme and the token, if there is one bearer token.
fn bearer(headers: &HeaderMap) -> Option<(&str, &str)> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some((scheme, token))
}

fn is_coded(headers: &HeaderMap) -> bool {
    let plain = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"identity");
    !headers.get_all(CONTENT_ENCODING).iter().all(plain)
}

/// Overwrites what the service repeats of the token.
fn masked(response: Response<WasiBody>, hidden: Option<Zeroizing<Vec<u8>>>) -> Response<WasiBody> {
    let Some(hidden) = hidden else { return response };
    let (mut head, body) = response.into_parts();
    mask::overwrite_headers(&mut head.headers, &hidden);
    let body = match is_coded(&head.headers) {
        true => body,
        false => mask::Masked::new(body, hidden).boxed_unsync(),
    };
    Response::from_parts(head, body)
}

fn whole(text: Zeroizing<Vec<u8>>) -> WasiBody {
    Full::new(Bytes::from_owner(text)).map_err(|never| match never {}).boxed_unsync()
}

enum Unread {
    TooLong,
    Broken(Error),
}

async fn read(mut body: WasiBody) -> Result<Zeroizing<Vec<u8>>, Unread> {
    // The full capacity up front, so that growing leaves no copy of a secret behind.
    let mut read = Zeroizing::new(Vec::with_capacity(MOST_BYTES));
    while let Some(frame) = body.frame().await {
        // Trailers are not needed.
        let Ok(data) = frame.map_err(Unread::Broken)?.into_data() else { continue };
        if read.len() + data.len() > MOST_BYTES {
            return Err(Unread::TooLong);
        }
        read.extend_from_slice(&data);
    }
    Ok(read)
}
