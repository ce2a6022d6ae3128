//! What must hold of any bytes whatever: used by the property tests, with random input, and by the fuzzer, with worse.
//!
//! Every check takes bytes and panics if a rule is broken.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use defender_connector::actions::CATALOGUE;
use defender_connector::auth::from_answer;
use defender_connector::clock::Clock;
use defender_connector::config::Settings;
use defender_connector::connector::Connector;
use defender_connector::error::Kind;
use defender_connector::request::{encode_query, encode_segment, quoted};
use defender_connector::response::script_result;
use defender_connector::transport::{Body, Cause, HttpRequest, HttpResponse, Transport, TransportError};
use serde_json::{Value, json};

/// A secret that must never show.
const SECRET: &str = "hunter2-hunter2-hunter2";

/// Settings and secrets, parted by the first zero byte: refused with pointers, or in force; a secret never shows.
pub(crate) fn settings(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (config, secrets) = text.split_once('\0').unwrap_or((&text, ""));
    for secrets in [secrets, &json!({ "clientSecret": SECRET }).to_string()] {
        match Settings::parse(config, secrets) {
            Ok(settings) => {
                assert!(settings.origins().iter().all(|origin| origin.starts_with("http")), "{settings:?}");
                assert!(!format!("{settings:?}").contains(SECRET));
            }
            Err(error) => {
                assert_eq!(error.kind, Kind::InvalidConfig);
                assert!(error.details.as_ref().is_some_and(|details| details[0]["pointer"].is_string()), "{error:?}");
                assert!(!format!("{error:?}").contains(SECRET));
            }
        }
    }
}

/// An action, by the first byte, with parameters: what does not conform is never sent.
pub(crate) fn params(data: &[u8]) {
    let Some((first, params)) = data.split_first() else { return };
    let action = CATALOGUE[usize::from(*first) % CATALOGUE.len()];
    let params = String::from_utf8_lossy(params);
    let world = Scripted::new(&[]);
    if let Err(error) = connector().execute(action.name, &params, &world, &world) {
        let refused = matches!(error.kind, Kind::InvalidParams);
        assert!(!refused || world.sent.get() == 0, "{error:?}");
    }
    assert!(
        world.urls.borrow().iter().all(|url| url.starts_with("https://login.microsoftonline.com/contoso.example/"))
    );
}

/// An action, by the first byte, and what the network answers to it: an answer or an error, no panic, no waiting for ever, and no
/// secret in it.
pub(crate) fn answers(data: &[u8]) {
    let Some((first, script)) = data.split_first() else { return };
    let action = CATALOGUE[usize::from(*first) % CATALOGUE.len()];
    let params = sample(action.name);
    let world = Scripted::new(script);
    let mut connector = connector();
    let shown = format!("{:?}", connector.execute(action.name, &params, &world, &world));
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(world.elapsed() <= Duration::from_secs(700), "{} took {:?}", action.name, world.elapsed());
    let posts = world.posts.get();
    let orders = if params.contains("ids") { 2 } else { 1 };
    // A request that is sent again was throttled, or not sent at all; nothing else of the script can bring it about.
    assert!(posts <= orders * 12, "{posts} requests that change something");
    // And the same as a file.
    let world = Scripted::new(script);
    if let Ok(mut file) = connector.open(action.name, &params, &world, &world) {
        let mut read = 0;
        while let Ok(piece) = file.read(4096) {
            if piece.is_empty() {
                assert!(file.sha256().is_some());
                break;
            }
            assert!(file.sha256().is_none(), "a digest before the end");
            read += piece.len();
            assert!(read < 64 << 20, "a bomb");
        }
    }
}

/// What a script left: always something that can be shown, and never more than a few times what came.
pub(crate) fn results(data: &[u8]) {
    let result = script_result(data);
    let text = result.to_string();
    assert!(text.len() <= data.len() * 16 + 200, "{} bytes of {}", text.len(), data.len());
    for name in ["script_output", "script_errors", "text"] {
        let shown = result[name].as_str().unwrap_or_default();
        assert!(!shown.contains(['\u{1b}', '\0', '\u{202e}', '\u{7}']), "{shown:?}");
    }
}

