//! Steps taken by other hosts, with other clocks, at the same moment, or together.

use std::cell::Cell;
use std::time::Duration;

use super::*;
use crate::connector::tests::{NOON, Still};

/// The network's date.
const DATE: &str = "Tue, 24 Nov 2026 12:00:00 GMT";
const LATER: &str = "Tue, 24 Nov 2026 12:03:00 GMT";

/// A clock whose time of day is behind, or ahead.
struct Skewed(Still, i64);

impl Clock for Skewed {
    fn unix(&self) -> Duration {
        Duration::from_secs(NOON.as_secs().saturating_add_signed(self.1)) + self.0.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration) {
        self.0.sleep(time);
    }
}

impl Bench {
    /// A step on a machine whose clock differs by this number of seconds.
    fn step_at(&mut self, progress: &Progress, seconds: i64) -> Progress {
        let clock = Skewed(Still(Cell::new(Duration::ZERO)), seconds);
        let checkpoints = [progress.checkpoint.clone()];
        self.connector.advance(&checkpoints, &self.network, &clock).pop().unwrap().unwrap()
    }
}

#[test]
fn a_host_whose_clock_is_behind_searches_and_follows_no_longer_than_another() {
    let mut bench = bench();
    let plan = bench.isolation(true);
    let doubted = bench.recover(&plan.checkpoint).unwrap();
    bench.network.answer(200, NOTHING);
    let behind = bench.step_at(&doubted, -5000);
    assert_eq!(states(&behind), [TargetState::InDoubt]);
    bench.network.answer(200, NOTHING);
    let ended = bench.step_at(&behind, -5000 + 120);
    assert_eq!((ended.next, error(&ended).retry()), (Next::None, Retry::Unknown));

    bench.network.answer(201, &job("a1", ONE, "Pending", "").to_string());
    let sent = bench.step(&plan);
    bench.network.answer(200, &list(&[job("a1", ONE, "InProgress", "")]));
    let behind = bench.step_at(&sent, -5000);
    bench.network.answer(200, &list(&[job("a1", ONE, "InProgress", "")]));
    let ended = bench.step_at(&behind, -5000 + 300);
    assert_eq!((ended.next, error(&ended).kind()), (Next::None, Kind::Unfinished));
}

#[test]
fn a_job_that_does_not_show_is_unknown_only_by_the_clock_of_the_service() {
    let mut bench = bench();
    bench.token(json!(3600));
    let plan = bench
        .plan("waitForAction", json!({ "id": "a1", "wait": { "timeoutSeconds": 9000 } }))
        .unwrap();
    bench.network.answer_with(200, &[("date", DATE)], NOTHING);
    let ahead = bench.step_at(&plan, 250);
    assert_eq!(ahead.next, Next::Look);
    // A host without the service's time cannot tell.
    bench.network.answer(200, NOTHING);
    let looked = bench.step_at(&ahead, 900);
    assert_eq!(looked.next, Next::Look);
    bench.network.answer_with(200, &[("date", LATER)], NOTHING);
    let ended = bench.step_at(&looked, 0);
    assert_eq!((ended.next, error(&ended).kind()), (Next::None, Kind::NotFound));
}

#[test]
fn a_job_in_doubt_is_found_however_late_the_host_goes_on() {
    let mut bench = bench();
    bench.token(json!(3600));
    let plan = bench
        .plan("isolateHost", json!({ "ids": [ONE, TWO], "comment": "c", "wait": {} }))
        .unwrap();
    let doubted = bench.recover(&plan.checkpoint).unwrap();
    bench.network.answer(201, &job("a2", TWO, "Pending", "").to_string());
    let sent = bench.step(&doubted);
    let mark = bench.comment().replace("/2]", "]");
    // The service's time in these looks is later than the job that is searched for.
    let running = job("a2", TWO, "InProgress", "");
    bench.network.answer_with(200, &[("date", LATER)], &list(std::slice::from_ref(&running)));
    bench.network.answer_with(200, &[("date", LATER)], NOTHING);
    let looked = bench.step(&sent);
    assert_eq!(states(&looked), [TargetState::InDoubt, TargetState::Running]);
    bench.network.answer_with(200, &[("date", LATER)], &list(&[running]));
    bench.network.answer_with(
        200,
        &[("date", LATER)],
        &list(&[job("a1", ONE, "InProgress", &mark)]),
    );
    let found = bench.step(&looked);
    assert_eq!(states(&found), [TargetState::Running; 2]);
}

#[test]
fn operations_that_are_planned_at_the_same_moment_are_not_the_same() {
    let mut bench = bench();
    let (one, two) = (bench.isolation(true), bench.isolation(true));
    assert_ne!(one.checkpoint, two.checkpoint);
    let params = json!({ "ids": ["a1"], "wait": {} });
    let waits = [
        bench.plan("waitForAction", params.clone()).unwrap(),
        bench.plan("waitForAction", params).unwrap(),
    ];
    bench.network.answer(200, NOTHING);
    let looked = bench.advance(&[&waits[0].checkpoint, &waits[1].checkpoint]);
    assert!(looked.iter().all(Result::is_ok));
}

