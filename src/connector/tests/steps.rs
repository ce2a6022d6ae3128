//! Operations step by step: what each step sends and returns, and what is never sent again.
//!
//! One file, because all cases drive the same bench; what differs between hosts is in `hosts`.

mod hosts;

use serde_json::{Value, json};

use super::{Bench, NOTHING, bench, refusal};
use crate::clock::Clock;
use crate::error::{Error, Kind, Retry};
use crate::operation::{Next, Progress, TargetState};
use crate::outcome::State;
use crate::transport::{Cause, TransportError};

const ONE: &str = "d1000000000000000000000000000000";
const TWO: &str = "d2000000000000000000000000000000";

impl Bench {
    fn plan(&mut self, action: &str, params: Value) -> Result<Progress, Error> {
        self.connector.plan(action, &params.to_string(), &self.network, &self.clock)
    }

    /// One step with one operation.
    fn step(&mut self, progress: &Progress) -> Progress {
        self.advance(&[&progress.checkpoint]).pop().unwrap().unwrap()
    }

    fn advance(&mut self, checkpoints: &[&str]) -> Vec<Result<Progress, Error>> {
        let checkpoints: Vec<String> = checkpoints.iter().map(|text| (*text).to_owned()).collect();
        let before = self.clock.elapsed();
        let advanced = self.connector.advance(&checkpoints, &self.network, &self.clock);
        assert_eq!(self.clock.elapsed(), before, "a step slept");
        advanced
    }

    fn recover(&mut self, checkpoint: &str) -> Result<Progress, Error> {
        self.connector.recover(checkpoint, &self.network, &self.clock)
    }

    fn wait(&self, seconds: u64) {
        self.clock.sleep(std::time::Duration::from_secs(seconds));
    }

    /// The comment of the last request.
    fn comment(&self) -> String {
        let body = self.network.log().last().unwrap().body.clone();
        serde_json::from_str::<Value>(&body).unwrap()["Comment"].as_str().unwrap().to_owned()
    }

    /// The comment of the one isolation.
    fn comment_of_isolation(&self) -> String {
        let log = self.network.log();
        let body = &log.iter().find(|sent| sent.body.contains("Comment")).unwrap().body;
        serde_json::from_str::<Value>(body).unwrap()["Comment"].as_str().unwrap().to_owned()
    }

    fn isolation(&mut self, wait: bool) -> Progress {
        let mut params = json!({ "id": ONE, "comment": "c" });
        if wait {
            params["wait"] = json!({});
        }
        if self.network.lines().is_empty() {
            self.token(json!(3600));
        }
        let plan = self.plan("isolateHost", params).unwrap();
        assert_eq!(plan.next, Next::Send);
        plan
    }
}

fn job(id: &str, machine: &str, status: &str, comment: &str) -> Value {
    let made = "2026-11-24T12:00:01Z";
    json!({ "id": id, "type": "Isolate", "status": status, "machineId": machine, "requestorComment": comment,
            "creationDateTimeUtc": made, "lastUpdateDateTimeUtc": made })
}

fn list(jobs: &[Value]) -> String {
    json!({ "value": jobs }).to_string()
}

fn states(progress: &Progress) -> Vec<TargetState> {
    progress.targets.iter().map(|target| target.state).collect()
}

fn error(progress: &Progress) -> &Error {
    progress.outcome.as_ref().unwrap().as_ref().unwrap_err()
}

