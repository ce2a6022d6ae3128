use serde_json::json;

use super::{Error, Kind, Retry};
use crate::outcome::Usage;

fn refused() -> Error {
    Error::new(Kind::Forbidden, "`isolateHost` was refused.")
        .with_retry(Retry::After(1_000))
        .with_status(403)
        .with_code("Forbidden".to_owned())
        .with_request_id("r-1".to_owned())
        .with_detail("required", json!([["Machine.Isolate"]]))
        .with_detail("machineAction", json!({ "id": "a1" }))
}

#[test]
fn an_error_is_a_standard_error_that_shows_its_message() {
    let error: Box<dyn std::error::Error> = Box::new(refused());
    assert_eq!(error.to_string(), refused().message());
    assert!(error.source().is_none());
}

#[test]
fn json_holds_all_that_is_known() {
    let read = Error::from_json(&refused().to_json()).unwrap();
    assert_eq!(
        (read.kind(), read.retry(), read.status()),
        (Kind::Forbidden, Retry::After(1_000), Some(403))
    );
    assert_eq!(
        (read.code(), read.request_id(), read.details()),
        (Some("Forbidden"), Some("r-1"), refused().details())
    );
    assert_eq!(read.to_json(), refused().to_json());
}

#[test]
fn a_brief_error_keeps_the_job_alone() {
    assert_eq!(refused().brief().details(), Some(&json!({ "machineAction": { "id": "a1" } })));
}

#[test]
fn a_call_that_sent_nothing_has_no_usage() {
    assert!(refused().with_usage(Usage::default()).usage().is_none());
    assert_eq!(
        refused().with_usage(Usage { requests: 1, ..Usage::default() }).usage().unwrap().requests,
        1
    );
}
