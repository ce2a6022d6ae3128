use host_harness::egress::{TlsVersion, Verification};
use serde_json::{Value, json};

use super::host::AllowedHost;
use super::*;

fn read(document: Value) -> Result<Settings, Vec<Problem>> {
    let mut problems = Vec::new();
    let settings = Settings::from_document(document, Path::new("."), &mut problems);
    match settings {
        Some((settings, _)) if problems.is_empty() => Ok(settings),
        _ => Err(problems),
    }
}

fn pointers(document: Value) -> Vec<String> {
    read(document).err().unwrap_or_default().into_iter().map(|problem| problem.pointer).collect()
}

#[test]
fn everything_but_the_connector_s_settings_may_be_left_out() {
    let settings = read(json!({"config": {"tenantId": "t"}, "secrets": {"clientSecret": "s\"\n"}}))
        .expect("settings");
    assert_eq!(settings.config, r#"{"tenantId":"t"}"#);
    assert_eq!(*settings.secrets.specimen(), r#"{"clientSecret":"s\"\n"}"#);
    assert_eq!(settings.host, HostSettings::default());
    let settings = read(json!({})).expect("settings");
    assert_eq!((settings.config.as_str(), settings.secrets.specimen().as_str()), ("{}", "{}"));
}

#[test]
fn every_host_setting_is_read() {
    let settings = read(json!({"host": {
        "allowedHosts": [
            "https://api.example",
            { "origin": "https://files.example", "methods": ["GET"], "paths": ["/v1"] },
        ],
        "responseTimeout": "90s",
        "maxResponseContentLength": "64mb",
        "permitNetworks": ["10.1.0.0/16", "10.2.0.1"],
        "egressLog": "logs/egress.jsonl",
        "proxyUrl": "http://proxy.example:3128",
        "proxyBypassHosts": ["direct.example"],
        "ssl": {"verificationMode": "certificate", "minVersion": "1.3"},
        "customHostSettings": [{
            "url": "https://api.example",
            "ssl": {
                "certificateAuthoritiesData": "PEM", "verificationMode": "none",
                "pins": ["sha256/AAAA"],
            },
        }],
        "limits": {"memory": "1gb", "connections": 8},
    }}));
    let settings = settings.expect("settings");
    let host = &settings.host;
    let only = AllowedHost {
        origin: "https://files.example".to_owned(),
        methods: Some(vec!["GET".to_owned()]),
        paths: Some(vec!["/v1".to_owned()]),
    };
    assert_eq!(host.allowed_hosts, Some(vec!["https://api.example".into(), only]));
    assert_eq!(host.response_timeout, Some(std::time::Duration::from_secs(90)));
    assert_eq!(host.max_response_bytes, Some(64 << 20));
    let log = host.egress_log.as_deref().expect("a log");
    assert!(log.ends_with("logs/egress.jsonl"), "{}", log.display());
    let networks: Vec<String> = host.networks.iter().map(ToString::to_string).collect();
    assert_eq!(networks, ["10.1.0.0/16", "10.2.0.1/32"]);
    let proxy = host.proxy.as_ref().expect("a proxy");
    assert_eq!(
        (proxy.url.as_str(), proxy.bypass.len(), proxy.only.len()),
        ("http://proxy.example:3128", 1, 0)
    );
    assert_eq!(host.tls.verification, Some(Verification::Certificate));
    assert_eq!(host.tls.min_version, Some(TlsVersion::V1_3));
    assert_eq!(host.custom_hosts[0].pins, ["sha256/AAAA"]);
    assert_eq!(host.custom_hosts[0].authorities_pem, ["PEM"]);
    assert_eq!(host.custom_hosts[0].verification, Some(Verification::None));
    assert_eq!(settings.limits().memory_bytes, 1 << 30);
}

#[test]
fn an_empty_allow_list_is_not_an_absent_one() {
    let settings = read(json!({"host": {"allowedHosts": []}})).expect("settings");
    assert_eq!(settings.host.allowed_hosts, Some(Vec::new()));
}

#[test]
fn every_problem_is_found_at_once_and_where_it_is() {
    let document = json!({
        "confg": {},
        "host": {
            "allowedHosts": "x",
            "responseTimeout": 60,
            "maxResponseContentLength": "1",
            "proxyOnlyHosts": ["x"],
            "ssl": {"verificationMode": "maybe", "a/b": 1},
            "customHostSettings": [{"ssl": {}}, {"url": "ftp://x"}],
            "limits": [],
        },
    });
    assert_eq!(
        pointers(document),
        [
            "/confg",
            "/host/allowedHosts",
            "/host/responseTimeout",
            "/host/maxResponseContentLength",
            "/host/proxyUrl",
            "/host/ssl/a~1b",
            "/host/ssl/verificationMode",
            "/host/customHostSettings/0/url",
            "/host/customHostSettings/1/url",
            "/host/limits",
        ]
    );
}

#[test]
fn an_unknown_key_is_answered_with_what_is_allowed() {
    let problems = read(json!({"host": {"allowedHost": []}})).err().expect("a problem");
    assert!(problems[0].problem.contains("allowedHosts"), "{problems:?}");
}

#[test]
fn secrets_come_from_where_they_are_said_to_be() {
    let file = std::env::temp_dir().join(format!("defenderctl-{}", uuid::Uuid::new_v4().simple()));
    std::fs::write(&file, "from a file\r\n").expect("space");
    let secrets = json!({"a": {"env": "THERE"}, "b": {"file": file}, "c": "literal"});
    let mut problems = Vec::new();
    let secrets = secret::Sources::read(secrets, &mut problems);
    assert!(secrets.any_literal());
    let env = |name: &str| (name == "THERE").then(|| "from the environment".into());
    let resolved = secrets.resolve(Path::new("/elsewhere"), &env, &mut problems);
    assert_eq!(
        *resolved.specimen(),
        r#"{"a":"from the environment","b":"from a file","c":"literal"}"#
    );
    assert_eq!(problems, []);
    std::fs::remove_file(file).expect("gone");
}

#[test]
fn a_secret_that_cannot_be_had_is_a_problem_and_no_value_is_repeated() {
    let secrets = json!({
        "a": {"env": "host_harness_not_set"},
        "b": {"file": "/nowhere/at/all"},
        "c": 12345,
        "d": {"env": "A", "file": "B"},
        "e": {"envs": "A"},
        "f": "",
        "g": {"env": ["hunter2"]},
    });
    let problems = read(json!({ "secrets": secrets })).err().expect("problems");
    let mut found: Vec<&str> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
    found.sort_unstable();
    found.dedup();
    let expected = [
        "/secrets/a",
        "/secrets/b",
        "/secrets/c",
        "/secrets/d",
        "/secrets/e",
        "/secrets/e/envs",
        "/secrets/f",
    ];
    assert_eq!(found, [expected.as_slice(), &["/secrets/g/env"]].concat());
    let reported = format!("{problems:?}");
    assert!(!reported.contains("12345") && !reported.contains("hunter2"), "{reported}");
}