#[test]
fn an_isolation_is_planned_sent_once_and_followed() {
    let mut bench = bench();
    let plan = bench.isolation(true);
    assert!(plan.checkpoint.len() <= 2048, "{} bytes", plan.checkpoint.len());
    assert_eq!((states(&plan), bench.posts(), plan.wait_ms), (vec![TargetState::Unsent], 0, 0));
    assert_eq!(plan.targets[0].name, json!({ "id": ONE }));

    bench.network.answer(201, &job("a1", ONE, "Pending", "").to_string());
    let sent = bench.step(&plan);
    let comment = bench.comment();
    assert!(
        comment.starts_with("[op:")
            && comment.ends_with("] c")
            && comment.len() == "[op:12345678] c".len()
    );
    assert_eq!(
        (sent.next, sent.wait_ms, states(&sent)),
        (Next::Look, 5000, vec![TargetState::Running])
    );
    assert_eq!(sent.targets[0].job.as_ref().unwrap().id, "a1");
    assert!(sent.checkpoint.len() <= 2048, "{} bytes", sent.checkpoint.len());

    bench.network.answer(200, &list(&[job("a1", ONE, "InProgress", &comment)]));
    let running = bench.step(&sent);
    assert_eq!((running.next, states(&running)), (Next::Look, vec![TargetState::Running]));

    bench.network.answer(200, &list(&[job("a1", ONE, "Succeeded", &comment)]));
    bench.network.answer(200, NOTHING);
    let ended = bench.step(&running);
    assert_eq!((ended.next, states(&ended)), (Next::None, vec![TargetState::Succeeded]));
    let outcome = ended.outcome.as_ref().unwrap().as_ref().unwrap();
    assert_eq!(outcome.job.as_ref().unwrap().state, State::Succeeded);
    assert_eq!(ended.targets[0].data.as_deref(), Some(outcome.data.as_str()));
    assert_eq!(bench.posts(), 1);

    let again = bench.advance(&[&ended.checkpoint]).pop().unwrap().unwrap_err();
    assert_eq!(again.kind(), Kind::InvalidParams);
    assert!(again.message().contains("has ended"), "{}", again.message());
}

#[test]
fn every_request_of_an_operation_carries_the_id_of_its_plan() {
    let mut bench = bench();
    let plan = bench.isolation(true);
    bench.network.answer(201, &job("a1", ONE, "Pending", "").to_string());
    let sent = bench.step(&plan);
    bench.network.answer(200, &list(&[job("a1", ONE, "Pending", "")]));
    bench.network.answer(200, &list(&[job("a1", ONE, "Succeeded", "")]));
    bench.wait(5);
    let looked = bench.step(&sent);
    // As another process goes on.
    let recovered = bench.recover(&looked.checkpoint).unwrap();
    let usages =
        [plan.usage, sent.usage, looked.usage, recovered.usage].map(|usage| usage.call_id());
    assert!(usages.iter().all(|id| *id == usages[0]), "{usages:?}");
    assert!(bench.comment_of_isolation().starts_with(&format!("[op:{}]", &usages[0][..8])));
    let log = bench.network.log();
    let ids: Vec<_> = log.iter().filter_map(|sent| sent.header("client-request-id")).collect();
    assert!(ids.len() >= 3 && ids.iter().all(|id| *id == usages[0]), "{ids:?}");
}

#[test]
fn without_a_wait_it_ends_once_it_was_accepted() {
    let mut bench = bench();
    let plan = bench.isolation(false);
    bench.network.answer(201, &job("a1", ONE, "Pending", "").to_string());
    bench.network.answer(200, NOTHING);
    let ended = bench.step(&plan);
    assert_eq!((ended.next, states(&ended)), (Next::None, vec![TargetState::Running]));
    assert_eq!(ended.outcome.unwrap().unwrap().job.unwrap().state, State::Pending);
}

#[test]
fn many_machines_are_sent_one_by_one_and_followed_together() {
    let mut bench = bench();
    bench.token(json!(3600));
    let mut now = bench
        .plan(
            "isolateHost",
            json!({ "ids": [ONE, TWO, ONE], "comment": "c", "reference": "C-7", "wait": {} }),
        )
        .unwrap();
    for (n, machine) in [ONE, TWO].into_iter().enumerate() {
        assert_eq!(now.next, Next::Send);
        bench.network.answer(201, &job(&format!("a{n}"), machine, "Pending", "").to_string());
        now = bench.step(&now);
        assert_eq!(bench.posts(), n + 1);
        assert!(bench.comment().ends_with("] [ref:C-7] c"), "{}", bench.comment());
    }
    assert_eq!(states(&now), [TargetState::Running; 3]);
    bench
        .network
        .answer(200, &list(&[job("a0", ONE, "Succeeded", ""), job("a1", TWO, "InProgress", "")]));
    bench.network.answer(200, NOTHING);
    now = bench.step(&now);
    assert_eq!(
        states(&now),
        [TargetState::Succeeded, TargetState::Running, TargetState::Succeeded]
    );
    assert!(now.targets[0].data.as_ref().unwrap().contains("a0") && now.targets[1].data.is_none());
    bench.network.answer(200, &list(&[job("a1", TWO, "Failed", "")]));
    now = bench.step(&now);
    assert_eq!(states(&now), [TargetState::Succeeded, TargetState::Failed, TargetState::Succeeded]);
    assert!(now.targets[0].data.is_none(), "data is given once");
    let error = error(&now);
    assert_eq!(error.kind(), Kind::ActionFailed);
    let results = &error.details().unwrap()["results"];
    assert_eq!(
        (&results[0]["status"], &results[1]["status"], &results[0]["data"]),
        (&json!("ok"), &json!("error"), &Value::Null)
    );
    assert_eq!(bench.posts(), 2);
}