/// What a login server answers: a token fit for a header that ends within a day, or none.
pub(crate) fn token(data: &[u8]) {
    let (now, early) = (Duration::from_secs(1_800_000_000), Duration::from_secs(300));
    if let Some(token) = from_answer(data, now, early) {
        assert!(token.secret.expose().bytes().all(|byte| byte.is_ascii_graphic()));
        assert!(token.refresh_at <= token.expires_at && token.expires_at <= now + Duration::from_secs(28 * 3600));
        assert!(!format!("{token:?}").contains(token.secret.expose()) || token.secret.expose().len() < 12, "{token:?}");
    }
}

/// A text as a segment of a path, in a query and as an OData literal: it stays where it is put.
pub(crate) fn literals(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    assert!(!encode_segment(&text).contains(['/', '?', '#', '&', '=', ' ', '\'', '\\']));
    assert!(!encode_query(&text).contains(['?', '#', '&', '=', ' ', '\'', '+']));
    let literal = quoted(&text);
    let inner = &literal[1..literal.len() - 1];
    assert_eq!(inner.replace("''", ""), inner.replace('\'', ""), "quotes come in pairs: {literal}");
}

fn connector() -> Connector {
    let mut connector = Connector::default();
    let limits = json!({ "maxResponseBytes": 1_000_000, "maxDownloadBytes": 16_000_000, "callTimeoutSeconds": 600 });
    let config = json!({ "tenantId": "contoso.example", "clientId": "app", "limits": limits }).to_string();
    let secrets = json!({ "clientSecret": SECRET }).to_string();
    connector.configure(&config, &secrets).expect("settings in force");
    connector
}

/// Parameters that conform, for most actions.
fn sample(action: &str) -> String {
    let mut params = json!({ "id": "m1", "comment": "c", "wait": { "timeoutSeconds": 60 }, "ensure": true });
    match action {
        "isolateHost" => params = json!({ "ids": ["m1", "m2"], "comment": "c", "wait": { "timeoutSeconds": 60 } }),
        "releaseHost" => {
            params = json!({ "hosts": [{ "ip": "10.0.0.1" }, { "computerDnsName": "x" }], "comment": "c" })
        }
        "runScript" => params["parameters"] = json!({ "scriptName": "a.ps1" }),
        "runLiveResponse" => params["commands"] = json!([{ "runScript": "a.ps1" }, { "getFile": "x" }]),
        "getFile" => params["path"] = json!("x"),
        "getAgentList" | "getActions" => params = json!({ "all": true, "maxItems": 5 }),
        "resolveHost" => params = json!({ "computerDnsName": "x" }),
        "uploadLibraryFile" => params = json!({ "fileName": "a.ps1", "content": "x" }),
        "waitForAction" => params = json!({ "ids": ["m1", "a1"], "wait": { "timeoutSeconds": 60 } }),
        "cancelAction" => params = json!({ "actionId": "a1", "comment": "c", "wait": {}, "ensure": true }),
        _ => params = json!({ "id": "m1" }),
    }
    params.to_string()
}

/// A network that answers as its script says, then no more; and a clock that only waiting moves.
struct Scripted {
    script: RefCell<Vec<u8>>,
    elapsed: Cell<Duration>,
    sent: Cell<usize>,
    posts: Cell<usize>,
    urls: RefCell<Vec<String>>,
}

const STATUSES: [u16; 16] = [200, 200, 200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503];

impl Scripted {
    fn new(script: &[u8]) -> Self {
        Self {
            script: RefCell::new(script.to_vec()),
            elapsed: Cell::default(),
            sent: Cell::default(),
            posts: Cell::default(),
            urls: RefCell::default(),
        }
    }

    /// The next bytes of the script, up to a byte 0xff.
    fn next(&self) -> Option<Vec<u8>> {
        let mut script = self.script.borrow_mut();
        if script.is_empty() {
            return None;
        }
        let end = script.iter().position(|byte| *byte == 0xff).unwrap_or(script.len());
        let after = (end + 1).min(script.len());
        let rest = script.split_off(after);
        let mut piece = std::mem::replace(&mut *script, rest);
        piece.truncate(end);
        Some(piece)
    }
}

impl Clock for Scripted {
    fn unix(&self) -> Duration {
        Duration::from_secs(1_800_000_000) + self.elapsed.get()
    }

    fn elapsed(&self) -> Duration {
        self.elapsed.get()
    }

    fn sleep(&self, time: Duration) {
        self.elapsed.set(self.elapsed.get() + time);
    }
}

