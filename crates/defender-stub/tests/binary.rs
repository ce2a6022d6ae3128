//! The binary: what it prints, and that it serves.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Kills the process when the test ends, however it ends.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn stub() -> Command {
    Command::new(env!("CARGO_BIN_EXE_defender-stub"))
}

#[test]
fn the_first_line_leads_to_a_stub_that_serves() {
    let mut command = stub();
    command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = Process(command.spawn().unwrap());
    let mut line = String::new();
    BufReader::new(process.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["config"]["apiUrl"], line["url"]);
    assert!(line["secrets"]["clientSecret"].is_string(), "{line}");

    let address = line["url"].as_str().unwrap().strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    let request = "GET /api/machines HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    connection.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    connection.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 401"), "no token was presented: {response}");
}

#[test]
fn the_schema_is_the_one_of_the_library() {
    let output = stub().arg("--schema").output().unwrap();
    assert!(output.status.success());
    assert_eq!(
        serde_json::from_slice::<Value>(&output.stdout).unwrap(),
        serde_json::from_str::<Value>(defender_stub::Scenario::SCHEMA).unwrap()
    );
}

#[test]
fn a_scenario_that_is_wrong_ends_the_program() {
    let folder = std::env::temp_dir().join(format!("defender-stub-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in [("unknown.toml", "pendingSecond = 1.0\n"), ("broken.json", "{")] {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        let output = stub().args(["--listen", "127.0.0.1:0", "--scenario"]).arg(&path).output();
        let output = output.unwrap();
        assert!(!output.status.success() && output.stdout.is_empty(), "{name}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(name), "{name}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}