#[test]
fn what_was_not_carried_out_comes_back_unsent_with_the_time_to_wait() {
    let mut bench = bench();
    let plan = bench.isolation(false);
    bench.network.answer_with(429, &[("retry-after", "90")], &refusal("TooManyRequests"));
    let unsent = bench.step(&plan);
    assert_eq!((unsent.next, states(&unsent)), (Next::Send, vec![TargetState::Unsent]));
    assert!(unsent.wait_ms >= 90_000, "{}", unsent.wait_ms);
    assert_eq!(unsent.trouble.unwrap().kind(), Kind::Throttled);

    let mut bench = super::bench();
    let mut now = bench.isolation(false);
    for n in 0..5 {
        bench.network.fail(TransportError::not_sent(Cause::Connect));
        now = bench.step(&now);
        assert_eq!(now.next, if n < 4 { Next::Send } else { Next::None });
    }
    assert_eq!(
        (error(&now).kind(), error(&now).retry() == Retry::Unknown),
        (Kind::Unreachable, false)
    );
}

#[test]
fn a_refusal_ends_it() {
    let mut bench = bench();
    let plan = bench.isolation(false);
    bench.network.answer(400, &refusal("InvalidInput"));
    let ended = bench.step(&plan);
    assert_eq!(
        (ended.next, states(&ended), error(&ended).kind()),
        (Next::None, vec![TargetState::Failed], Kind::Rejected)
    );
}

#[test]
fn a_lost_answer_is_searched_for_by_the_mark_and_never_sent_again() {
    let mut bench = bench();
    let plan = bench.isolation(true);
    bench.network.fail(TransportError::maybe_sent(Cause::ResponseTimeout));
    let doubted = bench.step(&plan);
    let comment = bench.comment();
    assert_eq!(
        (doubted.next, doubted.wait_ms, states(&doubted)),
        (Next::Look, 1000, vec![TargetState::InDoubt])
    );
    bench.network.answer(
        200,
        &list(&[job("b0", ONE, "Pending", "c"), job("b1", ONE, "Pending", "[op:00000000] c")]),
    );
    let still = bench.step(&doubted);
    assert_eq!(states(&still), [TargetState::InDoubt]);
    bench.wait(10);
    // Cut short by the service.
    bench.network.answer(200, &list(&[job("a1", ONE, "Pending", &comment[..13])]));
    let found = bench.step(&still);
    assert_eq!(states(&found), [TargetState::Running]);
    let found = found.targets[0].job.as_ref().unwrap();
    assert_eq!((found.id.as_str(), found.adopted), ("a1", true));
    assert_eq!(bench.posts(), 1);
}

#[test]
fn what_is_not_found_in_two_minutes_is_unknown_and_names_what_fits() {
    for unmarked in [false, true] {
        let mut bench = bench();
        bench.token(json!(3600));
        bench.network.answer_with(200, &[("date", "Tue, 24 Nov 2026 12:00:00 GMT")], NOTHING);
        let params = json!({ "id": ONE, "comment": "c", "ensure": true });
        let plan = bench.plan("isolateHost", params).unwrap();
        bench.network.fail(TransportError::maybe_sent(Cause::Broken));
        let mut now = bench.step(&plan);
        let mut looks = 0;
        while now.next == Next::Look {
            bench.wait(now.wait_ms.div_ceil(1000));
            let theirs = [job("b1", ONE, "Pending", "theirs")];
            bench.network.answer(200, &list(if unmarked { &theirs } else { &[] }));
            now = bench.step(&now);
            looks += 1;
        }
        assert!((10..40).contains(&looks), "{looks}");
        let error = error(&now);
        assert_eq!((error.retry(), states(&now)), (Retry::Unknown, vec![TargetState::Failed]));
        let named = error
            .details()
            .map(|details| details["machineAction"]["id"].clone())
            .unwrap_or_default();
        assert_eq!(named, if unmarked { json!("b1") } else { Value::Null });
        assert_eq!(bench.posts(), 1);
    }
}

