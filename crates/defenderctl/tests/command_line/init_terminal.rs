//! `init` on a terminal: it asks, checks each answer at once, and shows no secret.

use std::process::Command;
use std::time::{Duration, Instant};

use rexpect::session::{PtySession, spawn_command};

use crate::init::{mode, settings};
use crate::run::Call;
use crate::world::World;

/// Many times what any answer takes.
const PATIENCE_MS: u64 = 30_000;

const DOWN: &str = "\x1b[B";

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

fn text<'a>(world: &'a World, name: &str) -> &'a str {
    world.first_line["config"][name].as_str().expect("text")
}

/// Answers everything up to the secret, the tenant wrongly at first.
fn fields(terminal: &mut Terminal, world: &World) {
    terminal.answer("Cloud of the tenant", "\r");
    terminal.answer("Tenant ID", "not/one\r");
    terminal.shows("must be a GUID");
    terminal.answer("Tenant ID", &format!("{}\r", text(world, "tenantId")));
    terminal.answer("Application client ID", &format!("{}\r", text(world, "clientId")));
    terminal.answer("Addresses of your own", "y");
    terminal.answer("API URL", &format!("{}\r", text(world, "apiUrl")));
    terminal.answer("OAuth Server URL", &format!("{}\r", text(world, "oAuthServerUrl")));
    terminal.answer("Microsoft Graph URL", &format!("{}\r", text(world, "graphUrl")));
}

#[test]
fn a_pasted_secret_is_never_shown_and_lies_in_a_private_file_of_its_own() {
    let world = World::new();
    let mut terminal = Terminal::of(world.call("config init -c made.toml"));
    fields(&mut terminal, &world);
    terminal.answer("How does the application sign in?", "\r");
    terminal.answer("Where is the client secret?", &format!("{DOWN}{DOWN}\r"));
    terminal.answer("Client secret (not shown)", &format!("{}\r", world.secret()));
    let shown = terminal.ends(0);
    assert!(!shown.contains(world.secret()), "{shown}");
    assert!(shown.contains("passed   token") && shown.contains("made.secret"), "{shown}");
    assert!(shown.contains("to go on: defenderctl run getAgentList -c made.toml"), "{shown}");
    assert_eq!(world.folder.read("made.secret"), world.secret().as_bytes());
    for name in ["made.toml", "made.secret"] {
        assert_eq!(mode(&world.folder, name), 0o600, "{name}");
    }
    let made = settings(&world.folder, "made.toml");
    assert_eq!(made["secrets"], serde_json::json!({ "clientSecret": { "file": "made.secret" } }));
    assert_eq!(made["config"]["cloud"], "commercial");
}

#[test]
fn a_variable_that_is_not_set_yet_is_named_and_nothing_is_tested() {
    let world = World::new();
    let mut terminal = Terminal::of(world.call("config init -c made.toml"));
    fields(&mut terminal, &world);
    terminal.answer("How does the application sign in?", "\r");
    terminal.answer("Where is the client secret?", "\r");
    terminal.answer("Name of the variable", "STUB_SECRET\r");
    let shown = terminal.ends(0);
    assert!(
        shown.contains("STUB_SECRET is not set here") && shown.contains("not tested"),
        "{shown}"
    );
    world.call("config test -c made.toml").env("STUB_SECRET", world.secret()).ends(0);
}

#[test]
fn a_certificate_that_is_none_is_asked_for_again() {
    let world = World::new();
    world.folder.write("c.pem", "no certificate");
    world.folder.write("secret.txt", world.secret());
    let mut terminal = Terminal::of(world.call("config init -c made.toml"));
    fields(&mut terminal, &world);
    terminal.answer("How does the application sign in?", &format!("{DOWN}\r"));
    terminal.answer("File with the certificate", "c.pem\r");
    terminal.answer("File with its key", "c.pem\r");
    terminal.shows("holds no certificate");
    terminal.answer("How does the application sign in?", "\r");
    terminal.answer("Where is the client secret?", &format!("{DOWN}\r"));
    terminal.answer("File", "secret.txt\r");
    assert!(terminal.ends(0).contains("passed   read"));
}

