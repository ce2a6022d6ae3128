//! A failure keeps status, code and request id, in whichever envelope they come; and part of an
//! answer is no answer.

use super::*;

/// Body and headers of a failure, and the code and the request id that it has.
type Case<'c> = (&'c str, &'c [(&'c str, &'c str)], Option<&'c str>, Option<&'c str>);

const ID: &str = "313a644b-0000-48a9-9a37-2ea95245afb4";

#[test]
fn code_and_request_id_are_kept_in_every_envelope() {
    let long = format!(
        r#"{{"error":{{"code":"BadRequest","message":"{}","target":"{ID}"}}}}"#,
        "x".repeat(100_000)
    );
    let cases: [Case<'_>; 12] = [
        // Graph's, a connector gateway's, OData's.
        (
            r#"{"error":{"code":"BadRequest","message":"m","innerError":{"request-id":"r-2","client-request-id":"c"}}}"#,
            &[],
            Some("BadRequest"),
            Some("r-2"),
        ),
        (
            r#"{"error":{"code":400,"source":"x.azure-apim.net","clientRequestId":"c-1","message":"m","innerError":"i"}}"#,
            &[],
            Some("400"),
            Some("c-1"),
        ),
        (r#"{"error":{"code":"","message":"m","details":[]}}"#, &[], None, None),
        (
            "\u{feff}{\"error\":{\"code\":\"BadRequest\",\"message\":\"m\"}}",
            &[],
            Some("BadRequest"),
            None,
        ),
        (r#"{"Error":{"Code":"BadRequest","Message":"m"}}"#, &[], Some("BadRequest"), None),
        (&long, &[], Some("BadRequest"), None),
        // A target may name a property; the header counts first.
        (
            r#"{"error":{"code":"InvalidInput","message":"m","target":"Comment"}}"#,
            &[("request-id", ID)],
            Some("InvalidInput"),
            Some(ID),
        ),
        (
            r#"{"error":{"code":"InvalidInput","message":"m","target":"Comment"}}"#,
            &[],
            Some("InvalidInput"),
            None,
        ),
        (
            r#"{"error":{"code":"InvalidInput","message":"m","target":"|dda96034-4495868f9e453baf."}}"#,
            &[("client-request-id", "c")],
            Some("InvalidInput"),
            Some("dda96034-4495868f9e453baf"),
        ),
        (
            r#"{"error":{"code":"A","message":"m"},"error":{"code":"B"}}"#,
            &[("x-ms-request-id", "r")],
            None,
            Some("r"),
        ),
        (
            r#"{"statusCode":400,"message":"m"}"#,
            &[("request-id", ""), ("x-ms-correlation-request-id", "r")],
            None,
            Some("r"),
        ),
        ("<html>", &[("x-azure-ref", "r")], None, Some("r")),
    ];
    for (body, headers, code, id) in cases {
        let mut bench = bench().signed_in();
        bench.network.answer_with(400, headers, body);
        let error = bench.details().unwrap_err();
        assert_eq!((error.kind(), error.status()), (Kind::Rejected, Some(400)), "{body}");
        assert_eq!((error.code(), error.request_id()), (code, id), "{body}");
    }
}

#[test]
fn only_200_is_an_answer_to_a_read() {
    for status in [201, 202, 203, 204, 205, 206, 226] {
        let mut bench = bench().signed_in();
        bench.network.answer_with(
            status,
            &[("content-range", "bytes 0-9/100"), ("request-id", ID)],
            MACHINE,
        );
        let error = bench.details().unwrap_err();
        assert_eq!(
            (error.kind(), error.status(), error.request_id()),
            (Kind::MalformedResponse, Some(status), Some(ID))
        );
        for params in [json!({}), json!({ "all": true })] {
            bench
                .network
                .answer(status, r#"{"value":[{"id":"d1000000000000000000000000000000"}]}"#);
            let error = bench.call("getAgentList", params).unwrap_err();
            assert_eq!((error.kind(), error.status()), (Kind::MalformedResponse, Some(status)));
        }
    }
    for status in [202, 203, 205, 206] {
        let mut bench = bench().signed_in();
        bench.network.answer(status, ISOLATING);
        bench.network.answer(200, NOTHING);
        let error = bench.isolate().unwrap_err();
        assert_eq!(
            (error.kind(), error.retry(), error.status()),
            (Kind::MalformedResponse, Retry::Unknown, Some(status))
        );
    }
}

#[test]
fn a_part_of_a_file_is_no_file() {
    let link = json!({ "value": "https://x.blob.core.windows.net/r/a.json?sig=S" }).to_string();
    for status in [202, 203, 204, 206] {
        let mut bench = bench().signed_in();
        bench.network.answer(200, &link);
        bench.network.answer_with(status, &[("content-range", "bytes 0-3/100000")], "part");
        let params = json!({ "id": "a1" });
        let opened = bench.connector.open(
            "getActionResults",
            &params.to_string(),
            &bench.network,
            &bench.clock,
        );
        let error = opened.err().unwrap();
        assert_eq!((error.kind(), error.status()), (Kind::MalformedResponse, Some(status)));
        bench.network.answer(200, &link);
        bench.network.answer(status, "part");
        let error = bench.call("getActionResults", params).unwrap_err();
        assert_eq!((error.kind(), error.status()), (Kind::MalformedResponse, Some(status)));
    }
}