#[test]
fn a_job_that_is_one_target_s_is_not_taken_for_another_s() {
    let mut bench = bench();
    bench.token(json!(3600));
    let plan = bench
        .plan("isolateHost", json!({ "ids": [ONE, TWO], "comment": "c", "wait": {} }))
        .unwrap();
    bench.network.answer_with(201, &[("date", DATE)], &job("a1", ONE, "Pending", "").to_string());
    let sent = bench.step(&plan);
    let comment = bench.comment();
    let doubted = bench.recover(&sent.checkpoint).unwrap();
    // Its record has become another machine's.
    let moved = list(&[job("a1", TWO, "Succeeded", &comment)]);
    bench.network.answer(200, &moved);
    bench.network.answer(200, &moved);
    let looked = bench.step(&doubted);
    assert_eq!(states(&looked), [TargetState::Failed, TargetState::InDoubt]);
}

#[test]
fn what_has_not_begun_has_yielded_nothing() {
    let mut bench = bench();
    for (action, params) in
        [("getAgentDetails", json!({ "id": ONE })), ("deleteIndicator", json!({ "id": "7" }))]
    {
        let plan = bench.plan(action, params).unwrap();
        assert_eq!(
            (states(&plan), plan.targets[0].data.as_deref()),
            (vec![TargetState::Unsent], None),
            "{action}"
        );
    }
}

#[test]
fn a_version_is_read_only_as_it_is_written() {
    let mut bench = bench();
    let plan = bench.isolation(true).checkpoint;
    for text in [format!("+{plan}"), format!("0{plan}"), format!(" {plan}")] {
        assert_eq!(
            bench.advance(&[&text]).pop().unwrap().unwrap_err().kind(),
            Kind::InvalidParams,
            "{text}"
        );
        assert_eq!(bench.recover(&text).unwrap_err().kind(), Kind::InvalidParams, "{text}");
    }
}

#[test]
fn a_read_that_is_cut_off_on_the_way_does_not_begin_anew_for_ever() {
    let mut bench = bench();
    bench.token(json!(3600));
    let mut now = bench.plan("getAgentList", json!({ "all": true })).unwrap();
    let page = json!({
        "value": [{ "id": ONE }],
        "@odata.nextLink": "https://api.security.microsoft.com/api/machines?$skiptoken=x"
    });
    let mut steps = 0;
    while now.next == Next::Look && steps < 20 {
        bench.network.answer(200, &page.to_string());
        bench.network.answer_with(429, &[("retry-after", "3600")], &refusal("TooManyRequests"));
        now = bench.step(&now);
        steps += 1;
    }
    assert_eq!((now.next, error(&now).kind()), (Next::None, Kind::Throttled));
}

#[test]
fn a_read_does_not_wait_because_others_were_answered() {
    let mut bench = bench();
    let plan = bench.isolation(true);
    bench.network.answer(201, &job("a1", ONE, "Pending", "").to_string());
    let sent = bench.step(&plan);
    let read = bench.plan("getAgentDetails", json!({ "id": ONE })).unwrap();
    bench.network.answer(200, &list(&[job("a1", ONE, "InProgress", "")]));
    bench.network.answer_with(429, &[("retry-after", "30")], &refusal("TooManyRequests"));
    // `advance` sees to it that no time passes.
    let looked = bench.advance(&[&sent.checkpoint, &read.checkpoint]);
    let read = looked[1].as_ref().unwrap();
    assert_eq!((read.next, read.wait_ms), (Next::Look, 30_000));
}

#[test]
fn a_command_whose_status_cannot_be_read_has_not_failed() {
    for (statuses, retry) in [
        (["\\ud83dCompleted", "\\ud83dCompleted"], Retry::Unknown),
        (["Failed", "\\ud83dx"], Retry::Unknown),
    ] {
        let mut bench = bench();
        bench.token(json!(3600));
        let commands = json!([{ "putFile": "a.exe" }, { "putFile": "b.exe" }]);
        let plan = bench
            .plan(
                "runLiveResponse",
                json!({ "id": ONE, "comment": "c", "wait": {}, "commands": commands }),
            )
            .unwrap();
        let command = |n: usize, status: &str| {
            let file = ["a.exe", "b.exe"][n];
            format!(
                r#"{{"index":{n},"commandStatus":"{status}","command":{{"type":"PutFile","params":[{{"key":"FileName","value":"{file}"}}]}}}}"#
            )
        };
        let record = |status: &str, all: String| {
            format!(
                r#"{{"id":"a1","type":"LiveResponse","status":"{status}","machineId":"{ONE}","requestorComment":"","commands":[{all}]}}"#
            )
        };
        let created = [command(0, "Created"), command(1, "Created")].join(",");
        bench.network.answer(201, &record("Pending", created));
        let sent = bench.step(&plan);
        let ended = [command(0, statuses[0]), command(1, statuses[1])].join(",");
        bench.network.answer(200, &format!(r#"{{"value":[{}]}}"#, record("Succeeded", ended)));
        let ended = bench.step(&sent);
        assert_eq!(
            (ended.next, error(&ended).retry()),
            (Next::None, retry),
            "{statuses:?} {:?}",
            error(&ended)
        );
    }
}
