//! Requests of the API, made of an action's row and its parameters. Pure: nothing here sends
//! anything.

mod custom_body;
mod odata;
mod path;

use serde_json::{Map, Value};

use crate::catalogue::{Action, Answer, Body, Effect, Route, Server};
use crate::error::Error;
use crate::json::to_text;
use crate::method::Method;
use crate::schema::{Input, Place, Problem, Shape};

pub use odata::{SKIP, has_guid, is_guid, quoted, quoted_list};
pub use path::{encode_query, encode_segment};

/// Longest path and query. Microsoft's web servers refuse longer ones before the API sees them.
/// <https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/iis/iisadmin-service-inetinfo/httpsys-registry-windows>
const MAX_TARGET_BYTES: usize = 16_384;

/// A request of the API, ready but for address and credentials.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    /// The action it is made for.
    pub action: &'static Action,
    /// Whom it goes to.
    pub server: Server,
    /// Method.
    pub method: Method,
    /// Path and query below `apiUrl`, encoded.
    pub target: String,
    /// Body; empty for none.
    pub body: Vec<u8>,
    /// The JSON body as a value; `null` for none.
    pub json: Value,
    /// What the body is; empty for JSON.
    pub content_type: String,
}

impl ApiRequest {
    /// A request that reads.
    pub fn get(action: &'static Action, target: String) -> Self {
        Self {
            action,
            server: Server::Defender,
            method: Method::Get,
            target,
            body: Vec::new(),
            json: Value::Null,
            content_type: String::new(),
        }
    }

    /// Whether it may be repeated at will.
    pub fn is_read(&self) -> bool {
        self.method == Method::Get || self.action.effect == Effect::Read
    }
}

/// The request of a route.
///
/// # Errors
///
/// `invalid-params` if the filters make a URL that is longer than any server takes.
pub fn build(action: &'static Action, route: &Route, params: &Input) -> Result<ApiRequest, Error> {
    let mut target = path::fill(route.path, params);
    if matches!(route.answer, Answer::Page) {
        target += &odata::query(action.params, params);
    }
    add_query(&mut target, action.params, params);
    if target.len() > MAX_TARGET_BYTES {
        let found = target.len();
        let problem = format!(
            "makes a URL of {found} bytes, and {MAX_TARGET_BYTES} are the most; give fewer values to a filter, or `all`"
        );
        return Err(Error::invalid_params(action.name, &[Problem::new("", problem)]));
    }
    let json = match &route.body {
        Body::None => Value::Null,
        Body::Members(constants) => members(action.params, params, constants),
        Body::Made(form) => custom_body::made(*form, params),
    };
    let mut request = ApiRequest::get(action, target);
    (request.server, request.method) = (route.server, route.method);
    if !json.is_null() {
        request.body = to_text(&json).into_bytes();
        request.json = json;
    }
    Ok(request)
}

/// Adds the parameters whose place is the query.
fn add_query(target: &mut String, shape: &Shape, params: &Input) {
    for field in shape.fields() {
        let spelling = field.spelling;
        if field.place != Place::Query {
            continue;
        }
        let Some(value) = params.value(field.name) else { continue };
        let text = value.as_str().map_or_else(|| to_text(value), str::to_owned);
        // A cursor is the one or the other.
        let (spelling, text) = text
            .strip_prefix("$skip=")
            .filter(|_| spelling == "$skiptoken")
            .map_or((spelling, text.as_str()), |rest| ("$skip", rest));
        target.push(if target.contains('?') { '&' } else { '?' });
        *target += &format!("{spelling}={}", encode_query(text));
    }
}

/// The parameters whose place is the body, under the service's spelling.
pub fn body_fields<'p>(
    shape: &Shape,
    params: &'p Input,
) -> impl Iterator<Item = (&'static str, &'p Value)> {
    let fields = shape.fields().filter(|field| field.place == Place::Body);
    fields.filter_map(|field| Some((field.spelling, params.value(field.name)?)))
}

fn members(shape: &Shape, params: &Input, constants: &[(&str, &str)]) -> Value {
    let mut body = Map::new();
    for (spelling, value) in body_fields(shape, params) {
        body.insert(spelling.to_owned(), value.clone());
    }
    for (name, value) in constants {
        body.insert((*name).to_owned(), Value::from(*value));
    }
    Value::Object(body)
}

#[cfg(test)]
mod tests;
