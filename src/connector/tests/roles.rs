//! Permissions that a token lacks: one new token if it was not made for the call, and what is said
//! if that does not help.

use super::*;

/// A connector whose token was made by an earlier call, with these roles.
fn with_token_of(roles: &[&str]) -> Bench {
    let mut bench = bench();
    sign_in(&bench, roles);
    bench.network.answer(200, MACHINE);
    bench.details().unwrap();
    bench
}

fn sign_in(bench: &Bench, roles: &[&str]) {
    let answer =
        json!({ "token_type": "Bearer", "access_token": token(roles), "expires_in": 3600 });
    bench.network.answer(200, &answer.to_string());
}

fn sign_ins(bench: &Bench) -> usize {
    bench.network.lines().iter().filter(|line| line.contains("/oauth2/")).count()
}

#[test]
fn a_403_costs_one_new_token_if_the_one_in_use_was_not_made_for_the_call() {
    let mut bench = with_token_of(&["Machine.Read.All"]);
    bench.network.answer(403, &refusal("Forbidden"));
    sign_in(&bench, &["Machine.Read.All", "Machine.Isolate"]);
    bench.network.answer(201, ISOLATING);
    let (outcome, usage) = bench.isolate().unwrap();
    assert_eq!((outcome.job.unwrap().id.as_str(), usage.retries), ("a1", 1));
    assert_eq!((bench.posts(), sign_ins(&bench)), (2, 2));

    // The new token is no better, and there is no third one.
    let mut bench = with_token_of(&[]);
    bench.network.answer(403, &refusal("Forbidden"));
    sign_in(&bench, &[]);
    bench.network.answer(403, &refusal("Forbidden"));
    let error = bench.details().unwrap_err();
    assert_eq!((error.kind(), error.status(), sign_ins(&bench)), (Kind::Forbidden, Some(403), 2));

    // One that was made for the call is as new as can be.
    let mut bench = self::bench();
    sign_in(&bench, &[]);
    bench.network.answer(403, &refusal("Forbidden"));
    assert_eq!(bench.isolate().unwrap_err().kind(), Kind::Forbidden);
    assert_eq!((bench.posts(), sign_ins(&bench)), (1, 1));

    // The login server's failure does not hide the refusal, and does not cost the token.
    let mut bench = with_token_of(&[]);
    bench.network.answer(403, &refusal("Forbidden"));
    bench.network.answer(400, "{}");
    assert_eq!(bench.isolate().unwrap_err().kind(), Kind::Forbidden);
    bench.network.answer(200, MACHINE);
    bench.details().unwrap();

    // A gateway's says nothing of roles.
    let mut bench = with_token_of(&[]);
    bench.network.answer(403, "<html>");
    assert_eq!(bench.details().unwrap_err().kind(), Kind::Forbidden);
    assert_eq!(sign_ins(&bench), 1);
}

#[test]
fn a_role_that_a_step_needs_is_looked_for_in_a_new_token_before_anything_is_sent() {
    let calls = [
        json!({ "id": "d1000000000000000000000000000000", "comment": "c", "dryRun": true }),
        json!({ "id": "d1000000000000000000000000000000", "comment": "c", "ensure": true }),
        json!({ "id": "d1000000000000000000000000000000", "comment": "c", "wait": {} }),
    ];
    for params in calls {
        let mut bench = with_token_of(&[]);
        sign_in(&bench, &["Machine.Read.All", "Machine.Isolate"]);
        if params["dryRun"].is_null() {
            let mut done: Value = serde_json::from_str(ISOLATING).unwrap();
            done["status"] = "Succeeded".into();
            done["creationDateTimeUtc"] = "2026-11-24T12:00:01Z".into();
            if params["ensure"] == true {
                bench.network.answer(200, NOTHING);
            }
            bench.network.answer_with(
                201,
                &[("date", "Tue, 24 Nov 2026 12:00:00 GMT")],
                &done.to_string(),
            );
            // Whether an opposite is under way.
            if params["ensure"].is_null() {
                bench.network.answer(200, NOTHING);
            }
        }
        bench.call("isolateHost", params.clone()).unwrap();
        assert_eq!(sign_ins(&bench), 2, "{params}");

        let mut bench = with_token_of(&[]);
        sign_in(&bench, &[]);
        let error = bench.call("isolateHost", params.clone()).unwrap_err();
        assert_eq!(
            (error.kind(), sign_ins(&bench), bench.posts()),
            (Kind::Forbidden, 2, 0),
            "{params}"
        );
        assert!(error.message().contains("`isolateHost`"), "{}", error.message());
        assert_eq!(
            error.message().contains("`getActions`"),
            params["dryRun"].is_null(),
            "{}",
            error.message()
        );
    }
}

