//! The same for a terminal.

use serde_json::Value;

use super::Identity;
use super::allowed::Entry;
use crate::commands::test::by_action;
use crate::style::clean;
use crate::table::table;
use crate::wrap::{hanging, stdout_width};

/// The width of the names on the left.
const NAMES: usize = 14;

/// What is known without a token.
pub(super) fn known(identity: &Identity) -> String {
    let (settings, token) = (&identity.settings, &identity.token);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let named = |name: Option<String>, id: Option<String>| match (name, id) {
        (Some(name), Some(id)) if name != id => Some(format!("{name} ({id})")),
        (name, id) => name.or(id),
    };
    let file = match settings["profile"].as_str() {
        Some(profile) => {
            format!("{}, profile {profile}", settings["settings"].as_str().unwrap_or_default())
        }
        None => settings["settings"].as_str().unwrap_or_default().to_owned(),
    };
    let application = text(&token["applicationId"]).or_else(|| text(&settings["application"]));
    let certificate = text(&settings["certificateEnds"]).map(|at| format!("valid until {at}"));
    let rows = [
        ("tenant", named(text(&settings["tenant"]), text(&token["tenantId"]))),
        ("application", named(text(&token["name"]), application)),
        ("user", text(&token["user"])),
        ("cloud", text(&settings["cloud"])),
        ("settings", Some(file)),
        ("certificate", certificate),
    ];
    let rows = rows.into_iter().filter_map(|(name, value)| Some(line(name, &value?)));
    rows.collect::<Vec<_>>().join("\n")
}

/// Everything.
pub(super) fn full(identity: &Identity, all: bool) -> String {
    let (token, allowed) = (&identity.token, &identity.allowed);
    let mut parts = vec![known(identity), line("token", &valid(token))];
    if !allowed.is_known {
        let why = match token.is_null() {
            true => "not known: the token cannot be read; Defender decides",
            false => "those of the user's roles in Defender, which the token does not list",
        };
        parts.push(line("permissions", why));
        return parts.join("\n");
    }
    let roles: Vec<&str> =
        token["roles"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let roles = if roles.is_empty() { "none".to_owned() } else { roles.join(", ") };
    parts.push(line("permissions", &roles));
    if token["delegated"] == true {
        parts.push(line("roles", "the user's in Defender decide too; no token lists them"));
    }
    let (can, cannot): (Vec<&Entry>, Vec<&Entry>) =
        allowed.commands.iter().partition(|entry| entry.allowed);
    let names: Vec<&str> = can.iter().map(|entry| entry.name).collect();
    let names = if names.is_empty() { "no command".to_owned() } else { names.join(", ") };
    parts.push(format!("\n{}", line("allowed", &names)));
    let by_id: Vec<&str> =
        can.iter().filter(|entry| !entry.for_names.is_empty()).map(|entry| entry.name).collect();
    if let Some(entry) = can.iter().find(|entry| !entry.for_names.is_empty()) {
        let why = format!("{}: names need {}", by_id.join(", "), entry.for_names.join(", "));
        parts.push(line("by device ID", &why));
    }
    if !cannot.is_empty() {
        let rows = cannot.iter().map(|entry| {
            let missing = match entry.missing.is_empty() {
                true => "a token for its API".to_owned(),
                false => entry.missing.join(", "),
            };
            [entry.name.to_owned(), missing]
        });
        parts.push(format!("\n{}", table(["NOT ALLOWED", "MISSING"], rows)));
        let first = cannot[0].name.replace(' ', "\\ ");
        parts.push(format!("\nto see how to grant it: defenderctl config test --for {first}"));
    }
    if all {
        parts.push(format!("\n{}", by_action(&allowed.actions)));
    } else {
        let granted = allowed.actions.iter().filter(|row| row.granted).count();
        let all = allowed.actions.len();
        parts.push(format!(
            "\n{granted} of {all} actions are allowed; to list them: defenderctl whoami --all"
        ));
    }
    parts.join("\n")
}

fn valid(token: &Value) -> String {
    match (token["validForSeconds"].as_u64(), token["ends"].as_str()) {
        (Some(seconds @ 0..120), Some(ends)) => format!("valid for {seconds} s, until {ends}"),
        (Some(seconds), Some(ends)) => format!("valid for {} min, until {ends}", seconds / 60),
        _ => "it does not say until when it is valid".to_owned(),
    }
}

fn line(name: &str, value: &str) -> String {
    let value = hanging(&clean(value), NAMES, NAMES, stdout_width());
    format!("{name:<NAMES$}{value}")
}
