//! Requests without a response: searched for, never sent again.

use super::*;

#[test]
fn a_lost_answer_is_searched_for_by_the_mark_and_never_sent_again() {
    let mut bench = bench();
    let plan = bench.isolation(true);
    bench.network.fail(TransportError::maybe_sent(Cause::ResponseTimeout));
    let doubted = bench.step(&plan);
    let comment = bench.comment();
    assert_eq!(
        (doubted.next, doubted.wait_ms, states(&doubted)),
        (Next::Look, 1000, vec![TargetState::InDoubt])
    );
    bench.network.answer(
        200,
        &list(&[job("b0", ONE, "Pending", "c"), job("b1", ONE, "Pending", "[op:00000000] c")]),
    );
    let still = bench.step(&doubted);
    assert_eq!(states(&still), [TargetState::InDoubt]);
    bench.wait(10);
    // Cut short by the service.
    bench.network.answer(200, &list(&[job("a1", ONE, "Pending", &comment[..13])]));
    let found = bench.step(&still);
    assert_eq!(states(&found), [TargetState::Running]);
    let found = found.targets[0].job.as_ref().unwrap();
    assert_eq!((found.id.as_str(), found.adopted), ("a1", true));
    assert_eq!(bench.posts(), 1);
}

#[test]
fn what_is_not_found_in_two_minutes_is_unknown_and_names_what_fits() {
    for unmarked in [false, true] {
        let mut bench = bench();
        bench.token(json!(3600));
        bench.network.answer_with(200, &[("date", "Tue, 24 Nov 2026 12:00:00 GMT")], NOTHING);
        let params = json!({ "id": ONE, "comment": "c", "ensure": true });
        let plan = bench.plan("isolateHost", params).unwrap();
        bench.network.fail(TransportError::maybe_sent(Cause::Broken));
        let mut now = bench.step(&plan);
        let mut looks = 0;
        while now.next == Next::Look {
            bench.wait(now.wait_ms.div_ceil(1000));
            let theirs = [job("b1", ONE, "Pending", "theirs")];
            bench.network.answer(200, &list(if unmarked { &theirs } else { &[] }));
            now = bench.step(&now);
            looks += 1;
        }
        assert!((10..40).contains(&looks), "{looks}");
        let error = error(&now);
        assert_eq!((error.retry(), states(&now)), (Retry::Unknown, vec![TargetState::Failed]));
        let named = error
            .details()
            .map(|details| details["machineAction"]["id"].clone())
            .unwrap_or_default();
        assert_eq!(named, if unmarked { json!("b1") } else { Value::Null });
        assert_eq!(bench.posts(), 1);
    }
}

#[test]
fn a_job_with_another_targets_mark_is_not_taken_for_a_targets() {
    let mut bench = bench();
    bench.token(json!(3600));
    let plan = bench.plan("isolateHost", json!({ "ids": [ONE, TWO], "comment": "c" })).unwrap();
    bench.network.answer(201, &job("a1", ONE, "Pending", "").to_string());
    let sent = bench.step(&plan);
    bench.network.fail(TransportError::maybe_sent(Cause::ResponseTimeout));
    let doubted = bench.step(&sent);
    let own = bench.comment();
    let others = own.replace("/2]", "]");
    assert_ne!(own, others);
    // The service shows the first target's job for the second one's machine.
    bench.network.answer(200, &list(&[job("b1", TWO, "Pending", &others)]));
    let looked = bench.step(&doubted);
    assert_eq!(states(&looked)[1], TargetState::InDoubt);
    bench.wait(10);
    bench.network.answer(200, &list(&[job("b2", TWO, "Pending", &own)]));
    let looked = bench.step(&looked);
    assert_eq!(looked.targets[1].job.as_ref().unwrap().id, "b2");
    assert_eq!(bench.posts(), 2);
}

