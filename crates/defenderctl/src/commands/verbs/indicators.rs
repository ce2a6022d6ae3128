//! Indicators by their values: IP addresses, domains, URLs and hashes, recognised by their form.

use std::net::IpAddr;

use clap::ArgMatches;
use serde_json::{Value, json};
use time::OffsetDateTime;
use url::Url;

use super::hashes::is_whole;
use super::values::{all, one};
use crate::failure::Failure;
use crate::json;
use crate::known_actions::{INDICATOR, INDICATORS};
use crate::session::Session;
use crate::times;

/// What an indicator that blocks does. Deleting one that allows something would block it.
const BLOCKS: [&str; 4] = ["Block", "BlockAndRemediate", "AlertAndBlock", "Warn"];

/// The type of indicator that a value is.
///
/// # Errors
///
/// It has none of these forms.
fn kind(value: &str) -> Result<&'static str, Failure> {
    let is_hex = value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_domain = || {
        let labels: Vec<&str> = value.split('.').collect();
        let is_label = |label: &&str| {
            let admitted = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
            !label.is_empty() && label.chars().all(admitted)
        };
        labels.len() > 1 && labels.iter().all(is_label)
    };
    Ok(match value.len() {
        32 if is_hex => "FileMd5",
        40 if is_hex => "FileSha1",
        64 if is_hex => "FileSha256",
        _ if value.parse::<IpAddr>().is_ok() => "IpAddress",
        _ if ends_in_a_number(value) => {
            return Err(Failure::params(format!(
                "`{value}` is not a valid IP address: correct it; nothing was sent"
            )));
        }
        _ if Url::parse(value).is_ok_and(|url| url.has_host()) => "Url",
        _ if is_domain() => "DomainName",
        _ => {
            return Err(Failure::params(format!(
                "`{value}` is not an IP address, domain, URL (https://…) or hash: correct it; nothing was sent"
            )));
        }
    })
}

/// Whether the last label of a name is a number, as in an address: no domain ends so.
fn ends_in_a_number(value: &str) -> bool {
    let is_number = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit());
    let name = value.strip_suffix('.').unwrap_or(value);
    name.rsplit_once('.').is_some_and(|(_, last)| is_number(last))
}

/// The parameters that block the values of a command line.
pub(super) fn block(matches: &ArgMatches) -> Result<Vec<(String, String)>, Failure> {
    let until = match one(matches, "for").as_str() {
        "" => None,
        text => {
            let until = times::until(text, OffsetDateTime::now_utc()).map_err(|problem| {
                Failure::params(format!("--for: {problem}; nothing was sent"))
            })?;
            times::echo("until", text, &until);
            Some(until)
        }
    };
    let or = |id: &str, otherwise: &str| match one(matches, id) {
        text if text.is_empty() => otherwise.to_owned(),
        text => text,
    };
    let wanted = one(matches, "action");
    let is_block = |action: &&&str| action.eq_ignore_ascii_case(&wanted);
    if !wanted.is_empty() && !BLOCKS.iter().chain(&["Audit", "Alert"]).any(|it| is_block(&it)) {
        return Err(Failure::params(format!(
            "--action {wanted} does not block: use {} or Audit; `defenderctl run {INDICATOR}` \
             takes every action. Nothing was sent",
            BLOCKS.join(", ")
        )));
    }
    let comment = one(matches, "comment");
    let mut indicators = Vec::new();
    for value in all(matches, "VALUE") {
        let value = value.trim();
        let kind = kind(value)?;
        // Of a file the service blocks no more than that: it has no plain block.
        let action = if kind.starts_with("File") { "BlockAndRemediate" } else { "Block" };
        let mut indicator = json!({
            "indicatorValue": value, "indicatorType": kind, "action": or("action", action),
            "title": or("title", &comment), "description": comment,
        });
        if let Some(until) = &until {
            indicator["expirationTime"] = until.as_str().into();
        }
        indicators.push(indicator);
    }
    Ok(vec![("indicators".into(), Value::from(indicators).to_string())])
}

/// The parameters that delete the indicators which block these values.
pub(super) async fn unblock(
    session: &Session,
    values: &[String],
) -> Result<Vec<(String, String)>, Failure> {
    let values: Vec<&str> = values.iter().map(|value| value.trim()).collect();
    // The service compares them as they are written.
    let mut spellings: Vec<String> = values.iter().map(|&value| value.to_owned()).collect();
    spellings.extend(values.iter().map(|value| value.to_ascii_lowercase()));
    spellings.sort();
    spellings.dedup();
    let params = json!({ "indicatorValue": spellings, "all": true }).to_string();
    let outcome = session
        .connector
        .execute(INDICATORS, &params)
        .await
        .map_err(|error| session.failure(error))?;
    let list = json::parse(&outcome.data).unwrap_or_default();
    let list_value = list["value"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !is_whole(&list, list_value.len()) {
        return Err(Failure::not_found(
            "the service lists only a part of these indicators; nothing was changed. Delete them \
             by ID: `defenderctl indicators` lists them",
        ));
    }
    let is_meant = |indicator: &&Value| {
        let value = indicator["indicatorValue"].as_str().unwrap_or_default();
        let blocks = indicator["action"].as_str().is_some_and(|it| BLOCKS.contains(&it));
        blocks && values.iter().any(|asked| asked.eq_ignore_ascii_case(value))
    };
    let blocking: Vec<&Value> = list_value.iter().filter(is_meant).collect();
    let is_there = |value: &&&str| {
        blocking.iter().any(|indicator| {
            indicator["indicatorValue"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(value))
        })
    };
    let missing: Vec<&str> = values.iter().filter(|value| !is_there(value)).copied().collect();
    if !missing.is_empty() {
        return Err(Failure::not_found(format!(
            "no indicator blocks {}; nothing was changed. `defenderctl indicators` lists them",
            missing.join(", ")
        )));
    }
    let ids: Vec<&Value> = blocking.iter().map(|indicator| &indicator["id"]).collect();
    Ok(vec![("ids".into(), json!(ids).to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_distinguished_by_their_form() {
        let trials = [
            ("198.51.100.7", "IpAddress"),
            ("2001:db8::1", "IpAddress"),
            ("evil.example", "DomainName"),
            ("https://evil.example/a?b", "Url"),
            ("d41d8cd98f00b204e9800998ecf8427e", "FileMd5"),
            ("da39a3ee5e6b4b0d3255bfef95601890afd80709", "FileSha1"),
            ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "FileSha256"),
        ];
        for (value, want) in trials {
            assert_eq!(kind(value).ok(), Some(want), "{value}");
        }
        for wrong in ["", "evil", "a b.example", "evil..example", "198.51.100.0/24", "mailto:a@b.c"]
        {
            assert!(kind(wrong).is_err(), "{wrong}");
        }
        for typo in ["203.0.113.999", "203.0.113", "1.2.3.4.5", "203.0.113.09", "203.0.113.9."] {
            let refused = kind(typo).expect_err(typo);
            assert!(refused.error().message.contains("not a valid IP address"), "{refused}");
        }
    }
}