#[test]
fn recovery_sends_nothing_that_may_have_been_sent_and_goes_on_with_the_others() {
    let mut bench = bench();
    bench.token(json!(3600));
    let plan = bench
        .plan("isolateHost", json!({ "ids": [ONE, TWO], "comment": "c", "wait": {} }))
        .unwrap();
    let now = bench.recover(&plan.checkpoint).unwrap();
    assert_eq!((states(&now), bench.posts()), (vec![TargetState::InDoubt, TargetState::Unsent], 0));
    assert_eq!(now.next, Next::Send);
    bench.network.answer(201, &job("a2", TWO, "Pending", "").to_string());
    let now = bench.step(&now);
    assert!(bench.network.lines().last().unwrap().contains(TWO));
    assert_eq!(
        (now.next, states(&now)),
        (Next::Look, vec![TargetState::InDoubt, TargetState::Running])
    );
    // It had been sent.
    let mark = bench.comment();
    bench.network.answer(200, &list(&[job("a2", TWO, "InProgress", "")]));
    bench.network.answer(200, &list(&[job("a1", ONE, "InProgress", &mark)]));
    let now = bench.step(&now);
    assert_eq!(states(&now), [TargetState::Running; 2]);
    // Recovery of a look is a look.
    bench.network.answer(200, &list(&[job("a1", ONE, "Failed", ""), job("a2", TWO, "Failed", "")]));
    let now = bench.recover(&now.checkpoint).unwrap();
    assert_eq!((now.next, bench.posts()), (Next::None, 1));
}

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
fn a_checkpoint_that_cannot_be_used_is_refused_with_the_reason() {
    let mut bench = bench();
    let plan = bench.isolation(true).checkpoint;
    let newer = format!("2{}", &plan[1..]);
    let flipped = plan.replace("\"comment\":\"", "\"comment\":\"x");
    for (text, word) in [
        ("", "not a checkpoint"),
        ("{}", "not a checkpoint"),
        ("1.x", "not a checkpoint"),
        (&plan[..plan.len() - 1], "damaged"),
        (&plan[..40], "not a checkpoint"),
        (&flipped, "damaged"),
        (&newer, "version 2"),
    ] {
        for found in [bench.advance(&[text]).pop().unwrap(), bench.recover(text)] {
            let error = found.unwrap_err();
            assert_eq!(error.kind(), Kind::InvalidParams);
            assert!(error.message().contains(word), "{text}: {}", error.message());
        }
    }
    for (config, word) in [
        (json!({ "tenantId": "other.example" }), "tenant"),
        (json!({ "clientId": "1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" }), "application"),
        (json!({ "apiUrl": "https://eu.api.security.microsoft.com" }), "API address"),
    ] {
        let mut settings = json!({
            "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "tenantId": "contoso.example"
        });
        settings.as_object_mut().unwrap().extend(config.as_object().unwrap().clone());
        bench
            .connector
            .configure(&settings.to_string(), r#"{"clientSecret":"hunter2-hunter2"}"#)
            .unwrap();
        let error = bench.advance(&[&plan]).pop().unwrap().unwrap_err();
        assert!(error.message().contains(&format!("another {word}")), "{}", error.message());
    }
    assert_eq!(bench.sent().len(), 0);
}

#[test]
fn a_list_that_mixes_sends_or_repeats_is_refused_as_a_whole() {
    let mut bench = bench();
    let (one, two) = (bench.isolation(true), bench.isolation(true));
    bench.network.answer(201, &job("a1", ONE, "Pending", "").to_string());
    let running = bench.step(&one);
    let before = bench.sent().len();
    assert!(bench.advance(&[]).is_empty());
    for texts in [
        [&running.checkpoint, &two.checkpoint],
        [&two.checkpoint, &running.checkpoint],
        [&running.checkpoint, &running.checkpoint],
        [&one.checkpoint, &two.checkpoint],
    ] {
        let refused = bench.advance(&texts.map(String::as_str));
        assert!(
            refused.iter().all(|found| found.as_ref().unwrap_err().kind() == Kind::InvalidParams)
        );
    }
    assert_eq!(bench.sent().len(), before);
    // One that is damaged does not spoil the other.
    bench.network.answer(200, &list(&[job("a1", ONE, "InProgress", "")]));
    let mixed = bench.advance(&["nonsense", &running.checkpoint]);
    assert!(mixed[0].is_err() && mixed[1].is_ok());
}

#[test]
fn a_checkpoint_holds_no_secret_no_result_and_no_arguments_longer_than_needed() {
    let mut bench = bench();
    bench.token(json!(3600));
    let params = json!({
        "id": ONE, "comment": "c", "wait": {},
        "parameters": { "scriptName": "s.ps1", "args": "-Password Winter2026" }
    });
    let plan = bench.plan("runScript", params).unwrap();
    assert!(plan.checkpoint.contains("Winter2026"));
    let record = |status: &str, args: &str| {
        json!({ "id": "a1", "type": "LiveResponse", "status": status, "machineId": ONE, "requestorComment": "",
            "commands": [{ "index": 0, "commandStatus": "Completed", "command": { "type": "RunScript", "params": [
                { "key": "ScriptName", "value": "s.ps1" }, { "key": "Args", "value": args }] } }] })
    };
    bench.network.answer(201, &record("Pending", "-Password Winter2026").to_string());
    let sent = bench.step(&plan);
    assert!(!sent.checkpoint.contains("Winter2026"), "{}", sent.checkpoint);
    for secret in ["hunter2", "eyJ"] {
        assert!(!plan.checkpoint.contains(secret) && !sent.checkpoint.contains(secret));
    }
    // What ran with other arguments is not what was asked for.
    bench.network.answer(200, &list(&[record("Succeeded", "-Password Summer2026")]));
    let other = bench.step(&sent);
    assert_eq!(
        (error(&other).kind(), error(&other).retry()),
        (Kind::MalformedResponse, Retry::Unknown)
    );
    // The result is read in the step in which the job has ended; what cannot be read now is read by
    // the next one.
    bench.network.answer(200, &list(&[record("Succeeded", "-Password Winter2026")]));
    bench.network.answer_with(429, &[("retry-after", "7")], &refusal("TooManyRequests"));
    let unread = bench.step(&sent);
    assert_eq!((unread.next, unread.wait_ms), (Next::Look, 7000));
    bench.network.answer(200, &list(&[record("Succeeded", "-Password Winter2026")]));
    bench
        .network
        .answer(200, &json!({ "value": "https://x.blob.core.windows.net/r?sig=abc" }).to_string());
    bench
        .network
        .answer(200, r#"{"script_name":"s.ps1","exit_code":0,"script_output":"ran well"}"#);
    let ended = bench.step(&unread);
    assert!(ended.outcome.unwrap().unwrap().data.contains("ran well"));
    assert!(
        !ended.checkpoint.contains("ran well")
            && ended.targets[0].data.as_ref().unwrap().contains("ran well")
    );
}

#[test]
fn a_change_of_a_record_is_read_back_once() {
    for (tags, is_done) in [(r#"["vip"]"#, true), ("[]", false)] {
        let mut bench = bench();
        bench.token(json!(3600));
        let plan = bench.plan("addTag", json!({ "id": ONE, "tag": "vip" })).unwrap();
        assert_eq!(plan.next, Next::Send);
        let doubted = bench.recover(&plan.checkpoint).unwrap();
        assert_eq!((doubted.next, states(&doubted)), (Next::Look, vec![TargetState::InDoubt]));
        bench.network.answer(200, &format!(r#"{{"id":"{ONE}","machineTags":{tags}}}"#));
        let ended = bench.step(&doubted);
        assert_eq!((ended.next, ended.outcome.as_ref().unwrap().is_ok()), (Next::None, is_done));
        if !is_done {
            assert_eq!(error(&ended).retry(), Retry::Unknown);
        }
        assert_eq!(bench.posts(), 0);
    }
    // A refusal stays one; what was not carried out is tried again.
    for (status, next) in
        [(404, Next::None), (403, Next::None), (429, Next::Look), (503, Next::Look)]
    {
        let mut bench = bench();
        bench.token(json!(3600));
        let plan = bench.plan("addTag", json!({ "id": ONE, "tag": "vip" })).unwrap();
        let doubted = bench.recover(&plan.checkpoint).unwrap();
        bench.network.answer(status, &refusal("Refused"));
        if status == 403 {
            bench.token(json!(3600));
            bench.network.answer(status, &refusal("Refused"));
        }
        let looked = bench.step(&doubted);
        assert_eq!((looked.next, bench.posts()), (next, 0), "{status}");
    }
    // Nothing reads this one back.
    let mut bench = bench();
    let plan = bench.plan("deleteIndicator", json!({ "id": "7" })).unwrap();
    let doubted = bench.recover(&plan.checkpoint).unwrap();
    let ended = bench.step(&doubted);
    assert_eq!(
        (ended.next, error(&ended).retry(), bench.sent().len()),
        (Next::None, Retry::Unknown, 0)
    );
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
fn a_name_that_is_not_found_fails_the_plan_and_one_of_many_only_its_target() {
    let mut bench = bench();
    bench.token(json!(3600));
    bench.network.answer(200, NOTHING);
    let unknown = json!({ "host": { "computerDnsName": "ws" }, "comment": "c" });
    let error = bench.plan("isolateHost", unknown).unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
    let machine = json!({ "id": ONE, "computerDnsName": "ws", "onboardingStatus": "Onboarded" });
    bench.network.answer(200, &list(&[machine]));
    let hosts = json!([{ "computerDnsName": "gone" }, { "computerDnsName": "ws" }]);
    let plan = bench.plan("isolateHost", json!({ "hosts": hosts, "comment": "c" })).unwrap();
    assert_eq!(
        (plan.next, states(&plan)),
        (Next::Send, vec![TargetState::Failed, TargetState::Unsent])
    );
    bench.network.answer(201, &job("a1", ONE, "Pending", "").to_string());
    bench.network.answer(200, NOTHING);
    let ended = bench.step(&plan);
    assert_eq!(
        (ended.next, states(&ended)),
        (Next::None, vec![TargetState::Failed, TargetState::Running])
    );
}

#[test]
fn recovering_what_recovery_gave_does_not_begin_the_search_anew() {
    let mut bench = bench();
    bench.token(json!(3600));
    let plan = bench.plan("isolateHost", json!({ "ids": [ONE, TWO], "comment": "c" })).unwrap();
    let mut now = bench.recover(&plan.checkpoint).unwrap();
    bench.wait(100);
    // The second one is in doubt only since now.
    now = bench.recover(&now.checkpoint).unwrap();
    assert_eq!(states(&now), [TargetState::InDoubt; 2]);
    for (wait, expected) in [
        (19, [TargetState::InDoubt; 2]),
        (1, [TargetState::Failed, TargetState::InDoubt]),
        (99, [TargetState::Failed, TargetState::InDoubt]),
        (1, [TargetState::Failed; 2]),
    ] {
        bench.wait(wait);
        let looks = states(&now).iter().filter(|state| **state == TargetState::InDoubt).count();
        (0..looks).for_each(|_| bench.network.answer(200, NOTHING));
        now = bench.recover(&now.checkpoint).unwrap();
        assert_eq!(states(&now), expected);
    }
    assert_eq!((now.next, bench.posts()), (Next::None, 0));
}

#[test]
fn what_will_meet_the_next_machine_too_holds_it_back() {
    for is_found in [true, false] {
        let mut bench = bench();
        bench.token(json!(3600));
        let plan = bench
            .plan("isolateHost", json!({ "ids": [ONE, TWO], "comment": "c", "wait": {} }))
            .unwrap();
        bench.network.answer_with(429, &[("retry-after", "30")], "<html>");
        let mut now = bench.step(&plan);
        assert_eq!(
            (now.next, states(&now)),
            (Next::Look, vec![TargetState::InDoubt, TargetState::Unsent])
        );
        bench.wait(if is_found { 1 } else { 120 });
        let found = job("a1", ONE, "Pending", &bench.comment());
        bench.network.answer(200, &list(if is_found { std::slice::from_ref(&found) } else { &[] }));
        now = bench.step(&now);
        if is_found {
            assert_eq!(
                (now.next, states(&now)),
                (Next::Send, vec![TargetState::Running, TargetState::Unsent])
            );
        } else {
            let rest = now.targets[1].error.as_ref().unwrap();
            assert!(rest.message().starts_with("Nothing was sent"), "{}", rest.message());
            assert_eq!(rest.retry(), Retry::After(30_000));
        }
        assert_eq!(bench.posts(), 1);
    }
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
