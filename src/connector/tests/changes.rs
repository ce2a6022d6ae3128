//! Changes of records: what the answer must show, what it may leave open with a warning, and what is no answer.

use super::*;

const DELETIONS: [(&str, &str); 4] = [
    ("deleteIndicator", r#"{"id":"7"}"#),
    ("deleteIndicators", r#"{"ids":["7","8"]}"#),
    ("updateAlerts", r#"{"alertIds":["a"],"status":"Resolved"}"#),
    ("deleteLibraryFile", r#"{"fileName":"a.ps1"}"#),
];

const INDICATOR: &str = r#"{"indicatorValue":"Evil.example","indicatorType":"DomainName","action":"Block","title":"T 1","description":"d",
    "severity":"High","generateAlert":true}"#;

/// What comes of an action with these parameters that is answered so: the code of its warning, or nothing.
fn came_of(action: &str, params: &str, status: u16, answer: &str) -> Result<Option<&'static str>, Error> {
    let mut bench = bench().signed_in();
    bench.network.answer(status, answer);
    let (outcome, _) = bench.call(action, serde_json::from_str(params).unwrap())?;
    // Behind an indicator that was submitted others are looked for.
    assert_eq!(bench.sent().len(), 1 + usize::from(action == "submitIndicator"));
    assert!(outcome.warnings.len() <= 1, "{:?}", outcome.warnings);
    Ok(outcome.warnings.first().map(|warning| warning.code))
}

fn is_malformed(action: &str, params: &str, status: u16, answer: &str) {
    let error = came_of(action, params, status, answer).unwrap_err();
    let found = (error.kind, error.retry, error.status);
    assert_eq!(found, (Kind::MalformedResponse, Retry::Unknown, Some(status)), "{action} {answer}");
}

fn is_proven(action: &str, params: &str, answer: &str) {
    assert_eq!(came_of(action, params, 200, answer).unwrap(), None, "{action} {answer}");
}

fn is_not_shown(action: &str, params: &str, answer: &str) {
    assert_eq!(came_of(action, params, 200, answer).unwrap(), Some("change-not-shown"), "{action} {answer}");
}

#[test]
fn what_leaves_no_record_succeeds_by_an_empty_answer_alone() {
    for (action, params) in DELETIONS {
        for (status, answer) in [(204, ""), (200, ""), (200, "\r\n \t")] {
            is_proven(action, params, answer);
            assert_eq!(came_of(action, params, status, answer).unwrap(), None);
        }
        let page = "<html><title>Sign in</title></html>";
        let refusal = r#"{"error":{"code":"BadRequest","message":"no"}}"#;
        for answer in
            [page, refusal, r#"{"error":"no"}"#, "{}", "null", "[]", r#"{"value":[]}"#, "\u{feff}", "\0", "OK"]
        {
            is_malformed(action, params, 200, answer);
        }
        for status in [201, 202, 203, 205, 206, 207, 226, 299] {
            is_malformed(action, params, status, "");
        }
    }
}

#[test]
fn a_tag_is_there_afterwards_or_gone() {
    let tag = r#"{"id":"d1000000000000000000000000000000","tag":"Pilot"}"#;
    let with = |tags: &str| {
        format!(r#"{{"id":"d1000000000000000000000000000000","computerDnsName":"ws","machineTags":{tags}}}"#)
    };
    for tags in [r#"["Pilot"]"#, r#"["a","pilot "]"#, r#"["\ud83d","Pilot"]"#, r#"[null,7,"PILOT"]"#] {
        is_proven("addTag", tag, &with(tags));
        is_not_shown("removeTag", tag, &with(tags));
    }
    for tags in ["[]", r#"["a"]"#, r#"["Pilots","Pil ot"]"#] {
        is_not_shown("addTag", tag, &with(tags));
        is_proven("removeTag", tag, &with(tags));
    }
    // What cannot be read shows neither.
    for tags in [
        "null",
        r#""Pilot""#,
        r#"{"Pilot":true}"#,
        "true",
        r#"["a","\ud83d"]"#,
        "[true]",
        r#"["a"],"machineTags":["Pilot"]"#,
    ] {
        is_not_shown("addTag", tag, &with(tags));
        is_not_shown("removeTag", tag, &with(tags));
    }
    is_not_shown("removeTag", tag, MACHINE);
}

#[test]
fn the_record_of_another_machine_or_an_error_is_no_answer() {
    let changes = [
        ("addTag", r#"{"id":"d1000000000000000000000000000000","tag":"a"}"#),
        ("setDeviceValue", r#"{"id":"d1000000000000000000000000000000","deviceValue":"High"}"#),
    ];
    let all = r#""machineTags":["a"],"deviceValue":"High""#;
    for (action, params) in changes {
        is_proven(action, params, &format!(r#"{{"id":"D1000000000000000000000000000000",{all}}}"#));
        for head in [
            r#""id":"d2000000000000000000000000000000""#,
            r#""id":"d1000000000000000000000000000000","id":"d2000000000000000000000000000000""#,
            r#""id":"d1000000000000000000000000000000","error":{"code":"x"}"#,
            r#""id":null"#,
            r#""id":"\ud83d""#,
        ] {
            is_malformed(action, params, 200, &format!("{{{head},{all}}}"));
        }
        is_malformed(action, params, 200, "<html>");
        is_malformed(
            action,
            params,
            200,
            &format!(r#"{{"value":[{{"id":"d1000000000000000000000000000000",{all}}}]}}"#),
        );
    }
}

#[test]
fn a_device_value_is_the_one_that_was_set() {
    let high = r#"{"id":"d1000000000000000000000000000000","deviceValue":"High"}"#;
    is_proven("setDeviceValue", high, r#"{"id":"d1000000000000000000000000000000","deviceValue":"HIGH"}"#);
    for value in
        [r#""Low""#, "null", "2", "true", r#"["High"]"#, r#""\ud83d""#, r#""High","deviceValue":"Low""#, "1e400"]
    {
        is_not_shown(
            "setDeviceValue",
            high,
            &format!(r#"{{"id":"d1000000000000000000000000000000","deviceValue":{value}}}"#),
        );
    }
}

#[test]
fn of_many_machines_each_has_its_own_warning() {
    let mut bench = bench().signed_in();
    let [one, two] = ["a", "b"].map(|digit| digit.repeat(40));
    bench.network.answer(200, &json!({ "id": one, "deviceValue": "High" }).to_string());
    bench.network.answer(200, &json!({ "id": two, "deviceValue": "Low" }).to_string());
    let params = json!({ "ids": [one, two, two.to_ascii_uppercase()], "deviceValue": "High" });
    let (outcome, _) = bench.call("setDeviceValue", params).unwrap();
    let data: Value = serde_json::from_str(&outcome.data).unwrap();
    let codes: Vec<Vec<&str>> = data["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            result["warnings"].as_array().unwrap().iter().filter_map(|warning| warning["code"].as_str()).collect()
        })
        .collect();
    assert_eq!(codes, [vec![], vec!["change-not-shown"], vec!["change-not-shown"]]);
    let [warning] = outcome.warnings.as_slice() else { panic!("{:?}", outcome.warnings) };
    let details = warning.details.as_ref().unwrap();
    assert_eq!(details["target"]["id"], two.as_str());
    assert_eq!(details["members"], json!([{ "member": "deviceValue", "asked": "High", "shown": "\"Low\"" }]));
    for part in ["`setDeviceValue`", two.as_str(), "\"Low\"", "`getAgentDetails`"] {
        assert!(warning.message.contains(part), "{}", warning.message);
    }
}

#[test]
fn many_machines_are_tagged_if_each_has_a_record_that_shows_it() {
    let add =
        r#"{"ids":["d1000000000000000000000000000000","d2000000000000000000000000000000"],"tag":"a","action":"Add"}"#;
    let remove = r#"{"ids":["d1000000000000000000000000000000","d2000000000000000000000000000000"],"tag":"a","action":"Remove"}"#;
    let (with, without) = (
        r#"{"id":"D1000000000000000000000000000000","machineTags":["A"]}"#,
        r#"{"id":"d2000000000000000000000000000000","machineTags":[]}"#,
    );
    let list = |rows: &[&str]| format!(r#"{{"value":[{}]}}"#, rows.join(","));
    let of = |id: &str, record: &str| {
        record.replace("D1000000000000000000000000000000", id).replace("d2000000000000000000000000000000", id)
    };
    is_proven("setTags", add, &list(&[with, &of("d2000000000000000000000000000000", with)]));
    is_proven("setTags", remove, &list(&[without, &of("d1000000000000000000000000000000", without)]));
    is_not_shown("setTags", add, &list(&[with, without]));
    is_not_shown("setTags", remove, &list(&[with, without]));
    is_not_shown("setTags", add, &list(&[with, r#"{"id":"d2000000000000000000000000000000","machineTags":"a"}"#]));
    is_not_shown("setTags", add, &list(&[with, &of("d2000000000000000000000000000000", with), without]));
    let other = of("d3000000000000000000000000000000", with);
    for rows in [&[][..], &[with], &[with, with], &[with, &other], &[with, "7"], &[with, r#"{"id":"\ud83d"}"#]] {
        is_malformed("setTags", add, 200, &list(rows));
    }
    is_malformed(
        "setTags",
        add,
        200,
        &list(&[
            with,
            &of("d2000000000000000000000000000000", with).replace('{', r#"{"id":"d3000000000000000000000000000000","#),
        ]),
    );
    let error = came_of("setTags", add, 200, &list(&[with])).unwrap_err();
    assert_eq!(error.details.as_ref().unwrap()["missing"], json!(["d2000000000000000000000000000000"]));
    is_malformed(
        "setTags",
        add,
        200,
        &format!(r#"{{"value":[{with},{}],"value":[]}}"#, of("d2000000000000000000000000000000", with)),
    );
}

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
            ("comments", r#"[{"comment":"older \ud83d"},7,{"comment":"case\n1042","createdBy":"app"}]"#),
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
    is_proven("updateAlert", r#"{"id":"da1","status":"Resolved"}"#, r#"{"id":"DA1","status":"resolved"}"#);
    for (name, values) in [
        ("status", ["", "null", r#""InProgress""#, "true", r#"["Resolved"]"#, r#""Resolved","status":"New""#]),
        ("assignedTo", ["", "null", r#""x""#, "true", "[]", r#""\ud83d""#]),
        ("classification", ["", "null", r#""TruePositive""#, "3", "{}", "1e400"]),
        ("determination", ["", "null", r#""Malware""#, "3", "{}", "[]"]),
        ("comments", ["", "null", "[]", r#""case 1042""#, r#"[{"comment":"case 104"}]"#, r#"[{"comment":true},null]"#]),
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
        is_malformed("createAlert", create, 200, &format!(r#"{{"id":"da1","title":"T 1",{rest}}}"#));
    }
}

#[test]
fn an_indicator_is_the_one_that_was_sent() {
    let answer = |value: &str, kind: &str, rest: &str| {
        format!(r#"{{"id":"7","indicatorValue":{value},"indicatorType":{kind}{rest}}}"#)
    };
    let (value, kind) = (r#""evil.example.""#, r#""domainname""#);
    let is = |rest: &str| answer(value, kind, rest);
    for rest in [
        r#","action":"block""#,
        r#","action":"Block","title":"t 1","severity":"HIGH","generateAlert":true"#,
        r#","action":"Block","title":null"#,
    ] {
        is_proven("submitIndicator", INDICATOR, &is(rest));
    }
    for rest in [
        "",
        r#","action":null"#,
        r#","action":"Allowed""#,
        r#","action":["Block"]"#,
        r#","action":"Block","action":"Allowed""#,
        r#","action":"Block","title":"u""#,
        r#","action":"Block","severity":"Low""#,
        r#","action":"Block","generateAlert":false"#,
        r#","action":"Block","generateAlert":"true""#,
        r#","action":"Block","title":"\ud83d""#,
    ] {
        is_not_shown("submitIndicator", INDICATOR, &is(rest));
    }
    let block = r#","action":"Block""#;
    for unread in ["null", "true", r#""\ud83d""#, r#"["evil.example"]"#] {
        is_not_shown("submitIndicator", INDICATOR, &answer(unread, kind, block));
        is_malformed("submitIndicator", INDICATOR, 200, &answer(unread, unread, block));
    }
    for other in [r#""good.example""#, r#""evil.example","indicatorValue":"good.example""#, r#""""#] {
        is_malformed("submitIndicator", INDICATOR, 200, &answer(other, kind, block));
    }
    is_malformed("submitIndicator", INDICATOR, 200, &answer(value, r#""Url""#, block));
    is_malformed("submitIndicator", INDICATOR, 200, &is(r#","action":"Block","error":{"code":"x"}"#));
    is_malformed("submitIndicator", INDICATOR, 200, r#"{"id":"7"}"#);
}

#[test]
fn a_library_file_is_the_one_that_was_sent() {
    let upload = r#"{"fileName":"a.ps1","content":"x"}"#;
    let digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    is_proven("uploadLibraryFile", upload, &format!(r#"{{"fileName":"A.ps1","sha256":"{digest}"}}"#));
    is_malformed("uploadLibraryFile", upload, 200, &format!(r#"{{"fileName":"b.ps1","sha256":"{digest}"}}"#));
}
