//! `resume` after the end of its process: what was sent is not sent again, and what is not known is
//! not claimed.

use defender_stub::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::inside::{HOUR, ISOLATE, Inside, LATE};
use crate::run::Running;

/// Three machines as a responder names them.
const HOSTS: [&str; 3] = ["ws-ops-014", "mac-dev-007", "srv-web-003"];

/// An isolation of all three, followed to its end.
fn isolation(inside: &Inside, options: &str) -> Running {
    let hosts: Vec<Value> = HOSTS.iter().map(|name| json!({ "computerDnsName": name })).collect();
    let params = json!({ "hosts": hosts, "comment": "case 1042", "wait": { "pollSeconds": 1 } });
    let isolate = format!("run isolateHost --yes --json --params - {options}");
    inside.call(&isolate).input(&params.to_string()).start()
}

/// The names of the machines that were isolated, once for each time.
fn isolated(inside: &Inside) -> Vec<String> {
    let actions = inside.service().machine_actions();
    let isolations = actions.iter().filter(|action| action["type"] == "Isolate");
    let mut names: Vec<String> = isolations
        .filter_map(|action| {
            Some(action["computerDnsName"].as_str()?.split('.').next()?.to_owned())
        })
        .collect();
    names.sort();
    names
}

fn each_once(inside: &Inside) {
    let mut names = HOSTS.map(str::to_owned).to_vec();
    names.sort();
    assert_eq!(isolated(inside), names);
}

/// Goes on with the one call, whose jobs come to their end meanwhile.
fn resumed(inside: &Inside) -> Value {
    let running = inside.call("resume --yes").start();
    let polls = inside.service().sent("GET /api/machineactions");
    inside.has_got(polls + 1, "GET /api/machineactions");
    inside.service().advance(2 * HOUR);
    running.ends(0).json()
}

fn all_succeeded(document: &Value) {
    assert_eq!(document["status"], "ok", "{document}");
    let results = document["data"]["results"].as_array().expect("a list");
    assert_eq!(results.len(), HOSTS.len());
    for (result, name) in results.iter().zip(HOSTS) {
        assert_eq!(
            result["target"]["computerDnsName"].as_str().and_then(|full| full.split('.').next()),
            Some(name)
        );
        assert_eq!(
            (&result["status"], &result["data"]["status"]),
            (&json!("ok"), &json!("Succeeded")),
            "{result}"
        );
    }
    assert!(document["usage"]["requests"].as_u64() >= Some(4), "{document}");
}

#[test]
fn killed_between_two_steps_each_machine_is_isolated_once() {
    // The service wants to be left alone before it takes the request for one of them: the journal
    // says so between two steps.
    for place in 0..HOSTS.len() as u32 {
        let inside = Inside::new();
        let pause = FaultKind::Throttle { retry_after: Some(3), code: "TooManyRequests".into() };
        inside.service().add_fault(Fault::new(ISOLATE, pause).skip(place));
        let running = isolation(&inside, "");
        inside.kept(|journal| journal.step == u64::from(place) + 1 && !journal.is_sending);
        running.kill();
        assert_eq!(isolated(&inside).len(), place as usize);
        all_succeeded(&resumed(&inside));
        each_once(&inside);
    }
}

#[test]
fn killed_between_two_looks_nothing_is_sent_again() {
    for look in 0..2 {
        let inside = Inside::new();
        let running = isolation(&inside, "--egress-log egress.jsonl");
        inside.kept(|journal| journal.step == HOSTS.len() as u64 + look && !journal.is_sending);
        running.kill();
        let logged = || inside.folder.read("egress.jsonl").len();
        let before = logged();
        all_succeeded(&resumed(&inside));
        each_once(&inside);
        assert_eq!(inside.service().sent(ISOLATE), HOSTS.len());
        assert!(before > 0 && logged() > before, "the log is gone on with, too");
    }
}

#[test]
fn killed_after_a_request_got_through_it_is_found_and_not_sent_again() {
    for place in 0..HOSTS.len() as u32 {
        let inside = Inside::new();
        inside.service().add_fault(Fault::new(ISOLATE, LATE).skip(place));
        let running = isolation(&inside, "");
        inside.has_got(place as usize + 1, ISOLATE);
        running.kill();
        all_succeeded(&resumed(&inside));
        each_once(&inside);
        assert_eq!(inside.service().sent(ISOLATE), HOSTS.len());
    }
}

