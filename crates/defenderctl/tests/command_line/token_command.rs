//! An access token that another program prints.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::credentials::only;
use crate::secrets::{assert_silent, loud};
use crate::world::World;

const LIST: &str = "run getAgentList --json -c prod.json";

/// A token of the stub, asked for as another program would.
fn access_token(world: &World) -> String {
    let config = &world.first_line["config"];
    let text = |name: &str| config[name].as_str().expect("text");
    let addr = world.first_line["url"]
        .as_str()
        .and_then(|url| url.strip_prefix("http://"))
        .expect("a URL");
    let scope = config["oAuthScope"]
        .as_str()
        .unwrap_or("https://api.securitycenter.microsoft.com/.default");
    let body = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope={scope}",
        text("clientId"),
        percent_encoding::utf8_percent_encode(world.secret(), percent_encoding::NON_ALPHANUMERIC)
    );
    let head = format!(
        "POST /{}/oauth2/v2.0/token HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
        text("tenantId"),
        body.len()
    );
    let mut stream = TcpStream::connect(addr).expect("a connection");
    stream.write_all((head + &body).as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let body: Value =
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {answer}"));
    body["access_token"].as_str().expect("a token").to_owned()
}

#[test]
fn a_command_that_prints_a_token_signs_in() {
    let world = World::new();
    let token = access_token(&world);
    world.folder.write("bare", format!("{token}\n"));
    world
        .folder
        .write("azure.json", json!({ "accessToken": token, "tokenType": "Bearer" }).to_string());
    world.folder.write("oauth.json", json!({ "access_token": token }).to_string());
    for file in ["bare", "azure.json", "oauth.json"] {
        only(&world, "accessToken", json!({ "command": ["cat", file] }));
        let ran = loud(world.call(LIST), "trace").ends(0);
        assert_silent(&ran, &[], file);
    }
    // A program with a path is one beside the settings; the shell's own characters reach it as they
    // are.
    world.folder.write("print.sh", "#!/bin/sh\n[ \"$1\" = '$(x) *' ] && cat \"${0%/*}/bare\"\n");
    std::fs::set_permissions(world.folder.path("print.sh"), PermissionsExt::from_mode(0o700))
        .expect("a program");
    only(&world, "accessToken", json!({ "command": ["./print.sh", "$(x) *"] }));
    let settings = world.folder.path("prod.json");
    let elsewhere = crate::run::call(&std::env::temp_dir(), "run getAgentList --json");
    elsewhere.env("DEFENDERCTL_CONFIG", &settings.display().to_string()).ends(0);
}

#[test]
fn a_command_that_fails_is_reported_without_what_it_printed() {
    let world = World::new();
    let token = access_token(&world);
    let script = format!(
        "echo {token}; echo \"no subscription: {token} opaque-output\" >&2; echo opaque-output; exit 7"
    );
    only(&world, "accessToken", json!({ "command": ["sh", "-c", script] }));
    let ran = loud(world.call(LIST), "trace").ends(2);
    assert_silent(&ran, &[&token, "opaque-output"], "a command that fails");
    let problem = &ran.json()["error"]["details"][0];
    assert_eq!(problem["pointer"], "/secrets/accessToken/command");
    let problem = problem["problem"].as_str().expect("words");
    assert!(problem.contains("exit status: 7") && problem.contains("no subscription"), "{problem}");
}
