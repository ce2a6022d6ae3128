//! Checks the form of requests, whatever texts they were built from.

use defender_connector::actions::{Action, ResponseBody};
use defender_connector::auth::Server;
use defender_connector::schema::{Literal, ParamLocation, TIMESTAMP, is_padding, machine_name};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::fill::DEVICE;
use super::scripted::Sent;

/// The only file in result storage.
pub(super) const LINK: &str = "https://x.blob.core.windows.net/a?sig=s";

/// Paths that actions request in addition to the one in their row, or instead of it.
const ADDITIONAL_PATHS: &[(&str, &str, &str)] = &[
    ("", "GET", "/api/machines"),
    ("", "GET", "/api/machines/{}"),
    ("", "GET", "/api/machineactions"),
    ("", "GET", "/api/machineactions/{}"),
    ("", "GET", "/api/machineactions/{}/GetLiveResponseResultDownloadLink(index={})"),
    ("", "GET", "/api/machineactions/{}/getPackageUri"),
    ("runLiveResponse", "POST", "/api/machines/{}/runliveresponse"),
    ("uploadLibraryFile", "GET", "/api/libraryfiles"),
    ("uploadLibraryFile", "POST", "/api/libraryfiles"),
];

/// The parameter that is the current time unless it is given.
const CURRENT_TIME: (&str, &str) = ("findAgentsByIp", "timestamp");

/// Tokens of a filter that are not property names.
const OPERATORS: &[&str] =
    &["and", "any", "eq", "ge", "gt", "in", "le", "lt", "or", "startswith", "tag", "tag:"];

/// Properties used to look up machines and machine actions.
const LOOKED_UP: &[&str] = &[
    "aadDeviceId",
    "computerDnsName",
    "creationDateTimeUtc",
    "id",
    "lastIpAddress",
    "machineId",
    "status",
    "type",
];

/// A match of a request with a template: the template, whether it is the action's own, and the
/// value of each `{name}`.
struct Fit {
    method: &'static str,
    path: &'static str,
    is_own: bool,
    found: Vec<(&'static str, String)>,
}

/// Checks a request of an action with these parameters. Returns the matching template if the
/// request goes to the API.
pub(super) fn check(action: &Action, params: &Value, sent: &Sent) -> Option<String> {
    let fits = |fit: &Fit| {
        fit.found.iter().all(|(name, text)| match params[*name].as_str() {
            Some(given) if fit.is_own => given == text,
            None if fit.is_own && (action.name, *name) == CURRENT_TIME => is_time(text),
            _ => is_known(text, params),
        })
    };
    let fit = led(action, sent)?.into_iter().find(fits);
    let fit =
        fit.unwrap_or_else(|| panic!("{} {params}: {} {}", action.name, sent.method, sent.url));
    query(action, params, sent.url.query(), fit.is_own);
    Some(format!("{} {}", fit.method, fit.path))
}

/// Whether a text is a time in UTC, as `2026-11-24T12:00:00Z`.
fn is_time(text: &str) -> bool {
    let form: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    form == "0000-00-00T00:00:00Z"
}

/// Checks the destination of a request that the service may have written in part.
pub(super) fn check_way(action: &Action, sent: &Sent) {
    let fits = led(action, sent);
    assert!(
        fits.is_none_or(|fits| !fits.is_empty()),
        "{}: {} {}",
        action.name,
        sent.method,
        sent.url
    );
}

/// Checks that a request goes to an expected server. Returns the matching templates if it goes to
/// the API.
fn led(action: &Action, sent: &Sent) -> Option<Vec<Fit>> {
    let url = &sent.url;
    let is_bare = url.username().is_empty() && url.password().is_none() && url.port().is_none();
    assert!(is_bare && url.scheme() == "https", "{url}");
    match url.host_str().unwrap_or_default() {
        "login.microsoftonline.com" => {
            assert_eq!(
                url.as_str(),
                "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token"
            );
            return None;
        }
        host if host.ends_with(".blob.core.windows.net") => {
            assert_eq!(sent.method, "GET");
            return None;
        }
        "graph.microsoft.com" => assert!(action.server() == Server::Graph, "{url}"),
        host => assert_eq!(host, "api.security.microsoft.com", "{url}"),
    }
    assert_eq!(url.fragment(), None, "{url}");
    let own = action.route().map(|route| (true, route.method.as_str(), route.path));
    let additional =
        ADDITIONAL_PATHS.iter().filter(|(name, ..)| name.is_empty() || *name == action.name);
    let all = own.into_iter().chain(additional.map(|(_, method, path)| (false, *method, *path)));
    let fits =
        all.filter(|(_, method, _)| *method == sent.method).filter_map(|(is_own, method, path)| {
            Some(Fit { method, path, is_own, found: holes(path, url.path())? })
        });
    Some(fits.collect())
}

/// Returns the path's value for each `{name}`, if it matches the template segment by segment.
fn holes<'t>(template: &'t str, path: &str) -> Option<Vec<(&'t str, String)>> {
    let (templates, segments): (Vec<&str>, Vec<&str>) =
        (template.split('/').collect(), path.split('/').collect());
    let pairs = templates.iter().zip(&segments);
    let found: Option<Vec<_>> =
        pairs.map(|(template, segment)| segment_holes(template, segment)).collect();
    found.filter(|_| templates.len() == segments.len()).map(|found| found.concat())
}

