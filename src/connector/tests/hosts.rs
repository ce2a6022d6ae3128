//! What other hosts say of a request that had no answer: what it means, in which words, and what is
//! never sent again.

use super::*;

/// A first failure of an isolation's request, and its error if it fails each time.
fn isolated(failure: TransportError) -> (usize, Error) {
    let mut bench =
        bench_with(json!({ "maxRetries": 1 }), json!({ "clientSecret": SECRET })).signed_in();
    bench.network.fail(failure);
    match failure.delivery {
        // The second try.
        Delivery::NotSent => bench.network.fail(failure),
        // The look at the machine's actions.
        Delivery::MaybeSent => bench.network.answer(200, NOTHING),
    }
    let error = bench.isolate().unwrap_err();
    (bench.posts(), error)
}

#[test]
fn an_address_that_can_t_be_used_is_no_unknown_name() {
    let (posts, error) = isolated(TransportError::not_sent(Cause::Address));
    assert_eq!(
        (error.kind(), posts),
        (Kind::Unreachable, 2),
        "nothing was sent: it may be repeated"
    );
    assert!(matches!(error.retry(), Retry::After(_)), "{error:?}");
    assert!(
        !error.message().contains("resolved") && error.message().contains("nothing was sent"),
        "{}",
        error.message()
    );
}

#[test]
fn a_header_that_the_host_keeps_is_named_and_not_tried_again() {
    for (name, other) in [("authorization", "content-type"), ("content-type", "authorization")] {
        let (posts, error) = isolated(TransportError::not_sent(Cause::Header(name)));
        assert_eq!((error.kind(), error.retry(), posts), (Kind::Denied, Retry::Never, 1));
        assert!(
            error.message().contains(&format!("`{name}`")) && !error.message().contains(other),
            "{}",
            error.message()
        );
    }
    let (posts, error) = isolated(TransportError::not_sent(Cause::Unsendable));
    assert_eq!((error.kind(), error.retry(), posts), (Kind::Denied, Retry::Never, 1));
    assert!(
        error.message().contains("nothing was sent") && !error.message().contains("answer was"),
        "{}",
        error.message()
    );
}

#[test]
fn a_request_that_the_host_cut_short_may_have_been_sent() {
    for cause in [Cause::RequestBody, Cause::Internal] {
        let (posts, error) = isolated(TransportError::maybe_sent(cause));
        assert_eq!(
            (error.kind(), error.retry(), posts),
            (Kind::Unreachable, Retry::Unknown, 1),
            "{cause:?}"
        );
        assert!(error.message().contains("may have been carried out"), "{}", error.message());
        // Found, it is taken over.
        let mut bench = bench().signed_in();
        bench.network.fail(TransportError::maybe_sent(cause));
        let date = [("date", "Tue, 24 Nov 2026 12:00:01 GMT")];
        let mut action: Value = serde_json::from_str(ISOLATING).unwrap();
        action["creationDateTimeUtc"] = "2026-11-24T12:00:00Z".into();
        bench.network.answer_with(200, &date, &json!({ "value": [action] }).to_string());
        let (outcome, _) = bench.isolate().unwrap();
        assert!(outcome.job.unwrap().adopted && bench.posts() == 1, "{cause:?}");
    }
}
