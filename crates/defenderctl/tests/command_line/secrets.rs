//! No output of any command shows a secret or a token, however much is logged and wherever a secret
//! was put by mistake.

use serde_json::{Value, json};

use crate::run::{Call, Ran};
#[cfg(target_os = "linux")]
use crate::world::Folder;
use crate::world::{MACHINE, SETTINGS, World};

/// How every signed JWT begins: the Base64 of `{"`.
const TOKEN: &str = "eyJ";

/// A secret that is not the stub's, so that nothing on the other side knows to hide it.
const WRONG: &str = "hunter2-must-not-be-shown";

/// A level for this program, and directives that would have the libraries below log whole requests.
const LOGS: [&str; 2] =
    ["trace", "trace,hyper=trace,hyper_util=trace,h2=trace,wasmtime_wasi_http=trace"];

/// The call with everything logged that can be.
pub(crate) fn loud(call: Call, log: &str) -> Call {
    call.env("DEFENDERCTL_LOG", log).env("RUST_LOG", "trace").env("RUST_BACKTRACE", "1")
}

pub(crate) fn assert_silent(ran: &Ran, secrets: &[&str], arguments: &str) {
    for secret in secrets.iter().chain(&[TOKEN]) {
        for (name, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
            assert!(!text.contains(secret), "`{arguments}` shows `{secret}` on {name}:\n{text}");
        }
    }
}

/// Every command, where it goes well and where it does not.
fn calls(script: &str) -> Vec<String> {
    let isolate = format!("-p id={MACHINE} -p comment=c");
    let download = format!("run getActionResults -p id={script} --to out.bin");
    [
        "actions",
        "component export -o again.wasm",
        "config test",
        "config test --json",
        "config test --all",
        "doctor",
        "doctor --json",
        "completions bash",
        "man",
        &format!("run isolateHost --yes --json {isolate}"),
        &format!("run isolateHost --yes {isolate}"),
        &format!("run getActionResults --json -p id={script}"),
        "run getActionResults --json -p id=x",
        &download,
        &format!("{download} --json"),
        "run --json",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[test]
fn no_command_shows_the_secret_or_a_token() {
    let world = World::new();
    assert!(
        world.first_line.to_string().contains(world.secret()),
        "but for the stub's first line, which is for clients"
    );
    let script = world.script();
    let demo = loud(world.call("demo"), LOGS[0]).start();
    for (arguments, log) in calls(&script).iter().zip(LOGS.iter().cycle()) {
        // Commands that take no settings ignore these.
        let ran =
            loud(world.call(arguments).env("DEFENDERCTL_CONFIG", SETTINGS), log).start().end();
        assert_silent(&ran, &[world.secret()], arguments);
    }
    assert_silent(&demo.ends(0), &[world.secret()], "demo");
    #[cfg(unix)]
    {
        let secret = world.secret().to_owned();
        assert_silent(&world.end(), &[&secret], "stub, after its first line");
    }
}

#[test]
fn a_secret_that_fails_or_stands_in_the_wrong_place_is_not_shown() {
    let world = World::new();
    let token = format!("{TOKEN}hbGciOiJIUzI1NiJ9.{TOKEN}zdWIiOiJ4In0.c2lnbmF0dXJl");
    let url = format!("http://user:{WRONG}@127.0.0.1:9");
    // Through a proxy that is not there, and not tried again.
    let sign_in =
        json!({ "oAuthServerUrl": "https://login.example.test", "limits": { "maxRetries": 0 } });
    let only =
        |name: &str, value: &str| json!({ "secrets": { "clientSecret": null, name: value } });
    let proxy =
        |login: &str| json!({ "host": { "proxyUrl": format!("http://{login}@127.0.0.1:9") } });
    let trials: [(Value, i32); 15] = [
        (json!({ "secrets": { "clientSecret": WRONG } }), 1),
        (only("accessToken", &token), 1),
        (only("clientAssertion", &token), 1),
        (only("clientSecrt", WRONG), 2),
        (json!({ "secrets": { "clientSecret": { "value": WRONG } } }), 2),
        (json!({ "secrets": WRONG }), 2),
        (json!({ "config": { "clientSecret": WRONG } }), 2),
        (json!({ "config": { "apiUrl": url } }), 2),
        (json!({ "host": { "clientSecret": WRONG } }), 2),
        (json!({ "host": { "allowedHosts": [url] } }), 2),
        (json!({ "config": sign_in, "host": { "proxyUrl": url } }), 1),
        (
            json!({
                "config": sign_in,
                "host": { "proxyUrl": format!("http://CORP\\svc:{WRONG}@127.0.0.1:9") }
            }),
            1,
        ),
        (proxy(&format!("CORP\tom:{WRONG}")), 2),
        (proxy(&format!("user:{WRONG}#{WRONG}")), 2),
        (proxy(&format!("user/{WRONG}:{WRONG}")), 2),
    ];
    for (changes, code) in trials {
        world.settings("wrong.json", changes.clone());
        let ran = loud(world.call("run getAgentList -c wrong.json --json"), LOGS[0]).ends(code);
        assert_silent(&ran, &[world.secret(), WRONG], &changes.to_string());
    }
    let texts = [
        ("broken.json", format!(r#"{{"secrets": {{"clientSecret": "{WRONG}"#)),
        ("broken.toml", format!("[secrets]\nclientSecret = {WRONG}\n")),
        (
            "twice.toml",
            format!("[secrets]\nclientSecret = \"{WRONG}\"\nclientSecret = \"{WRONG}\"\n"),
        ),
    ];
    for (name, text) in texts {
        world.folder.write(name, text);
        let ran = loud(world.call(&format!("config test --json -c {name}")), LOGS[0]).ends(2);
        assert_silent(&ran, &[WRONG], name);
    }
}

#[cfg(unix)]
#[test]
fn a_pager_does_not_inherit_the_secret() {
    let world = World::with(json!({ "fleet": 30 }));
    let secret = json!({ "clientSecret": { "env": "STUB_SECRET" } });
    world.settings("prod.json", json!({ "secrets": secret }));
    let line = format!(
        "stty rows 10 cols 80; exec {} run getAgentList -c prod.json -p all=true --output table",
        env!("CARGO_BIN_EXE_defenderctl")
    );
    let shown = crate::run::shell(&world.folder.path(""), &line)
        .env("STUB_SECRET", world.secret())
        .env("PAGER", "cat > /dev/null; env; echo the-end")
        .on_a_terminal()
        .ends(0);
    assert!(shown.contains("the-end") && shown.contains("PAGER="), "{shown}");
    assert!(!shown.contains(world.secret()), "{shown}");
}

/// A process that others of the same user cannot look into belongs to root in `/proc`, no matter
/// who runs it.
#[cfg(target_os = "linux")]
#[test]
fn nobody_else_of_the_user_can_read_memory_and_environment() {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;

    let folder = Folder::new();
    let mut call = folder.call("stub --listen 127.0.0.1:0");
    let is_root = std::fs::metadata("/proc/self").expect("a process").uid() == 0;
    if is_root {
        // `nobody`, who needs no folder of his own here.
        call.command.uid(65534).current_dir("/");
    }
    let running = call.start();
    running.line();
    let proc = format!("/proc/{}", running.id());
    let owner = |name: &str| std::fs::metadata(format!("{proc}/{name}")).expect("a file").uid();
    assert_eq!((owner("environ"), owner("mem"), owner("maps")), (0, 0, 0));
    if !is_root {
        assert!(std::fs::read(format!("{proc}/environ")).is_err());
    }
}
