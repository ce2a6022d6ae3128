//! Sending: a request of the API and its answer, with one renewal of a token that is refused; links
//! of result storage.

use super::Client;
use super::body::{Incomplete, compressed};
use super::exchange::{Exchange, OpenAnswer};
use crate::error::{Error, Kind, Retry};
use crate::request::ApiRequest;
use crate::response::{Head, fault, is_not_found_code, malformed, storage_fault, without_mark};
use crate::transport::{Address, Method};

/// What a JSON body is. RFC 8259 §8.1 knows UTF-8 alone, but without the word Graph reads another
/// encoding into it:
/// <https://learn.microsoft.com/en-us/graph/api/security-security-runhuntingquery>.
const JSON: &str = "application/json; charset=utf-8";

/// An answer of the API that says success, read whole.
pub struct ApiAnswer {
    /// Status and headers.
    pub head: Head,
    /// Body, within `limits.maxResponseBytes`.
    pub body: Vec<u8>,
}

impl Client<'_> {
    /// Sends a request of the API and gives back its answer.
    ///
    /// # Errors
    ///
    /// Every answer that is no success, and every way to get none. What was sent and is not a read
    /// is never sent again unless the service has certainly not carried it out.
    pub fn send(&mut self, request: &ApiRequest) -> Result<ApiAnswer, Error> {
        let url = self.settings.endpoint(request.server).join(&request.target);
        let (mut renewed, mut broken_off) = (false, 0);
        loop {
            let authorization = self.authorization(request.server)?;
            let headers = self.api_headers(authorization, request);
            let exchange = Exchange {
                method: request.method,
                url: &url,
                headers: &headers,
                body: &request.body,
                repeatable: request.is_read(),
                streamed: false,
                budget: Some(request.action.budget()),
            };
            let mut opened = self.exchange(&exchange)?;
            let status = opened.head.status;
            match status {
                _ if is_success(request, status) => {
                    let most = self.settings.limits.max_response_bytes;
                    match self.read_whole(&mut opened, most) {
                        Ok(body) => {
                            self.is_answered = true;
                            return Ok(ApiAnswer { head: opened.head, body: without_mark(body) });
                        }
                        // Half an answer is none: a read is made once more, as for one that did not
                        // come at all.
                        Err(what)
                            if what.kind == Kind::Unreachable
                                && self.repeats(&exchange, broken_off) =>
                        {
                            broken_off += 1;
                        }
                        Err(what) => return Err(self.incomplete(request, &opened.head, &what)),
                    }
                }
                // The service has not carried it out: once with a new token.
                401 if !renewed
                    && self.can_renew()
                    && (request.is_read() || self.is_refusal(&mut opened)) =>
                {
                    renewed = true;
                    self.set_token(request.server, None);
                    self.usage.retries += 1;
                }
                // The permission may have been granted after the token was made.
                403 if self.is_refusal(&mut opened) && self.renew(request.server) => {
                    self.usage.retries += 1
                }
                200..=299 => {
                    let words = format!("has status {status}, which is no answer to it");
                    return Err(malformed(request, &opened.head, &words, &self.sanitizer()));
                }
                // What the status says counts, however little of the body can be read.
                _ => {
                    let clean = self.sanitizer();
                    let body = self.read_start(&mut opened);
                    let error = fault(request, &opened.head, &body, self.can_renew(), &clean);
                    return Err(self.refused(error, request.action));
                }
            }
        }
    }

    /// Sends a request for a list; `None` if the list is empty, which the service calls not found.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    pub fn send_for_list(&mut self, request: &ApiRequest) -> Result<Option<ApiAnswer>, Error> {
        match self.send(request) {
            Err(error) if is_not_found_code(&error) => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// Opens a link of the service's result storage. No credentials go there.
    ///
    /// # Errors
    ///
    /// Every answer other than 200, and every way to get none.
    pub fn open(&mut self, request: &ApiRequest, url: &Address) -> Result<OpenAnswer, Error> {
        let headers = self.common_headers("*/*");
        let exchange = Exchange {
            method: Method::Get,
            url,
            headers: &headers,
            body: &[],
            repeatable: true,
            streamed: true,
            budget: None,
        };
        let mut opened = self.exchange(&exchange)?;
        match opened.head.status {
            // No part of it was asked for.
            200 => match compressed(&opened.head) {
                None => Ok(opened),
                Some(words) => Err(malformed(request, &opened.head, &words, &self.sanitizer())),
            },
            _ => {
                let body = if opened.head.status < 400 {
                    Vec::new()
                } else {
                    self.read_start(&mut opened)
                };
                Err(storage_fault(&opened.head, &body, url.host(), &self.sanitizer()))
            }
        }
    }

    /// Reads the rest of an answer from result storage.
    ///
    /// # Errors
    ///
    /// It broke off, or is larger than `limits.maxResponseBytes`.
    pub fn read_result(
        &mut self,
        request: &ApiRequest,
        mut opened: OpenAnswer,
    ) -> Result<Vec<u8>, Error> {
        // All results of a call together: they are kept until its end.
        let most = self.settings.limits.max_response_bytes.saturating_sub(self.results);
        let body = self
            .read_whole(&mut opened, most)
            .map_err(|what| self.incomplete(request, &opened.head, &what))?;
        self.results += body.len() as u64;
        Ok(body)
    }

    fn api_headers(
        &self,
        authorization: String,
        request: &ApiRequest,
    ) -> Vec<(&'static str, String)> {
        let mut headers = self.common_headers("application/json");
        headers.push(("authorization", authorization));
        if !request.body.is_empty() {
            let kind = if request.content_type.is_empty() { JSON } else { &request.content_type };
            headers.push(("content-type", kind.to_owned()));
        }
        headers
    }

    /// The headers of every request.
    pub(super) fn common_headers(&self, accept: &str) -> Vec<(&'static str, String)> {
        let agent = concat!("defender-connector/", env!("CARGO_PKG_VERSION"));
        vec![
            ("accept", accept.to_owned()),
            // Without it any coding would be acceptable (RFC 9110 §12.5.3).
            ("accept-encoding", "identity".to_owned()),
            // Microsoft's servers keep it with the request: one name for all that a call has sent.
            ("client-request-id", self.usage.call_id()),
            ("user-agent", agent.to_owned()),
        ]
    }

    fn incomplete(&self, request: &ApiRequest, head: &Head, what: &Incomplete) -> Error {
        let error = malformed(request, head, &what.words, &self.sanitizer()).with_kind(what.kind);
        match request.is_read() && what.kind != Kind::MalformedResponse {
            true => error.with_retry(Retry::After(5000)),
            false => error,
        }
    }
}

/// Whether a status says success. What is read is given with 200; what is changed may be created,
/// or leave nothing to say. A part (206) was never asked for, and what is only accepted, or comes
/// from another server's copy, is no answer.
fn is_success(request: &ApiRequest, status: u16) -> bool {
    status == 200 || (!request.is_read() && matches!(status, 201 | 204))
}
