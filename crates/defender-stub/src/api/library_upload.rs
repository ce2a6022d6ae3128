//! Uploads to the live-response library: `POST /libraryfiles`.

use super::call::Call;
use super::multipart::{self, Part};
use super::roles::LIBRARY;
use super::route::{Route, post};
use crate::clock::api_timestamp;
use crate::library::LibraryFile;
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[post("/api/libraryfiles", LIBRARY, upload)];

/// The largest file, in bytes: 20 MB.
const MAX_BYTES: usize = 20 * 1024 * 1024;

/// The form's fields, in the one spelling that the documents show.
const FIELDS: [&str; 5] =
    ["File", "Description", "ParametersDescription", "HasParameters", "OverrideIfExists"];

/// Answers 200 even when it creates a file. An existing name, a large file or an unknown field
/// gives 400 (undocumented).
fn upload(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let form = Form(multipart::read(call.request)?);
    form.check()?;
    let part = form.part("File").ok_or_else(|| ApiError::missing("File"))?;
    let name = part
        .file_name
        .as_deref()
        .ok_or_else(|| ApiError::body("The field File has no file name"))?;
    // Real libraries have names with spaces; which other characters the service allows is
    // undocumented.
    let is_plain = |byte: u8| {
        (byte.is_ascii_graphic() || byte == b' ') && !br##""#%*/:<>?\|"##.contains(&byte)
    };
    if name.is_empty() || !name.bytes().all(is_plain) {
        return Err(ApiError::input(format!(
            "File name '{name}' has characters that are not allowed"
        )));
    }
    if part.content.len() > MAX_BYTES {
        return Err(ApiError::input(format!(
            "The file has {} bytes; {MAX_BYTES} are allowed",
            part.content.len()
        )));
    }
    let is_replaced = form.flag("OverrideIfExists")?;
    let now = api_timestamp(call.now);
    let mut file = LibraryFile {
        description: form.text("Description")?,
        has_parameters: form.flag("HasParameters")?,
        parameters_description: form.text("ParametersDescription")?,
        creation_time: now.clone(),
        last_updated_time: Some(now),
        created_by: call.claims.appid.clone(),
        ..LibraryFile::uploaded(name, part.content.clone())
    };
    let library = &mut call.state.scenario.library;
    let existing = library.iter().position(|existing| existing.file_name == file.file_name);
    if let Some(index) = existing {
        if !is_replaced {
            let message = format!("File {name} exists already; set OverrideIfExists to replace it");
            return Err(ApiError::new(400, "BadRequest", message));
        }
        file.creation_time = library.remove(index).creation_time;
    }
    let entity = file.entity();
    library.push(file);
    Ok(call.entity(200, "LibraryFiles", entity))
}

/// The parts of the form.
struct Form(Vec<Part>);

impl Form {
    /// Every field is known and occurs once.
    fn check(&self) -> Result<(), ApiError> {
        for (index, part) in self.0.iter().enumerate() {
            if !FIELDS.contains(&part.name.as_str()) {
                return Err(ApiError::body(format!("The form has no field '{}'", part.name)));
            }
            if self.0[..index].iter().any(|earlier| earlier.name == part.name) {
                return Err(ApiError::body(format!(
                    "The field {} was sent more than once",
                    part.name
                )));
            }
        }
        Ok(())
    }

    fn part(&self, name: &str) -> Option<&Part> {
        self.0.iter().find(|part| part.name == name)
    }

    fn text(&self, name: &str) -> Result<Option<String>, ApiError> {
        let Some(part) = self.part(name) else { return Ok(None) };
        let text = String::from_utf8(part.content.clone());
        text.map(Some).map_err(|_| ApiError::body(format!("The field {name} is not UTF-8")))
    }

    fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.text(name)?.as_deref() {
            None => Ok(false),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(other) => {
                Err(ApiError::input(format!("{name} '{other}' is neither true nor false")))
            }
        }
    }
}
