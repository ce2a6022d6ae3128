//! The ends of a wait: failures, cancellations, time that ran out.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_end_is_a_failure_that_says_why() {
    for (status, error_h_result, name, words, retry) in [
        (Ending::Failed, -2_147_467_260, "Failed", "E_ABORT", Retry::Never),
        // The machine may still carry it out.
        (Ending::TimeOut, -2_145_844_840, "TimeOut", "HTTP 408", Retry::Unknown),
    ] {
        let outcomes = vec![Outcome {
            kind: None,
            machine_id: None,
            status,
            error_h_result,
            command: 0,
            result_is_lost: false,
        }];
        let env = TestEnv::with(Scenario {
            outcomes,
            pending_seconds: 0.5,
            running_seconds: 0.0,
            ..Scenario::default()
        })
        .await;
        let error = env.error("isolateHost", isolate(every_second())).await;
        is(&error, ErrorKind::ActionFailed);
        assert_eq!(error.retry, retry);
        assert!(error.message.contains(words) && error.message.contains(name), "{error:?}");
        let details = details(&error);
        assert_eq!(
            (&details["machineAction"]["status"], &details["errorHResult"]),
            (&json!(name), &json!(error_h_result))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_s_troubleshooting_text_is_reported_and_sanitized() {
    let outcomes = vec![Outcome {
        kind: None,
        machine_id: None,
        status: Ending::Failed,
        error_h_result: -2_147_467_259,
        command: 0,
        result_is_lost: false,
    }];
    let env = TestEnv::with(Scenario { outcomes, ..quick() }).await;
    is(&env.isolate().await.unwrap_err(), ErrorKind::ActionFailed);
    let id = env.service().machine_actions()[0]["id"].clone();
    for (said, reported) in [
        (json!("Sensor 10.8 \u{1b}[31mwas\r\nbusy\u{202e}"), json!("Sensor 10.8 [31mwas busy")),
        (json!("see https://x.example/log?sig=SIGNED"), json!("see https://x.example/log?…")),
        (json!(demo::CLIENT_SECRET), json!("…")),
        (json!("x".repeat(5000)), json!(format!("{}…", "x".repeat(300)))),
        (json!(null), json!(null)),
        (json!({ "step": "network" }), json!(null)),
    ] {
        let mut record = env.service().machine_actions()[0].clone();
        record["troubleshootInfo"] = said;
        env.fault(
            POLL,
            FaultKind::Status {
                status: 200,
                headers: vec![],
                body: json!({ "value": [record] }).to_string(),
            },
        );
        let error = env.error("waitForAction", json!({ "id": id })).await;
        is(&error, ErrorKind::ActionFailed);
        let shown = &details(&error)["machineAction"];
        assert_eq!(
            (&shown["status"], &shown["troubleshootInfo"]),
            (&json!("Failed"), &reported),
            "{error:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_that_is_cancelled_meanwhile_is_no_success() {
    let env = TestEnv::with(Scenario { pending_seconds: 30.0, ..Scenario::default() }).await;
    let waiting = env.execute("isolateHost", isolate(every_second()));
    let cancelling = async {
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if let Some(action) = env.service().machine_actions().first() {
                let other = crate::world::connector(&env.stub);
                let (config, secrets) =
                    (env.stub.config().to_string(), env.stub.secrets().to_string());
                other.configure(&config, &secrets).await.unwrap();
                let params = json!({
                    "actionId": action["id"], "comment": "wrong host", "wait": every_second()
                });
                return other.execute("cancelAction", &params.to_string()).await.unwrap();
            }
        }
    };
    let (waited, cancelled) = tokio::join!(waiting, cancelling);
    is(&waited.unwrap_err(), ErrorKind::ActionFailed);
    assert_eq!(cancelled.job.unwrap().state, JobState::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_on_is_unfinished_and_can_be_waited_for_later() {
    let env = TestEnv::with(Scenario { pending_seconds: 600.0, ..Scenario::default() }).await;
    let error =
        env.error("isolateHost", isolate(json!({ "pollSeconds": 1, "timeoutSeconds": 2 }))).await;
    is(&error, ErrorKind::Unfinished);
    assert_eq!(error.retry, Retry::Unknown);
    let id = details(&error)["machineAction"]["id"].as_str().unwrap().to_owned();
    assert!(error.message.contains(&id) && error.message.contains("waitForAction"), "{error:?}");
    env.service().advance(Duration::from_secs(700));
    let outcome = env.execute("waitForAction", json!({ "id": id })).await.unwrap();
    let action = outcome.job.unwrap();
    assert_eq!(
        (action.id.as_str(), action.state, action.adopted),
        (id.as_str(), JobState::Succeeded, true)
    );
    assert_eq!(outcome.usage.waited, Duration::ZERO, "it had ended long ago");
    assert_eq!(env.service().sent("POST /api/machines/{id}/isolate"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_is_made_sure_of() {
    let env = TestEnv::with(Scenario {
        pending_seconds: 1.0,
        running_seconds: 60.0,
        ..Scenario::default()
    })
    .await;
    let id = env.isolate().await.unwrap().job.unwrap().id;
    let params = json!({ "actionId": id, "comment": "wrong host", "ensure": true });
    let mut dry = params.clone();
    dry["dryRun"] = json!(true);
    let data = env.data("cancelAction", dry).await;
    assert_eq!(data["request"]["body"], json!({ "Comment": "wrong host" }));
    for adopted in [false, true] {
        let action = env.execute("cancelAction", params.clone()).await.unwrap().job.unwrap();
        assert_eq!((action.state, action.adopted), (JobState::Cancelled, adopted));
    }
    assert_eq!(env.service().sent("POST /api/machineactions/{id}/cancel"), 1);
    // The response is lost: the record shows the result.
    let id = env.isolate().await.unwrap().job.unwrap().id;
    env.service()
        .add_fault(Fault::new("POST /api/machineactions/{id}/cancel", FaultKind::ResetAfter));
    let action =
        env.execute("cancelAction", json!({ "actionId": id, "comment": "c" })).await.unwrap();
    assert_eq!(action.job.unwrap().state, JobState::Cancelled);
    // Too late.
    let id = env.isolate().await.unwrap().job.unwrap().id;
    env.service().advance(Duration::from_secs(100));
    let error =
        env.error("cancelAction", json!({ "actionId": id, "comment": "c", "ensure": true })).await;
    is(&error, ErrorKind::Conflict);
    assert_eq!(
        (details(&error)["machineAction"]["status"].as_str(), error.retry),
        (Some("Succeeded"), Retry::Never)
    );
}
