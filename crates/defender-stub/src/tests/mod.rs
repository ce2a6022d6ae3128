//! The stub's behaviour: its responses, the order of its checks, and its faults.

mod actions;
mod alerts;
mod comments;
mod corrupted;
mod devices;
mod exports;
mod faults;
mod hunting;
mod incidents;
mod indicators;
mod inventory;
mod library;
mod lists;
mod live_response;
mod observables;
mod packages;
mod persons;
mod response;
mod sign_in;
mod sockets;

use serde_json::{Value, json};

use super::{Reply, Request, Scenario, Service, demo};

const API: &str = "https://api.security.microsoft.com";
const LOGIN: &str = "https://login.microsoftonline.com";
const SCOPE: &str = "https%3A%2F%2Fapi.securitycenter.microsoft.com%2F.default";

/// A client without sockets.
struct Client {
    service: Service,
    token: String,
}

impl Client {
    fn new(scenario: Scenario) -> Self {
        let service = Service::new(scenario);
        let mut client = Self { service, token: String::new() };
        client.sign_in();
        client
    }

    fn sign_in(&mut self) {
        let reply = self.service.answer(&sign_in(SCOPE, demo::CLIENT_SECRET));
        assert_eq!(reply.status, 200, "{reply:?}");
        self.token = body(&reply)["access_token"].as_str().unwrap().to_owned();
    }

    fn get(&self, path: &str) -> Reply {
        self.service.answer(&self.with_token(Request::new("GET", &format!("{API}{path}"))))
    }

    fn post(&self, path: &str, body: &Value) -> Reply {
        self.service.answer(&self.with_token(json_post(path, body)))
    }

    fn patch(&self, path: &str, body: &Value) -> Reply {
        self.service.answer(
            &self.with_token(Request { method: "PATCH".to_owned(), ..json_post(path, body) }),
        )
    }

    fn delete(&self, path: &str) -> Reply {
        self.service.answer(&self.with_token(Request::new("DELETE", &format!("{API}{path}"))))
    }

    /// One member of every entry of a list.
    fn listed(&self, path: &str, member: &str) -> Vec<String> {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        let text = |item: &Value| item[member].as_str().unwrap_or_default().to_owned();
        body(&reply)["value"].as_array().unwrap().iter().map(text).collect()
    }

    fn with_token(&self, request: Request) -> Request {
        request.header("authorization", format!("Bearer {}", self.token))
    }

    fn isolate(&self, id: &str) -> Reply {
        self.post(
            &format!("/api/machines/{id}/isolate"),
            &json!({ "Comment": "case 1", "IsolationType": "Full" }),
        )
    }
}

fn json_post(path: &str, body: &Value) -> Request {
    Request::new("POST", &format!("{API}{path}"))
        .header("content-type", "application/json; charset=utf-8")
        .body(body.to_string())
}

/// The time this many hours ago, in the format of a query or body.
fn hours_ago(hours: i64) -> String {
    super::clock::link_timestamp(time::OffsetDateTime::now_utc() - time::Duration::hours(hours))
}

fn sign_in(scope: &str, secret: &str) -> Request {
    let secret = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={secret}&scope={scope}",
        demo::CLIENT_ID
    );
    token_request(&form)
}

fn token_request(form: &str) -> Request {
    Request::new("POST", &format!("{LOGIN}/{}/oauth2/v2.0/token", demo::TENANT_ID))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
}

fn body(reply: &Reply) -> Value {
    reply.json_body().unwrap_or_else(|| panic!("not JSON: {reply:?}"))
}

/// The status and code of an API error.
fn refusal(reply: &Reply) -> (u16, String) {
    (reply.status, body(reply)["error"]["code"].as_str().unwrap_or_default().to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
