//! Operations step by step: what each step sends and returns, and what is never sent again.

mod checkpoints;
mod doubt;
mod hosts;
mod others;

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
