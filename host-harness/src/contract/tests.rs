use std::time::Duration;

use serde_json::{Value, json};

use super::*;

fn error(retry: Retry) -> PluginError {
    PluginError {
        kind: ErrorKind::Throttled,
        message: "Too many calls.".into(),
        source: ErrorSource::Service,
        retry,
        status: Some(429),
        code: None,
        request_id: Some("r".into()),
        details: Some(r#"{"z":1.50,"a":1}"#.into()),
        usage: Some(Usage {
            call_id: "c".into(),
            waited: Duration::from_millis(5),
            ..Usage::default()
        }),
        refused: Vec::new(),
    }
}

#[test]
fn an_error_is_json_with_the_contract_s_names_and_comes_back_as_it_was() {
    for (retry, expected) in [
        (Retry::Never, json!("never")),
        (Retry::After(Duration::from_millis(4500)), json!({ "afterMilliseconds": 4500 })),
        (Retry::Unknown, json!("unknown")),
    ] {
        let error = error(retry);
        let text = serde_json::to_string(&error).unwrap();
        assert!(text.contains(r#""details":{"z":1.50,"a":1}"#), "{text}");
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (&value["retry"], &value["kind"], &value["source"]),
            (&expected, &json!("throttled"), &json!("service"))
        );
        assert_eq!((&value["requestId"], &value["usage"]["waitedMs"]), (&json!("r"), &json!(5)));
        assert_eq!(serde_json::from_str::<PluginError>(&text).unwrap(), error);
        let by_value: PluginError = serde_json::from_value(value).unwrap();
        assert_eq!(by_value.usage, error.usage);
    }
}

#[test]
fn an_outcome_keeps_its_data_byte_for_byte_and_text_that_is_no_json_is_a_string() {
    let data = r#"{"z":12345678901234567890123,"é":"\u00e9"}"#;
    let job = Job { id: "j".into(), state: JobState::TimedOut, adopted: true };
    let warning = Warning { code: "w".into(), message: "W".into(), details: None };
    let mut outcome = Outcome {
        data: data.into(),
        job: Some(job),
        usage: Usage::default(),
        warnings: vec![warning],
    };
    let text = serde_json::to_string(&outcome).unwrap();
    assert!(
        text.starts_with(&format!(
            r#"{{"data":{data},"job":{{"id":"j","state":"timed-out","adopted":true}},"#
        )),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), outcome);
    outcome.data = "oops\"".into();
    assert_eq!(serde_json::to_value(&outcome).unwrap()["data"], "oops\"");
}

#[test]
fn only_a_retry_that_is_unknown_may_have_been_carried_out() {
    let time = Duration::from_secs(30);
    let found = [Retry::Never, Retry::After(time), Retry::Unknown]
        .map(|retry| (error(retry).retry_after(), error(retry).may_have_been_carried_out()));
    assert_eq!(found, [(None, false), (Some(time), false), (None, true)]);
    assert!(error(Retry::Never).is_throttled());
    assert_eq!(error(Retry::Never).to_string(), "Too many calls.");
}
