//! What the log of the egress says of a plugin's requests, and what it never says.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use host_harness::egress::{Egress, EgressBuilder, LogFile, Observer};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Manner, Server};
use crate::world::PATIENT;

struct Log {
    folder: TempDir,
}

impl Log {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("egress.jsonl")
    }

    fn of(&self, egress: EgressBuilder) -> Egress {
        let log: Arc<dyn Observer> = Arc::new(LogFile::open(&self.path()).unwrap());
        egress.build().unwrap().observed_by(log)
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }

    fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// An egress that allows `GET` of the server's `/api`, and any address of port 81.
fn strict(server: &Server) -> EgressBuilder {
    let texts = |text: &str| Some(vec![text.to_owned()]);
    Egress::builder()
        .allow_only(server.url().trim_end_matches('/'), texts("GET"), texts("/api"))
        .route("service.example", server.address())
        .allow("http://*:81")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_decision_is_a_line_with_its_rule() {
    let body = b"HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\nhello".to_vec();
    let (log, server) = (Log::new(), Server::start(Manner::Says(body)).await);
    let plugin = PATIENT.with_egress(log.of(strict(&server))).connector("hostile");
    let url = server.url();
    let change = |path: &str| json!({ "url": format!("{url}{path}") }).to_string();
    for (action, params) in [
        ("get", format!("{url}api/x?y=z")),
        ("get", format!("{url}other")),
        ("change", change("api/x")),
        ("read", json!({ "url": format!("{url}api/x") }).to_string()),
        ("get", "http://elsewhere.example/".to_owned()),
        ("get", "http://10.0.0.1:81/x".to_owned()),
        ("get", "http://0x7f.1/x".to_owned()),
    ] {
        let _ = plugin.execute(action, &params).await.unwrap();
    }
    let lines = log.lines();
    let shown = |line: &Value| {
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        let target = format!("{} {}{}", text("method"), text("origin"), text("path"));
        format!("{target} {} {}", text("event"), text("rule")).trim().to_owned()
    };
    let origin = url.trim_end_matches('/');
    let expected = [
        format!("GET {origin}/api/x allowed"),
        format!("GET {origin}/api/x ended"),
        format!("GET {origin}/other refused path"),
        format!("POST {origin}/api/x refused method"),
        format!("POST {origin}/api/x refused method"),
        "GET http://elsewhere.example/ refused origin".to_owned(),
        "GET http://10.0.0.1:81/x allowed".to_owned(),
        "GET http://10.0.0.1:81/x refused address".to_owned(),
        "GET /x refused uri".to_owned(),
    ];
    assert_eq!(lines.iter().map(shown).collect::<Vec<_>>(), expected);
    let ended = &lines[1];
    assert_eq!(ended["exchange"], lines[0]["exchange"]);
    assert_eq!(ended["address"], json!(server.address().to_string()));
    assert_eq!((&ended["status"], &ended["maybeSent"]), (&json!(404), &json!(true)));
    assert!(ended["milliseconds"].is_u64() && ended.get("proxy").is_none(), "{ended}");
    assert!(lines.iter().all(|line| line["connector"] == "hostile"), "{lines:?}");
    assert!(lines.iter().all(|line| line["time"].as_str().unwrap().ends_with('Z')), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_connector_has_its_own_name() {
    let (log, server) = (Log::new(), Server::polite().await);
    let host = PATIENT.with_egress(log.of(strict(&server)));
    for name in ["one", "other"] {
        let url = format!("{}api/{name}", server.url());
        assert_eq!(host.connector(name).execute("get", &url).await.unwrap().data, "200");
    }
    let lines = log.lines();
    let named = |line: &Value| (line["connector"].clone(), line["path"].clone());
    let expected = [("one", "/api/one"), ("one", "/api/one"), ("other", "/api/other")];
    for (line, (name, path)) in lines.iter().zip(expected) {
        assert_eq!(named(line), (json!(name), json!(path)));
    }
    let exchanges: BTreeSet<u64> =
        lines.iter().filter_map(|line| line["exchange"].as_u64()).collect();
    assert_eq!((lines.len(), exchanges.len()), (4, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_in_a_query_or_a_path_is_not_in_the_log() {
    let (log, server) = (Log::new(), Server::polite().await);
    let plugin = PATIENT.with_egress(log.of(strict(&server))).connector("hostile");
    let secret = "wX7~abcdefGHIJKLmnop0123456789";
    let jwt = "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2lnbmF0dXJl";
    let url = server.url();
    for url in [
        format!("{url}api/x?sig={secret}"),
        format!("{url}api/{secret}/x"),
        format!("{url}{secret}"),
        format!("{url}api/x/{jwt}"),
        format!("http://elsewhere.example/{secret}?{jwt}"),
    ] {
        let _ = plugin.execute("get", &url).await.unwrap();
    }
    let text = log.text();
    assert!(text.contains("/api/***/x") && text.lines().count() == 8, "{text}");
    for hidden in [secret, "abcdefGHI", jwt, "c2lnbmF0dXJl", "sig"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_its_owner_s_alone_to_write_and_no_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let log = Log::new();
    LogFile::open(&log.path()).unwrap();
    let mode = std::fs::metadata(log.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let open_to = |mode| {
        std::fs::set_permissions(log.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        LogFile::open(&log.path()).is_ok()
    };
    assert!(!open_to(0o620) && !open_to(0o602) && open_to(0o644));
    let link = log.folder.path().join("link");
    symlink(log.path(), &link).unwrap();
    for wrong in [link.as_path(), log.folder.path(), std::path::Path::new("/dev/null")] {
        assert!(LogFile::open(wrong).is_err(), "{}", wrong.display());
    }
}
