//! JSON text put together member by member: in a fixed order, and with the plugin's own JSON passed
//! through untouched (a detour through parsed values would sort its members and round its numbers).

use serde::Serialize;

use super::text::is_json;

/// A JSON object being written.
pub(crate) struct Document(String);

impl Document {
    /// The empty object.
    pub(crate) fn new() -> Self {
        Self("{".into())
    }

    /// Adds a member.
    pub(crate) fn member(self, name: &str, value: impl Serialize) -> Self {
        self.append(name, &text(&value))
    }

    /// Adds a member that is JSON text already. Text that is not JSON becomes a string: a plugin
    /// that breaks the contract cannot break the document.
    pub(crate) fn raw(self, name: &str, json: &str) -> Self {
        if is_json(json) { self.append(name, json.trim()) } else { self.member(name, json) }
    }

    /// Adds a member that is JSON text already, or null.
    pub(crate) fn raw_or_null(self, name: &str, json: Option<&str>) -> Self {
        self.raw(name, json.unwrap_or("null"))
    }

    /// The document's text.
    pub(crate) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn append(mut self, name: &str, json: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(&text(&name));
        self.0.push(':');
        self.0.push_str(json);
        self
    }
}

/// A JSON list of documents.
pub(crate) fn list(documents: impl IntoIterator<Item = String>) -> String {
    let documents: Vec<String> = documents.into_iter().collect();
    format!("[{}]", documents.join(","))
}

/// What comes here has strings as keys and no floats: it cannot fail to serialise.
pub(super) fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_numbers_and_spelling_of_the_plugin_s_json_are_kept() {
        let data = r#"{"z":1.50,"a":12345678901234567890123,"é":"\u00e9"}"#;
        let document = Document::new().member("status", "ok").raw("data", data).finish();
        assert_eq!(document, format!(r#"{{"status":"ok","data":{data}}}"#));
    }

    #[test]
    fn what_is_not_json_becomes_a_string() {
        let document = Document::new().raw("data", "oops\"").raw_or_null("none", None).finish();
        assert_eq!(document, r#"{"data":"oops\"","none":null}"#);
    }

    #[test]
    fn lists_are_joined() {
        assert_eq!(list([]), "[]");
        assert_eq!(list(["{}".into(), "1".into()]), "[{},1]");
    }
}
