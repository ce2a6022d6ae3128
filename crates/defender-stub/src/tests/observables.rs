//! Files, addresses, domains and users.

use super::*;

#[test]
fn what_is_known_leads_to_alerts_and_devices() {
    let client = Client::new(Scenario::default());
    let (sha1, sha256) = (demo::FILE_SHA1, demo::FILE_SHA256);
    for hash in [sha1, sha256, &sha1.to_uppercase()] {
        assert_eq!(body(&client.get(&format!("/api/files/{hash}")))["sha256"], sha256);
        assert_eq!(
            body(&client.get(&format!("/api/files/{hash}/stats")))["topFileNames"],
            json!(["dropper.exe"])
        );
    }
    let alerts = [
        format!("/api/files/{sha1}/alerts"),
        format!("/api/ips/{}/alerts", demo::IP),
        format!("/api/domains/{}/alerts", demo::DOMAIN),
        format!("/api/users/{}/alerts", demo::USER),
    ];
    for path in alerts {
        assert_eq!(client.listed(&path, "id")[0], demo::ALERT, "{path}");
    }
    let machines = [
        format!("/api/files/{sha1}/machines"),
        format!("/api/domains/{}/machines", demo::DOMAIN),
        format!("/api/users/{}/machines", demo::USER),
    ];
    for path in machines {
        assert_eq!(client.listed(&path, "id")[0], demo::WINDOWS, "{path}");
    }
    let stats = body(&client.get(&format!("/api/ips/{}/stats?lookBackHours=48", demo::IP)));
    assert_eq!(
        (&stats["ipAddress"], &stats["organizationPrevalence"]),
        (&json!(demo::IP), &json!("1"))
    );
}

#[test]
fn what_is_unknown_is_empty_but_for_files() {
    let client = Client::new(Scenario::default());
    let unseen = "0".repeat(40);
    for path in [
        format!("/api/files/{unseen}/alerts"),
        format!("/api/files/{unseen}/machines"),
        "/api/ips/192.0.2.1/alerts".to_owned(),
        "/api/domains/unseen.example/machines".to_owned(),
        "/api/users/nobody/alerts".to_owned(),
        "/api/users/nobody/machines".to_owned(),
    ] {
        assert!(client.listed(&path, "id").is_empty(), "{path}");
    }
    for path in ["/api/ips/192.0.2.1/stats", "/api/domains/unseen.example/stats"] {
        assert_eq!(body(&client.get(path))["organizationPrevalence"], "0", "{path}");
    }
    for path in [format!("/api/files/{unseen}"), format!("/api/files/{unseen}/stats")] {
        assert_eq!(refusal(&client.get(&path)), refused(404, "ResourceNotFound"), "{path}");
    }
}

#[test]
fn names_are_checked() {
    let client = Client::new(Scenario::default());
    for (path, code) in [
        ("/api/files/abc".to_owned(), "InvalidHashValue"),
        (format!("/api/files/{}/machines", demo::FILE_SHA256), "InvalidHashValue"),
        ("/api/ips/host/stats".to_owned(), "InvalidIpAddress"),
        ("/api/domains/no_dot/stats".to_owned(), "InvalidDomainName"),
        ("/api/ips/192.0.2.1/stats?lookBackHours=721".to_owned(), "InvalidInput"),
        ("/api/domains/a.example/stats?lookBackHours=x".to_owned(), "InvalidInput"),
    ] {
        assert_eq!(refusal(&client.get(&path)), refused(400, code), "{path}");
    }
}
