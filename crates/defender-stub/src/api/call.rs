//! A call that has passed the checks common to all routes, as handlers receive it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;
use url::form_urlencoded;

use super::body;
use crate::machine::Machine;
use crate::refusal::ApiError;
use crate::reply::Reply;
use crate::request::Request;
use crate::state::ServiceState;
use crate::token::Claims;

/// A call to a handler.
pub(crate) struct Call<'a> {
    pub(crate) state: &'a mut ServiceState,
    pub(crate) request: &'a Request,
    /// The path's placeholders, in order.
    pub(crate) captured: Vec<String>,
    pub(crate) claims: Claims,
    pub(crate) now: OffsetDateTime,
}

impl Call<'_> {
    /// The device whose ID is in the path.
    pub(crate) fn machine(&self) -> Result<&Machine, ApiError> {
        let id = self.segment(0);
        self.state
            .machine(id)
            .ok_or_else(|| ApiError::not_found(format!("Machine {id} was not found")))
    }

    /// A placeholder's value. Each handler knows how many placeholders its template has.
    pub(crate) fn segment(&self, index: usize) -> &str {
        self.captured.get(index).map_or("", String::as_str)
    }

    /// Parses the body strictly.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        body::read(self.request)
    }

    /// The `Comment` of a body that has no other member.
    pub(crate) fn comment(&self) -> Result<String, ApiError> {
        let body: Comment = self.body()?;
        body::required("Comment", body.comment)
    }

    /// The value of a query parameter that is not an OData option.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.request.query.as_bytes());
        pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.into_owned())
    }

    /// An absolute API address, as in `@odata.context` and next links.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.state.origins.scheme, self.request.host)
    }

    /// The `@odata.context` of a set, or of one of its entities (`/$entity`).
    pub(crate) fn context(&self, of: &str) -> String {
        let version = if self.is_at_graph() { "v1.0" } else { "api" };
        self.url(&format!("/{version}/$metadata#{of}"))
    }

    /// Whether Graph is asked, and not the API.
    pub(super) fn is_at_graph(&self) -> bool {
        self.request.path.starts_with("/v1.0/")
    }

    /// A reply with one entity of a set.
    pub(crate) fn entity(&self, status: u16, set: &str, entity: impl Serialize) -> Reply {
        let mut body = value(entity);
        body["@odata.context"] = json!(self.context(&format!("{set}/$entity")));
        Reply::json(status, &body)
    }
}

/// The body of an action whose only parameter is a comment.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Comment {
    comment: Option<String>,
}

/// An entity as JSON. Entities are plain records, so serialization cannot fail.
pub(crate) fn value(entity: impl Serialize) -> Value {
    serde_json::to_value(entity).unwrap_or_default()
}
