//! The log of the egress, of the real component's requests.

use std::sync::Arc;

use defender_stub::{Scenario, Stub};
use host_harness::egress::{Egress, LogFile, Observer};
use serde_json::{Value, json};

use crate::world::proxy_server::{Conduct, ProxyServer};
use crate::world::{HOST, MACHINE};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_through_a_proxy_names_the_proxy() {
    let stub = Stub::start(Scenario::default()).unwrap();
    let proxy = ProxyServer::start(Conduct::Open, stub.addr()).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("egress.jsonl");
    let builder = Egress::builder()
        .platform_roots(false)
        .ca_pem(stub.ca_pem().unwrap())
        .proxy(format!("http://user:hunter2@{}", proxy.addr));
    let log: Arc<dyn Observer> = Arc::new(LogFile::open(&path).unwrap());
    let builder =
        stub.names().iter().fold(builder, |builder, name| builder.allow(format!("https://{name}")));
    let egress = builder.build().unwrap().observed_by(log);
    let connector = HOST.with_egress(egress).connector("behind");
    let (config, secrets) = (stub.config().to_string(), stub.secrets().to_string());
    connector.configure(&config, &secrets).await.unwrap();
    let params = json!({ "id": MACHINE, "comment": "case 1042" }).to_string();
    connector.execute("isolateHost", &params).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let isolated = lines
        .iter()
        .find(|line| {
            line["event"] == "ended" && line["path"].as_str().unwrap().ends_with("isolate")
        })
        .unwrap();
    assert_eq!(isolated["proxy"], format!("http://{}", proxy.addr));
    assert_eq!(isolated["address"], proxy.addr.to_string());
    assert_eq!((&isolated["connector"], &isolated["status"]), (&json!("behind"), &json!(201)));
    let bytes = |name: &str| isolated[name].as_u64().unwrap();
    assert!(bytes("requestBytes") > 0 && bytes("responseBytes") > 0, "{isolated}");
    assert!(lines.iter().any(|line| line["isSignIn"] == true && line["event"] == "ended"));
    let secrets = stub.secrets();
    for hidden in ["hunter2", "case 1042", secrets["clientSecret"].as_str().unwrap()] {
        assert!(!text.contains(hidden), "{text}");
    }
}