impl Transport for Scripted {
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpResponse, TransportError> {
        self.sent.set(self.sent.get() + 1);
        self.urls.borrow_mut().push(request.url.to_string());
        self.sleep(Duration::from_millis(1));
        if request.url.path().ends_with("/token") {
            let token = json!({ "access_token": "t", "token_type": "Bearer", "expires_in": 3600 }).to_string();
            // Only with a script is there anything behind the login.
            let body = if self.script.borrow().is_empty() { Vec::new() } else { token.into_bytes() };
            return Ok(HttpResponse { status: 200, headers: Vec::new(), body: Box::new(Bytes(body)) });
        }
        self.posts.set(self.posts.get() + usize::from(request.method.as_str() != "GET"));
        let Some(piece) = self.next() else { return Err(TransportError::maybe_sent(Cause::Broken)) };
        let (status, body) = piece
            .split_first()
            .map_or((200, &[][..]), |(first, body)| (STATUSES[usize::from(*first) % STATUSES.len()], body));
        let headers = vec![("date".to_owned(), "Tue, 24 Nov 2026 12:00:01 GMT".to_owned())];
        Ok(HttpResponse { status, headers, body: Box::new(Bytes(body.to_vec())) })
    }
}

struct Bytes(Vec<u8>);

impl Body for Bytes {
    fn read(&mut self, max: usize) -> Result<Vec<u8>, TransportError> {
        let rest = self.0.split_off(max.min(self.0.len()));
        Ok(std::mem::replace(&mut self.0, rest))
    }
}

/// Scripts that reach deep: seeds for the fuzzer and the property tests.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let action = json!({
        "id": "a1", "type": "Isolate", "status": "Succeeded", "machineId": "m1", "requestorComment": "c", "scope": "Full",
        "creationDateTimeUtc": "2026-11-24T12:00:00Z", "errorHResult": -1,
        "commands": [{ "index": 0, "commandStatus": "Completed", "errors": [], "command": { "type": "RunScript", "params": [] } }],
    });
    let list = json!({ "@odata.count": 1, "value": [action] });
    let machines = json!({ "value": [{ "id": "m1", "computerDnsName": "x.y", "lastIpAddress": "10.0.0.1", "onboardingStatus": "Onboarded" }] });
    let link = json!({ "value": "\"https://x.blob.core.windows.net/a?sig=s\"" });
    let error = json!({ "error": { "code": "ActiveRequestAlreadyExists", "message": "m", "target": "t" } });
    let transcript = json!({ "script_name": "a", "exit_code": 0, "script_output": "x", "script_errors": "" });
    let texts: Vec<Value> = vec![action, list, machines, link, error, transcript];
    let script = |texts: &[&Value]| {
        let mut script = Vec::new();
        for text in texts {
            script.push(0);
            script.extend(text.to_string().into_bytes());
            script.push(0xff);
        }
        script
    };
    let mut seeds = Vec::new();
    for (n, row) in CATALOGUE.iter().enumerate() {
        let order: Vec<&Value> = match row.name {
            "getActionResults" => vec![&texts[3], &texts[5]],
            "releaseHost" => vec![&texts[2], &texts[4], &texts[1]],
            _ => vec![&texts[0], &texts[1], &texts[3], &texts[5]],
        };
        let mut seed = vec![u8::try_from(n).unwrap_or_default()];
        seed.extend(script(&order));
        seeds.push(seed);
    }
    // A result wrapped in gzip, without the byte that parts answers.
    let results = CATALOGUE.iter().position(|row| row.name == "getActionResults").unwrap_or_default();
    let mut wrapped = vec![u8::try_from(results).unwrap_or_default()];
    wrapped.extend(script(&[&texts[3]]));
    wrapped.push(0);
    wrapped.extend_from_slice(GZIP);
    seeds.push(wrapped);
    seeds
}

/// A transcript, wrapped in gzip with a name.
const GZIP: &[u8] = b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x03\x61\x2e\x6a\x73\x6f\x6e\x00\xab\x56\x2a\x4e\x2e\xca\x2c\x28\x89\xcf\x4b\xcc\x4d\x55\xb2\x52\x4a\x54\xd2\x51\x4a\xad\xc8\x2c\x89\x4f\xce\x4f\x01\xf2\x0d\x74\x60\xf2\xf9\xa5\x25\x05\xa5\x25\x40\x15\xe9\x55\x99\x05\x4a\x70\xe1\xd4\xa2\xa2\xfc\xa2\x62\xa0\xb0\x52\x2d\x00\x9d\x59\x25\x0f\x4b\x00\x00\x00";
