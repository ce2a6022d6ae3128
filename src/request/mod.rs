//! Builds API requests from an action's row and its parameters. Pure: nothing here sends anything.

mod custom_body;
mod odata;
mod path;

use serde_json::{Map, Value};

use crate::catalogue::{Action, Body, Effect, ResponseBody, Route, Server};
use crate::error::Error;
use crate::json::to_text;
use crate::method::Method;
use crate::schema::{ObjectSchema, ParamLocation, Params, Problem};

pub use odata::{SKIP, has_guid, quoted, quoted_id, quoted_ids, quoted_list};
pub use path::{encode_query, encode_segment};

/// Maximum length of path and query. Microsoft's web servers reject longer ones before the API
/// receives them.
/// <https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/iis/iisadmin-service-inetinfo/httpsys-registry-windows>
const MAX_TARGET_BYTES: usize = 16_384;

/// An API request, complete except for address and credentials.
#[derive(Clone, Debug)]
pub struct ApiRequest {
    /// The action that it belongs to.
    pub action: &'static Action,
    /// The server that it goes to.
    pub server: Server,
    /// Method.
    pub method: Method,
    /// Path and query below `apiUrl`, encoded.
    pub target: String,
    /// Body; may be empty.
    pub body: Vec<u8>,
    /// The JSON body as a value; `null` without a body.
    pub json: Value,
    /// Content type of the body; empty means JSON.
    pub content_type: String,
}

impl ApiRequest {
    /// A GET request.
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

    /// Whether it only reads, and so can be repeated freely.
    pub fn is_read(&self) -> bool {
        self.method == Method::Get || self.action.effect == Effect::Read
    }
}

/// Builds the request of a route.
///
/// # Errors
///
/// `invalid-params` if the filters make a URL that is longer than any server accepts.
pub fn build(action: &'static Action, route: &Route, params: &Params) -> Result<ApiRequest, Error> {
    let mut target = path::fill_template(route.path, params);
    if matches!(route.response, ResponseBody::Page) {
        target += &odata::list_query(action.params, params);
    }
    add_query(&mut target, action.params, params);
    if target.len() > MAX_TARGET_BYTES {
        let found = target.len();
        let problem = format!(
            "makes a URL of {found} bytes; the maximum is {MAX_TARGET_BYTES}: use fewer filter values, or `all`"
        );
        return Err(Error::invalid_params(action.name, &[Problem::new("", problem)]));
    }
    let json = match &route.body {
        Body::None => Value::Null,
        Body::Json(constants) => json_body(action.params, params, constants),
        Body::Custom(form) => custom_body::build_custom_body(*form, params),
    };
    let mut request = ApiRequest::get(action, target);
    (request.server, request.method) = (route.server, route.method);
    if !json.is_null() {
        request.body = to_text(&json).into_bytes();
        request.json = json;
    }
    Ok(request)
}

/// Appends the parameters that go into the query.
fn add_query(target: &mut String, schema: &ObjectSchema, params: &Params) {
    for field in schema.fields() {
        let wire_name = field.wire_name;
        if field.location != ParamLocation::Query {
            continue;
        }
        let Some(value) = params.value(field.name) else { continue };
        let text = value.as_str().map_or_else(|| to_text(value), str::to_owned);
        // A cursor is either a `$skiptoken` or a `$skip`.
        let (wire_name, text) = text
            .strip_prefix("$skip=")
            .filter(|_| wire_name == "$skiptoken")
            .map_or((wire_name, text.as_str()), |rest| ("$skip", rest));
        target.push(if target.contains('?') { '&' } else { '?' });
        *target += &format!("{wire_name}={}", encode_query(text));
    }
}

/// The parameters that go into the body, with the service's names for them.
pub fn body_fields<'p>(
    schema: &ObjectSchema,
    params: &'p Params,
) -> impl Iterator<Item = (&'static str, &'p Value)> {
    let fields = schema.fields().filter(|field| field.location == ParamLocation::Body);
    fields.filter_map(|field| Some((field.wire_name, params.value(field.name)?)))
}

fn json_body(schema: &ObjectSchema, params: &Params, constants: &[(&str, &str)]) -> Value {
    let mut body = Map::new();
    for (wire_name, value) in body_fields(schema, params) {
        body.insert(wire_name.to_owned(), value.clone());
    }
    for (name, value) in constants {
        body.insert((*name).to_owned(), Value::from(*value));
    }
    Value::Object(body)
}

#[cfg(test)]
mod tests;
