//! Names as users write them, and as the service stores them.

mod filters;
mod near;
mod records;

use serde_json::{Value, json};
use url::Url;

use super::*;

const GUID: &str = "9cbb5f0e-6a1e-4c7b-8d2f-0a1b2c3d4e5f";

fn machine(id: &str, name: &str, members: Value) -> Value {
    let mut record = json!({
        "id": id, "computerDnsName": name, "healthStatus": "Active",
        "onboardingStatus": "Onboarded"
    });
    for (member, value) in members.as_object().unwrap() {
        record[member] = value.clone();
    }
    record
}

fn list(records: &[Value]) -> String {
    json!({ "value": records }).to_string()
}

/// An application that may do everything here.
fn permitted() -> Bench {
    let bench = bench();
    let roles = [
        "Machine.Read.All",
        "Machine.Isolate",
        "Machine.Scan",
        "Machine.RestrictExecution",
        "Machine.Offboard",
    ];
    let answer =
        json!({ "token_type": "Bearer", "access_token": token(&roles), "expires_in": 3600 });
    bench.network.answer(200, &answer.to_string());
    bench
}

/// The filters of all requests.
fn filters(bench: &Bench) -> Vec<String> {
    let filter = |line: &String| {
        let url = Url::parse(line.split_once(' ').unwrap().1).unwrap();
        url.query_pairs().find(|(name, _)| name == "$filter").map(|(_, value)| value.into_owned())
    };
    bench.sent().iter().filter_map(filter).collect()
}

/// What a name of a machine means among some records: an ID, or the kind of the refusal.
fn means(host: Value, records: &[Value]) -> Result<String, Kind> {
    let mut bench = bench().signed_in();
    bench.network.answer(200, &list(records));
    let (outcome, _) = bench.call("resolveHost", host).map_err(|error| error.kind())?;
    Ok(serde_json::from_str::<Value>(&outcome.data).unwrap()["id"].as_str().unwrap().to_owned())
}

fn named(name: &str, records: &[Value]) -> Result<String, Kind> {
    means(json!({ "computerDnsName": name }), records)
}

#[test]
fn of_a_written_name_what_counts_is_sent() {
    let short = "computerDnsName in ('ws-01') or startswith(computerDnsName,'ws-01.')";
    let full = "computerDnsName in ('ws-01.x.example')";
    let record = || machine("d1000000000000000000000000000000", "ws-01.x.example", json!({}));
    for (written, filter) in [
        ("ws-01", short),
        (" WS-01\t", short),
        ("WS-01\r\n", short),
        ("\u{feff}ws-01\u{a0}", short),
        ("ws-01.", short),
        ("WS-01$", short),
        (r"CONTOSO\WS-01$", short),
        (r"CONTOSO\WS-01", short),
        (r"contoso.example\ws-01", short),
        (r"\\WS-01", short),
        ("WS-01.X.example.", full),
        ("  ws-01.x.example. \r", full),
    ] {
        let mut bench = permitted();
        bench.network.answer(200, &list(&[record()]));
        let host =
            json!({ "host": { "computerDnsName": written }, "comment": "c", "dryRun": true });
        bench.call("isolateHost", host).unwrap_or_else(|error| panic!("{written:?}: {error:?}"));
        assert_eq!(filters(&bench), [filter], "{written:?}");
    }
    // Addresses and Entra IDs too.
    let record = machine("a", "ws", json!({ "lastIpAddress": "10.0.0.9", "aadDeviceId": GUID }));
    assert_eq!(
        means(json!({ "ip": " 10.0.0.9\r\n" }), std::slice::from_ref(&record)),
        Ok("a".into())
    );
    let written = format!(" {{{}}}\n", GUID.to_ascii_uppercase());
    assert_eq!(means(json!({ "aadDeviceId": written }), &[record]), Ok("a".into()));
}

#[test]
fn what_is_no_name_of_one_machine_is_refused_with_a_hint_and_nothing_is_sent() {
    for written in [
        "10.0.0.1",
        " 10.0.0.1 ",
        "10.0.0.1.",
        r"CONTOSO\10.0.0.1",
        "fe80::1",
        "::1",
        "ws-01,ws-02",
        "ws-01, ws-02",
        "ws-01;ws-02",
        "ws-01\nws-02",
        "ws-01\tws-02",
        " ",
        "$",
        ".",
        r"CONTOSO\",
        r"CONTOSO\$",
        "\u{a0}",
    ] {
        let hosts = json!([{ "computerDnsName": "x" }, { "computerDnsName": written }]);
        for (action, params, pointer) in [
            ("resolveHost", json!({ "computerDnsName": written }), "/computerDnsName"),
            (
                "isolateHost",
                json!({ "host": { "computerDnsName": written }, "comment": "c" }),
                "/host/computerDnsName",
            ),
            ("addTag", json!({ "hosts": hosts, "tag": "t" }), "/hosts/1/computerDnsName"),
        ] {
            let mut bench = bench().signed_in();
            let error = bench.call(action, params).unwrap_err();
            assert_eq!((error.kind(), bench.sent().len()), (Kind::InvalidParams, 0), "{written:?}");
            assert_eq!(error.details().unwrap()[0]["pointer"], pointer);
            assert!(
                error.message().contains("goes under `ip`, several machines under `hosts`"),
                "{}",
                error.message()
            );
        }
    }
}

#[test]
fn letters_beyond_ascii_have_two_cases_too() {
    let small = machine("a", "b\u{fc}ro-pc01.firma.example", json!({}));
    let large = machine("a", "B\u{dc}RO-PC01.FIRMA.EXAMPLE", json!({}));
    for record in [small, large] {
        for name in [
            "b\u{fc}ro-pc01",
            "B\u{dc}RO-PC01",
            "B\u{fc}ro-PC01",
            "B\u{dc}RO-PC01.firma.example",
            "FIRMA\\B\u{dc}RO-PC01$",
        ] {
            assert_eq!(named(name, std::slice::from_ref(&record)), Ok("a".into()), "{name}");
            let mut bench = bench().signed_in();
            bench.network.answer(200, &list(&[]));
            bench.network.answer(200, &list(&[]));
            bench.call("resolveHost", json!({ "computerDnsName": name })).unwrap_err();
            // What the service compares letter by letter must be among what was asked for, in
            // either case.
            let filter = filters(&bench).remove(0);
            assert!(
                filter.contains("'b\u{fc}ro-pc01") && filter.contains("'B\u{dc}RO-PC01"),
                "{filter}"
            );
        }
    }
    assert_eq!(named("b\u{fc}ro", &[machine("a", "buro", json!({}))]), Err(Kind::NotFound));
}
