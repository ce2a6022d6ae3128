//! A file of the live-response library, and what running it does.

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A file of the library and, for a script, what running it does.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct LibraryFile {
    /// The name, which is the file's key.
    pub file_name: String,
    /// What the file is for.
    pub description: Option<String>,
    /// Whether the script takes parameters.
    pub has_parameters: bool,
    /// What the parameters mean.
    pub parameters_description: Option<String>,
    /// The content.
    pub content: String,
    /// The content of an upload, in place of `content`: it need not be text.
    #[serde(skip)]
    pub bytes: Option<Vec<u8>>,
    /// When the file was uploaded.
    pub creation_time: String,
    /// When it was last replaced; absent is never.
    pub last_updated_time: Option<String>,
    /// Who uploaded it.
    pub created_by: String,

    /// What the script prints. `{args}` and `{host}` are replaced.
    pub output: String,
    /// What it prints as errors.
    pub errors: String,
    /// Its exit code.
    pub exit_code: i32,
    /// Whether running it fails the command, and with it the action.
    pub fails: bool,
    /// The result's bytes, in place of the JSON that is made of the above.
    pub raw_result: Option<String>,
}

impl Default for LibraryFile {
    fn default() -> Self {
        Self {
            file_name: String::new(),
            description: None,
            has_parameters: false,
            parameters_description: None,
            content: String::new(),
            bytes: None,
            last_updated_time: None,
            creation_time: "2026-05-02T10:00:01.2009016Z".to_owned(),
            created_by: "siem-connector".to_owned(),
            output: String::new(),
            errors: String::new(),
            exit_code: 0,
            fails: false,
            raw_result: None,
        }
    }
}

impl LibraryFile {
    /// A file that came in by the API. Run as a script, it reports where and with what it ran.
    pub(super) fn uploaded(name: &str, bytes: Vec<u8>) -> Self {
        Self {
            file_name: name.to_owned(),
            output: format!("{name} ran on {{host}}\r\nargs: {{args}}\r\n"),
            bytes: Some(bytes),
            ..Self::default()
        }
    }

    /// The file as the API lists it.
    pub(super) fn entity(&self) -> Value {
        json!({
            "fileName": self.file_name,
            "sha256": format!(
                "{:x}", Sha256::digest(self.bytes.as_deref().unwrap_or(self.content.as_bytes()))
            ),
            "description": self.description,
            "creationTime": self.creation_time,
            "lastUpdatedTime": self.last_updated_time.as_ref().unwrap_or(&self.creation_time),
            "createdBy": self.created_by,
            "hasParameters": self.has_parameters,
            "parametersDescription": self.parameters_description,
        })
    }
}
