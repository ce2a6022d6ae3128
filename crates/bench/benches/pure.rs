//! Benchmarks the connector's pure code natively: the cost of a call without the network and the
//! sandbox.
//!
//! `cargo bench -p defender-connector`. Absolute times depend on the machine; compare with
//! `--save-baseline` and `--baseline`.

#![allow(
    missing_docs,
    clippy::expect_used,
    reason = "a bench that cannot be set up has nothing to say"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use defender_connector::actions;
use defender_connector::auth::{Claims, from_response};
use defender_connector::config::Settings;
use defender_connector::request::{build, quoted};
use defender_connector::response::collection;
use defender_connector::schema;
use serde_json::{Map, Value, json};

const MACHINE: &str = "9a3f0c51be7724d06e1188f2c4d53aa07be61d92";

/// Builds requests from parameters.
fn requests(criterion: &mut Criterion) {
    let ids: Vec<String> = (0..50).map(|n| format!("{n:040x}")).collect();
    let cases = [
        ("path", "getAgentDetails", json!({ "id": MACHINE })),
        ("body", "isolateHost", json!({ "id": MACHINE, "comment": "case 1042" })),
        (
            "odata",
            "getAgentList",
            json!({
                "computerDnsName": { "startsWith": "ws-" },
                "lastSeen": { "ge": "2026-01-01T00:00:00Z" }
            }),
        ),
        ("odata of 50 values", "getAgentList", json!({ "id": ids })),
    ];
    let mut group = criterion.benchmark_group("request");
    for (name, action, params) in cases {
        let action = actions::find(action).expect("an action");
        let route = action.route().expect("a route");
        let text = params.to_string();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut problems = Vec::new();
                let object: Map<String, Value> =
                    schema::object_from_text(black_box(&text), "", usize::MAX).expect("an object");
                let input = schema::read(action.params, object, "", &mut problems);
                build(action, route, &input).expect("a request")
            });
        });
    }
    group.bench_function("odata literal", |bencher| {
        bencher.iter(|| quoted(black_box("O'Brien's machine")))
    });
    group.finish();
}

/// Decodes a page of the service's response and encodes the result.
fn responses(criterion: &mut Criterion) {
    let machine = json!({
        "id": MACHINE, "computerDnsName": "ws-014.contoso.example", "osPlatform": "Windows11",
        "healthStatus": "Active",
        "lastSeen": "2026-11-24T16:38:28.9083008Z", "machineTags": ["a", "b"],
        "ipAddresses": [{ "ipAddress": "10.0.0.1" }],
    });
    let mut group = criterion.benchmark_group("response");
    for records in [1, 1_000] {
        let page = json!({ "@odata.context": "c", "value": vec![&machine; records] })
            .to_string()
            .into_bytes();
        group.throughput(Throughput::Bytes(page.len() as u64));
        group.bench_function(format!("page of {records}"), |bencher| {
            bencher.iter_batched(|| page.clone(), collection, criterion::BatchSize::LargeInput);
        });
    }
    group.finish();
}

/// Parses the login server's response and the token's permissions.
fn tokens(criterion: &mut Criterion) {
    let roles: Vec<String> = (0..20).map(|n| format!("Machine.Role{n}.All")).collect();
    let encode = |value: Value| {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string())
    };
    let payload =
        encode(json!({ "aud": "https://api.securitycenter.microsoft.com", "roles": roles }));
    let token =
        format!("{}.{payload}.{}", encode(json!({ "alg": "RS256", "kid": "k" })), "s".repeat(342));
    let answer =
        json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": token }).to_string();
    criterion.bench_function("token/answer", |bencher| {
        bencher.iter(|| {
            from_response(
                black_box(answer.as_bytes()),
                Duration::from_secs(1),
                Duration::from_secs(300),
            )
        });
    });
    criterion.bench_function("token/claims", |bencher| {
        bencher.iter(|| Claims::parse(black_box(&token)))
    });
}

/// Parses and validates a config.
fn settings(criterion: &mut Criterion) {
    let config = json!({
        "tenantId": "contoso.example", "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
    })
    .to_string();
    let secrets = json!({ "clientSecret": "a-secret-of-some-length" }).to_string();
    criterion.bench_function("settings", |bencher| {
        bencher
            .iter(|| Settings::parse(black_box(&config), black_box(&secrets)).expect("settings"));
    });
}

criterion_group!(benches, requests, responses, tokens, settings);
criterion_main!(benches);
