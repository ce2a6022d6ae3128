//! Imports of indicators: every value that was sent must have a result, and what is not known is no
//! refusal.

use super::*;

fn import(values: &[&str], answer: &str) -> Result<Value, Error> {
    let mut bench = bench().signed_in();
    bench.network.answer(200, answer);
    let one = |value: &&str| {
        json!({
            "indicatorValue": value, "indicatorType": "DomainName", "action": "Block", "title": "t",
            "description": "d"
        })
    };
    let indicators: Vec<Value> = values.iter().map(one).collect();
    let (outcome, _) = bench.call("importIndicators", json!({ "indicators": indicators }))?;
    Ok(serde_json::from_str(&outcome.data).unwrap())
}

fn row(value: &str, rest: &str) -> String {
    format!(r#"{{"id":"1","indicator":"{value}",{rest}}}"#)
}

fn rows(rows: &[&str]) -> String {
    format!(r#"{{"value":[{}]}}"#, rows.join(","))
}

const SENT: [&str; 2] = ["a.example", "b.example"];

fn is_unknown(answer: &str, missing: &[&str]) {
    let error = import(&SENT, answer).unwrap_err();
    assert_eq!(
        (error.kind(), error.retry(), error.status()),
        (Kind::MalformedResponse, Retry::Unknown, Some(200)),
        "{answer}"
    );
    let details = error.details().unwrap();
    assert_eq!(details["missing"], json!(missing), "{answer}");
    assert!(details["results"].is_array());
    assert!(error.message().contains(missing[0]), "{}", error.message());
}

#[test]
fn every_value_has_a_result() {
    let (a, b) = (
        row("A.Example", r#""isFailed":false"#),
        row("b.example", r#""isFailed":false,"failureReason":"""#),
    );
    assert_eq!(import(&SENT, &rows(&[&b, &a])).unwrap()["value"][1]["isFailed"], false);
    import(&SENT, &rows(&[&a, &b, &b, "7"])).unwrap();
    let long = row("2001:db8:0:0::1", r#""isFailed":false"#);
    import(&["2001:DB8::0001"], &rows(&[&long])).unwrap();
    import(&["https://a.example"], &rows(&[&row("https://a.example/", r#""isFailed":false"#)]))
        .unwrap();
    assert!(import(&["2001:DB8::2"], &rows(&[&long])).is_err());
    is_unknown(&rows(&[&a, &a]), &["b.example"]);
    is_unknown(&rows(&[&a]), &["b.example"]);
    is_unknown(&rows(&[]), &SENT);
    is_unknown(&rows(&["1", "2"]), &SENT);
    is_unknown(&rows(&[&a, &row("c.example", r#""isFailed":false"#)]), &["b.example"]);
    is_unknown(&rows(&[&a, r#"{"isFailed":false}"#]), &["b.example"]);
    is_unknown(&rows(&[&a, &row(r"b.example\ud83d", r#""isFailed":false"#)]), &["b.example"]);
    let two_lists = format!(r#"{{"value":[{a},{b}],"value":[]}}"#);
    let error = import(&SENT, &two_lists).unwrap_err();
    assert_eq!((error.kind(), error.retry()), (Kind::MalformedResponse, Retry::Unknown));
}

#[test]
fn what_a_result_does_not_say_is_not_known() {
    let a = row("a.example", r#""isFailed":false"#);
    for rest in [
        r#""isFailed":null"#,
        r#""isFailed":"false""#,
        r#""isFailed":"true""#,
        r#""isFailed":0"#,
        r#""isFailed":[false]"#,
        r#""isFailed":false,"isFailed":true"#,
        r#""failureReason":null"#,
    ] {
        is_unknown(&rows(&[&a, &row("b.example", rest)]), &["b.example"]);
    }
    let both =
        [&a, &row("b.example", r#""isFailed":false"#)[..], &row("b.example", r#""isFailed":true"#)];
    is_unknown(&rows(&both), &["b.example"]);
    // One failed and one is unknown: check before repeating.
    is_unknown(&rows(&[&row("a.example", r#""isFailed":true"#)]), &["b.example"]);
}

#[test]
fn a_reason_that_cannot_be_read_loses_no_result() {
    let reasons = [
        r#""\ud83d""#.to_owned(),
        "1e400".to_owned(),
        format!("{}{}", "[".repeat(200), "]".repeat(200)),
    ];
    for reason in reasons {
        let b = row("b.example", &format!(r#""isFailed":false,"failureReason":{reason}"#));
        let imported = rows(&[&row("a.example", r#""isFailed":false"#), &b]);
        let mut bench = bench().signed_in();
        bench.network.answer(200, &imported);
        let one = |value: &str| {
            json!({
                "indicatorValue": value, "indicatorType": "DomainName", "action": "Block",
                "title": "t", "description": "d"
            })
        };
        let params = json!({ "indicators": [one("a.example"), one("b.example")] });
        assert_eq!(bench.call("importIndicators", params).unwrap().0.data, imported, "{reason}");
        let refused =
            rows(&[&row("a.example", &format!(r#""isFailed":true,"failureReason":{reason}"#)), &b]);
        let error = import(&SENT, &refused).unwrap_err();
        assert_eq!((error.kind(), error.retry()), (Kind::ActionFailed, Retry::Never));
        let results = &error.details().unwrap()["results"];
        assert_eq!(
            (&results[0]["isFailed"], &results[1]["isFailed"]),
            (&json!(true), &json!(false)),
            "{results}"
        );
        assert!(results[0]["failureReason"].is_string(), "{results}");
    }
}

#[test]
fn a_value_may_be_sent_more_than_once() {
    let sent = ["a.example", "A.example", "b.example"];
    let (taken, refused) =
        (row("a.example", r#""isFailed":false"#), row("a.example", r#""isFailed":true"#));
    let b = row("b.example", r#""isFailed":false"#);
    import(&sent, &rows(&[&taken, &taken, &b])).unwrap();
    import(&sent, &rows(&[&taken, &b])).unwrap();
    for (answer, lead) in
        [(rows(&[&taken, &refused, &b]), "1 of 3"), (rows(&[&refused, &b]), "2 of 3")]
    {
        let error = import(&sent, &answer).unwrap_err();
        assert_eq!((error.kind(), error.retry()), (Kind::ActionFailed, Retry::Never));
        assert!(error.message().starts_with(lead), "{}", error.message());
    }
}
