//! Changes of machines: tags and device values.

use super::*;

#[test]
fn a_tag_is_there_afterwards_or_gone() {
    let tag = r#"{"id":"d1000000000000000000000000000000","tag":"Pilot"}"#;
    let with = |tags: &str| {
        format!(
            r#"{{"id":"d1000000000000000000000000000000","computerDnsName":"ws","machineTags":{tags}}}"#
        )
    };
    for tags in
        [r#"["Pilot"]"#, r#"["a","pilot "]"#, r#"["\ud83d","Pilot"]"#, r#"[null,7,"PILOT"]"#]
    {
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
    is_proven(
        "setDeviceValue",
        high,
        r#"{"id":"d1000000000000000000000000000000","deviceValue":"HIGH"}"#,
    );
    for value in [
        r#""Low""#,
        "null",
        "2",
        "true",
        r#"["High"]"#,
        r#""\ud83d""#,
        r#""High","deviceValue":"Low""#,
        "1e400",
    ] {
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
            result["warnings"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|warning| warning["code"].as_str())
                .collect()
        })
        .collect();
    assert_eq!(codes, [vec![], vec!["change-not-shown"], vec!["change-not-shown"]]);
    let [warning] = outcome.warnings.as_slice() else { panic!("{:?}", outcome.warnings) };
    let details = warning.details.as_ref().unwrap();
    assert_eq!(details["target"]["id"], two.as_str());
    assert_eq!(
        details["members"],
        json!([{ "member": "deviceValue", "asked": "High", "shown": "\"Low\"" }])
    );
    for part in ["`setDeviceValue`", two.as_str(), "\"Low\"", "`getAgentDetails`"] {
        assert!(warning.message.contains(part), "{}", warning.message);
    }
}

#[test]
fn many_machines_are_tagged_if_each_has_a_record_that_shows_it() {
    let add = r#"{"ids":["d1000000000000000000000000000000","d2000000000000000000000000000000"],"tag":"a","action":"Add"}"#;
    let remove = r#"{"ids":["d1000000000000000000000000000000","d2000000000000000000000000000000"],"tag":"a","action":"Remove"}"#;
    let (with, without) = (
        r#"{"id":"D1000000000000000000000000000000","machineTags":["A"]}"#,
        r#"{"id":"d2000000000000000000000000000000","machineTags":[]}"#,
    );
    let list = |rows: &[&str]| format!(r#"{{"value":[{}]}}"#, rows.join(","));
    let of = |id: &str, record: &str| {
        record
            .replace("D1000000000000000000000000000000", id)
            .replace("d2000000000000000000000000000000", id)
    };
    is_proven("setTags", add, &list(&[with, &of("d2000000000000000000000000000000", with)]));
    is_proven(
        "setTags",
        remove,
        &list(&[without, &of("d1000000000000000000000000000000", without)]),
    );
    is_not_shown("setTags", add, &list(&[with, without]));
    is_not_shown("setTags", remove, &list(&[with, without]));
    is_not_shown(
        "setTags",
        add,
        &list(&[with, r#"{"id":"d2000000000000000000000000000000","machineTags":"a"}"#]),
    );
    is_not_shown(
        "setTags",
        add,
        &list(&[with, &of("d2000000000000000000000000000000", with), without]),
    );
    let other = of("d3000000000000000000000000000000", with);
    for rows in [
        &[][..],
        &[with],
        &[with, with],
        &[with, &other],
        &[with, "7"],
        &[with, r#"{"id":"\ud83d"}"#],
    ] {
        is_malformed("setTags", add, 200, &list(rows));
    }
    is_malformed(
        "setTags",
        add,
        200,
        &list(&[
            with,
            &of("d2000000000000000000000000000000", with)
                .replace('{', r#"{"id":"d3000000000000000000000000000000","#),
        ]),
    );
    let error = came_of("setTags", add, 200, &list(&[with])).unwrap_err();
    assert_eq!(error.details().unwrap()["missing"], json!(["d2000000000000000000000000000000"]));
    is_malformed(
        "setTags",
        add,
        200,
        &format!(
            r#"{{"value":[{with},{}],"value":[]}}"#,
            of("d2000000000000000000000000000000", with)
        ),
    );
}
