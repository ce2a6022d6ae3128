//! Devices: search by address and tag, related data, and updates of the record.

use super::*;

fn by_ip(client: &Client, ip: &str, at: &str) -> Vec<String> {
    client.listed(&format!("/api/machines/findbyip(ip='{ip}',timestamp={at})"), "id")
}

#[test]
fn addresses_are_found_around_their_time() {
    let client = Client::new(Scenario::default());
    assert_eq!(by_ip(&client, "10.20.30.40", &hours_ago(0)), [demo::WINDOWS]);
    assert_eq!(by_ip(&client, "10.20.30.40", &hours_ago(24 * 29)), [demo::WINDOWS]);
    assert!(by_ip(&client, "10.9.9.9", &hours_ago(0)).is_empty());
    // Last seen two hours ago.
    assert!(by_ip(&client, "10.20.30.45", &hours_ago(0)).is_empty());
    assert_eq!(by_ip(&client, "10.20.30.45", &hours_ago(3)), [demo::OFFLINE]);
    let encoded = format!(
        "/api/machines/findbyip%28ip%3D%2710.20.30.40%27%2Ctimestamp%3D{}%29",
        hours_ago(1)
    );
    assert_eq!(client.listed(&encoded, "id"), [demo::WINDOWS]);
    let now = hours_ago(0);
    let trials = [
        (format!("ip='10.20.30.40',timestamp={}", hours_ago(24 * 31)), "InvalidInput"),
        (format!("ip='10.20.30.40',timestamp='{now}'"), "InvalidInput"),
        (format!("ip=10.20.30.40,timestamp={now}"), "InvalidIpAddress"),
        (format!("ip='host',timestamp={now}"), "InvalidIpAddress"),
        ("ip='10.20.30.40'".to_owned(), "MissingRequiredParameter"),
        ("when=now".to_owned(), "ODataError"),
    ];
    for (arguments, code) in trials {
        let reply = client.get(&format!("/api/machines/findbyip({arguments})"));
        assert_eq!(refusal(&reply), refused(400, code), "{arguments}");
    }
}

#[test]
fn tags_are_found_whole_or_by_their_beginning() {
    let client = Client::new(Scenario::default());
    assert_eq!(client.listed("/api/machines/findbytag?tag=pilot", "id"), [demo::WINDOWS]);
    assert_eq!(client.listed("/api/machines/findbytag?tag=o%27brien", "id"), [demo::WINDOWS]);
    assert!(client.listed("/api/machines/findbytag?tag=pil", "id").is_empty());
    assert_eq!(
        client.listed("/api/machines/findbytag?tag=pil&useStartsWithFilter=true", "id"),
        [demo::WINDOWS]
    );
    assert_eq!(
        refusal(&client.get("/api/machines/findbytag")),
        refused(400, "MissingRequiredParameter")
    );
    let unclear = client.get("/api/machines/findbytag?tag=x&useStartsWithFilter=1");
    assert_eq!(refusal(&unclear), refused(400, "InvalidInput"));
}

#[test]
fn each_family_knows_its_devices() {
    let client = Client::new(Scenario::default());
    let path = |what: &str| format!("/api/machines/{}/{what}", demo::WINDOWS);
    assert_eq!(client.listed(&path("logonusers"), "accountName"), ["jdoe"]);
    assert_eq!(client.listed(&path("alerts"), "id"), [demo::ALERT]);
    assert_eq!(client.listed(&path("software"), "id"), ["microsoft-_-windows_11", demo::SOFTWARE]);
    assert!(client.listed(&path("vulnerabilities"), "id").contains(&demo::CVE.to_owned()));
    assert_eq!(client.listed(&path("recommendations"), "id").len(), 2);
    assert_eq!(client.listed(&path("getmissingkbs"), "id"), ["5099001"]);
    let count = client.get(&path("alerts/$count?$filter=severity%20eq%20'High'"));
    assert_eq!(count.body, b"0");
    assert_eq!(client.get(&path("alerts/$count")).body, b"1");
    for what in
        ["logonusers", "alerts", "software", "vulnerabilities", "recommendations", "getmissingkbs"]
    {
        let reply = client.get(&format!("/api/machines/none/{what}"));
        assert_eq!(refusal(&reply), refused(404, "ResourceNotFound"), "{what}");
        assert!(
            client.listed(&format!("/api/machines/{}/{what}", demo::TWIN_A), "id").is_empty(),
            "{what}"
        );
    }
}

#[test]
fn tags_and_values_change_the_record() {
    let client = Client::new(Scenario::default());
    let path = |what: &str| format!("/api/machines/{}{what}", demo::WINDOWS);
    let tag = |value: &str, action: &str| {
        client.post(&path("/tags"), &json!({ "Value": value, "Action": action }))
    };
    let added = tag("new", "Add");
    assert_eq!(
        (added.status, &body(&added)["machineTags"]),
        (200, &json!(["pilot", "o'brien", "new"]))
    );
    assert_eq!(body(&tag("pilot", "Remove"))["machineTags"], json!(["o'brien", "new"]));
    assert_eq!(refusal(&tag("x", "add")), refused(400, "InvalidInput"));
    assert_eq!(refusal(&tag("", "Add")), refused(400, "MissingRequiredParameter"));
    let value = |sent: Value| client.post(&path("/setDeviceValue"), &sent);
    assert_eq!(body(&value(json!({ "DeviceValue": "High" })))["deviceValue"], "High");
    assert_eq!(refusal(&value(json!({ "DeviceValue": "high" }))), refused(400, "InvalidInput"));
    assert_eq!(
        refusal(&value(json!({ "deviceValue": "High" }))),
        refused(400, "InvalidRequestBody")
    );

    let patched = body(&client.patch(&path(""), &json!({ "machineTags": ["only"] })));
    assert_eq!(
        (&patched["machineTags"], &patched["deviceValue"]),
        (&json!(["only"]), &json!("High"))
    );
    let patched = body(&client.patch(&path(""), &json!({ "deviceValue": "Low" })));
    assert_eq!(
        (&patched["machineTags"], &patched["deviceValue"]),
        (&json!(["only"]), &json!("Low"))
    );
    assert_eq!(refusal(&client.patch(&path(""), &json!({}))), refused(400, "InvalidRequestBody"));
    assert_eq!(body(&client.get(&path("")))["machineTags"], json!(["only"]));
}

#[test]
fn many_devices_are_tagged_at_once_or_none() {
    let client = Client::new(Scenario::default());
    let tag = |ids: &[&str]| {
        let sent = json!({ "Value": "batch", "Action": "Add", "MachineIds": ids });
        client.post("/api/machines/AddOrRemoveTagForMultipleMachines", &sent)
    };
    assert_eq!(refusal(&tag(&[demo::MAC, "none"])), refused(404, "ResourceNotFound"));
    assert_eq!(refusal(&tag(&[])), refused(400, "MissingRequiredParameter"));
    assert_eq!(refusal(&tag(&[demo::MAC; 501])), refused(400, "MaximumBatchSizeExceeded"));
    assert!(client.listed("/api/machines/findbytag?tag=batch", "id").is_empty());
    assert_eq!(body(&tag(&[demo::MAC, demo::LINUX]))["value"].as_array().unwrap().len(), 2);
    assert_eq!(client.listed("/api/machines/findbytag?tag=batch", "id"), [demo::MAC, demo::LINUX]);
}
