//! Operations other than one job on one machine: cancellations, waits, reads, lists.

use super::*;

#[test]
fn a_thousand_operations_are_followed_with_ten_requests() {
    let mut bench = bench();
    bench.token(json!(3600));
    let mut sent = Vec::new();
    for n in 0..1000 {
        bench.wait(1);
        let params = json!({
            "id": format!("{n:040x}"), "comment": "c", "wait": { "timeoutSeconds": 3600 }
        });
        let plan = bench.plan("isolateHost", params).unwrap();
        bench
            .network
            .answer(201, &job(&format!("a{n}"), &format!("{n:040x}"), "Pending", "").to_string());
        sent.push(bench.step(&plan).checkpoint);
    }
    let before = bench.sent().len();
    for hundred in 0..10 {
        let jobs: Vec<Value> = (hundred * 100..hundred * 100 + 100)
            .map(|n| job(&format!("a{n}"), &format!("{n:040x}"), "InProgress", ""))
            .collect();
        bench.network.answer(200, &list(&jobs));
    }
    let sent: Vec<&str> = sent.iter().map(String::as_str).collect();
    let looked = bench.advance(&sent);
    assert_eq!(bench.sent().len() - before, 10);
    let running =
        |progress: &Result<Progress, Error>| progress.as_ref().unwrap().next == Next::Look;
    assert!(looked.len() == 1000 && looked.iter().all(running));
    let cost: Vec<u32> =
        looked.iter().map(|progress| progress.as_ref().unwrap().usage.requests).collect();
    assert!(cost[0] >= 10 && cost[1..].iter().all(|requests| *requests == 0));
}

#[test]
fn a_cancellation_is_done_only_if_the_job_is_cancelled() {
    for (status, is_done) in [("Cancelled", true), ("Succeeded", false)] {
        let mut bench = bench();
        bench.token(json!(3600));
        let plan = bench.plan("cancelAction", json!({ "actionId": "a1", "comment": "c" })).unwrap();
        let doubted = bench.recover(&plan.checkpoint).unwrap();
        assert_eq!(states(&doubted), [TargetState::InDoubt]);
        bench.network.answer(200, &list(&[job("a1", ONE, status, "")]));
        let ended = bench.step(&doubted);
        assert_eq!((ended.next, ended.outcome.as_ref().unwrap().is_ok()), (Next::None, is_done));
    }
}

#[test]
fn jobs_of_others_are_waited_for_and_given_up_at_the_end_of_the_time() {
    let mut bench = bench();
    bench.token(json!(3600));
    let params = json!({ "ids": ["a1", "a2"], "wait": { "timeoutSeconds": 259_200 } });
    let plan = bench.plan("waitForAction", params).unwrap();
    assert_eq!((plan.next, plan.wait_ms), (Next::Look, 0));
    bench.network.answer(200, &list(&[job("a1", ONE, "Succeeded", "")]));
    let mut now = bench.step(&plan);
    assert_eq!(
        (states(&now), now.wait_ms),
        (vec![TargetState::Succeeded, TargetState::Unsent], 5000)
    );
    bench.wait(60);
    bench.network.answer(200, &list(&[job("a2", TWO, "Pending", "")]));
    now = bench.step(&now);
    for (wait, poll) in [(300, 60), (3600, 300), (200_000, 55_360 % 300 + 300)] {
        bench.wait(wait);
        bench.token(json!(3600));
        bench.network.answer(200, &list(&[job("a2", TWO, "InProgress", "")]));
        let looked = bench.step(&now);
        assert!(
            looked.wait_ms <= 300_000 && looked.wait_ms >= poll.min(300) * 1000,
            "{}",
            looked.wait_ms
        );
        now = looked;
    }
    bench.wait(60_000);
    bench.token(json!(3600));
    bench.network.answer(200, &list(&[job("a2", TWO, "InProgress", "")]));
    let ended = bench.step(&now);
    assert_eq!((ended.next, states(&ended)[1]), (Next::None, TargetState::Failed));
    assert_eq!(ended.targets[1].error.as_ref().unwrap().kind(), Kind::Unfinished);
}

