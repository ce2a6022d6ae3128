//! Requests of the API, made of an action's row and its parameters. Pure: nothing here sends anything.

mod odata;
mod path;

use serde_json::{Map, Value};

use crate::actions::{Action, Answer, Body, Effect, Route};
use crate::auth::Server;
use crate::error::Error;
use crate::json::to_text;
use crate::shape::{Input, Place, Problem, Shape};
use crate::transport::Method;

pub use odata::quoted;
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
    /// JSON body; empty for none.
    pub body: Vec<u8>,
}

impl ApiRequest {
    /// A request that reads.
    pub fn get(action: &'static Action, target: String) -> Self {
        Self { action, server: Server::Defender, method: Method::Get, target, body: Vec::new() }
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
        let problem =
            format!("makes a URL of {found} bytes, and {MAX_TARGET_BYTES} are the most; give fewer values to a filter");
        return Err(Error::invalid_params(action.name, &[Problem::new("", problem)]));
    }
    let body = match &route.body {
        Body::None => Vec::new(),
        Body::Members(constants) => to_text(&members(action.params, params, constants)).into_bytes(),
        Body::Made(make) => to_text(&make(params)).into_bytes(),
    };
    Ok(ApiRequest { action, server: route.server, method: route.method, target, body })
}

/// Adds the parameters whose place is the query.
fn add_query(target: &mut String, shape: &Shape, params: &Input) {
    for field in shape.fields() {
        let Place::Query(spelling) = field.place else { continue };
        let Some(value) = params.value(field.name) else { continue };
        let text = value.as_str().map_or_else(|| to_text(value), str::to_owned);
        target.push(if target.contains('?') { '&' } else { '?' });
        *target += &format!("{spelling}={}", encode_query(&text));
    }
}

fn members(shape: &Shape, params: &Input, constants: &[(&str, &str)]) -> Value {
    let mut body = Map::new();
    for field in shape.fields() {
        if let (Place::Body(spelling), Some(value)) = (&field.place, params.value(field.name)) {
            body.insert((*spelling).to_owned(), value.clone());
        }
    }
    for (name, value) in constants {
        body.insert((*name).to_owned(), Value::from(*value));
    }
    Value::Object(body)
}

#[cfg(test)]
mod tests;
