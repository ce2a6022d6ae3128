//! Secrets never show, in any message and any spelling.

use base64::engine::general_purpose::STANDARD;

use super::*;

fn opaque(bench: &Bench, token: &str) {
    let answer = json!({ "token_type": "Bearer", "access_token": token, "expires_in": 3600 });
    bench.network.answer(200, &answer.to_string());
}

#[test]
fn tokens_that_were_replaced_in_the_call_do_not_show() {
    let (first, second) = ("opaque~first~0123456789", "opaque~second~0123456789");
    let refused = |words: &str| {
        json!({
            "error": { "code": "Unauthorized", "message": words, "target": "|t." }
        })
    };
    let mut bench = bench();
    opaque(&bench, first);
    bench.network.answer(401, &refused("no").to_string());
    opaque(&bench, second);
    let words = format!("after {first} also {} was refused", second.replace('~', "%7e"));
    bench.network.answer(401, &refused(&words).to_string());
    let error = bench.isolate().unwrap_err();
    assert_eq!(error.details().unwrap()["serviceMessage"], "after … also … was refused");

    // One that was given up for another one with more roles, too.
    let mut bench = self::bench();
    opaque(&bench, first);
    bench.network.answer(200, MACHINE);
    bench.details().unwrap();
    bench.network.answer(403, &refused("no").to_string());
    opaque(&bench, second);
    bench.network.answer(403, &refused(&words).to_string());
    let error = bench.isolate().unwrap_err();
    assert!(!format!("{error:?}").contains("opaque"), "{error:?}");
}

#[test]
fn the_secret_does_not_show_in_the_login_server_s_words() {
    let basic = STANDARD.encode(format!("app:{SECRET}"));
    for spelt in
        [SECRET.to_owned(), SECRET.replace('-', "%2d"), SECRET.replace('-', "&#45;"), basic]
    {
        let body = json!({
            "error": "invalid_client",
            "error_description": format!("AADSTS7000215: got {spelt}.")
        });
        let mut bench = bench();
        bench.network.answer(401, &body.to_string());
        let error = bench.isolate().unwrap_err();
        assert_eq!(error.details().unwrap()["serviceMessage"], "AADSTS7000215: got ….", "{spelt}");
    }
}

#[test]
fn tokens_that_are_too_short_to_be_kept_out_of_messages_are_none() {
    let mut bench = bench();
    opaque(&bench, "1234567");
    assert_eq!(bench.details().unwrap_err().kind(), Kind::MalformedResponse);
    assert!(bench.sent().is_empty());
}
