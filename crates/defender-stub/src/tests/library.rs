//! Uploads to the library, and deletions.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::*;

/// A form's fields: name, file name, content.
type Fields<'a> = &'a [(&'a str, Option<&'a str>, &'a [u8])];

pub(super) fn form(url: &str, fields: Fields<'_>) -> Request {
    let mut body = Vec::new();
    for (name, file, content) in fields {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body.extend(
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n")
                .into_bytes(),
        );
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge--\r\n");
    Request::new("POST", url)
        .header("content-type", "multipart/form-data; boundary=edge")
        .body(body)
}

fn upload(client: &Client, fields: Fields<'_>) -> Reply {
    client.service.answer(&client.with_token(form(&format!("{API}/api/libraryfiles"), fields)))
}

#[test]
fn an_upload_can_be_run() {
    let client = Client::new(Scenario::default());
    let content = b"\xff\xfe--edge\r\nnot text\0";
    let file = ("File", Some("new.ps1"), &content[..]);
    let made =
        upload(&client, &[file, ("Description", None, b"x"), ("HasParameters", None, b"true")]);
    let made = (made.status, body(&made));
    assert_eq!(
        (made.0, &made.1["description"], &made.1["hasParameters"]),
        (200, &json!("x"), &json!(true))
    );
    assert_eq!(made.1["sha256"], format!("{:x}", Sha256::digest(content)));
    assert!(client.listed("/api/libraryfiles", "fileName").contains(&"new.ps1".to_owned()));

    let command =
        json!({ "type": "RunScript", "params": [{ "key": "ScriptName", "value": "new.ps1" }] });
    let run = json!({ "Comment": "x", "Commands": [command] });
    client.post(&format!("/api/machines/{}/runliveresponse", demo::WINDOWS), &run);
    client.service.advance(Duration::from_secs(10));
    assert_eq!(client.service.machine_actions()[0]["status"], "Succeeded");
}

#[test]
fn an_existing_name_is_replaced_only_on_request() {
    let client = Client::new(Scenario::default());
    let before = client.listed("/api/libraryfiles", "fileName").len();
    let file = ("File", Some("triage.ps1"), &b"new"[..]);
    assert_eq!(refusal(&upload(&client, &[file])), refused(400, "BadRequest"));
    assert_eq!(
        refusal(&upload(&client, &[file, ("OverrideIfExists", None, b"no")])),
        refused(400, "InvalidInput")
    );
    let replaced = body(&upload(&client, &[file, ("OverrideIfExists", None, b"true")]));
    assert_ne!(replaced["creationTime"], replaced["lastUpdatedTime"]);
    assert_eq!(client.listed("/api/libraryfiles", "fileName").len(), before);
}

#[test]
fn forms_are_checked() {
    let client = Client::new(Scenario::default());
    let large = vec![b'x'; 20 * 1024 * 1024 + 1];
    let file = ("File", Some("a.ps1"), &b"x"[..]);
    let trials: [(Fields<'_>, &str); 7] = [
        (&[("Description", None, b"x")], "MissingRequiredParameter"),
        (&[("file", Some("a.ps1"), b"x")], "InvalidRequestBody"),
        (&[("File", None, b"x")], "InvalidRequestBody"),
        (&[("File", Some("a:b.ps1"), b"x")], "InvalidInput"),
        (&[("File", Some("a.ps1"), &large)], "InvalidInput"),
        (&[file, file], "InvalidRequestBody"),
        (&[file, ("Description", None, b"\xff")], "InvalidRequestBody"),
    ];
    for (fields, code) in trials {
        assert_eq!(refusal(&upload(&client, fields)), refused(400, code), "{}", fields.len());
    }
    assert_eq!(
        refusal(&client.post("/api/libraryfiles", &json!({}))),
        refused(400, "InvalidRequestBody")
    );
    assert_eq!(upload(&client, &[("File", Some("full.bin"), &large[1..])]).status, 200);
}

#[test]
fn files_are_deleted_by_name() {
    let client = Client::new(Scenario::default());
    let reply = client.delete("/api/libraryfiles/hello%20copy.sh");
    assert_eq!((reply.status, reply.body.len()), (204, 0));
    assert_eq!(
        refusal(&client.delete("/api/libraryfiles/hello%20copy.sh")),
        refused(404, "ResourceNotFound")
    );
    assert_eq!(client.delete("/api/libraryfiles").status, 405);
}
