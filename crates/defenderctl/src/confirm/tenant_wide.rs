//! What a change for the whole tenant is about: indicators and files of the library, as given or as
//! the service has them.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::own_address;
use super::reader::Reader;
use super::subject::{Subject, facts};
use crate::known_actions;

/// How long the read may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Indicators of an import that are shown; the rest are counted.
const MOST_SHOWN: usize = 20;

/// What is shown of a stored indicator, after its type and value.
const STORED_INDICATOR: [(&str, &str); 4] = [
    ("action", "action"),
    ("title", "title"),
    ("expirationTime", "expires"),
    ("createdBy", "created by"),
];

/// What a file of the library has.
const STORED_FILE: [(&str, &str); 4] = [
    ("description", "description"),
    ("sha256", "SHA-256"),
    ("createdBy", "created by"),
    ("lastUpdatedTime", "updated"),
];

/// What the parameters are about. Empty for an action that isn't known: its parameters are shown
/// then.
pub(super) async fn subjects(
    reader: &Reader<'_>,
    action: &str,
    params: &Map<String, Value>,
) -> Vec<Subject> {
    let Some((about, listed_by)) = known_actions::row(action).and_then(|row| row.subject) else {
        return Vec::new();
    };
    let list = match listed_by {
        Some(name) => tokio::time::timeout(PATIENCE, reader.list(name))
            .await
            .ok()
            .flatten()
            .unwrap_or_default(),
        None => Value::Null,
    };
    let stored = |member: &str, key: &str| {
        list["value"].as_array()?.iter().find(|record| plain(&record[member]) == key)
    };
    let params = Value::Object(params.clone());
    match about {
        known_actions::Subject::NewIndicator => vec![given(&params)],
        known_actions::Subject::NewIndicators => {
            import(params["indicators"].as_array().map_or(&[], Vec::as_slice))
        }
        known_actions::Subject::StoredIndicators => {
            let ids = [params.get("id"), params.get("ids")].into_iter().flatten();
            let ids = ids
                .flat_map(|ids| ids.as_array().map_or(std::slice::from_ref(ids), Vec::as_slice))
                .map(plain);
            ids.map(|id| stored_indicator(&id, stored("id", &id))).collect()
        }
        known_actions::Subject::NewFile => {
            let name = plain(&params["fileName"]);
            vec![upload(&name, &params, stored("fileName", &name).is_some())]
        }
        known_actions::Subject::StoredFile => {
            let name = plain(&params["fileName"]);
            let record = stored("fileName", &name).cloned().unwrap_or_default();
            vec![Subject {
                title: format!("library file {name}"),
                facts: facts(&record, &STORED_FILE),
                ..Subject::default()
            }]
        }
    }
}

/// An indicator that is to be made.
fn given(indicator: &Value) -> Subject {
    let or = |name: &str, otherwise: &str| match &indicator[name] {
        Value::Null => otherwise.to_owned(),
        value => plain(value),
    };
    let facts = vec![
        ("action", or("action", "unknown")),
        ("expires", or("expirationTime", "never")),
        ("machine groups", or("rbacGroupNames", "all")),
    ];
    Subject {
        title: format!("{} {}", or("indicatorType", "indicator"), or("indicatorValue", "")),
        facts,
        warnings: own_address::warning(indicator).into_iter().collect(),
        ..Subject::default()
    }
}

pub(super) fn import(indicators: &[Value]) -> Vec<Subject> {
    let mut subjects: Vec<Subject> = indicators.iter().take(MOST_SHOWN).map(given).collect();
    if let Some(more) = indicators.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
        subjects.push(Subject {
            title: format!("and {more} more indicators"),
            warnings: indicators[MOST_SHOWN..].iter().filter_map(own_address::warning).collect(),
            ..Subject::default()
        });
    }
    subjects
}

pub(super) fn stored_indicator(id: &str, record: Option<&Value>) -> Subject {
    let title = match record {
        Some(record) => {
            format!("{} {}", plain(&record["indicatorType"]), plain(&record["indicatorValue"]))
        }
        None => "indicator".to_owned(),
    };
    let mut lines = vec![("id", id.to_owned())];
    lines.extend(facts(record.unwrap_or(&Value::Null), &STORED_INDICATOR));
    let name = record.map(|record| plain(&record["indicatorValue"])).unwrap_or_default();
    Subject { title, name, facts: lines, ..Subject::default() }
}

pub(super) fn upload(name: &str, params: &Value, is_there: bool) -> Subject {
    let content = match (params["content"].as_str(), params["contentBase64"].as_str()) {
        (Some(text), _) => Some(text.as_bytes().to_vec()),
        (None, Some(text)) => STANDARD.decode(text).ok(),
        (None, None) => None,
    };
    let mut facts = Vec::new();
    if let Some(content) = content {
        facts.push(("bytes", content.len().to_string()));
        facts.push(("SHA-256", format!("{:x}", Sha256::digest(&content))));
    }
    if is_there {
        facts.push(("in its place", "a file of that name is there".to_owned()));
    }
    Subject { title: format!("library file {name}"), facts, ..Subject::default() }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_indicator_without_an_end_or_a_group_says_so() {
        let shown = given(&json!({
            "indicatorType": "DomainName", "indicatorValue": "a.test", "action": "Block"
        }));
        assert_eq!(shown.title, "DomainName a.test");
        let facts = [("action", "Block"), ("expires", "never"), ("machine groups", "all")];
        assert_eq!(shown.facts, facts.map(|(name, value)| (name, value.to_owned())));
        let many = vec![json!({ "indicatorType": "Url" }); MOST_SHOWN + 2];
        assert_eq!(import(&many).last().map(|it| it.title.as_str()), Some("and 2 more indicators"));
        assert_eq!(import(&many[..MOST_SHOWN]).len(), MOST_SHOWN);
    }

    #[test]
    fn a_deletion_shows_what_is_there_and_else_that_it_is_unknown() {
        let record = json!({
            "id": 7, "indicatorType": "Url", "indicatorValue": "https://a.test",
            "action": "Block"
        });
        let shown = stored_indicator("7", Some(&record));
        assert_eq!(
            (shown.title.as_str(), &shown.facts[1]),
            ("Url https://a.test", &("action", "Block".to_owned()))
        );
        assert_eq!(stored_indicator("8", None).facts[1], ("action", "unknown".to_owned()));
    }
}
