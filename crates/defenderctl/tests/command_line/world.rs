//! A stub of its own for a test, and a folder with the settings that lead to it.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

#[cfg(unix)]
use crate::run::Ran;
use crate::run::{Call, Running, call, state};

/// An active Windows machine of the stub's demo world.
pub(crate) const MACHINE: &str = "9a3f0c51be7724d06e1188f2c4d53aa07be61d92";

/// The settings that lead to the stub as they are.
pub(crate) const SETTINGS: &str = "prod.json";

/// A folder that vanishes with its test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "command-line-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    /// The binary with these arguments, in this folder.
    pub(crate) fn call(&self, arguments: &str) -> Call {
        call(&self.0, arguments)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("space");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names of all files, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
        let _ = fs::remove_dir_all(state(&self.0));
    }
}

/// A stub at work. Its fields end in this order: the server, then the folder it was started in.
pub(crate) struct World {
    stub: Served,
    /// The stub's first line: where it is, and what leads there.
    pub(crate) first_line: Value,
    /// Where the commands run.
    pub(crate) folder: Folder,
}

impl World {
    /// The demo world, whose actions are over at once.
    pub(crate) fn new() -> Self {
        Self::with(json!({}))
    }

    /// The same with these members of the scenario.
    pub(crate) fn with(mut scenario: Value) -> Self {
        let folder = Folder::new();
        let members = scenario.as_object_mut().expect("an object");
        for name in ["pendingSeconds", "runningSeconds"] {
            members.entry(name).or_insert(json!(0.0));
        }
        folder.write("scenario.json", scenario.to_string());
        let stub = folder
            .call("stub --listen 127.0.0.1:0 --scenario scenario.json")
            .env("DEFENDERCTL_LOG", "trace")
            .start();
        let first_line = serde_json::from_str(&stub.line()).expect("JSON");
        let world = Self { stub: Served(Some(stub)), first_line, folder };
        world.settings(SETTINGS, json!({}));
        world
    }

    /// Writes settings that lead to the stub, with these members in place of those of the same
    /// name.
    pub(crate) fn settings(&self, name: &str, changes: Value) {
        self.folder.write(name, self.document(changes).to_string());
    }

    /// The settings that lead to the stub, with these changes. What is null is left out.
    pub(crate) fn document(&self, changes: Value) -> Value {
        let mut document =
            json!({ "config": self.first_line["config"], "secrets": self.first_line["secrets"] });
        merge(&mut document, changes);
        document
    }

    /// The stub's client secret.
    pub(crate) fn secret(&self) -> &str {
        self.first_line["secrets"]["clientSecret"].as_str().expect("a secret")
    }

    /// The binary with these arguments, in the world's folder.
    pub(crate) fn call(&self, arguments: &str) -> Call {
        self.folder.call(arguments)
    }

    /// Runs a script, which is over at once, and yields the machine action's id.
    pub(crate) fn script(&self) -> String {
        let params = json!({ "id": MACHINE, "parameters": { "scriptName": "triage.ps1" } });
        let call = self
            .call("run runScript --yes -c prod.json --params - --json")
            .input(&params.to_string());
        call.succeeds()["job"]["id"].as_str().expect("an id").to_owned()
    }

    /// The machine actions that the service has on record for a machine: what was really sent.
    pub(crate) fn actions(&self, machine: &str) -> Vec<Value> {
        let arguments =
            format!("run getActions -c prod.json --json -p machineId={machine} -p pageSize=100");
        let mut document = self.call(&arguments).succeeds();
        document["data"]["value"].as_array_mut().map(std::mem::take).expect("a list")
    }

    /// Ends the stub as Ctrl-C does and yields what it said after its first line.
    #[cfg(unix)]
    pub(crate) fn end(mut self) -> Ran {
        self.stub.end().expect("a stub")
    }
}

/// A stub whose faults must all have made a difference, unless the test ends it by itself.
#[cfg_attr(not(unix), expect(dead_code, reason = "it is killed when dropped"))]
struct Served(Option<Running>);

impl Served {
    #[cfg(unix)]
    fn end(&mut self) -> Option<Ran> {
        let stub = self.0.take()?;
        stub.interrupt();
        Some(stub.ends(0))
    }
}

#[cfg(unix)]
impl Drop for Served {
    fn drop(&mut self) {
        // A test that fails already says why.
        if std::thread::panicking() {
            return;
        }
        if let Some(ran) = self.end() {
            assert!(!ran.stderr.contains("made no difference"), "{}", ran.stderr);
        }
    }
}

/// Puts members in place of those of the same name, table by table (RFC 7396).
fn merge(target: &mut Value, changes: Value) {
    match (target, changes) {
        (Value::Object(members), Value::Object(changes)) => {
            for (name, change) in changes {
                match change {
                    Value::Null => drop(members.remove(&name)),
                    change => merge(members.entry(name).or_insert(json!({})), change),
                }
            }
        }
        (target, change) => *target = change,
    }
}
