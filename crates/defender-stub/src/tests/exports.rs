//! Exports of vulnerability management: pages and files.

use std::time::Duration;

use super::super::NextLink;
use super::*;

const REPORTS: [&str; 3] =
    ["SecureConfigurationsAssessment", "SoftwareInventory", "SoftwareVulnerabilities"];

/// Every page of a report.
fn pages(client: &Client, path: &str) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut next = Some(format!("{API}{path}"));
    while let Some(link) = next {
        let page = body(&client.service.answer(&client.with_token(Request::new("GET", &link))));
        pages.push(page["value"].as_array().unwrap().clone());
        next = page["@odata.nextLink"].as_str().map(str::to_owned);
    }
    pages
}

#[test]
fn pages_lead_on_to_the_end() {
    let client = Client::new(Scenario::default());
    for report in REPORTS {
        let path = format!("/api/machines/{report}ByMachine");
        let whole = pages(&client, &path);
        let parts = pages(&client, &format!("{path}?pageSize=2"));
        assert_eq!((whole.len(), parts.len()), (1, whole[0].len().div_ceil(2)), "{report}");
        assert_eq!(parts.concat().len(), whole[0].len(), "{report}");
        for query in ["pageSize=0", "pageSize=200001", "pageSize=x"] {
            assert_eq!(
                refusal(&client.get(&format!("{path}?{query}"))),
                refused(400, "InvalidInput"),
                "{query}"
            );
        }
        assert_eq!(
            refusal(&client.get(&format!("{path}?$skiptoken=x"))),
            refused(400, "ODataError")
        );
        client.service.with_scenario(|state| state.next_link = NextLink::Foreign);
        let link = body(&client.get(&format!("{path}?pageSize=1")))["@odata.nextLink"].clone();
        assert!(link.as_str().unwrap().starts_with("https://elsewhere.invalid/"));
        client.service.with_scenario(|state| state.next_link = NextLink::Faithful);
    }
}

#[test]
fn changes_are_those_since_a_time() {
    let client = Client::new(Scenario::default());
    let path = "/api/machines/SoftwareVulnerabilityChangesByMachine";
    let since =
        |hours: i64| pages(&client, &format!("{path}?sinceTime={}", hours_ago(hours))).concat();
    assert_eq!(since(24 * 13).len(), 5);
    let recent = since(24 * 6);
    assert_eq!(
        (recent.len(), &recent[0]["cveId"], &recent[0]["status"]),
        (1, &json!(demo::CVE), &json!("New"))
    );
    assert_eq!(refusal(&client.get(path)), refused(400, "MissingRequiredParameter"));
    for time in [hours_ago(24 * 15), "yesterday".to_owned()] {
        assert_eq!(
            refusal(&client.get(&format!("{path}?sinceTime={time}"))),
            refused(400, "InvalidInput"),
            "{time}"
        );
    }
}

#[test]
fn files_are_in_storage_for_as_long_as_asked() {
    let client = Client::new(Scenario::default());
    let get = |url: &Value| client.service.answer(&Request::new("GET", url.as_str().unwrap()));
    for report in REPORTS {
        let path = format!("/api/machines/{report}Export");
        assert_eq!(
            refusal(&client.get(&format!("{path}?sasValidHours=25"))),
            refused(400, "InvalidInput")
        );
        let export = body(&client.get(&path));
        assert!(export["generatedTime"].is_string());
        let files = export["exportFiles"].as_array().unwrap();
        assert_eq!(files.len(), 2);
        for file in files {
            assert!(
                file.as_str()
                    .unwrap()
                    .starts_with("https://stubresults.blob.core.windows.net/exports/")
            );
            let found = get(file);
            assert_eq!((found.status, &found.body[..2]), (200, &[0x1f, 0x8b][..]), "{report}");
        }
    }
    let longer =
        body(&client.get("/api/machines/SoftwareInventoryExport?sasValidHours=2"))["exportFiles"]
            [0]
        .clone();
    client.service.advance(Duration::from_secs(3600));
    assert_eq!(get(&longer).status, 200);
    client.service.advance(Duration::from_secs(3601));
    assert_eq!(get(&longer).status, 403);
}

#[test]
fn files_are_rarer_than_pages() {
    let client = Client::new(Scenario { enforce_rate_limits: true, ..Scenario::default() });
    let statuses: Vec<u16> =
        (0..6).map(|_| client.get("/api/machines/SoftwareInventoryExport").status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
}
