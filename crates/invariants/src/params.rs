//! Checks that invalid parameters are never sent, and that valid ones only reach the action's own
//! endpoints.

use std::collections::BTreeSet;

use defender_connector::actions::Action;
use defender_connector::error::Kind;
use defender_connector::transport::HttpRequest;
use serde_json::{Value, json};
use url::Url;

use super::fill::{Choices, DEVICE, fill};
use super::scripted::{Answer, Scripted};
use super::sent::{self, LINK};
use super::{action, connector};

/// How many bytes decide where a text is inserted.
const CHOICES: usize = 32;

/// Checks an action, chosen by the first byte, with parameters: first with the bytes as JSON, then
/// with the bytes as choices and a text that is inserted wherever the action accepts one.
pub fn params(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let action = action(*first);
    carried_out(action, &String::from_utf8_lossy(rest));
    let (choices, text) = rest.split_at(rest.len().min(CHOICES));
    filled(action, &String::from_utf8_lossy(text), choices);
}

/// Inserts a text into an action's parameters and returns what was sent: method and path, as
/// spelled in the action's row.
pub fn filled(action: &'static Action, text: &str, choices: &[u8]) -> BTreeSet<String> {
    carried_out(action, &fill(action, text, &mut Choices(choices)).to_string())
}

fn carried_out(action: &'static Action, params: &str) -> BTreeSet<String> {
    let given: Value = serde_json::from_str(params).unwrap_or_default();
    let mut fitted = BTreeSet::new();
    for open in [false, true] {
        let world = Scripted::new(obliging);
        let mut connector = connector();
        let error = match open {
            false => connector.execute(action.name, params, &world, &world).err(),
            true => connector.open(action.name, params, &world, &world).err(),
        };
        let refused = error.as_ref().is_some_and(|error| error.kind() == Kind::InvalidParams);
        assert!(!refused || world.sent().is_empty(), "{} {params}: {error:?}", action.name);
        fitted.extend(world.sent().iter().filter_map(|sent| sent::check(action, &given, sent)));
    }
    fitted
}

/// A service that knows every requested machine and machine action.
fn obliging(request: &HttpRequest<'_>) -> Answer {
    let url = Url::parse(request.url.as_str()).unwrap();
    let named = url.query_pairs().find(|(name, _)| name == "$filter");
    let named = named.map(|(_, filter)| sent::literals(&filter)).unwrap_or_default();
    let name = |n: usize| named.get(n).map_or("x", String::as_str);
    let body = match url.path() {
        "/a" => return Some((200, b"a file".to_vec())),
        "/api/machines" => json!({ "value": [{
            "id": DEVICE, "computerDnsName": name(0), "lastIpAddress": name(0),
            "aadDeviceId": name(0),
            "onboardingStatus": "Onboarded",
        }] }),
        "/api/machineactions" => {
            json!({ "value": [{ "id": name(0), "status": "Pending", "machineId": DEVICE }] })
        }
        path if path.contains("DownloadLink") || path.ends_with("/getPackageUri") => {
            json!({ "value": LINK })
        }
        _ => json!({ "id": "a1", "status": "Succeeded", "machineId": DEVICE, "value": [] }),
    };
    Some((200, body.to_string().into_bytes()))
}
