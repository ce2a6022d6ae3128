//! The results of live response commands, for download.

use serde_json::json;

use crate::gzip;
use crate::library::LibraryFile;
use crate::machine::Machine;
use crate::scenario::Scenario;

/// The prefix of a script's output in the device's transcript.
const PREAMBLE: &str = "Transcript started, output file is C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat \
                        Protection\\Temp\\PSScriptOutputs\\PSScript_Transcript_{1B2C3D4E}.txt\n";

/// A file in storage.
#[derive(Clone, Debug)]
pub(crate) struct Artifact {
    pub(crate) file_name: String,
    pub(crate) content: Vec<u8>,
}

/// The reason why a command fails and the file it produces, if any. A failed script produces output
/// too.
pub(crate) fn of(
    kind: &str,
    params: &[(String, String)],
    machine: &Machine,
    scenario: &Scenario,
) -> (Option<String>, Option<Artifact>) {
    let param = |key: &str| {
        params.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value.as_str())
    };
    let in_library = |name: &str| scenario.library.iter().find(|file| file.file_name == name);
    match kind {
        "RunScript" => match in_library(param("ScriptName")) {
            Some(script) => {
                let error = script.fails.then(|| {
                    format!("Script {} ended with exit code {}", script.file_name, script.exit_code)
                });
                (error, Some(script_result(script, param("Args"), machine, scenario.gzip_results)))
            }
            None => (Some(missing(param("ScriptName"))), None),
        },
        "GetFile" => match machine.files.get(param("Path")) {
            Some(content) => (None, Some(fetched_file(param("Path"), content))),
            None => (Some(format!("File {} was not found on the device", param("Path"))), None),
        },
        _ => (in_library(param("FileName")).is_none().then(|| missing(param("FileName"))), None),
    }
}

/// A missing library file fails the command, not the request (undocumented).
fn missing(name: &str) -> String {
    format!("File {name} was not found in the library")
}

fn script_result(
    script: &LibraryFile,
    args: &str,
    machine: &Machine,
    is_wrapped: bool,
) -> Artifact {
    let filled =
        |text: &str| text.replace("{args}", args).replace("{host}", &machine.computer_dns_name);
    let content = match &script.raw_result {
        Some(raw) => raw.clone(),
        None => json!({
            "script_name": script.file_name,
            "exit_code": script.exit_code,
            "script_output": format!("{PREAMBLE}{}", filled(&script.output)),
            "script_errors": filled(&script.errors),
        })
        .to_string(),
    };
    let content = content.into_bytes();
    let content = if is_wrapped { gzip::wrapped(&content, None) } else { content };
    Artifact { file_name: format!("{}.json", script.file_name), content }
}

fn fetched_file(path: &str, content: &str) -> Artifact {
    let name = path.rsplit(['\\', '/']).next().unwrap_or(path);
    Artifact {
        file_name: format!("{name}.gz"),
        content: gzip::wrapped(content.as_bytes(), Some(name)),
    }
}
