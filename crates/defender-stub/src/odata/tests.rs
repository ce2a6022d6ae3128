//! Filters over two devices: which match, and which are refused.

use serde_json::{Value, json};

use super::parse;
use super::schema::{LIBRARY_FILE, MACHINE, MACHINE_ACTION};

fn device() -> Value {
    json!({
        "id": "9a", "computerDnsName": "o'brien.example.test", "healthStatus": "Active",
        "osPlatform": "Windows11",
        "lastSeen": "2026-03-01T08:44:05.1234567Z", "rbacGroupId": 42, "aadDeviceId": null,
        "lastIpAddress": "10.0.0.7",
        "machineTags": ["pilot", "rack-07"], "riskScore": "Medium", "version": "24H2",
    })
}

#[test]
fn filters_hold_as_odata_says() {
    let trials = [
        ("computerDnsName eq 'o''brien.example.test'", true),
        ("computerDnsName eq 'O''BRIEN.example.test'", false),
        ("healthStatus eq 'Active' and osPlatform eq 'Linux' or id eq '9a'", true),
        ("healthStatus eq 'Active' and (osPlatform eq 'Linux' or id eq '9b')", false),
        ("healthStatus eq 'Active' AND id in ('9a','9b')", true),
        ("id in ('9b', '9c')", false),
        ("not (id eq '9a')", false),
        ("not startswith(computerDnsName,'x')", true),
        ("startswith(computerDnsName, 'o''b')", true),
        ("endswith(computerDnsName,'.test') and contains(lastIpAddress,'.0.0.')", true),
        ("lastSeen gt 2026-03-01T08:44:05Z", true),
        ("lastSeen ge 2026-03-01T09:44:05.1234567+01:00", true),
        ("lastSeen lt 2026-03-01T08:44:05.12Z", false),
        ("rbacGroupId eq 42 and rbacGroupId eq '42'", true),
        ("rbacGroupId gt 41.5", true),
        ("aadDeviceId eq null", true),
        ("aadDeviceId ne null", false),
        ("aadDeviceId eq 6c0a55f1-2d1e-4b8a-9a39-0f2f6b0a7c11", false),
        ("aadDeviceId eq '6c0a55f1-2d1e-4b8a-9a39-0f2f6b0a7c11'", false),
        ("machineTags/any(t: t eq 'pilot')", true),
        ("machineTags/any(t:startswith(t,'rack-') and contains(t,'08'))", false),
        ("machineTags/all(t: contains(t,'l') or contains(t,'-'))", true),
        ("machineTags/any()", true),
        ("'9a' eq id", true),
        ("true", true),
    ];
    for (filter, expected) in trials {
        let parsed = parse(filter, &MACHINE).unwrap_or_else(|error| panic!("{filter}: {error}"));
        assert_eq!(parsed.holds(&device()), expected, "{filter}");
    }
}

#[test]
fn what_odata_refuses_is_refused() {
    let trials = [
        "",
        "id",
        "id eq",
        "id eq 'a",
        "id eq 'o'brien'",
        "id = '9a'",
        "id eq 9a",
        "ID eq '9a'",
        "onboardingstatus eq 'Onboarded'",
        "id eq '9a' id eq '9a'",
        "(id eq '9a'",
        "id eq '9a')",
        "id in ()",
        "id in ('9a',)",
        "id in (computerDnsName)",
        "machineTags eq 'pilot'",
        "machineTags/any(t eq 'pilot')",
        "machineTags/some(t: t eq 'pilot')",
        "computerDnsName/any(t: t eq 'x')",
        "lastSeen gt '2026-03-01T08:44:05Z'",
        "lastSeen gt 2026-03-01",
        "healthStatus eq 1",
        "ipAddresses eq 'x'",
        "firstSeen gt 2026-03-01T08:44:05Z",
        "startswith(computerDnsName)",
        "startswith(lastSeen,'2026')",
        "toupper(id) eq '9A'",
        "id eq \"9a\"",
    ];
    for filter in trials {
        assert!(parse(filter, &MACHINE).is_err(), "{filter}");
    }
}

#[test]
fn deep_nesting_is_refused_and_long_chains_are_not() {
    let deep = format!("{}id eq 'a'{}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(parse(&deep, &MACHINE).is_err());
    let long = vec!["id eq '9a'"; 10_000].join(" or ");
    assert!(parse(&long, &MACHINE).is_ok_and(|filter| filter.holds(&device())));
}

#[test]
fn each_entity_has_its_own_properties() {
    assert!(
        parse("creationDateTimeUtc ge 2026-01-01T00:00:00Z and type eq 'Isolate'", &MACHINE_ACTION)
            .is_ok()
    );
    assert!(parse("computerDnsName eq 'x'", &MACHINE_ACTION).is_err());
    assert!(parse("fileName eq 'x'", &LIBRARY_FILE).is_err());
}
