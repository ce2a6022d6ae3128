//! Completion in a real bash: what the script proposes, and what a key press makes of a line.

use std::process::Command;

use crate::inside::{HOUR, Inside};
use crate::interrupted::{interrupted, isolation};
use crate::run::Call;
use crate::world::Folder;
use rexpect::session::spawn_command;

/// A bash with the environment of a call, which has read the script.
fn bash(call: &Call, arguments: &[&str]) -> Command {
    let mut command = Command::new("bash");
    command.args(arguments).current_dir(call.command.get_current_dir().expect("a folder"));
    for (name, value) in call.command.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

fn write_script(folder: &Folder) {
    let script = folder.call("completions bash").ends(0).stdout;
    folder.write("completions.bash", script);
}

/// What is proposed for these words, of which the last is being typed. They are split as bash
/// splits them: at `=` too.
fn proposed(folder: &Folder, words: &[&str]) -> Vec<String> {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let (last, at) = (words.last().expect("a word"), words.len() - 1);
    let current = if *last == "=" { "" } else { last };
    let script = format!(
        "source completions.bash; COMP_WORDS=({}); COMP_CWORD={at}; COMP_TYPE=9
         _defenderctl defenderctl '{current}' ''; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        quoted.join(" ")
    );
    let output = bash(&folder.call(""), &["--norc", "-c", &script]).output().expect("bash");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let stderr = text(output.stderr);
    // Only an interactive bash has a line to complete.
    let noise = |line: &&str| !line.contains("compopt");
    assert_eq!(stderr.lines().filter(noise).count(), 0, "{stderr}");
    text(output.stdout).lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn commands_actions_parameters_and_values_are_completed() {
    let folder = Folder::new();
    write_script(&folder);
    let trials: [(&[&str], &[&str]); 9] = [
        (&["defenderctl", "whoa"], &["whoami"]),
        (&["defenderctl", "run", "isolateh"], &["isolateHost"]),
        (&["defenderctl", "actions", "show", "releaseH"], &["releaseHost"]),
        (&["defenderctl", "run", "isolateHost", "-p", "isol"], &["isolationType="]),
        (
            &["defenderctl", "run", "isolateHost", "-p", "isolationType", "="],
            &["Full", "Selective", "UnManagedDevice"],
        ),
        (&["defenderctl", "run", "isolateHost", "-p", "isolationType", "=", "se"], &["Selective"]),
        (&["defenderctl", "run", "isolateHost", "-p", "host.comp"], &["host.computerDnsName="]),
        (&["defenderctl", "scan", "ws-1", "--type", "q"], &["Quick"]),
        (
            &["defenderctl", "config", "test", "--for", "isolate"],
            &["isolate", "isolated", "isolateHost"],
        ),
    ];
    for (words, wanted) in trials {
        assert_eq!(proposed(&folder, words), wanted, "{words:?}");
    }
}

#[test]
fn profiles_are_those_of_the_settings_file_that_is_named() {
    let folder = Folder::new();
    write_script(&folder);
    folder.write("defender.toml", "[profiles.lab.config]\n[profiles.prod.config]\n");
    folder.write("other.toml", "[profiles.prague.config]\n[profiles.'$(touch stolen)'.config]\n");
    assert_eq!(proposed(&folder, &["defenderctl", "isolate", "--profile", ""]), ["lab", "prod"]);
    let other = ["defenderctl", "-c", "other.toml", "alerts", "--profile", ""];
    assert_eq!(proposed(&folder, &other), ["prague"]);
    assert!(!folder.names().contains(&"stolen".to_owned()));
}

#[test]
fn a_pipe_in_place_of_the_settings_is_not_waited_for() {
    let folder = Folder::new();
    write_script(&folder);
    let made = Command::new("mkfifo").arg(folder.path("pipe")).status().expect("mkfifo");
    assert!(made.success());
    let words = ["defenderctl", "-c", "pipe", "alerts", "--profile", ""];
    assert_eq!(proposed(&folder, &words).concat(), "");
}

#[test]
fn unfinished_calls_and_running_jobs_are_completed() {
    let inside = Inside::new();
    write_script(&inside.folder);
    interrupted(&inside, "");
    let job = isolation(&inside)["id"].as_str().expect("an ID").to_owned();
    let mut calls = proposed(&inside.folder, &["defenderctl", "resume", ""]);
    calls.retain(|word| !word.starts_with('-'));
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert!(inside.calls()[0].ends_with(&calls[0]), "{calls:?}");
    assert_eq!(proposed(&inside.folder, &["defenderctl", "cancel", &job[..4]]), [job.as_str()]);
    // What has ended is neither gone on with nor cancelled.
    inside.service().advance(2 * HOUR);
    inside.call("resume --yes").ends(0);
    assert!(
        !proposed(&inside.folder, &["defenderctl", "resume", &calls[0][..4]]).contains(&calls[0])
    );
    assert!(!proposed(&inside.folder, &["defenderctl", "cancel", &job[..4]]).contains(&job));
}

#[test]
fn a_key_press_completes_the_line() {
    let folder = Folder::new();
    write_script(&folder);
    folder.write("b;touch stolen;.toml", "");
    // As a terminal of a user's, it shows what is typed.
    let script = "stty echo; exec bash --norc --noprofile -i";
    let mut command = bash(&folder.call(""), &["--norc", "-c", script]);
    command.env("TERM", "dumb").env("PS1", "ready ");
    let mut session = spawn_command(command, Some(30_000)).expect("a terminal");
    let mut keys = |keys: &str, shown: &str| {
        session.send(keys).expect("a terminal that listens");
        session.flush().expect("a terminal that listens");
        session.exp_string(shown).unwrap_or_else(|error| panic!("{keys:?}: {error}"));
    };
    keys("source completions.bash; echo is there\r", "\nis there");
    keys("defenderctl run isolateH\t", "isolateHost");
    keys("-p isol\t", "isolationType=");
    keys("Se\t", "Selective");
    keys("\u{15}defenderctl whoami -c b\t", r"b\;touch\ stolen\;.toml");
    keys("\recho is over\r", "\nis over");
    keys("exit\r", "exit");
    assert!(!folder.names().contains(&"stolen".to_owned()));
}
