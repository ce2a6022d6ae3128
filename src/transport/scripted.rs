//! The network of unit tests: a queue of responses and a log of requests.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use super::{Body, HttpRequest, HttpResponse, Transport, TransportError};

/// A queue of responses, returned in order; panics and names the request when it is empty. The
/// check after a success, the last request of a call, finds nothing if no response is queued for
/// it.
#[derive(Default)]
pub(crate) struct Scripted {
    answers: RefCell<VecDeque<Result<Answer, TransportError>>>,
    log: RefCell<Vec<Logged>>,
}

/// A response to return.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the body breaks off after its last byte.
    pub(crate) cut: bool,
}

/// A request that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Logged {
    pub(crate) line: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    pub(crate) first_byte: Duration,
}

impl Logged {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }
}

impl Scripted {
    pub(crate) fn answer(&self, status: u16, body: &str) {
        self.answer_with(status, &[], body);
    }

    pub(crate) fn answer_with(&self, status: u16, headers: &[(&str, &str)], body: &str) {
        let headers = headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let answer = Answer { status, headers, body: body.into(), cut: false };
        self.answers.borrow_mut().push_back(Ok(answer));
    }

    pub(crate) fn cut(&self, status: u16, body: &str) {
        let answer = Answer { status, headers: Vec::new(), body: body.into(), cut: true };
        self.answers.borrow_mut().push_back(Ok(answer));
    }

    pub(crate) fn fail(&self, error: TransportError) {
        self.answers.borrow_mut().push_back(Err(error));
    }

    pub(crate) fn log(&self) -> Vec<Logged> {
        self.log.borrow().clone()
    }

    /// Method and URL of each request.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.log.borrow().iter().map(|logged| logged.line.clone()).collect()
    }
}

impl Transport for Scripted {
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpResponse, TransportError> {
        let line = format!("{} {}", request.method.as_str(), request.url);
        self.log.borrow_mut().push(Logged {
            line: line.clone(),
            headers: request.headers.to_vec(),
            body: String::from_utf8_lossy(request.body).into_owned(),
            first_byte: request.timeouts.first_byte,
        });
        let mut answer = self.answers.borrow_mut().pop_front();
        let is_look = |query: &[&str]| query.iter().all(|part| line.contains(part));
        if answer.is_none()
            && (is_look(&["$filter=machineId%20in%20(", "%20and%20type%20eq%20"])
                || is_look(&["/api/indicators?$top=20&$filter=indicatorValue%20eq%20"]))
        {
            self.answer(200, r#"{"value":[]}"#);
            answer = self.answers.borrow_mut().pop_front();
        }
        let Answer { status, headers, body, cut } =
            answer.unwrap_or_else(|| panic!("no answer is scripted for {line}"))?;
        Ok(HttpResponse { status, headers, body: Box::new(ScriptedBody { body, cut }) })
    }
}

struct ScriptedBody {
    body: Vec<u8>,
    cut: bool,
}

impl Body for ScriptedBody {
    fn read(&mut self, max: usize, _: Duration) -> Result<Vec<u8>, TransportError> {
        if self.body.is_empty() && self.cut {
            return Err(TransportError::maybe_sent(super::Cause::Broken));
        }
        let rest = self.body.split_off(max.min(self.body.len()));
        Ok(std::mem::replace(&mut self.body, rest))
    }
}
