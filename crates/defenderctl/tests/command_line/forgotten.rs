//! `resume --forget`: a call that is not gone on with is dropped after a look at what is in doubt,
//! and nothing is sent.

use std::fs;

use serde_json::{Value, json};

use crate::inside::{CANCEL, HOUR, ISOLATE, Inside, line_with};
use crate::world::MACHINE;

/// An isolation that was killed before its answer came: it is in doubt. Gives the call's
/// identifier.
fn in_doubt(options: &str) -> (Inside, String) {
    let inside = Inside::without_answer_to(ISOLATE);
    let running = inside.isolation(options);
    inside.has_got(1, ISOLATE);
    running.kill();
    let id = inside.calls()[0].file_name().expect("a name").to_string_lossy().into_owned();
    (inside, id)
}

/// Every request that the service has got.
fn requests(inside: &Inside) -> usize {
    inside.service().ledger().len()
}

#[test]
fn a_call_is_shown_and_forgotten_after_a_yes_and_nothing_is_sent() {
    let (inside, id) = in_doubt("--audit audit.jsonl");
    let before = requests(&inside);
    let mut terminal = inside.call(&format!("resume {} --forget", &id[..8])).on_a_terminal();
    let shown = terminal.shows("[y/N]");
    for text in
        ["`isolateHost` of ", &id, "in doubt: it may have been carried out", MACHINE, "look there"]
    {
        assert!(shown.contains(text), "{text} in:\n{shown}");
    }
    terminal.types("n");
    assert!(terminal.ends(1).contains("the call is kept"));
    assert_eq!((inside.calls().len(), inside.audited().len()), (1, 1));

    let mut terminal = inside.call(&format!("resume {id} --forget")).on_a_terminal();
    terminal.shows("[y/N]");
    terminal.types("y");
    assert!(terminal.ends(0).contains("is forgotten; nothing was sent"));
    assert!(inside.calls().is_empty());
    assert_eq!(requests(&inside), before, "not even to sign in");
    assert!(inside.call("resume").ends(0).stderr.contains("no call is unfinished"));
    let lines = inside.audited();
    assert_eq!(
        (lines.len(), &lines[1]["callId"], &lines[1]["forgotten"]),
        (2, &json!(id), &json!(true))
    );
    assert_eq!(
        (&lines[1]["outcome"], &lines[1]["maybeCarriedOut"]),
        (&json!("interrupted"), &json!(true))
    );
    assert_eq!(lines[1]["targets"][0]["state"], "in-doubt");
    assert!(lines[1]["user"].is_string() && lines[1]["connectorId"] == "my prod", "{}", lines[1]);
}

#[test]
fn without_a_terminal_yes_is_needed_and_with_it_a_program_gets_a_document() {
    let (inside, id) = in_doubt("");
    let before = requests(&inside);
    let refused = inside.call(&format!("resume {id} --forget")).ends(2);
    assert!(
        refused.stderr.contains("`--yes` is needed") && refused.stderr.contains("in doubt"),
        "{}",
        refused.stderr
    );
    assert_eq!(inside.calls().len(), 1);
    // Neither the settings nor the service are needed.
    fs::remove_file(inside.folder.path("my prod.json")).expect("a file");
    let document = inside.call(&format!("resume {id} --forget --yes --json")).ends(0).json();
    let forgotten = &document["forgotten"];
    assert_eq!((&forgotten["call"], &forgotten["maybeCarriedOut"]), (&json!(id), &json!(true)));
    assert_eq!(
        (&document["status"], &forgotten["targets"][0]["state"]),
        (&json!("ok"), &json!("in-doubt")),
        "{document}"
    );
    assert!(inside.calls().is_empty());
    assert_eq!(requests(&inside), before);
    inside.call(&format!("resume {id} --forget --yes")).ends(2);
}

#[test]
fn what_runs_is_not_forgotten_and_a_job_that_was_started_is_not_cancelled() {
    let inside = Inside::new();
    let running = inside.isolation("");
    line_with(&running, "pending");
    let id = inside.calls()[0].file_name().expect("a name").to_string_lossy().into_owned();
    let refused = inside.call(&format!("resume {id} --forget --yes")).ends(2);
    assert!(refused.stderr.contains("is running in another process"), "{}", refused.stderr);
    running.kill();
    let forgotten = inside.call(&format!("resume {id} --forget --yes")).ends(0);
    assert!(forgotten.stderr.contains("running, job "), "{}", forgotten.stderr);
    inside.service().advance(2 * HOUR);
    assert_eq!((inside.service().sent(ISOLATE), inside.service().sent(CANCEL)), (1, 0));
    assert_eq!(inside.service().machine_actions()[0]["status"], "Succeeded");
}

#[test]
fn a_call_whose_journal_cannot_be_read_can_be_forgotten_and_is_not_said_to_be_safe() {
    let (inside, id) = in_doubt("");
    fs::write(inside.calls()[0].join("operation.json"), "{").expect("space");
    let unusable = inside.call(&format!("resume {id} --yes")).ends(1);
    assert!(unusable.stderr.contains("--forget"), "{}", unusable.stderr);
    let document: Value = inside.call(&format!("resume {id} --forget --yes --json")).ends(0).json();
    assert_eq!(document["forgotten"]["maybeCarriedOut"], true);
    assert!(inside.calls().is_empty());
}

#[test]
fn which_call_is_to_be_forgotten_must_be_said() {
    let (inside, _) = in_doubt("");
    inside.call("resume --forget --yes").ends(2);
    assert_eq!(inside.calls().len(), 1);
}
