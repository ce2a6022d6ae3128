//! Failed cancellations: whether the call may have cancelled the machine action.

use super::*;

#[test]
fn what_was_cancelled_is_not_called_uncancelled_by_the_call_that_did_it() {
    for (is_ours, retry, is_true) in
        [(true, Retry::Never, false), (true, Retry::Unknown, true), (false, Retry::Never, true)]
    {
        let mut trial = Trial::isolation();
        let id = trial.isolate(demo::WINDOWS)["id"].clone();
        trial.step = Step {
            call_kind: CallKind::Cancel,
            action: "cancelAction",
            params: json!({ "actionId": id, "comment": "c" }),
            ..trial.step
        };
        trial.begin();
        trial.fault("POST /api/machineactions/*", FaultKind::Twice);
        match is_ours {
            true => {
                let path = format!("/api/machineactions/{}/cancel", id.as_str().unwrap());
                trial.send("POST", &path, &json!({ "Comment": "c" }));
            }
            false => trial.network.service.cancel_externally(demo::WINDOWS),
        }
        let sent = trial.network.service.ledger().pop().filter(|_| is_ours);
        let error = failure(Kind::Rejected, retry)
            .unwrap_err()
            .with_status(400)
            .with_code("BadRequest".to_owned())
            .with_request_id(sent.and_then(|entry| entry.request_id));
        assert_eq!(trial.passes(Err(error)), is_true, "{is_ours} {retry:?}");
    }
}
