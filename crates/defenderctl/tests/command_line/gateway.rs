//! An API below a path, as behind a gateway: a call there is watched as well as one at the root.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};

use crate::inside::{HOUR, ISOLATE, Inside, line_with};
use crate::shape::error_document;

/// Where the gateway has the API.
const BASE: &str = "/gateway/defender";

/// The address of a gateway in front of `http://ADDRESS:PORT`. It serves as long as the test runs.
fn gateway(url: &str) -> String {
    let behind = url.trim_start_matches("http://").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}{BASE}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        while let Ok((front, _)) = listener.accept() {
            let back = TcpStream::connect(&behind).expect("the stub");
            let (mut answers, mut client) =
                (back.try_clone().expect("a socket"), front.try_clone().expect("a socket"));
            thread::spawn(move || io::copy(&mut answers, &mut client));
            thread::spawn(move || forward(front, back));
        }
    });
    address
}

/// Takes the base off each request's path. What is not below it is not passed on.
fn forward(front: TcpStream, mut back: TcpStream) -> io::Result<()> {
    let mut front = BufReader::new(front);
    loop {
        let (mut head, mut length) = (String::new(), 0);
        while !head.ends_with("\r\n\r\n") {
            let start = head.len();
            if front.read_line(&mut head)? == 0 {
                return Ok(());
            }
            if let Some((name, value)) = head[start..].split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().expect("a length");
            }
        }
        assert!(head.contains(&format!(" {BASE}/")), "{head}");
        back.write_all(head.replacen(BASE, "", 1).as_bytes())?;
        io::copy(&mut front.by_ref().take(length), &mut back)?;
    }
}

/// The settings lead through a gateway.
fn behind_a_gateway(inside: &Inside) {
    let mut settings: Value =
        serde_json::from_slice(&inside.folder.read("my prod.json")).expect("JSON");
    let url = settings["config"]["apiUrl"].as_str().expect("an address");
    settings["config"]["apiUrl"] = json!(gateway(url));
    inside.folder.write("my prod.json", settings.to_string());
}

#[test]
fn an_interrupted_isolation_behind_a_gateway_is_known_by_its_id() {
    let inside = Inside::new();
    behind_a_gateway(&inside);
    let running = inside.isolation("--json");
    line_with(&running, "pending");
    running.interrupt();
    let details = error_document(&running.ends(1))["error"]["details"].clone();
    assert_eq!(details["targets"][0]["job"], details["job"]);
    inside.service().advance(2 * HOUR);
    let resumed = inside.shell(details["commands"]["resume"][0].as_str().unwrap()).succeeds();
    assert_eq!(resumed["job"]["id"], details["job"]["id"]);
}

#[test]
fn a_doubtful_isolation_behind_a_gateway_is_found() {
    let inside = Inside::without_answer_to(ISOLATE);
    behind_a_gateway(&inside);
    let running = inside.isolation("--json");
    inside.has_got(1, ISOLATE);
    running.interrupt();
    let details = error_document(&running.ends(1))["error"]["details"].clone();
    assert_eq!(details["targets"][0]["state"], "in-doubt");
    inside.service().advance(2 * HOUR);
    inside.shell(details["commands"]["resume"][0].as_str().expect("a command")).succeeds();
    assert_eq!(inside.service().sent(ISOLATE), 1);
}