fn segment_holes<'t>(template: &'t str, segment: &str) -> Option<Vec<(&'t str, String)>> {
    let Some((before, rest)) = template.split_once('{') else {
        return (template == segment).then(Vec::new);
    };
    let (name, after) = rest.split_once('}')?;
    let segment = segment.strip_prefix(before)?;
    let fixed = after.split('{').next().unwrap_or_default();
    let end = if fixed.is_empty() { segment.len() } else { segment.find(fixed)? };
    let (text, segment) = segment.split_at(end);
    let is_encoded =
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte));
    let mut found = vec![(name, decoded(text))];
    found.extend(segment_holes(after, segment)?);
    (is_encoded && !text.is_empty()).then_some(found)
}

/// Whether a text comes from the parameters or the service.
fn is_known(text: &str, params: &Value) -> bool {
    let is_plain = text == DEVICE || text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // Names may differ in case, and their insignificant characters are omitted.
    let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
    let names = |given: &&str| {
        let trimmed = given.trim_matches(is_padding);
        let bare =
            trimmed.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(trimmed);
        [*given, machine_name(given), trimmed, bare].iter().any(|name| {
            *name == text
                || lower(name) == lower(text)
                || text.strip_suffix('.').is_some_and(|text| lower(name) == lower(text))
        })
    };
    is_plain || texts(params).iter().any(names)
}

/// Returns every text in a value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn query(action: &Action, params: &Value, query: Option<&str>, is_own: bool) {
    let mut names: Vec<&str> = Vec::new();
    for pair in query.into_iter().flat_map(|query| query.split('&')) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        assert!(!names.contains(&name), "twice: {pair}");
        names.push(name);
        let is_encoded = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%$(),:/".contains(&byte);
        assert!(value.bytes().all(is_encoded), "{pair}");
        let text = decoded(value);
        match name {
            "$count" => assert_eq!(text, "true"),
            "$top" | "$skip" => assert!(text.bytes().all(|byte| byte.is_ascii_digit()), "{pair}"),
            "$orderby" => {
                let (property, direction) = text.split_once(' ').unwrap_or_default();
                let asked = params["sortField"].as_str().is_some_and(|asked| asked == property);
                assert!((asked || !is_own) && ["asc", "desc"].contains(&direction), "{pair}");
            }
            "$filter" => filter(action, params, &text, is_own),
            _ => {
                let mut fields =
                    action.params.fields().filter(|field| field.location == ParamLocation::Query);
                let field = fields.find(|field| field.wire_name == name);
                let field = field.unwrap_or_else(|| panic!("{}: {pair}", action.name));
                assert!(params[field.name].as_str().is_none_or(|given| given == text), "{pair}");
            }
        }
    }
}

/// Checks that a filter consists of properties, operators and literals, and that each text stays
/// within its own literal.
fn filter(action: &Action, params: &Value, filter: &str, is_own: bool) {
    let (found, words) = parted(filter);
    assert!(found.iter().all(|literal| is_known(literal, params)), "{params}: {filter}");
    for word in words.split([' ', '(', ')', ',']).filter(|word| !word.is_empty()) {
        let name = word.strip_suffix("/any").unwrap_or(word);
        let is_property = match is_own {
            true => action.params.fields().any(|field| {
                matches!(field.location, ParamLocation::Filter(_)) && field.wire_name == name
            }),
            false => LOOKED_UP.contains(&name),
        };
        let is_value = word.parse::<f64>().is_ok()
            || (TIMESTAMP.check)(word)
            || ["true", "false"].contains(&word);
        assert!(is_property || is_value || OPERATORS.contains(&word), "{word:?} in {filter}");
    }
    if is_own && matches!(action.route().map(|route| &route.response), Some(ResponseBody::Page)) {
        for field in action.params.fields() {
            if matches!(
                field.location,
                ParamLocation::Filter(Literal::Plain | Literal::Guid | Literal::Element)
            ) {
                let missing = texts(&params[field.name])
                    .into_iter()
                    .find(|text| !found.iter().any(|one| one == text));
                assert_eq!(missing, None, "{filter}");
            }
        }
    }
}

/// Returns the unescaped texts of a filter's literals.
pub(super) fn literals(filter: &str) -> Vec<String> {
    parted(filter).0
}

/// Splits a filter into the texts of its literals and the remainder.
fn parted(filter: &str) -> (Vec<String>, String) {
    let (mut found, mut words) = (Vec::new(), String::new());
    let mut rest = filter.chars().peekable();
    while let Some(one) = rest.next() {
        if one != '\'' {
            words.push(one);
            continue;
        }
        let mut literal = String::new();
        loop {
            match rest.next() {
                None => panic!("a literal without an end: {filter}"),
                Some('\'') if rest.next_if_eq(&'\'').is_none() => break,
                Some(one) => literal.push(one),
            }
        }
        found.push(literal);
    }
    (found, words)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().expect("what was encoded is text").into_owned()
}
