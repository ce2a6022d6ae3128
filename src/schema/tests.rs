//! The parser and the schema are two readings of the same rows: whatever is thrown at them, they
//! agree.

use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Field, Kind, ObjectSchema, object_from_text, read, schema_text};
use crate::actions::CATALOGUE;
use crate::config;

fn validator(kind: &Kind) -> Validator {
    let schema: Value = serde_json::from_str(&schema_text(kind)).unwrap();
    jsonschema::draft202012::new(&schema).unwrap_or_else(|error| panic!("{error}: {schema}"))
}

fn problems(object_schema: &'static ObjectSchema, object: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let object = object.as_object().cloned().unwrap_or_default();
    read(object_schema, object, "", &mut problems);
    problems.iter().map(|problem| format!("{} {}", problem.pointer, problem.problem)).collect()
}

/// Values that come near the rules' borders.
fn leaf() -> impl Strategy<Value = Value> {
    let texts = prop_oneof![
        "[ -~]{0,20}",
        "\\PC{0,8}",
        "[./?#%\\\\ a]{0,6}",
        "[0-9]{1,5}",
        "20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?(Z|[+-][0-2][0-9]:[0-6][0-9])",
        "(https?://)?[a-z.]{0,8}(:[0-9]{0,6})?",
        "(\\*\\.)?[a-z.-]{1,8}(:[0-9]{1,6})?",
        "[0-9a-fA-F]{39,41}|[0-9a-f]{63,65}|[0-9a-fG]{40}",
        "[0-9a-fG.:]{1,6}|[0-9a-f.:]{44,46}",
        "[a-z_-]{0,3}\\.[a-z_-]{0,3}\\.[a-z_-]{0,3}",
        "[ \\t\\r\\n\u{a0}\\\\.$,;a:0\u{feff}]{0,8}",
        "[ \\\\]{0,2}([0-9]{1,3}\\.){3}[0-9]{1,3}[.$ ]{0,3}",
        "[0-9]{1,20}",
        "(?i:full|selective|unmanageddevice|desc|add|high|phishing)",
        Just("Active".to_owned()),
        Just("Isolate".to_owned()),
        Just("desc".to_owned()),
        Just("\u{7f}\u{1}\u{9f}x".to_owned()),
    ];
    prop_oneof![
        4 => texts.prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => (0_u64..1100).prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => prop_oneof![
            Just(json!(1.5)), Just(json!(5.0)), Just(json!(-0.0)), Just(json!(1e30)),
            Just(Value::Null), Just(json!(true))
        ],
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let keys = prop::sample::select(vec![
        "gt",
        "ge",
        "scriptName",
        "args",
        "connectTimeoutSeconds",
        "other",
    ]);
    leaf().prop_recursive(2, 8, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..3).prop_map(|pairs| {
                Value::Object(
                    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
                )
            }),
        ]
    })
}

