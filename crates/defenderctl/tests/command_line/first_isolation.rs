//! `docs/first-isolation.txt`, which the README shows: what is typed there and shown for it is what
//! happens. Times, IDs and ports differ from run to run.

use serde_json::json;

use crate::terminal::Terminal;
use crate::world::World;

const RECORDED: &str = include_str!("../../../../docs/first-isolation.txt");

/// The words of a text, without what differs: numbers, IDs, times, addresses, and where lines
/// break.
fn words(text: &str) -> Vec<String> {
    let differs = |c: char| c.is_ascii_digit() || "abcdef-:.TZ".contains(c);
    let is_varied = |part: &str| {
        let part = part.strip_prefix("[op:").unwrap_or(part);
        part.contains("127.0.0.1")
            || part.contains(|c: char| c.is_ascii_digit())
                && part.chars().filter(|c| !differs(*c)).count() <= 1
    };
    let plain = |word: &str| {
        let word = word.trim_matches(['\'', '"', '`']);
        let parts = word.split('=').map(|part| if is_varied(part) { "#" } else { part });
        let word = parts.collect::<Vec<_>>().join("=");
        if word.ends_with("/defenderctl") { "defenderctl".to_owned() } else { word }
    };
    text.split_whitespace().map(plain).collect()
}

/// What is recorded between the line that begins so and the next command.
fn recorded(command: &str) -> String {
    let at = RECORDED.find(&format!("$ {command}")).unwrap_or_else(|| panic!("{command}"));
    let rest =
        RECORDED[at + 2 + command.trim_end().len()..].split_once('\n').map_or("", |(_, rest)| rest);
    rest.split("\n$ ").next().unwrap_or_default().to_owned()
}

/// What was recorded is shown, word by word and in that order. The rest is the line that changes.
fn assert_shown(recorded: &str, shown: &str) {
    let shown = words(shown);
    let mut rest = shown.iter();
    for word in words(recorded) {
        assert!(
            rest.any(|it| *it == word),
            "`{word}` is not shown in this place: docs/record.py records it anew.\n{}",
            shown.join(" ")
        );
    }
}

fn terminal(world: &World, arguments: &[&str]) -> Terminal {
    let mut call = world.call("");
    call.command.args(arguments);
    call.on_a_terminal()
}

#[test]
fn the_recorded_isolation_is_what_happens() {
    let world = World::with(json!({ "pendingSeconds": 1.0, "runningSeconds": 8.0 }));
    let document = world.document(json!({}));
    let mut settings = String::from("[config]\n");
    for (key, value) in document["config"].as_object().expect("an object") {
        if value.is_string() {
            settings += &format!("{key} = {value}\n");
        }
    }
    settings += &format!("[secrets]\nclientSecret = \"{}\"\n", world.secret());
    world.folder.write("defender.toml", settings);
    std::fs::set_permissions(
        world.folder.path("defender.toml"),
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .expect("our own file");

    assert_shown(
        &recorded("defenderctl config test\n"),
        &terminal(&world, &["config", "test"]).ends(0),
    );

    let mut isolate = terminal(&world, &["isolate", "ws-ops-014", "-m", "case 1042"]);
    let mut shown = isolate.shows("[y/N] ");
    shown += "[y/N] ";
    isolate.types("y");
    shown += &isolate.shows("in-progress");
    isolate.interrupts();
    shown += &isolate.ends(1);
    let resume = shown.split("defenderctl resume ").nth(1).expect("a command");
    let call = resume.split_whitespace().next().expect("an ID").to_owned();
    let question = recorded("defenderctl isolate");
    let (question, ended) = question.split_once("[y/N] y").expect("a question");
    let ended = ended.split_once("\nerror: ").expect("an end").1;
    assert_shown(question, &shown);
    assert_shown(ended, &shown);
    assert_shown(&recorded("defenderctl resume"), &terminal(&world, &["resume", &call]).ends(0));
}
