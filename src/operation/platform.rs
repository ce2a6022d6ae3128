//! Adds the machine's platform to the error for an action that it does not support.

use serde_json::Value;

use crate::actions::{Action, GET_AGENT_LIST};
use crate::client::Client;
use crate::error::Error;
use crate::request::{ApiRequest, encode_segment};
use crate::response::Members;

/// The service's code for an unsupported platform.
const NOT_SUPPORTED: &str = "OsPlatformNotSupported";

/// If the error is about the platform, reads the machine and adds its platform.
pub(super) fn with_platform(
    client: &mut Client<'_>,
    action: &Action,
    machine: &str,
    error: Error,
) -> Error {
    if error.code() != Some(NOT_SUPPORTED) {
        return error;
    }
    let platform = platform(client, machine);
    let platform_name = platform.as_deref().unwrap_or("unknown");
    let message = format!(
        "`{}` was rejected: it is not supported on the machine's platform, {platform_name}.",
        action.name
    );
    error.with_message(message).with_detail("osPlatform", platform.map_or(Value::Null, Value::from))
}

fn platform(client: &mut Client<'_>, machine: &str) -> Option<String> {
    client.require(&GET_AGENT_LIST).ok()?;
    let request =
        ApiRequest::get(&GET_AGENT_LIST, format!("/api/machines/{}", encode_segment(machine)));
    let answer = client.send(&request).ok()?;
    let members = Members::parse(&answer.body)?;
    // Another machine's platform would be worse than none.
    let id = members.text("id").filter(|id| id.eq_ignore_ascii_case(machine));
    let clean = client.sanitizer();
    id.and_then(|_| members.text("osPlatform")).map(|platform| clean.text(&platform))
}