#[test]
fn killed_at_any_moment_no_machine_is_isolated_twice_and_what_is_missing_is_not_claimed() {
    for milliseconds in [0, 30, 60, 90] {
        let inside = Inside::new();
        inside.service().add_fault(Fault::new(ISOLATE, FaultKind::Delay { ms: 40 }).always());
        let running = isolation(&inside, "");
        inside.kept(|_| true);
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        running.kill();
        let polls = inside.service().sent("GET /api/machineactions");
        let running = inside.call("resume --yes").start();
        // All that can be sent has been sent before the second look.
        inside.has_got(polls + 2, "GET /api/machineactions");
        let isolated = isolated(&inside);
        assert_eq!(isolated.len(), inside.service().sent(ISOLATE), "{milliseconds}");
        if isolated.len() == HOSTS.len() {
            inside.service().advance(2 * HOUR);
            all_succeeded(&running.ends(0).json());
            each_once(&inside);
            continue;
        }
        // It was killed between the note that it is about to send and the request itself.
        running.interrupt();
        let error = running.ends(1).json()["error"].clone();
        for (target, name) in
            error["details"]["targets"].as_array().expect("a list").iter().zip(HOSTS)
        {
            let state = if isolated.iter().any(|it| it == name) { "running" } else { "in-doubt" };
            assert_eq!(target["state"], state, "{name}: {error}");
        }
    }
}

#[test]
fn killed_before_a_request_got_through_it_is_not_claimed_to_be_done() {
    let inside = Inside::new();
    // Its answer never comes, and nothing comes of it.
    let lost = FaultKind::Status { status: 503, headers: Vec::new(), body: String::new() };
    inside.service().add_fault(Fault::new(ISOLATE, lost).skip(1));
    inside.service().add_fault(Fault::new(ISOLATE, LATE).skip(1));
    let running = isolation(&inside, "--audit audit.jsonl");
    inside.has_got(2, ISOLATE);
    running.kill();
    assert_eq!(isolated(&inside), ["ws-ops-014"]);

    // The third one is sent meanwhile, and the second is searched for.
    let running = inside.call("resume --yes").start();
    inside.has_got(3, ISOLATE);
    inside.kept(|journal| journal.step > 4 && !journal.is_sending);
    running.interrupt();
    let error = running.ends(1).json()["error"].clone();
    assert_eq!((&error["kind"], &error["retry"]), (&json!("unfinished"), &json!("unknown")));
    let targets = error["details"]["targets"].as_array().expect("a list");
    let states: Vec<&Value> = targets.iter().map(|target| &target["state"]).collect();
    assert_eq!(states, ["running", "in-doubt", "running"], "{error}");
    assert_eq!(isolated(&inside), ["srv-web-003", "ws-ops-014"]);
    assert_eq!(inside.service().sent(ISOLATE), 3, "never twice");
    let audited = inside.audited();
    assert_eq!(
        (&audited[1]["outcome"], &audited[1]["resumed"]),
        (&json!("interrupted"), &json!(true))
    );
}

#[test]
fn ctrl_c_stops_after_the_step_in_flight_and_the_printed_command_sends_the_rest() {
    let inside = Inside::new();
    inside.service().add_fault(Fault::new(ISOLATE, FaultKind::Delay { ms: 1500 }));
    let running = isolation(&inside, "--audit audit.jsonl");
    inside.has_got(1, ISOLATE);
    running.interrupt();
    let ran = running.ends(1);
    assert_eq!(isolated(&inside), ["ws-ops-014"], "{}", ran.stderr);
    for text in [
        "1 running, 2 unsent; nothing was cancelled",
        "not sent yet (2): mac-dev-007",
        "srv-web-003",
    ] {
        assert!(ran.stderr.contains(text), "{text} in:\n{}", ran.stderr);
    }
    let resume = ran.json()["error"]["details"]["commands"]["resume"][0]
        .as_str()
        .expect("a command")
        .to_owned();

    let refused = inside.shell(&resume).ends(2);
    assert!(
        refused.stderr.contains("`--yes` is needed") && refused.stderr.contains("mac-dev-007"),
        "{}",
        refused.stderr
    );
    assert_eq!(isolated(&inside).len(), 1, "nothing was sent");

    let running = inside.shell(&format!("exec {resume} --yes")).start();
    inside.has_got(3, ISOLATE);
    inside.service().advance(2 * HOUR);
    all_succeeded(&running.ends(0).json());
    each_once(&inside);
    let outcomes: Vec<Value> =
        inside.audited().iter().map(|line| line["outcome"].clone()).collect();
    assert_eq!(outcomes, [Value::Null, json!("interrupted"), json!("ok")]);
}
