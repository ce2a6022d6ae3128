//! Whether a list is all there is. A list that is handed on as whole and is not leaves machines
//! out.

use std::fmt;

use serde_json::{Map, Value};

use crate::json::Members;
use crate::known_actions;

/// A list that has fewer records than exist.
#[derive(Debug, PartialEq)]
pub(super) struct CutOff {
    /// Records in the list.
    given: u64,
    /// Records that exist, if that is known.
    total: Option<u64>,
    /// Whether it has what the user asked for: that page, or as many records as `maxItems` says.
    pub(super) is_asked_for: bool,
    /// How to get the rest.
    advice: String,
}

impl CutOff {
    /// Checks a result's data, requested with these parameters. `None` if it is no list, or is
    /// whole as far as the service says. `verb_of`: the action, if a verb was called, which takes
    /// no `-p`.
    pub(super) fn of(
        data: &str,
        params: &str,
        schema: &str,
        verb_of: Option<&str>,
    ) -> Option<Self> {
        let members = Members::of(data)?;
        let given = members.list()?.len() as u64;
        let number = |name: &str| members.text(name)?.parse::<u64>().ok();
        let total = [number("total"), number("@odata.count")]
            .into_iter()
            .flatten()
            .max()
            .filter(|total| *total > given);
        let goes_on = members.get("@odata.nextLink").is_some()
            || members.text("complete").as_deref() == Some("false");
        if total.is_none() && !goes_on {
            return None;
        }
        let params: Value = serde_json::from_str(params).unwrap_or_default();
        let schema: Value = serde_json::from_str(schema).unwrap_or_default();
        let all = params["all"] == true;
        let is_asked_for = if all {
            params["maxItems"].as_u64() == Some(given)
        } else {
            is_whole_page(&params, &schema, given, total)
        };
        let knows = |name: &str| !schema["properties"][name].is_null();
        let most = |number: &str| match verb_of {
            Some(action) => format!("`defenderctl run {action} -p all=true -p maxItems={number}`"),
            None => format!("`-p maxItems={number}`"),
        };
        let advice = match total {
            Some(total) if all => format!("{} lists all of them", most(&total.to_string())),
            None if all => format!("{} allows more", most("N")),
            _ if knows("all") => match verb_of {
                Some(action) if !has_flag(action) => {
                    format!("`defenderctl run {action} -p all=true` lists all of them")
                }
                Some(_) => "`--all` lists all of them".into(),
                None => "`-p all=true` lists all of them".into(),
            },
            _ => "the service gave no more".into(),
        };
        Some(Self { given, total, is_asked_for, advice })
    }
}

/// Whether the verb of an action has the flag `--all`.
fn has_flag(action: &str) -> bool {
    let row = known_actions::row(action);
    row.is_some_and(|row| row.arguments.iter().any(|argument| argument.param == "all"))
}

/// Whether the user asked for a page, and it has all that such a page has.
fn is_whole_page(params: &Value, schema: &Value, given: u64, total: Option<u64>) -> bool {
    if params["page"].is_null() && params["pageSize"].is_null() {
        return false;
    }
    let number =
        |name: &str| params[name].as_u64().or(schema["properties"][name]["default"].as_u64());
    let (Some(page), Some(size)) = (number("page"), number("pageSize")) else { return true };
    match total {
        Some(total) => {
            given >= size.min(total.saturating_sub(page.saturating_sub(1).saturating_mul(size)))
        }
        None => given >= size,
    }
}

/// The parameters with `all`, unless the action has no such parameter or they say something of
/// pages themselves.
pub(super) fn with_all(params: String, schema: &str) -> String {
    let schema: Value = serde_json::from_str(schema).unwrap_or_default();
    let Ok(mut given) = serde_json::from_str::<Map<String, Value>>(&params) else { return params };
    let is_said = ["all", "page", "pageSize"].iter().any(|name| given.contains_key(*name));
    if is_said || schema["properties"]["all"].is_null() {
        return params;
    }
    given.insert("all".into(), Value::Bool(true));
    Value::Object(given).to_string()
}

impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_asked_for { "there are more" } else { "the list is cut off" };
        match self.total {
            Some(total) => write!(f, "{what}: {} of {total}", self.given)?,
            None => write!(f, "{what}: {} of an unknown number", self.given)?,
        }
        write!(f, "; {}", self.advice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGES: &str = r#"{"properties":{"all":{},"maxItems":{"default":10000},"page":{"default":1},"pageSize":{"default":20}}}"#;

    fn cut(data: &str, params: &str) -> Option<(bool, String)> {
        CutOff::of(data, params, PAGES, None).map(|cut| (cut.is_asked_for, cut.to_string()))
    }

    #[test]
    fn whatever_says_that_there_is_more_makes_a_list_cut_off() {
        let all = "`-p all=true` lists all of them";
        for (data, text) in [
            (r#"{"value":[{}],"page":1,"pageSize":20,"total":9}"#, "1 of 9"),
            (r#"{"value":[{}],"@odata.count":9}"#, "1 of 9"),
            (r#"{"value":[{}],"@odata.nextLink":"https://x"}"#, "1 of an unknown number"),
            (r#"{"value":[{}],"total":-1,"complete":false}"#, "1 of an unknown number"),
            (r#"{"value":[],"total":1}"#, "0 of 1"),
            (r#"{"Results":[{}],"@odata.nextLink":"https://x"}"#, "1 of an unknown number"),
        ] {
            assert_eq!(
                cut(data, "{}"),
                Some((false, format!("the list is cut off: {text}; {all}"))),
                "{data}"
            );
        }
        for whole in [
            r#"{"value":[{}],"page":1,"total":1,"complete":true}"#,
            r#"{"value":[{}],"total":-1,"@odata.nextLink":null}"#,
            r#"{"total":9}"#,
            r#"{"id":"a","@odata.nextLink":"x"}"#,
            "7",
        ] {
            assert_eq!(cut(whole, "{}"), None, "{whole}");
        }
        let text = CutOff::of(r#"{"value":[],"@odata.count":2}"#, "{}", "{}", None)
            .map(|cut| cut.to_string());
        assert_eq!(text.as_deref(), Some("the list is cut off: 0 of 2; the service gave no more"));
    }

    #[test]
    fn a_verb_is_advised_of_what_it_takes() {
        let advice = |params: &str, action: &str| {
            CutOff::of(r#"{"value":[{}],"total":9}"#, params, PAGES, Some(action))
                .map(|cut| cut.advice)
                .unwrap_or_default()
        };
        assert_eq!(advice("{}", "getAgentList"), "`--all` lists all of them");
        let run = "`defenderctl run getAgentList -p all=true -p maxItems=9` lists all of them";
        assert_eq!(advice(r#"{"all":true}"#, "getAgentList"), run);
        let run = "`defenderctl run getLibraryFiles -p all=true` lists all of them";
        assert_eq!(advice("{}", "getLibraryFiles"), run);
    }

    #[test]
    fn a_page_or_a_number_that_was_asked_for_is_whole_if_it_has_all_of_that() {
        let asked =
            |data: &str, params: &str| cut(data, params).map(|(is_asked_for, _)| is_asked_for);
        let two = r#"{"value":[{},{}],"total":5}"#;
        for (params, want) in [
            (r#"{"pageSize":2}"#, true),
            (r#"{"pageSize":2,"page":2}"#, true),
            (r#"{"pageSize":3}"#, false),
            (r#"{"pageSize":3,"page":2}"#, true),
            (r#"{"page":1}"#, false),
            (r#"{"maxItems":2}"#, false),
            (r#"{"all":true,"maxItems":2}"#, true),
            (r#"{"all":true,"maxItems":3}"#, false),
            (r#"{"all":true,"pageSize":2}"#, false),
            (r#"{"all":true}"#, false),
        ] {
            assert_eq!(asked(two, params), Some(want), "{params}");
        }
        let more = r#"{"value":[{},{}],"@odata.nextLink":"x"}"#;
        assert_eq!(
            (asked(more, r#"{"pageSize":2}"#), asked(more, r#"{"pageSize":3}"#)),
            (Some(true), Some(false))
        );
    }

    #[test]
    fn all_is_added_unless_pages_are_asked_for() {
        assert_eq!(with_all(r#"{"id":"a"}"#.into(), PAGES), r#"{"all":true,"id":"a"}"#);
        for kept in [r#"{"page":1}"#, r#"{"pageSize":5}"#, r#"{"all":false}"#] {
            assert_eq!(with_all(kept.into(), PAGES), kept);
        }
        assert_eq!(with_all("{}".into(), r#"{"properties":{}}"#), "{}");
    }
}
