use time::OffsetDateTime;

use crate::machines::Names;

use super::*;

fn layout(on_screen: bool, width: Option<usize>) -> Layout<'static> {
    Layout {
        on_screen,
        width,
        columns: &[],
        has_jobs: false,
        has_output: true,
        names: Names::NONE,
        now: OffsetDateTime::UNIX_EPOCH,
    }
}

fn rendered(data: &str) -> String {
    people(data, "true", layout(false, None))
}

#[test]
fn a_record_is_a_line_a_member() {
    assert_eq!(
        rendered(r#"{"id":"a","computerDnsName":null,"tags":["x"],"note":"1\n2\u001b"}"#),
        ["id    a", r#"tags  ["x"]"#, "note  1", "      2\u{fffd}",].join("\n")
    );
    assert_eq!(rendered(r#""done""#), "done");
    let schema =
        r#"{"anyOf":[{"properties":{"id":{},"status":{}}},{"properties":{"results":{}}}]}"#;
    let layout = layout(false, None);
    let data = r#"{"@odata.context":"x","comment":"c","status":"s","id":"a"}"#;
    assert_eq!(people(data, schema, layout), "id       a\nstatus   s\ncomment  c");
}

#[test]
fn a_screen_shows_a_job_in_short() {
    let data = r#"{"id":"a","type":"Isolate","status":"Succeeded","machineId":"m","requestor":"r",
        "computerDnsName":"ws","errorHResult":0,"commands":[],"requestSource":"PublicApi",
        "creationDateTimeUtc":"1969-12-31T23:59:00.1234567Z"}"#;
    let shown = |layout| people(data, "true", layout);
    let lines = [
        "machine    ws",
        "type       Isolate",
        "status     Succeeded",
        "requestor  r",
        "created    1969-12-31T23:59:00Z (59 s ago)",
        "id         a",
    ];
    assert_eq!(shown(layout(true, None)), lines.join("\n"));
    let failed = data.replace(r#""errorHResult":0"#, r#""errorHResult":-5"#);
    assert!(people(&failed, "true", layout(true, None)).contains("errorHResult  -5"));
    let whole = shown(layout(false, None));
    assert!(whole.contains("errorHResult         0") && whole.contains("PublicApi"), "{whole}");
}

#[test]
fn a_list_is_a_table_and_an_empty_one_says_so() {
    assert_eq!(rendered(r#"{"value":[{"id":"a","n":1},{"id":"b"}]}"#), "n  id\n1  a\n   b");
    assert_eq!(rendered(r#"{"value":[]}"#), "nothing found");
    assert_eq!(rendered(r#"{"value":[{"a":{}}]}"#), r#"{"a":{}}"#);
    assert_eq!(rendered(r#"{"value":["x","y"]}"#), "x\ny");
}

#[test]
fn on_a_screen_a_list_of_records_is_their_number() {
    let data = r#"{"value":[{"id":"a","of":[{"x":1},{"x":2}]},{"id":"b","of":[]}]}"#;
    let schema = r#"{"properties":{"value":{"items":{"properties":{"id":{},"of":{}}}}}}"#;
    let shown = |on_screen| people(data, schema, layout(on_screen, None));
    let shown_on_screen = shown(true);
    let cells: Vec<&str> = shown_on_screen.split_whitespace().collect();
    assert!(cells.ends_with(&["2", "a", "[]", "b"]), "{shown_on_screen}");
    assert!(shown(false).contains(r#"[{"x":1},{"x":2}]"#));
}

#[test]
fn what_a_table_leaves_out_is_noted() {
    let noted = |data: &str, width| notes(data, "true", layout(true, width));
    let page = r#"{"value":[{"id":"a","b":"x","c":"y"}],"page":1,"total":1}"#;
    assert!(noted(page, None).is_empty());
    assert_eq!(
        noted(page, Some(7)),
        ["1 column hidden (terminal too narrow): `-o wide` shows all"]
    );
}

#[test]
fn many_machines_are_a_table_of_what_came_of_each() {
    let data = r#"{"results":[
        {"target":{"id":"a","computerDnsName":"ws"},"status":"ok","data":{"exit_code":2,"script_output":"hi\n"},
         "job":{"id":"m","state":"succeeded"}},
        {"target":{"id":"b"},"status":"error","error":{"kind":"conflict","message":"Busy."}}]}"#;
    let lines: Vec<String> = rendered(data).lines().map(str::to_owned).collect();
    let words = |n: usize| lines[n].split_whitespace().collect::<Vec<_>>();
    assert_eq!(words(1), ["ws", "ok", "succeeded", "m"]);
    assert_eq!(words(2), ["b", "error", "conflict:", "Busy."]);
    assert_eq!(lines[3..], ["", "ws:", "| exit code 2", "| hi"]);
}

#[test]
fn a_screen_has_each_machine_s_name_and_job_and_its_error_below() {
    let data = r#"{"results":[
        {"target":{"id":"A"},"status":"ok","job":{"id":"1234567890","state":"succeeded"}},
        {"target":{"id":"b"},"status":"error","error":{"kind":"action-failed",
         "message":"Access was denied.","details":{"machineAction":
         {"id":"abcdefabcdef","status":"Failed","computerDnsName":"srv"}}}}]}"#;
    let names = Names::new([("a".to_owned(), "ws".to_owned())]);
    let shown = people(data, "true", Layout { names: &names, ..layout(true, Some(60)) });
    let lines: Vec<&str> = shown.lines().collect();
    let words = |n: usize| lines[n].split_whitespace().collect::<Vec<_>>();
    assert_eq!(words(1), ["ws", "ok", "succeeded", "12345678"]);
    assert_eq!(words(2), ["srv", "error", "Failed", "abcdefab"]);
    assert_eq!(lines[3..], ["srv: action-failed: Access was denied."]);
    let wide = people(data, "true", Layout { names: &names, ..layout(false, None) });
    assert!(wide.contains("abcdefabcdef") && wide.contains("srv"), "{wide}");
}

#[test]
fn a_machine_cannot_write_a_result_of_another() {
    let data = r#"{"results":[{"target":{"id":"a","computerDnsName":"x\nws:\ny  ok"},"status":"error",
        "error":{"kind":"conflict","message":"Busy.\nws  ok"},
        "data":{"script_output":"1\n\nws:\r\nclean\u001b[1A"}}]}"#;
    let lines: Vec<String> = rendered(data).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 8, "{lines:?}");
    assert!(
        lines[1].starts_with("x\u{fffd}ws:\u{fffd}y  ok  ")
            && lines[1].ends_with("conflict: Busy.\u{fffd}ws  ok")
    );
    assert_eq!(lines[3], "x\u{fffd}ws:\u{fffd}y  ok:");
    assert_eq!(lines[4..], ["| 1", "| ", "| ws:", "| clean\u{fffd}[1A"]);
    assert_eq!(rendered(r#"{"a\nb":"c"}"#), "a\u{fffd}b  c");
    assert_eq!(rendered(r#"{"value":["a\nb"]}"#), "a\u{fffd}b");
}

#[test]
fn what_cannot_be_decoded_is_shown_all_the_same() {
    assert_eq!(rendered(r#"{"exit_code":0,"script_output":"a\ud83d"}"#), "a\u{fffd}");
    assert_eq!(rendered(r#"{"value":[{"id":"a","\udc00":1e400}]}"#), "\u{fffd}      id\n1e400  a");
    let as_text = r#"{"results":[{"target":{"id":"a"},"status":"ok","data":"{\"script_output\":\"x\\ud83d\"}"},7]}"#;
    let lines: Vec<String> = rendered(as_text).lines().map(str::to_owned).collect();
    assert_eq!((lines[2].trim_end(), lines[5].as_str()), ("7", "| x\u{fffd}"), "{lines:?}");
}

#[test]
fn a_script_s_output_is_text() {
    let data = r#"{"script_name":"a.ps1","exit_code":0,"script_output":"one\r\ntwo\n","script_errors":"odd"}"#;
    assert_eq!(rendered(data), "one\ntwo\nerrors:\nodd");
    assert_eq!(
        rendered(r#"{"exit_code":0,"script_output":"","script_errors":""}"#),
        "the script printed nothing"
    );
    assert_eq!(rendered(r#"{"text":"plain"}"#), "plain");
}