#[test]
fn a_refused_step_is_reported_by_the_name_of_what_was_asked_for() {
    let mut bench = bench().signed_in();
    bench.network.answer(403, &refusal("Forbidden"));
    let error = bench
        .call("isolateHost", json!({ "host": { "computerDnsName": "ws" }, "comment": "c" }))
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Forbidden);
    assert!(
        error.message().contains("`isolateHost`") && error.message().contains("`getAgentList`"),
        "{}",
        error.message()
    );
    assert_eq!(error.details().unwrap()["required"][0][0], "Machine.Read.All");
}

/// A connector with the token of a person who signed in, with these scopes.
fn of_person(scopes: &str) -> Bench {
    let claims = json!({
        "aud": "https://api.securitycenter.microsoft.com", "scp": scopes,
        "upn": "jdoe@contoso.example", "exp": NOON.as_secs() + 1_000_000
    });
    let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
    let token = format!("eyJhbGciOiJub25lIn0.{payload}.c2ln");
    bench_with(json!({}), json!({ "accessToken": token }))
}

#[test]
fn a_refusal_of_a_person_names_the_permission_by_its_name_in_that_token() {
    let isolate = |scopes: &str| {
        let mut bench = of_person(scopes);
        bench.network.answer(403, &refusal("Forbidden"));
        let error = bench.isolate().unwrap_err();
        assert_eq!((error.kind(), bench.posts()), (Kind::Forbidden, 1));
        error
    };
    let error = isolate("Machine.Read Alert.Read");
    assert!(error.message().contains("lacks Machine.Isolate:"), "{}", error.message());
    let details = error.details().unwrap();
    assert_eq!(details["granted"], json!(["Machine.Read", "Alert.Read"]));
    // What the token has, it does not lack: the person's role in Defender does.
    for scopes in ["Machine.Isolate", "user_impersonation"] {
        let message = isolate(scopes).message().to_owned();
        assert!(message.contains("a role in Defender") && !message.contains("lack"), "{message}");
    }

    let mut bench = of_person("Alert.Read");
    bench.network.answer(403, &refusal("Forbidden"));
    let error = bench.details().unwrap_err();
    let required = json!([["Machine.Read", "Machine.ReadWrite"]]);
    assert_eq!(error.details().unwrap()["required"], required);
}

#[test]
fn a_name_that_a_person_s_token_does_not_have_holds_nothing_back() {
    let mut bench = of_person("Machine.Read");
    bench.network.answer(200, NOTHING);
    let params =
        json!({ "id": "d1000000000000000000000000000000", "comment": "c", "dryRun": true });
    bench.call("isolateHost", params).unwrap();
}

#[test]
fn the_test_of_a_person_s_token_tells_what_it_has_and_what_it_lacks() {
    let report = |scopes: &str| {
        let mut bench = of_person(scopes);
        bench.network.answer(200, NOTHING);
        let (outcome, _) = bench.call("testConnector", json!({})).unwrap();
        let report = serde_json::from_str::<Value>(&outcome.data).unwrap()["report"].take();
        (report, bench.sent().len())
    };
    let row = |report: &Value, name: &str| -> Value {
        let rows = report["permissions"].as_array().unwrap();
        rows.iter().find(|row| row["action"] == name).unwrap().clone()
    };
    let (known, reads) = report("Machine.Read Machine.Isolate");
    assert_eq!((&known["steps"][2]["status"], reads), (&json!("passed"), 1));
    let detail = known["steps"][2]["detail"].as_str().unwrap();
    assert!(detail.contains("Machine.Read, Machine.Isolate;"), "{detail}");
    assert_eq!(row(&known, "isolateHost")["granted"], true);
    let alerts = json!({ "action": "getAlerts", "granted": false, "missing": ["Alert.Read"] });
    assert_eq!(row(&known, "getAlerts"), alerts);
    let identity = &known["identity"];
    assert_eq!(identity["roles"], json!(["Machine.Read", "Machine.Isolate"]));
    assert_eq!(
        (&identity["delegated"], &identity["user"]),
        (&json!(true), &json!("jdoe@contoso.example"))
    );

    let (unknown, reads) = report("user_impersonation");
    assert_eq!((&unknown["steps"][2]["status"], reads), (&json!("skipped"), 1));
    let isolate = json!({ "action": "isolateHost", "granted": false, "missing": [] });
    assert_eq!(row(&unknown, "isolateHost"), isolate);
}
