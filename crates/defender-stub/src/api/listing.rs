//! Lists: the OData query options, and the page they select.

use std::cmp::Ordering;

use serde_json::{Value, json};
use url::form_urlencoded;

use super::call::Call;
use crate::odata::schema::{Property, Schema};
use crate::odata::{self, Filter};
use crate::refusal::ApiError;
use crate::reply::Reply;
use crate::scenario::{CapSignal, MAX_TOP, NextLink};

/// The lists that take less:
/// <https://learn.microsoft.com/en-us/defender-endpoint/api/get-all-vulnerabilities>. The maximum of
/// incidents is undocumented: clients have been refused more than 50.
const LESS: &[(&str, usize)] = &[("/api/vulnerabilities", 8_000), ("/v1.0/security/incidents", 50)];

/// The query options that a list supports.
#[derive(Default)]
struct Options {
    filter: Option<Filter>,
    order: Vec<(&'static Property, Ordering)>,
    top: Option<usize>,
    skip: usize,
    is_counted: bool,
    expanded: Vec<String>,
}

/// The page of `items` that the request's query selects.
pub(super) fn reply(
    call: &Call<'_>,
    set: &str,
    schema: &'static Schema,
    mut items: Vec<Value>,
) -> Result<Reply, ApiError> {
    let cap = call.state.scenario.list_cap;
    let options = Options::parse(call, schema)?;
    let values = call.parameter("$filter").unwrap_or_default().matches('\'').count() / 2;
    if call.state.scenario.filter_values.is_some_and(|most| values > most) {
        return Err(ApiError::odata("The node count limit has been exceeded."));
    }
    if let Some(filter) = &options.filter {
        items.retain(|item| filter.holds(item));
    }
    if !options.order.is_empty() {
        items.sort_by(|a, b| options.compare(a, b));
    }
    let total = items.len();
    let size = options
        .top
        .unwrap_or(call.state.scenario.page_size)
        .min(cap.map_or(MAX_TOP, |cap| cap.records))
        .min(documented(call));
    let mut page: Vec<Value> = items.into_iter().skip(options.skip).take(size).collect();
    for name in schema
        .expandable
        .iter()
        .filter(|name| !options.expanded.iter().any(|expanded| expanded == *name))
    {
        page.iter_mut().for_each(|item| match item.as_object_mut() {
            Some(members) if call.is_at_graph() => _ = members.remove(*name),
            _ => item[*name] = json!([]),
        });
    }
    let end = options.skip.saturating_add(page.len());
    let mut body = json!({ "@odata.context": call.context(set) });
    let signal = cap.map(|cap| cap.signal);
    if options.is_counted && !matches!(signal, Some(CapSignal::Nothing | CapSignal::NextLink)) {
        body["@odata.count"] =
            json!(if signal == Some(CapSignal::WrongCount) { page.len() } else { total });
    }
    // With `$top` the API sends no next link, even if there are more records; Graph does.
    let is_linked = match signal {
        None | Some(CapSignal::Refusal) => options.top.is_none() || call.is_at_graph(),
        Some(signal) => matches!(signal, CapSignal::NextLink | CapSignal::WrongCount),
    };
    if is_linked && end < total && !page.is_empty() {
        body["@odata.nextLink"] = json!(next_link(call, "$skip", &end.to_string()));
    }
    body["value"] = Value::Array(page);
    Ok(Reply::json(200, &body))
}

impl Options {
    fn parse(call: &Call<'_>, schema: &'static Schema) -> Result<Self, ApiError> {
        let mut options = Self::default();
        let most = most(call);
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in form_urlencoded::parse(call.request.query.as_bytes()) {
            if !name.starts_with('$') {
                continue;
            }
            if seen.iter().any(|other| *other == name) {
                return Err(ApiError::odata(format!(
                    "Query option '{name}' was specified more than once."
                )));
            }
            seen.push(name.clone().into_owned());
            match name.as_ref() {
                "$filter" => {
                    options.filter = Some(odata::parse(&value, schema).map_err(ApiError::odata)?)
                }
                // No page of Graph says that its lists can be sorted.
                "$orderby" if !call.is_at_graph() => options.order = ordering(&value, schema)?,
                "$top" => options.top = Some(number("Top", &value, most)?),
                "$skip" => options.skip = number("Skip", &value, usize::MAX)?,
                "$count" => options.is_counted = boolean(&value)?,
                "$expand" => options.expanded = expansions(&value, schema)?,
                "$skiptoken" => {}
                _ => {
                    return Err(ApiError::odata(format!(
                        "The query parameter '{name}' is not supported."
                    )));
                }
            }
        }
        Ok(options)
    }