#[test]
fn a_read_is_one_step_that_does_not_sleep() {
    let mut bench = bench();
    let plan = bench.plan("getAgentDetails", json!({ "id": ONE })).unwrap();
    assert_eq!((plan.next, bench.sent().len()), (Next::Look, 0));
    bench.token(json!(3600));
    bench.network.answer_with(429, &[("retry-after", "30")], &refusal("TooManyRequests"));
    let later = bench.step(&plan);
    assert_eq!((later.next, later.wait_ms), (Next::Look, 30_000));
    assert_eq!(later.trouble.as_ref().unwrap().kind(), Kind::Throttled);
    bench.network.answer(200, &format!(r#"{{"id":"{ONE}"}}"#));
    let ended = bench.step(&later);
    assert!(ended.outcome.unwrap().unwrap().data.contains(ONE));
}

#[test]
fn a_cancellation_of_another_is_not_taken_for_ours() {
    let mut bench = bench();
    bench.token(json!(3600));
    let plan = bench.plan("cancelAction", json!({ "actionId": "a1", "comment": "c" })).unwrap();
    bench.network.answer(400, &refusal("BadRequest"));
    bench.network.answer(200, &list(&[job("a1", ONE, "Cancelled", "")]));
    let ended = bench.step(&plan);
    assert_eq!((ended.next, error(&ended).retry()), (Next::None, Retry::Unknown));
    assert_eq!(error(&ended).details().unwrap()["machineAction"]["id"], "a1");
}

#[test]
fn a_refused_cancellation_is_in_doubt_while_the_job_s_status_is_unreadable() {
    for (status, next) in [(r"Canc\ud83d", Next::Look), ("Pending", Next::None)] {
        let mut bench = bench();
        bench.token(json!(3600));
        let plan = bench.plan("cancelAction", json!({ "actionId": "a1", "comment": "c" })).unwrap();
        let shown = list(&[job("a1", ONE, "STATUS", "")]).replace("STATUS", status);
        bench.network.answer(400, &refusal("BadRequest"));
        bench.network.answer(200, &shown);
        let sent = bench.step(&plan);
        assert_eq!(sent.next, next, "{status}");
        if next == Next::None {
            assert_eq!(error(&sent).retry(), Retry::Never);
            continue;
        }
        bench.wait(120);
        bench.network.answer(200, &shown);
        let ended = bench.step(&sent);
        assert_eq!((ended.next, error(&ended).retry()), (Next::None, Retry::Unknown));
        assert_eq!((error(&ended).kind(), bench.posts()), (Kind::Rejected, 1));
    }
}

#[test]
fn a_cancellation_is_not_in_doubt_if_the_sign_in_was_refused() {
    let mut bench = bench();
    let plan = bench.plan("cancelAction", json!({ "actionId": "a1", "comment": "c" })).unwrap();
    bench.network.answer(409, "");
    let ended = bench.step(&plan);
    assert_eq!((ended.next, error(&ended).retry()), (Next::None, Retry::Never));
    assert_eq!((error(&ended).status(), bench.network.lines().len()), (Some(409), 1));
    // The look that was sent before does not count. While it waits, the token ends.
    let mut bench = super::bench();
    bench.token(json!(20));
    bench.network.answer_with(429, &[("retry-after", "30")], &refusal("TooManyRequests"));
    bench.network.answer(200, &list(&[job("a1", ONE, "Pending", "")]));
    bench.network.answer(409, "");
    let params = json!({ "actionId": "a1", "comment": "c", "ensure": true });
    let error = bench.call("cancelAction", params).unwrap_err();
    assert_eq!((error.status(), error.retry()), (Some(409), Retry::Never));
    assert_eq!((bench.sent().len(), bench.posts()), (2, 0));
}

#[test]
fn where_there_is_no_list_of_jobs_nothing_is_waited_for() {
    let mut bench = bench();
    bench.token(json!(3600));
    let plan = bench.plan("waitForAction", json!({ "id": "a1" })).unwrap();
    bench.network.answer(404, "");
    let ended = bench.step(&plan);
    assert_eq!((ended.next, error(&ended).status()), (Next::None, Some(404)));
    // Once one was shown, the next look may be luckier.
    let plan = bench.plan("waitForAction", json!({ "ids": ["a1", "a2"] })).unwrap();
    bench.network.answer(200, &list(&[job("a1", ONE, "InProgress", "")]));
    let looked = bench.step(&plan);
    bench.network.answer(404, "");
    assert_eq!(bench.step(&looked).next, Next::Look);
}