/// A shape that takes input from outside, with its schema compiled; and each of its members as a
/// shape of its own.
struct Given {
    name: &'static str,
    object_schema: &'static ObjectSchema,
    schema: Validator,
    members: Vec<(&'static ObjectSchema, Validator)>,
}

/// Every such shape. Compiling a schema takes far longer than asking it.
static INPUTS: LazyLock<Vec<Given>> = LazyLock::new(|| {
    let one = |field| -> (&'static ObjectSchema, Validator) {
        let one: &'static ObjectSchema =
            Box::leak(Box::new(ObjectSchema::new(std::slice::from_ref(field))));
        (one, validator(&Kind::Object(one)))
    };
    let given = |(name, object_schema): (&'static str, &'static ObjectSchema)| Given {
        name,
        object_schema,
        schema: validator(&Kind::Object(object_schema)),
        members: object_schema.fields().map(one).collect(),
    };
    inputs().into_iter().map(given).collect()
});

fn inputs() -> Vec<(&'static str, &'static ObjectSchema)> {
    let object_schema = |kind: Kind| match kind {
        Kind::Object(object_schema) => object_schema,
        _ => panic!("not an object"),
    };
    let mut all = vec![
        ("config", object_schema(config::CONFIG)),
        ("secrets", object_schema(config::SECRETS)),
    ];
    all.extend(CATALOGUE.iter().map(|action| (action.name, action.params)));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn parser_and_schema_agree(
        values in prop::collection::vec(value(), 20), skip in any::<u32>(), extra in "[a-z/~]{0,4}"
    ) {
        for Given { name, object_schema, schema, members } in INPUTS.iter() {
            // Each member on its own, so that one refusal does not hide another disagreement.
            for (n, (one, schema)) in members.iter().enumerate() {
                let object = json!({ one.own[0].name: values[n % values.len()] });
                let found = problems(one, &object);
                prop_assert_eq!(
                    schema.is_valid(&object), found.is_empty(), "{}: {} {:?}", name, object, found
                );
            }
            let mut object = Map::new();
            for (n, field) in object_schema.fields().enumerate().filter(
                |(n, _)| skip >> (n % 32) & 1 == 0
            ) {
                object.insert(field.name.to_owned(), values[n % values.len()].clone());
            }
            if !extra.is_empty() {
                object.insert(extra.clone(), Value::Null);
            }
            if let Some((alias, name)) = object_schema.alias.filter(|_| skip & 1 == 0) {
                // Under its other name. Of both, a schema cannot say that they must be the same.
                if let Some(value) = object.remove(name) {
                    object.insert(alias.to_owned(), value);
                }
            }
            let object = Value::Object(object);
            let found = problems(object_schema, &object);
            prop_assert_eq!(
                schema.is_valid(&object), found.is_empty(), "{}: {} {:?}", name, object, found
            );
        }
    }

    #[test]
    fn text_that_is_not_an_object_never_shows_its_content(text in "\\PC{0,40}hunter2\\PC{0,10}") {
        if let Err(problem) = object_from_text(&text, "/secrets", 1000) {
            prop_assert!(!problem.problem.contains("hunter2"), "{}", problem.problem);
        }
    }
}

#[test]
fn nothing_is_an_empty_object() {
    for text in ["", "  \n", "null", "{}"] {
        assert_eq!(object_from_text(text, "", 1000).unwrap(), Map::new(), "{text:?}");
    }
    for (text, words) in [
        ("[]", "a list"),
        ("1", "a number"),
        ("\"x\"", "a string"),
        ("{", "not JSON"),
        ("{} x", "not JSON"),
    ] {
        let problem = object_from_text(text, "", 1000).unwrap_err().problem;
        assert!(problem.contains(words), "{text}: {problem}");
    }
}

#[test]
fn every_problem_is_found_with_its_pointer() {
    static SCHEMA: ObjectSchema = ObjectSchema::new(&[
        Field::required("id", &Kind::Text(&super::SEGMENT), ""),
        Field::optional("n", &Kind::Integer { min: 1, max: 3 }, ""),
        Field::optional("list", &Kind::List { of: &Kind::Boolean, min: 1, max: 2 }, ""),
        Field::optional(
            "inner",
            &Kind::Object(&ObjectSchema::new(&[Field::required("x", &Kind::Boolean, "")])),
            "",
        ),
    ]);
    let object = json!({ "n": 4, "list": [true, 1, 2], "inner": { "y": 1 }, "a/b~c": 0 });
    let found = problems(&SCHEMA, &object);
    let expected = [
        "/id is missing; must be an identifier without / ? # % \\, control characters or surrounding blanks, and not only dots",
        "/n is 4; must be a whole number from 1 to 3",
        "/list has 3 values; must have 1 to 2",
        "/inner/x is missing; must be true or false",
        "/inner/y is unknown; use x",
        "/a~1b~0c is unknown; use id, n, list, inner",
    ];
    assert_eq!(found, expected);
}
