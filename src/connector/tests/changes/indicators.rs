//! Indicators that are submitted.

use super::*;

const INDICATOR: &str = r#"{"indicatorValue":"Evil.example","indicatorType":"DomainName","action":"Block","title":"T 1","description":"d",
    "severity":"High","generateAlert":true}"#;

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
    for other in [r#""good.example""#, r#""evil.example","indicatorValue":"good.example""#, r#""""#]
    {
        is_malformed("submitIndicator", INDICATOR, 200, &answer(other, kind, block));
    }
    is_malformed("submitIndicator", INDICATOR, 200, &answer(value, r#""Url""#, block));
    is_malformed(
        "submitIndicator",
        INDICATOR,
        200,
        &is(r#","action":"Block","error":{"code":"x"}"#),
    );
    is_malformed("submitIndicator", INDICATOR, 200, r#"{"id":"7"}"#);
}
