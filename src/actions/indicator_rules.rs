//! Checks Microsoft's rules for indicators that no schema can express, before anything is sent.

use std::net::IpAddr;

use serde_json::Value;

use crate::catalogue::Action;
use crate::client::Client;
use crate::error::Error;
use crate::response::timestamp;
use crate::schema::{Params, Problem};
use crate::text::is_hex;

/// Checks the indicators in the parameters, if the action has any.
///
/// # Errors
///
/// `invalid-params` with every problem.
pub(super) fn check(
    client: &Client<'_>,
    action: &'static Action,
    params: &Params,
) -> Result<(), Error> {
    let now = client.now().as_secs();
    let mut problems = Vec::new();
    match action.name {
        "submitIndicator" => check_indicator(&params.to_value(), "", now, &mut problems),
        "importIndicators" => {
            let all = params.value("indicators").and_then(Value::as_array).into_iter().flatten();
            for (n, indicator) in all.enumerate() {
                check_indicator(indicator, &format!("/indicators/{n}"), now, &mut problems);
            }
        }
        _ => {}
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid_params(action.name, &problems)) }
}

fn check_indicator(indicator: &Value, pointer: &str, now: u64, problems: &mut Vec<Problem>) {
    if indicator["action"] == "Audit" && indicator["generateAlert"] != true {
        let problem = "must be true for the action Audit";
        problems.push(Problem::new(format!("{pointer}/generateAlert"), problem));
    }
    let text = |name: &str| indicator[name].as_str().unwrap_or_default().trim();
    let (kind, value, action) = (text("indicatorType"), text("indicatorValue"), text("action"));
    if let Some(problem) = value_problem(kind, value) {
        problems.push(Problem::new(format!("{pointer}/indicatorValue"), problem));
    }
    let is_network = matches!(kind, "IpAddress" | "DomainName" | "Url");
    if is_network && action == "BlockAndRemediate" {
        let problem = "is for files and certificates; use Block for network indicators";
        problems.push(Problem::new(format!("{pointer}/action"), problem));
    }
    let has_page = matches!(kind, "DomainName" | "Url") && matches!(action, "Block" | "Warn");
    if !(text("educateUrl").is_empty() || has_page) {
        let problem = "is only for domains and URLs with the action Block or Warn";
        problems.push(Problem::new(format!("{pointer}/educateUrl"), problem));
    }
    if indicator["expirationTime"].as_str().and_then(parse_time).is_some_and(|end| end <= now) {
        let problem = "is in the past: the indicator would have no effect";
        problems.push(Problem::new(format!("{pointer}/expirationTime"), problem));
    }
}

/// Describes what is wrong with a value of this type, as far as Microsoft documents it.
///
/// <https://learn.microsoft.com/en-us/defender-endpoint/indicator-ip-domain>.
fn value_problem(kind: &str, value: &str) -> Option<String> {
    let digits = match kind {
        "IpAddress" => {
            return match value.parse() {
                Ok(IpAddr::V4(address)) => address.is_private().then(|| {
                    "is a private address: the service accepts only external ones".to_owned()
                }),
                Ok(IpAddr::V6(_)) => None,
                Err(_) => Some(
                    "must be a single IP address: the service accepts no networks or ranges"
                        .to_owned(),
                ),
            };
        }
        "FileMd5" => 32,
        "FileSha1" => 40,
        "FileSha256" => 64,
        _ => return None,
    };
    let is_hash = value.len() == digits && is_hex(value);
    (!is_hash).then(|| format!("must be {digits} hexadecimal digits for the type {kind}"))
}

/// Parses a timestamp with any offset as Unix time.
fn parse_time(text: &str) -> Option<u64> {
    let Some(at) =
        text.rfind(['+', '-']).filter(|at| text.len() - at == 6 && text[at + 3..].starts_with(':'))
    else {
        return timestamp(text);
    };
    let (hours, minutes) =
        (text[at + 1..at + 3].parse::<u64>().ok()?, text[at + 4..].parse::<u64>().ok()?);
    let offset = hours * 3600 + minutes * 60;
    let local = timestamp(&format!("{}Z", &text[..at]))?;
    if text[at..].starts_with('+') { local.checked_sub(offset) } else { local.checked_add(offset) }
}