#[test]
fn recovery_sends_nothing_that_may_have_been_sent_and_goes_on_with_the_others() {
    let mut bench = bench();
    bench.token(json!(3600));
    let plan = bench
        .plan("isolateHost", json!({ "ids": [ONE, TWO], "comment": "c", "wait": {} }))
        .unwrap();
    let now = bench.recover(&plan.checkpoint).unwrap();
    assert_eq!((states(&now), bench.posts()), (vec![TargetState::InDoubt, TargetState::Unsent], 0));
    assert_eq!(now.next, Next::Send);
    bench.network.answer(201, &job("a2", TWO, "Pending", "").to_string());
    let now = bench.step(&now);
    assert!(bench.network.lines().last().unwrap().contains(TWO));
    assert_eq!(
        (now.next, states(&now)),
        (Next::Look, vec![TargetState::InDoubt, TargetState::Running])
    );
    // It had been sent.
    let mark = bench.comment().replace("/2]", "]");
    bench.network.answer(200, &list(&[job("a2", TWO, "InProgress", "")]));
    bench.network.answer(200, &list(&[job("a1", ONE, "InProgress", &mark)]));
    let now = bench.step(&now);
    assert_eq!(states(&now), [TargetState::Running; 2]);
    // Recovery of a look is a look.
    bench.network.answer(200, &list(&[job("a1", ONE, "Failed", ""), job("a2", TWO, "Failed", "")]));
    let now = bench.recover(&now.checkpoint).unwrap();
    assert_eq!((now.next, bench.posts()), (Next::None, 1));
}

#[test]
fn a_change_of_a_record_is_read_back_once() {
    for (tags, is_done) in [(r#"["vip"]"#, true), ("[]", false)] {
        let mut bench = bench();
        bench.token(json!(3600));
        let plan = bench.plan("addTag", json!({ "id": ONE, "tag": "vip" })).unwrap();
        assert_eq!(plan.next, Next::Send);
        let doubted = bench.recover(&plan.checkpoint).unwrap();
        assert_eq!((doubted.next, states(&doubted)), (Next::Look, vec![TargetState::InDoubt]));
        bench.network.answer(200, &format!(r#"{{"id":"{ONE}","machineTags":{tags}}}"#));
        let ended = bench.step(&doubted);
        assert_eq!((ended.next, ended.outcome.as_ref().unwrap().is_ok()), (Next::None, is_done));
        if !is_done {
            assert_eq!(error(&ended).retry(), Retry::Unknown);
        }
        assert_eq!(bench.posts(), 0);
    }
    // A refusal stays one; what was not carried out is tried again.
    for (status, next) in
        [(404, Next::None), (403, Next::None), (429, Next::Look), (503, Next::Look)]
    {
        let mut bench = bench();
        bench.token(json!(3600));
        let plan = bench.plan("addTag", json!({ "id": ONE, "tag": "vip" })).unwrap();
        let doubted = bench.recover(&plan.checkpoint).unwrap();
        bench.network.answer(status, &refusal("Refused"));
        if status == 403 {
            bench.token(json!(3600));
            bench.network.answer(status, &refusal("Refused"));
        }
        let looked = bench.step(&doubted);
        assert_eq!((looked.next, bench.posts()), (next, 0), "{status}");
    }
    // Nothing reads this one back.
    let mut bench = bench();
    let plan = bench.plan("deleteIndicator", json!({ "id": "7" })).unwrap();
    let doubted = bench.recover(&plan.checkpoint).unwrap();
    let ended = bench.step(&doubted);
    assert_eq!(
        (ended.next, error(&ended).retry(), bench.sent().len()),
        (Next::None, Retry::Unknown, 0)
    );
}

#[test]
fn recovering_what_recovery_gave_does_not_begin_the_search_anew() {
    let mut bench = bench();
    bench.token(json!(3600));
    let plan = bench.plan("isolateHost", json!({ "ids": [ONE, TWO], "comment": "c" })).unwrap();
    let mut now = bench.recover(&plan.checkpoint).unwrap();
    bench.wait(100);
    // The second one is in doubt only since now.
    now = bench.recover(&now.checkpoint).unwrap();
    assert_eq!(states(&now), [TargetState::InDoubt; 2]);
    for (wait, expected) in [
        (19, [TargetState::InDoubt; 2]),
        (1, [TargetState::Failed, TargetState::InDoubt]),
        (99, [TargetState::Failed, TargetState::InDoubt]),
        (1, [TargetState::Failed; 2]),
    ] {
        bench.wait(wait);
        let looks = states(&now).iter().filter(|state| **state == TargetState::InDoubt).count();
        (0..looks).for_each(|_| bench.network.answer(200, NOTHING));
        now = bench.recover(&now.checkpoint).unwrap();
        assert_eq!(states(&now), expected);
    }
    assert_eq!((now.next, bench.posts()), (Next::None, 0));
}
