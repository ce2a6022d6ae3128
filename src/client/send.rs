//! Sends API requests, renewing a rejected token once, and opens links of result storage.

use super::Client;
use super::body::{BodyError, compressed};
use super::exchange::{Exchange, OpenResponse};
use crate::error::{Error, Kind, Retry};
use crate::request::ApiRequest;
use crate::response::{Head, fault, malformed, says_nothing_found, storage_fault, strip_bom};
use crate::transport::{Address, Method};

/// Content type of JSON bodies. RFC 8259 §8.1 allows only UTF-8, but without the charset Graph
/// assumes another encoding:
/// <https://learn.microsoft.com/en-us/graph/api/security-security-runhuntingquery>.
const JSON: &str = "application/json; charset=utf-8";

/// A successful API response with its whole body.
pub struct ApiResponse {
    /// Status and headers.
    pub head: Head,
    /// Body, within `limits.maxResponseBytes`.
    pub body: Vec<u8>,
}

impl Client<'_> {
    /// Sends an API request and returns its response.
    ///
    /// # Errors
    ///
    /// Every response other than success, and every transport failure. A request that is not a read
    /// is never sent again unless the service has certainly not carried it out.
    pub fn send(&mut self, request: &ApiRequest) -> Result<ApiResponse, Error> {
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
                idempotent: request.is_read(),
                streamed: false,
                budget: Some(request.action.budget()),
            };
            let mut opened = self.exchange(&exchange)?;
            let status = opened.head.status;
            match status {
                _ if is_success(request, status) => {
                    let max = self.settings.limits.max_response_bytes;
                    match self.read_whole(&mut opened, max) {
                        Ok(body) => {
                            self.is_answered = true;
                            return Ok(ApiResponse { head: opened.head, body: strip_bom(body) });
                        }
                        // A truncated response counts as no response: a read is retried.
                        Err(what)
                            if what.kind == Kind::Unreachable
                                && self.should_retry(&exchange, broken_off) =>
                        {
                            broken_off += 1;
                        }
                        Err(what) => return Err(self.incomplete(request, &opened.head, &what)),
                    }
                }
                // The service did not carry it out: retry once with a new token.
                401 if !renewed
                    && self.can_renew()
                    && (request.is_read() || self.is_service_refusal(&mut opened)) =>
                {
                    renewed = true;
                    self.set_token(request.server, None);
                    self.usage.retries += 1;
                }
                // The permission may have been granted after the token was issued.
                403 if self.is_service_refusal(&mut opened) && self.renew(request.server) => {
                    self.usage.retries += 1
                }
                200..=299 => {
                    let description = format!("has the unexpected status {status}");
                    return Err(malformed(request, &opened.head, &description, &self.sanitizer()));
                }
                // The status decides, however little of the body is readable.
                _ => {
                    let clean = self.sanitizer();
                    let body = self.read_error_body(&mut opened);
                    let error = fault(request, &opened.head, &body, self.can_renew(), &clean);
                    return Err(self.with_permission_advice(error, request.action));
                }
            }
        }
    }

    /// Sends a request for a list; `None` if the list is empty, which the service reports as not
    /// found.
    ///
    /// # Errors
    ///
    /// The same as [`Self::send`].
    pub fn send_for_list(&mut self, request: &ApiRequest) -> Result<Option<ApiResponse>, Error> {
        match self.send(request) {
            Err(error) if says_nothing_found(request, &error) => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// Opens a link of the service's result storage. Sends no credentials.
    ///
    /// # Errors
    ///
    /// Every response other than 200, and every transport failure.
    pub fn open(&mut self, request: &ApiRequest, url: &Address) -> Result<OpenResponse, Error> {
        let headers = self.common_headers("*/*");
        let exchange = Exchange {
            method: Method::Get,
            url,
            headers: &headers,
            body: &[],
            idempotent: true,
            streamed: true,
            budget: None,
        };
        let mut opened = self.exchange(&exchange)?;
        match opened.head.status {
            // The request did not ask for a part.
            200 => match compressed(&opened.head) {
                None => Ok(opened),
                Some(description) => {
                    Err(malformed(request, &opened.head, &description, &self.sanitizer()))
                }
            },
            _ => {
                let body = if opened.head.status < 400 {
                    Vec::new()
                } else {
                    self.read_error_body(&mut opened)
                };
                Err(storage_fault(&opened.head, &body, url.host(), &self.sanitizer()))
            }
        }
    }

    /// Reads the rest of a response from result storage.
    ///
    /// # Errors
    ///
    /// It broke off, or is larger than `limits.maxResponseBytes`.
    pub fn read_result(
        &mut self,
        request: &ApiRequest,
        mut opened: OpenResponse,
    ) -> Result<Vec<u8>, Error> {
        // The limit applies to all results of a call, because they are kept until its end.
        let max = self.settings.limits.max_response_bytes.saturating_sub(self.results);
        let body = self
            .read_whole(&mut opened, max)
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
            // Microsoft's servers log it with the request, so that one ID finds all requests of a
            // call.
            ("client-request-id", self.usage.call_id()),
            ("user-agent", agent.to_owned()),
        ]
    }

    fn incomplete(&self, request: &ApiRequest, head: &Head, what: &BodyError) -> Error {
        let error =
            malformed(request, head, &what.description, &self.sanitizer()).with_kind(what.kind);
        match request.is_read() && what.kind != Kind::MalformedResponse {
            true => error.with_retry(Retry::After(5000)),
            false => error,
        }
    }
}

/// Whether a status means success. A read succeeds with 200; a change may also create something or
/// return nothing. A part (206) was never requested; 202 and responses from a proxy's copy do not
/// answer the request.
fn is_success(request: &ApiRequest, status: u16) -> bool {
    status == 200 || (!request.is_read() && matches!(status, 201 | 204))
}