#[test]
fn an_existing_file_stays_unless_the_answer_is_yes() {
    let world = World::new();
    world.folder.write("made.toml", "old");
    let mut terminal = Terminal::of(world.call("config init -c made.toml"));
    terminal.answer("Replace it?", "n");
    assert!(terminal.ends(2).contains("--force"));
    assert_eq!(world.folder.read("made.toml"), b"old");
}

#[test]
fn ctrl_c_ends_it_with_the_terminal_as_it_was_and_nothing_written() {
    let world = World::new();
    let before = world.folder.names();
    let questions = ["Cloud of the tenant", "Tenant ID", "Client secret (not shown)"];
    for (before_it, stops_at) in questions.into_iter().enumerate() {
        let mut terminal = Terminal::of(world.call("config init -c made.toml"));
        match before_it {
            0 => {}
            1 => terminal.answer("Cloud of the tenant", "\r"),
            _ => {
                fields(&mut terminal, &world);
                terminal.answer("How does the application sign in?", "\r");
                terminal.answer("Where is the client secret?", &format!("{DOWN}{DOWN}\r"));
            }
        }
        terminal.answer(stops_at, "\u{3}");
        let shown = terminal.ends(130);
        for part in ["nothing was written", "\u{1b}[?25h", "iexten echo "] {
            assert!(shown.contains(part), "{part:?} at {stops_at} in {shown:?}");
        }
    }
    assert_eq!(world.folder.names(), before);
}

#[test]
fn a_typed_secret_has_a_file_of_its_own_whatever_the_settings_are_called() {
    let world = World::new();
    let mut terminal = Terminal::of(world.call("config init -c prod.secret"));
    fields(&mut terminal, &world);
    terminal.answer("How does the application sign in?", "\r");
    terminal.answer("Where is the client secret?", &format!("{DOWN}{DOWN}\r"));
    terminal.answer("Client secret (not shown)", &format!("{}\r", world.secret()));
    terminal.ends(0);
    assert_eq!(world.folder.read("prod.secret.secret"), world.secret().as_bytes());
    let made = settings(&world.folder, "prod.secret");
    assert_eq!(
        made["secrets"],
        serde_json::json!({ "clientSecret": { "file": "prod.secret.secret" } })
    );
}

#[test]
fn ctrl_c_while_the_files_are_written_leaves_both_of_them_and_no_third() {
    let world = World::new();
    let mut names = world.folder.names();
    let mut terminal = Terminal::of(world.call("config init -c made.toml"));
    fields(&mut terminal, &world);
    terminal.answer("How does the application sign in?", "\r");
    terminal.answer("Where is the client secret?", &format!("{DOWN}{DOWN}\r"));
    terminal.answer("Client secret (not shown)", &format!("{}\r", world.secret()));
    let deadline = Instant::now() + Duration::from_millis(PATIENCE_MS);
    while world.folder.names() == names {
        assert!(Instant::now() < deadline, "nothing is written: {}", terminal.shown);
    }
    terminal.session.send("\u{3}").expect("a terminal that listens");
    terminal.session.flush().expect("a terminal that listens");
    terminal.ends(130);
    names.extend(["made.secret".to_owned(), "made.toml".to_owned()]);
    names.sort();
    assert_eq!(world.folder.names(), names);
}

#[test]
fn settings_whose_place_is_taken_meanwhile_leave_no_secret_behind() {
    let world = World::new();
    let mut terminal = Terminal::of(world.call("config init -c made.toml"));
    fields(&mut terminal, &world);
    terminal.answer("How does the application sign in?", "\r");
    terminal.answer("Where is the client secret?", &format!("{DOWN}{DOWN}\r"));
    terminal.shows("Client secret (not shown)");
    world.folder.write("made.toml", "the only copy");
    terminal.answer("", &format!("{}\r", world.secret()));
    let shown = terminal.ends(1);
    assert!(shown.contains("made.toml cannot be written"), "{shown}");
    assert_eq!(world.folder.names(), ["made.toml", "prod.json", "scenario.json"]);
    assert_eq!(world.folder.read("made.toml"), b"the only copy");
}
