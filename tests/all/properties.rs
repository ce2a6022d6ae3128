//! Any bytes whatever, in the place of settings, parameters, answers and results; `fuzz/` tries worse for longer.

use proptest::prelude::*;

#[path = "../checks/mod.rs"]
mod checks;

/// JSON that comes near to what is expected.
fn near_json() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "null",
        "true",
        "1",
        "-1",
        "1e99",
        "\"id\"",
        "\"value\"",
        "\"tenantId\"",
        "\"clientId\"",
        "\"a\"",
        "\"limits\"",
        "\"clientSecret\"",
        "\"ids\"",
        "\"host\"",
        "\"computerDnsName\"",
        "\"comment\"",
        "\u{0}",
        "\\u0000",
        " ",
    ]);
    prop::collection::vec(words, 0..40).prop_map(|words| words.concat().into_bytes())
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![prop::collection::vec(any::<u8>(), 0..200), near_json()]
}

/// A script of answers, changed in a few places.
fn script() -> impl Strategy<Value = Vec<u8>> {
    let seed = prop::sample::select(checks::seeds());
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (seed, changes, any::<bool>()).prop_map(|(mut script, changes, twice)| {
        for (at, byte) in changes {
            let at = at.index(script.len());
            script[at] = byte;
        }
        if twice {
            let again = script[1..].to_vec();
            script.extend(again);
        }
        script
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn settings_are_refused_or_in_force(data in bytes()) {
        checks::settings(&data);
    }

    #[test]
    fn parameters_are_refused_before_anything_is_sent(first in any::<u8>(), data in bytes()) {
        checks::params(&[vec![first], data].concat());
    }

    #[test]
    fn answers_never_break_anything(data in prop_oneof![script(), bytes()]) {
        checks::answers(&data);
    }

    #[test]
    fn tokens_are_taken_or_not(data in bytes(), life in any::<i64>(), text in "[ -~]{0,30}") {
        checks::token(&data);
        let answer = serde_json::json!({ "access_token": text, "expires_in": life, "token_type": "Bearer" });
        checks::token(answer.to_string().as_bytes());
    }

    #[test]
    fn results_can_be_shown(data in bytes()) {
        checks::results(&data);
    }

    #[test]
    fn literals_stay_where_they_are_put(data in bytes()) {
        checks::literals(&data);
    }
}

/// The fuzzer begins with the same scripts.
#[test]
fn the_fuzzer_s_seeds_are_the_scripts() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/answers");
    for (n, seed) in checks::seeds().into_iter().enumerate() {
        let path = folder.join(format!("{n:03}"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &seed).unwrap();
        }
        assert!(
            std::fs::read(&path).unwrap() == seed,
            "{} is not the script: UPDATE_GOLDEN=1 writes it",
            path.display()
        );
    }
}
