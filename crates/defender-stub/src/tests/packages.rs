//! Investigation packages: availability of the link, its target and the content.

use std::time::Duration;

use super::*;

#[test]
fn a_package_can_be_had_once_it_is_complete() {
    let client = Client::new(Scenario::default());
    let collect = format!("/api/machines/{}/collectInvestigationPackage", demo::WINDOWS);
    let action = body(&client.post(&collect, &json!({ "Comment": "x" })));
    let path = format!("/api/machineactions/{}/getPackageUri", action["id"].as_str().unwrap());
    assert_eq!(refusal(&client.get(&path)), refused(404, "ResourceNotFound"));
    client.service.advance(Duration::from_secs(10));
    let quoted = body(&client.get(&path))["value"].as_str().unwrap().to_owned();
    let url = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap();
    assert!(
        url.starts_with("https://userrequests-us.securitycenter.windows.com/packages/"),
        "{url}"
    );
    let get = |request: Request| client.service.answer(&request);
    let package = get(Request::new("GET", url));
    assert_eq!((package.status, &package.body[..4]), (200, &b"PK\x03\x04"[..]));
    let name = package.header("content-disposition").unwrap().to_owned();
    assert_eq!(name, "attachment; filename=\"ws-ops-014.example.test.zip\"");
    assert_eq!(get(client.with_token(Request::new("GET", url))).status, 400);
    client.service.advance(Duration::from_secs(30 * 60));
    assert_eq!(get(Request::new("GET", url)).status, 403);
}

#[test]
fn other_actions_and_failed_ones_have_no_package() {
    let client = Client::new(Scenario::default());
    let isolation = body(&client.isolate(demo::WINDOWS));
    let collect = format!("/api/machines/{}/collectInvestigationPackage", demo::OFFLINE);
    let unreachable = body(&client.post(&collect, &json!({ "Comment": "x" })));
    client.service.advance(Duration::from_secs(10));
    for action in [isolation, unreachable] {
        let path = format!("/api/machineactions/{}/getPackageUri", action["id"].as_str().unwrap());
        assert_eq!(client.get(&path).status, 404);
    }
}

#[test]
fn links_can_be_asked_for_twice_a_minute() {
    let client = Client::new(Scenario { enforce_rate_limits: true, ..Scenario::default() });
    let statuses: Vec<u16> =
        (0..3).map(|_| client.get("/api/machineactions/none/getPackageUri").status).collect();
    assert_eq!(statuses, [404, 404, 429]);
}
