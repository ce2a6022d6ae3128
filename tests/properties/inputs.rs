//! Arbitrary bytes as settings, parameters, responses and results. `fuzz/` does the same with a
//! fuzzer, for longer.

use std::collections::BTreeSet;

use defender_connector::actions::CATALOGUE;
use proptest::prelude::*;

use invariants as checks;

/// JSON that resembles valid input.
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

/// Text that would change the request if it were not escaped.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "'",
        "''",
        "/",
        "..",
        "?",
        "#",
        "&",
        "&$top=1",
        "=",
        "%2f",
        "%27",
        "%",
        "\\",
        "//evil.example",
        "@evil.example",
        ":8443",
        " or true or id eq ",
        "(",
        ")",
        ",",
        "+",
        ";",
        " ",
        "é",
        "\u{2028}",
        "\r\nhost: evil.example",
        "o",
        "x",
    ]);
    prop::collection::vec(pieces, 1..8).prop_map(|pieces| pieces.concat().into_bytes())
}

/// A script of responses, changed in a few places.
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
    #![
        proptest_config(
            ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() }
        )
    ]

    #[test]
    fn settings_are_refused_or_in_force(data in bytes()) {
        checks::settings(&data);
    }

    #[test]
    fn parameters_are_refused_before_anything_is_sent(first in any::<u8>(), data in bytes()) {
        checks::params(&[vec![first], data].concat());
    }

    #[test]
    fn texts_stay_where_the_parameters_put_them(
        first in any::<u8>(),
        choices in prop::array::uniform32(any::<u8>()),
        text in hostile(),
    ) {
        checks::params(&[&[first][..], &choices, &text].concat());
    }

    #[test]
    fn answers_never_break_anything(data in prop_oneof![script(), bytes()]) {
        checks::answers(&data);
    }

    #[test]
    fn tokens_are_taken_or_not(data in bytes(), life in any::<i64>(), text in "[ -~]{0,30}") {
        checks::token(&data);
        let answer = serde_json::json!({
            "access_token": text, "expires_in": life, "token_type": "Bearer"
        });
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

#[test]
fn every_action_s_own_request_is_among_those_that_are_checked() {
    let patterns: Vec<[u8; 32]> = (0..36_usize)
        .map(|n| {
            std::array::from_fn(|at| {
                if at == 0 { (n % 4) as u8 } else { u8::from(n > 3 && at % (n / 4) == 0) }
            })
        })
        .collect();
    // Indicators for certificates and URLs accept any text as their value; hashes and IP addresses
    // do not.
    let any = (0..8).map(|n| std::array::from_fn(|at| if at == 0 { n % 4 } else { 3 + n / 4 * 3 }));
    let patterns: Vec<[u8; 32]> = patterns.into_iter().chain(any).collect();
    for action in CATALOGUE {
        let sent: BTreeSet<String> = patterns
            .iter()
            .flat_map(|choices| checks::filled(action, "o'brien & sons", choices))
            .collect();
        let own = action.route().map(|route| format!("{} {}", route.method.as_str(), route.path));
        let is_silent = action.name == "startInvestigation";
        assert!(
            own.map_or(sent.is_empty() == is_silent, |own| sent.contains(&own)),
            "{} sent {sent:?}",
            action.name
        );
    }
}

/// The fuzzer starts from the same scripts.
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