    fn compare(&self, a: &Value, b: &Value) -> Ordering {
        self.order
            .iter()
            .map(|(property, direction)| {
                let ascending = odata::compare(&a[property.name], &b[property.name]);
                if direction.is_gt() { ascending.reverse() } else { ascending }
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

fn ordering(
    value: &str,
    schema: &'static Schema,
) -> Result<Vec<(&'static Property, Ordering)>, ApiError> {
    value
        .split(',')
        .map(|part| {
            let mut words = part.split_whitespace();
            let property =
                schema.property(words.next().unwrap_or_default()).map_err(ApiError::odata)?;
            let direction = match words.next() {
                None | Some("asc") => Ordering::Less,
                Some("desc") => Ordering::Greater,
                Some(other) => {
                    return Err(ApiError::odata(format!(
                        "Syntax error at '{other}' in '$orderby'."
                    )));
                }
            };
            if words.next().is_some() || !property.kind.is_scalar() {
                return Err(ApiError::odata(format!("'{part}' is not valid in '$orderby'.")));
            }
            Ok((property, direction))
        })
        .collect()
}

fn expansions(value: &str, schema: &Schema) -> Result<Vec<String>, ApiError> {
    let names: Vec<String> = value.split(',').map(|name| name.trim().to_owned()).collect();
    match names.iter().find(|name| !schema.expandable.contains(&name.as_str())) {
        Some(other) => Err(ApiError::odata(format!(
            "The property '{other}' cannot be used in the $expand query option."
        ))),
        None => Ok(names),
    }
}

fn number(name: &str, value: &str, most: usize) -> Result<usize, ApiError> {
    let number: usize = value.parse().map_err(|_| {
        ApiError::odata(format!(
            "Invalid value '{value}' for ${name} query option found. It requires a non-negative integer."
        ))
    })?;
    if number > most {
        return Err(ApiError::odata(format!(
            "The limit of '{most}' for {name} query has been exceeded. The value from the incoming request is '{number}'."
        )));
    }
    Ok(number)
}

fn boolean(value: &str) -> Result<bool, ApiError> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(ApiError::odata(format!(
            "Invalid value '{value}' for $count query option found. It is true or false."
        ))),
    }
}

/// The largest accepted `$top`.
fn most(call: &Call<'_>) -> usize {
    match call.state.scenario.list_cap {
        Some(cap) if cap.signal == CapSignal::Refusal => cap.records,
        _ => documented(call),
    }
}

/// The largest page of the list that is asked for.
fn documented(call: &Call<'_>) -> usize {
    let less = LESS.iter().find(|(list, _)| list.eq_ignore_ascii_case(&call.request.path));
    less.map_or(MAX_TOP, |(_, most)| *most)
}

/// What `$expand` asks for.
pub(super) fn expanded(call: &Call<'_>, schema: &'static Schema) -> Result<Vec<String>, ApiError> {
    Ok(Options::parse(call, schema)?.expanded)
}

/// The link to the page that this query parameter selects.
pub(super) fn next_link(call: &Call<'_>, name: &str, value: &str) -> String {
    let path = &call.request.path;
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (other, value) in
        form_urlencoded::parse(call.request.query.as_bytes()).filter(|(other, _)| other != name)
    {
        query.append_pair(&other, &value);
    }
    let query = query.append_pair(name, value).finish();
    match call.state.scenario.next_link {
        NextLink::Faithful => call.url(&format!("{path}?{query}")),
        NextLink::Looping => call.url(&format!("{path}?$skip=0")),
        // A reserved name, so that following it leads nowhere.
        NextLink::Foreign => format!("https://elsewhere.invalid{path}?{query}"),
    }
}

/// The number of `items` that match the request's `$filter`, as the plain number that `…/$count`
/// returns.
pub(super) fn count(
    call: &Call<'_>,
    schema: &'static Schema,
    items: &[Value],
) -> Result<Reply, ApiError> {
    let filter = Options::parse(call, schema)?.filter;
    let count =
        items.iter().filter(|item| filter.as_ref().is_none_or(|filter| filter.holds(item))).count();
    Ok(Reply::text(200, "text/plain", count.to_string()))
}
