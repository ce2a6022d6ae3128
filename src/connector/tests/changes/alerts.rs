//! Alerts that are changed or created.

use super::*;

#[test]
fn an_alert_shows_each_member_that_was_set() {
    let update = r#"{"id":"da1","status":"Resolved","assignedTo":"Jo@contoso.example","classification":"FalsePositive",
        "determination":"NotMalicious","comment":"case\r\n1042 "}"#;
    let members = |values: &[(&str, &str)]| {
        let mut record = [
            ("id", r#""da1""#),
            ("status", r#""Resolved""#),
            ("assignedTo", r#""jo@contoso.example""#),
            ("classification", r#""FalsePositive""#),
            ("determination", r#""Clean""#),
            (
                "comments",
                r#"[{"comment":"older \ud83d"},7,{"comment":"case\n1042","createdBy":"app"}]"#,
            ),
        ];
        for (name, value) in values {
            record.iter_mut().filter(|(found, _)| found == name).for_each(|pair| pair.1 = value);
        }
        let record: Vec<String> = record
            .iter()
            .filter(|pair| !pair.1.is_empty())
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", record.join(","))
    };
    is_proven("updateAlert", update, &members(&[]));
    is_proven(
        "updateAlert",
        r#"{"id":"da1","status":"Resolved"}"#,
        r#"{"id":"DA1","status":"resolved"}"#,
    );
    for (name, values) in [
        (
            "status",
            [
                "",
                "null",
                r#""InProgress""#,
                "true",
                r#"["Resolved"]"#,
                r#""Resolved","status":"New""#,
            ],
        ),
        ("assignedTo", ["", "null", r#""x""#, "true", "[]", r#""\ud83d""#]),
        ("classification", ["", "null", r#""TruePositive""#, "3", "{}", "1e400"]),
        ("determination", ["", "null", r#""Malware""#, "3", "{}", "[]"]),
        (
            "comments",
            [
                "",
                "null",
                "[]",
                r#""case 1042""#,
                r#"[{"comment":"case 104"}]"#,
                r#"[{"comment":true},null]"#,
            ],
        ),
    ] {
        for value in values {
            is_not_shown("updateAlert", update, &members(&[(name, value)]));
        }
    }
    for id in [r#""da2""#, r#""da1","id":"da2""#, "", "7"] {
        is_malformed("updateAlert", update, 200, &members(&[("id", id)]));
    }
}

#[test]
fn an_alert_that_is_made_is_on_the_machine_and_has_the_title() {
    let create = r#"{"machineId":"d1000000000000000000000000000000","eventTime":"2026-10-01T09:15:33Z","reportId":"7","title":"T  1","description":"d",
        "severity":"High","category":"Malware","recommendedAction":"r"}"#;
    is_proven(
        "createAlert",
        create,
        r#"{"id":"da1","machineId":"D1000000000000000000000000000000","title":"T 1","severity":"Low"}"#,
    );
    for rest in [
        r#""machineId":"d1000000000000000000000000000000""#,
        r#""machineId":"d1000000000000000000000000000000","title":null"#,
        r#""machineId":"d1000000000000000000000000000000","title":"other""#,
    ] {
        is_not_shown("createAlert", create, &format!(r#"{{"id":"da1",{rest}}}"#));
    }
    for rest in [
        r#""machineId":"d2000000000000000000000000000000""#,
        r#""machineId":null"#,
        r#""x":1"#,
        r#""machineId":"d1000000000000000000000000000000","error":"x""#,
        r#""machineId":"d1000000000000000000000000000000","machineId":"d2000000000000000000000000000000""#,
    ] {
        is_malformed(
            "createAlert",
            create,
            200,
            &format!(r#"{{"id":"da1","title":"T 1",{rest}}}"#),
        );
    }
}
