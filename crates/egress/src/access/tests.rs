use super::*;

fn guard(access: Access) -> CallGuard {
    let guard = CallGuard::default();
    guard.begin(access, ReadPosts::new(["/queries/run"]).unwrap());
    guard
}

fn check(guard: &CallGuard, method: Method, path: &str) -> Result<Counted, Reason> {
    guard
        .rights()
        .check(&Head { method: &method, path, headers: &HeaderMap::new() }, Purpose::Service)
}

#[test]
fn a_call_that_may_only_read_sends_reads() {
    let guard = guard(Access::Reads);
    for (method, path) in
        [(Method::GET, "/a"), (Method::HEAD, "/a"), (Method::POST, "/base/queries/run")]
    {
        assert!(check(&guard, method, path).is_ok(), "{path}");
    }
    for (method, path) in [
        (Method::POST, "/queries/run/x"),
        (Method::POST, "/machines/m1/isolate/../../../queries/run"),
        (Method::POST, "/machines/m1/isolate;/queries/run"),
        (Method::POST, "/machines/m1/isolate%3f/queries/run"),
        (Method::PUT, "/queries/run"),
        (Method::DELETE, "/a"),
        (Method::PATCH, "/a"),
        (Method::OPTIONS, "/a"),
        (Method::from_bytes(b"get").unwrap(), "/a"),
        (Method::from_bytes(b"QUERY").unwrap(), "/a"),
    ] {
        assert_eq!(check(&guard, method, path).err(), Some(Reason::ReadsOnly), "{path}");
    }
    assert!(!guard.end().may_have_changed);
}

#[test]
fn a_header_that_stands_for_another_method_is_no_read() {
    for name in METHOD_OVERRIDES {
        let headers = HeaderMap::from_iter([(
            http::HeaderName::from_static(name),
            http::HeaderValue::from_static("DELETE"),
        )]);
        let head = Head { method: &Method::GET, path: "/a", headers: &headers };
        let rights = guard(Access::Reads).rights();
        assert_eq!(rights.check(&head, Purpose::Service).err(), Some(Reason::ReadsOnly));
    }
}

#[test]
fn between_calls_only_reads_are_sent() {
    let guard = guard(Access::Changes);
    assert!(check(&guard, Method::PUT, "/a").is_ok());
    guard.end();
    assert!(check(&guard, Method::PUT, "/a").is_err());
    assert!(check(&CallGuard::default(), Method::PUT, "/a").is_err());
}

#[test]
fn what_was_sent_may_have_changed_something_unless_it_was_refused() {
    type End = fn(&mut Counted);
    let table: [(&str, End, bool); 7] = [
        ("created", |counted| counted.answered(201), true),
        ("redirected", |counted| counted.answered(303), true),
        ("refused", |counted| counted.answered(409), false),
        ("read too slowly", |counted| counted.answered(408), true),
        ("failed", |counted| counted.answered(503), true),
        ("lost", |counted| counted.unanswered(true), true),
        ("never sent", |counted| counted.unanswered(false), false),
    ];
    for (what, ends, expected) in table {
        let guard = guard(Access::Changes);
        let mut counted = check(&guard, Method::POST, "/a").ok().unwrap();
        ends(&mut counted);
        drop(counted);
        assert_eq!(guard.end().may_have_changed, expected, "{what}");
    }
}

#[test]
fn what_has_no_result_may_have_changed_something() {
    let open = guard(Access::Changes);
    let counted = check(&open, Method::POST, "/a");
    assert!(open.end().may_have_changed, "it is still open");
    drop(counted);
    assert!(!open.end().may_have_changed, "it is of an earlier call");
    let dropped = guard(Access::Changes);
    drop(check(&dropped, Method::POST, "/a"));
    assert!(dropped.end().may_have_changed);
}

#[test]
fn refusals_are_kept_once_each_and_not_without_end() {
    let guard = guard(Access::Reads);
    for number in 0..100 {
        let refusal = Refusal {
            method: "POST".into(),
            origin: String::new(),
            path: format!("/{}", number / 2),
            reason: Reason::ReadsOnly,
        };
        guard.rights().note(refusal);
    }
    assert_eq!(guard.end().refused.len(), MOST_REFUSALS);
}
