//! The JSON documents' shapes, member by member: programs read them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::run::{Call, Ran};

/// An object's members are these and no others.
pub(crate) fn assert_members(value: &Value, names: &[&str]) {
    let members = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    let found: BTreeSet<&str> = members.keys().map(String::as_str).collect();
    assert_eq!(found, names.iter().copied().collect(), "{value}");
}

impl Call {
    /// Runs it to a good end and yields the document, which must be an executor's result.
    pub(crate) fn succeeds(self) -> Value {
        let document = self.ends(0).json();
        assert_members(&document, &["status", "connectorId", "data", "job", "usage", "warnings"]);
        assert_eq!(document["status"], "ok");
        document
    }

    /// Runs it to this exit status and yields the document, which must be an executor's error of
    /// this kind.
    pub(crate) fn fails(self, code: i32, kind: &str) -> Value {
        let document = error_document(&self.ends(code));
        assert_eq!(document["error"]["kind"], kind, "{document}");
        document
    }
}

/// The document of a failure: Kibana's members around the contract's error.
pub(crate) fn error_document(ran: &Ran) -> Value {
    let document = ran.json();
    let members =
        ["status", "connectorId", "message", "serviceMessage", "retry", "errorSource", "error"];
    assert_members(&document, &members);
    let error = &document["error"];
    // The host adds what it has refused itself, if it has.
    let mut shape = error.clone();
    shape.as_object_mut().expect("an object").remove("refused");
    assert_members(
        &shape,
        &["kind", "message", "source", "retry", "status", "code", "requestId", "details", "usage"],
    );
    assert_eq!(document["status"], "error");
    assert_eq!(document["message"], "an error occurred while running the action");
    assert_eq!(document["serviceMessage"], error["message"]);
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{document}");
    let source = if error["source"] == "user" { "user" } else { "framework" };
    assert_eq!(document["errorSource"], source, "{document}");
    let repeatable = error["retry"].get("afterMilliseconds").is_some();
    assert_eq!(document["retry"].is_string(), repeatable, "{document}");
    assert!(repeatable || document["retry"] == false, "{document}");
    // The same failure is shown to users too.
    assert!(!ran.stderr.is_empty());
    document
}
