//! An operation in one call: what it waits for between its steps, and by which clock.

use super::*;

const ONE: &str = "d1000000000000000000000000000000";
const TWO: &str = "d2000000000000000000000000000000";
const DATE: [(&str, &str); 1] = [("date", "Tue, 24 Nov 2026 12:00:00 GMT")];

fn isolation(id: &str, machine: &str, status: &str) -> Value {
    json!({ "id": id, "type": "Isolate", "status": status, "machineId": machine, "requestorComment": "c",
            "creationDateTimeUtc": "2026-11-24T12:00:00.5Z" })
}

fn list(jobs: &[Value]) -> String {
    json!({ "value": jobs }).to_string()
}

/// A clock whose time of day was put forward by a day after the call had begun.
struct PutForward(Still);

impl Clock for PutForward {
    fn unix(&self) -> Duration {
        self.0.unix()
            + if self.0.elapsed().is_zero() { Duration::ZERO } else { Duration::from_secs(86_400) }
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration) {
        self.0.sleep(time);
    }
}

#[test]
fn a_wall_clock_that_is_put_forward_does_not_end_the_following() {
    let mut bench = bench_with(json!({}), json!({ "accessToken": "a-token-of-the-host" }));
    bench.network.answer(201, &isolation("a1", ONE, "Pending").to_string());
    bench.network.answer(200, &list(&[isolation("a1", ONE, "InProgress")]));
    bench.network.answer(200, &list(&[isolation("a1", ONE, "Succeeded")]));
    let params = json!({ "id": ONE, "comment": "c", "wait": {} }).to_string();
    let clock = PutForward(Still(Cell::new(Duration::ZERO)));
    let (outcome, usage) =
        bench.connector.execute("isolateHost", &params, &bench.network, &clock).unwrap();
    assert_eq!((outcome.job.unwrap().state, usage.waited_ms), (State::Succeeded, 10_000));
}

#[test]
fn the_others_are_sent_before_the_lost_ones_are_searched_for_together() {
    let mut bench = bench().signed_in();
    bench.network.fail(TransportError::maybe_sent(Cause::ResponseTimeout));
    bench.network.fail(TransportError::maybe_sent(Cause::ResponseTimeout));
    bench.network.answer_with(200, &DATE, NOTHING);
    bench.network.answer_with(200, &DATE, &list(&[isolation("a2", TWO, "Pending")]));
    bench.network.answer_with(200, &DATE, &list(&[isolation("a1", ONE, "Pending")]));
    let (outcome, usage) =
        bench.call("isolateHost", json!({ "ids": [ONE, TWO], "comment": "c" })).unwrap();
    let data: Value = serde_json::from_str(&outcome.data).unwrap();
    assert_eq!(
        (&data["results"][0]["job"]["id"], &data["results"][1]["job"]["id"]),
        (&json!("a1"), &json!("a2"))
    );
    assert_eq!((bench.posts(), usage.waited_ms), (2, 4000));
}

#[test]
fn what_a_gateway_held_back_is_sent_once_the_lost_one_is_found() {
    let mut bench = bench().signed_in();
    bench.network.answer_with(429, &[("retry-after", "30"), DATE[0]], "<html>");
    bench.network.answer_with(200, &DATE, &list(&[isolation("a1", ONE, "Pending")]));
    bench.network.answer(201, &isolation("a2", TWO, "Pending").to_string());
    bench.call("isolateHost", json!({ "ids": [ONE, TWO], "comment": "c" })).unwrap();
    let sent: Vec<bool> = bench.sent().iter().map(|line| line.starts_with("POST")).collect();
    assert_eq!(sent, [true, false, true, false]);
}

#[test]
fn doubt_ends_after_twenty_seconds_and_never_after_the_deadline() {
    for (limits, looks, waited) in [
        (json!({}), 4, 20_000),
        (json!({ "callTimeoutSeconds": 9 }), 3, 8_000),
        (json!({ "callTimeoutSeconds": 2 }), 1, 1_000),
    ] {
        let mut bench = bench_with(limits, json!({ "clientSecret": SECRET })).signed_in();
        bench.network.answer_with(503, &DATE, "<html>");
        (0..looks).for_each(|_| bench.network.answer_with(200, &DATE, NOTHING));
        let error = bench.isolate().unwrap_err();
        assert_eq!((error.retry(), error.status(), bench.posts()), (Retry::Unknown, Some(503), 1));
        assert_eq!((bench.sent().len(), error.usage().unwrap().waited_ms), (1 + looks, waited));
    }
}

#[test]
fn what_takes_long_is_looked_at_less_often() {
    let mut bench =
        bench_with(json!({ "callTimeoutSeconds": 3600 }), json!({ "clientSecret": SECRET }))
            .signed_in();
    for _ in 0..60 {
        bench.network.answer(200, &list(&[isolation("a1", ONE, "InProgress")]));
    }
    (0..5).for_each(|_| bench.network.answer(200, &list(&[isolation("a1", ONE, "InProgress")])));
    let params = json!({ "id": "a1", "wait": { "pollSeconds": 5, "timeoutSeconds": 540 } });
    let error = bench.call("waitForAction", params).unwrap_err();
    // At once, every five seconds for five minutes, and then every minute.
    assert_eq!((error.kind(), bench.sent().len()), (Kind::Unfinished, 1 + 60 + 4));
}
