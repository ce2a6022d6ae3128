//! The forms of a result: a table for users, JSON or CSV for programs, on stdout or in a file.
//!
//! `columns` chooses what a table shows, `headings` what that is called and `layout` how it is
//! written; `people`, `isolation` and `csv` write it, `completeness` knows whether a list is whole,
//! `destination` is where it goes, by a `pager` if it is long.

mod columns;
mod completeness;
mod csv;
mod destination;
mod headings;
mod isolation;
mod layout;
mod pager;
mod people;
mod show;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf, absolute};

use clap::{Args, ValueEnum};
use host_harness::Action;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use completeness::CutOff;
pub(crate) use destination::Destination;
pub(crate) use layout::unique_length;
pub(crate) use people::script_output;

use super::exit::Exit;
use super::failure::Failure;
use super::json::LISTS;
use super::output::Output;

/// How a result is shown, and where it goes.
#[derive(Clone, Debug, Args, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultArgs {
    /// Output format [default: table on a terminal, json otherwise]
    #[arg(short, long, value_name = "FORMAT")]
    output: Option<Form>,

    /// Write the result to this file instead of stdout; `-` is stdout
    #[arg(long = "to", value_name = "FILE")]
    file: Option<PathBuf>,

    /// Columns of a table or CSV file, in this order
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    #[serde(default)]
    columns: Vec<String>,

    /// Replace that file if it exists
    #[arg(long, requires = "file")]
    force: bool,

    /// End with status 0 even if the list is cut off
    #[arg(long)]
    allow_partial: bool,

    /// Never show the result in a pager
    #[arg(long)]
    #[serde(default)]
    no_pager: bool,

    /// Say how many requests the call took
    #[arg(short, long)]
    #[serde(default)]
    verbose: bool,

    /// Whether a verb was called, which has flags in place of `-p`.
    #[arg(skip)]
    #[serde(skip)]
    pub(crate) is_verb_s: bool,
}

/// A form of results.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Form {
    /// Tables, records as lines, a script's output as text
    Table,
    /// A table with every column and whole times, as wide as they are
    Wide,
    /// The data as the service gave it
    Json,
    /// A list for spreadsheets (RFC 4180); where a text could begin a formula, it gets a '
    Csv,
    /// What `--json` prints: the data with what became of the call.
    #[value(skip)]
    Document,
}

impl ResultArgs {
    /// The same, wherever the program is started.
    ///
    /// # Errors
    ///
    /// The path cannot be made absolute.
    pub(crate) fn absolute(self) -> io::Result<Self> {
        Ok(Self { file: self.file().map(absolute).transpose()?, ..self })
    }

    /// The file that the result goes to.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref().filter(|path| *path != "-")
    }

    /// Whether a file that is there is replaced.
    pub(crate) fn replaces(&self) -> bool {
        self.force
    }

    /// Whether the form is chosen.
    pub(crate) fn chooses_form(&self) -> bool {
        self.output.is_some()
    }

    /// The parameters with `all`, where what is written is handed on as the whole list: as CSV or
    /// to a file. What the user said of pages stays.
    pub(crate) fn completed(&self, params: String, schema: &str) -> String {
        let is_handed_on = self.output == Some(Form::Csv) || self.file.is_some();
        if is_handed_on { completeness::with_all(params, schema) } else { params }
    }

    /// Says on stderr if the list of a result is cut off, and gives the exit status that follows
    /// from it.
    pub(crate) fn end(&self, action: &Action, params: &str, data: &str, output: &Output) -> Exit {
        let verb_of = self.is_verb_s.then_some(action.name.as_str());
        let Some(cut) = CutOff::of(data, params, &action.params_schema, verb_of) else {
            return Exit::Done;
        };
        if cut.is_asked_for {
            output.note(&cut.to_string());
            return Exit::Done;
        }
        output.warning(&cut.to_string());
        if self.allow_partial { Exit::Done } else { Exit::Failed }
    }

    /// Where the result will go, and in which form.
    ///
    /// # Errors
    ///
    /// The form does not go with `--json`, the action gives no list for CSV, or the file cannot be
    /// written. Nothing was sent yet.
    pub(crate) fn destination(
        &self,
        action: &Action,
        params: &str,
        output: &Output,
    ) -> Result<Destination, Failure> {
        let form = match (self.output, output.is_json()) {
            (Some(_), true) => {
                return Err(Failure::settings(
                    "--output and --json exclude each other: --json is a form of its own",
                ));
            }
            (None, true) => Form::Document,
            (Some(form), false) => form,
            (None, false) if self.file().is_none() && io::stdout().is_terminal() => Form::Table,
            (None, false) => Form::Json,
        };
        if !self.columns.is_empty() && matches!(form, Form::Json | Form::Document) {
            return Err(Failure::settings(
                "--columns is for tables and CSV: add --output table, wide or csv",
            ));
        }
        if form == Form::Csv && !gives_list(&action.result_schema, params) {
            return Err(Failure::params(format!(
                "`{}` gives no list here, and csv is for lists: choose --output json or table; nothing was sent",
                action.name
            )));
        }
        Destination::new(form, self)
    }
}

/// Whether an action's result has a list: always, or because many machines are named.
fn gives_list(schema: &str, params: &str) -> bool {
    let schema: Value = serde_json::from_str(schema).unwrap_or_default();
    let params: Value = serde_json::from_str(params).unwrap_or_default();
    let has =
        |schema: &Value| LISTS.iter().any(|name| schema["properties"][name]["type"] == "array");
    let many = ["ids", "hosts"].iter().any(|name| params.get(name).is_some());
    has(&schema)
        || many && schema["anyOf"].as_array().is_some_and(|choices| choices.iter().any(has))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_what_the_schema_says_or_what_many_machines_make_of_it() {
        let list = r#"{"type":"object","properties":{"value":{"type":"array"}}}"#;
        let either =
            r#"{"anyOf":[{"properties":{"id":{}}},{"properties":{"results":{"type":"array"}}}]}"#;
        let record = r#"{"type":"object","properties":{"value":{"type":"string"}}}"#;
        let trials = [
            (list, "{}", true),
            (either, r#"{"id":"a"}"#, false),
            (either, r#"{"ids":["a"]}"#, true),
            (either, r#"{"hosts":[]}"#, true),
            (record, r#"{"ids":["a"]}"#, false),
            ("true", "{}", false),
        ];
        for (schema, params, want) in trials {
            assert_eq!(gives_list(schema, params), want, "{schema} {params}");
        }
    }
}
