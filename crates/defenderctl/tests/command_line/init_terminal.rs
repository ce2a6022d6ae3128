//! `config init` on a terminal: it asks for the client secret alone, and shows nothing of it.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::init::{flags, mode, settings};
use crate::run::Call;
use crate::world::World;

/// Many times what any answer takes.
const PATIENCE_MS: u64 = 30_000;

/// A terminal, and everything that it has shown.
struct Terminal {
    session: PtySession,
    shown: String,
}

impl Terminal {
    fn of(call: Call) -> Self {
        let call = call.env("TERM", "xterm").env("NO_COLOR", "1").command;
        // What is not to be shown is typed into a terminal that echoes, as a person's does; and is
        // it left as it was?
        let mut command = Command::new("sh");
        let script = "trap : INT; stty echo; \"$0\" \"$@\"; code=$?; stty -a; exit $code";
        command.args(["-c", script]).arg(call.get_program()).args(call.get_args());
        command.current_dir(call.get_current_dir().expect("a folder"));
        for (name, value) in call.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Self {
            session: spawn_command(command, Some(PATIENCE_MS)).expect("a terminal"),
            shown: String::new(),
        }
    }

    /// Waits until this is shown.
    fn shows(&mut self, text: &str) {
        let before = self
            .session
            .exp_string(text)
            .unwrap_or_else(|error| panic!("{text}: {error}\n{}", self.shown));
        self.shown += &before;
        self.shown += text;
    }

    /// Waits for a question and types.
    fn answer(&mut self, question: &str, keys: &str) {
        self.shows(question);
        self.session.send(keys).expect("a terminal that listens");
        self.session.flush().expect("a terminal that listens");
    }

    /// Waits for the end.
    fn ends(mut self, code: i32) -> String {
        self.shown += &self.session.exp_eof().expect("an end");
        // Its type has no name here: `Exited(Pid(1), 0)`.
        let status = format!("{:?}", self.session.process().wait().expect("a status"));
        assert!(
            status.starts_with("Exited") && status.ends_with(&format!(", {code})")),
            "{status}\n{}",
            self.shown
        );
        self.shown
    }
}

const QUESTION: &str = "Client secret (not shown; Enter: it is in $DEFENDER_CLIENT_SECRET)";

fn init(world: &World, file: &str) -> Terminal {
    Terminal::of(world.call(&format!("config init -c {file} {}", flags(world))))
}

#[test]
fn a_pasted_secret_is_never_shown_and_lies_in_a_private_file_of_its_own() {
    for (file, secret) in [("made.toml", "made.secret"), ("prod.secret", "prod.secret.secret")] {
        let world = World::new();
        let mut terminal = init(&world, file);
        terminal.answer(QUESTION, &format!("{}\r", world.secret()));
        let shown = terminal.ends(0);
        assert!(!shown.contains(world.secret()), "{shown}");
        assert!(shown.contains(&format!("the client secret is in {secret}")), "{shown}");
        assert!(
            shown.contains(&format!("to check it: defenderctl config test -c {file}")),
            "{shown}"
        );
        assert_eq!(world.folder.read(secret), world.secret().as_bytes());
        for name in [file, secret] {
            assert_eq!(mode(&world.folder, name), 0o600, "{name}");
        }
        let made = settings(&world.folder, file);
        assert_eq!(made["secrets"], serde_json::json!({ "clientSecret": { "file": secret } }));
        world.call(&format!("config test -c {file}")).ends(0);
    }
}

#[test]
fn enter_takes_the_variable_and_says_that_it_is_not_set() {
    let world = World::new();
    let mut terminal = init(&world, "made.toml");
    terminal.answer(QUESTION, "\r");
    let shown = terminal.ends(0);
    assert!(shown.contains("DEFENDER_CLIENT_SECRET is not set here"), "{shown}");
    world.call("config test -c made.toml").env("DEFENDER_CLIENT_SECRET", world.secret()).ends(0);
}

#[test]
fn nothing_is_asked_for_a_template_or_with_a_credential() {
    let world = World::new();
    world.folder.write("secret.txt", world.secret());
    let with_file = format!("config init -c made.toml {} --secret-file secret.txt", flags(&world));
    for arguments in ["config init -c template.toml", &with_file] {
        let shown = Terminal::of(world.call(arguments)).ends(0);
        assert!(!shown.contains("Client secret"), "{shown}");
    }
}

#[test]
fn a_secret_s_file_that_exists_is_not_replaced_and_nothing_is_asked() {
    let world = World::new();
    world.folder.write("made.secret", "the only copy");
    let shown = init(&world, "made.toml").ends(2);
    assert!(shown.contains("--secret-file made.secret") && !shown.contains("not shown"), "{shown}");
    assert_eq!(world.folder.read("made.secret"), b"the only copy");
}

#[test]
fn ctrl_c_ends_it_with_the_terminal_as_it_was_and_nothing_written() {
    let world = World::new();
    let before = world.folder.names();
    let mut terminal = init(&world, "made.toml");
    terminal.answer(QUESTION, "\u{3}");
    let shown = terminal.ends(130);
    for part in ["nothing was written", "\u{1b}[?25h", "iexten echo "] {
        assert!(shown.contains(part), "{part:?} in {shown:?}");
    }
    assert_eq!(world.folder.names(), before);
}

#[test]
fn settings_whose_place_is_taken_meanwhile_leave_no_secret_behind() {
    let world = World::new();
    let mut terminal = init(&world, "made.toml");
    terminal.shows(QUESTION);
    world.folder.write("made.toml", "the only copy");
    terminal.answer("", &format!("{}\r", world.secret()));
    let shown = terminal.ends(1);
    assert!(shown.contains("made.toml cannot be written"), "{shown}");
    assert_eq!(world.folder.names(), ["made.toml", "prod.json", "scenario.json"]);
    assert_eq!(world.folder.read("made.toml"), b"the only copy");
}
