//! Where a result goes: to stdout, or into a file that appears whole.

use std::borrow::Cow;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use host_harness::{Action, Outcome};
use serde_json::Value;
use time::OffsetDateTime;

use super::csv::csv;
use super::isolation::isolation;
use super::layout::Layout;
use super::people::{notes, people};
use super::{Form, ResultArgs, pager};
use crate::failure::Failure;
use crate::file::Partial;
use crate::json::{self, Document, Members, text_of};
use crate::known_actions::{ISOLATION, JOBS};
use crate::machines::Names;
use crate::output::Output;
use crate::style::{clean, clean_json};
use crate::table::screen_width;

/// A place that was found fit before anything was sent.
pub(crate) struct Destination {
    form: Form,
    file: Option<PathBuf>,
    replace: bool,
    columns: Vec<String>,
    is_paged: bool,
    has_output: bool,
    names: Names,
}

impl Destination {
    pub(super) fn new(form: Form, args: &ResultArgs) -> Result<Self, Failure> {
        let (file, replace) = (args.file().map(Path::to_owned), args.force);
        if let Some(path) = &file {
            if !replace && path.symlink_metadata().is_ok() {
                return Err(Failure::exists(path));
            }
            // Made and taken away again: nothing stays behind if the call is never made.
            Partial::private(path).map_err(|error| {
                Failure::settings(format!(
                    "{} cannot be written: {error}; nothing was sent. Name another file with --to",
                    path.display()
                ))
            })?;
        }
        let columns = args.columns.clone();
        let (is_paged, names) = (!args.no_pager, Names::default());
        Ok(Self { form, file, replace, columns, is_paged, has_output: true, names })
    }

    /// The same, with what machines are called: a result may have their IDs alone.
    pub(crate) fn with_names(self, names: &Names) -> Self {
        Self { names: names.clone(), ..self }
    }

    /// Whether what each machine gives is printed as it ends: text on stdout. The result leaves it
    /// out then.
    pub(crate) fn prints_output(&mut self) -> bool {
        let prints = matches!(self.form, Form::Table | Form::Wide) && self.file.is_none();
        self.has_output = !prints;
        prints
    }

    /// Writes the result of a call that went well.
    ///
    /// # Errors
    ///
    /// It cannot be written. The call was made all the same.
    pub(crate) fn outcome(
        &self,
        connector_id: &str,
        action: &Action,
        outcome: &Outcome,
        output: &Output,
    ) -> Result<(), Failure> {
        if self.form == Form::Document {
            return self
                .write(&format!("{}\n", json::outcome_document(connector_id, outcome)), output);
        }
        self.data(&data(outcome), action, output)
    }

    /// Writes the result of each of many machines if some failed, and takes it out of the failure
    /// that is reported then. The document of `--json` has a place for it.
    pub(crate) fn failure(&self, action: &Action, failure: Failure, output: &Output) -> Failure {
        let details = failure.error().details.clone();
        output.warnings(
            details.as_deref().map(warnings).unwrap_or_default().iter().map(String::as_str),
        );
        let details = details.filter(|_| self.form != Form::Document);
        let Some((results, rest)) = details.as_deref().and_then(part) else { return failure };
        match self.data(&results, action, output) {
            Ok(()) => failure.details(rest),
            Err(error) => {
                output.explain(&error);
                failure
            }
        }
    }

    fn data(&self, data: &str, action: &Action, output: &Output) -> Result<(), Failure> {
        let mut noted = Vec::new();
        let text = match self.form {
            Form::Table | Form::Wide => {
                let layout = self.layout(action);
                if let Some(text) = self.isolation(data, action, layout) {
                    return self.write(&format!("{text}\n"), output);
                }
                noted = notes(data, &action.result_schema, layout);
                format!("{}\n", people(data, &action.result_schema, layout))
            }
            Form::Csv => csv(data, &self.columns).unwrap_or_else(|| {
                output.warning("the result is not a list: it is written as JSON");
                format!("{}\n", json::pretty(data))
            }),
            Form::Json | Form::Document => format!("{}\n", json::pretty(data)),
        };
        self.write(&text, output)?;
        let unknown = missing(data, &self.columns);
        if !unknown.is_empty() {
            output.warning(&format!(
                "no record has a column {}; `-o json` shows what there is",
                unknown.join(", ")
            ));
        }
        noted.iter().for_each(|note| output.note(note));
        Ok(())
    }

    fn on_screen(&self) -> bool {
        self.file.is_none() && io::stdout().is_terminal()
    }

    fn layout(&self, action: &Action) -> Layout<'_> {
        let on_screen = self.on_screen() && self.form == Form::Table;
        Layout {
            on_screen,
            width: if on_screen { screen_width() } else { None },
            columns: &self.columns,
            has_jobs: action.name == JOBS,
            has_output: self.has_output,
            names: &self.names,
            now: OffsetDateTime::now_utc(),
        }
    }

    /// The states of isolation, on a screen whose columns nobody chose.
    fn isolation(&self, data: &str, action: &Action, layout: Layout<'_>) -> Option<String> {
        let is_of_it = action.name == ISOLATION && layout.on_screen && self.columns.is_empty();
        is_of_it.then(|| isolation(data, layout.width, layout.now)).flatten()
    }

    fn write(&self, text: &str, output: &Output) -> Result<(), Failure> {
        let Some(path) = &self.file else { return self.print(text, output) };
        match self.keep(path, text) {
            Ok(()) => {
                output.note(&format!("written to {}", path.display()));
                Ok(())
            }
            // The call was made, and its result may not be had again.
            Err(error) => {
                self.print(text, output)?;
                let reported = format!(
                    "{} cannot be written: {error}; the result is on stdout instead",
                    path.display()
                );
                Err(Failure::local(reported).beside_the_result())
            }
        }
    }

    /// Prints it so that nothing in it can steer a terminal.
    fn print(&self, text: &str, output: &Output) -> Result<(), Failure> {
        let shown = match self.form {
            Form::Document => return output.raw(text),
            // The same document, wherever it goes.
            Form::Json => clean_json(text),
            _ if !io::stdout().is_terminal() => return output.raw(text),
            Form::Table | Form::Wide | Form::Csv => Cow::from(clean(text)),
        };
        if self.is_paged && pager::shows(&shown) { Ok(()) } else { output.raw(&shown) }
    }

    fn keep(&self, path: &Path, text: &str) -> io::Result<()> {
        let mut partial = Partial::private(path)?;
        partial.write(text.as_bytes())?;
        partial.keep(self.replace)
    }
}

/// The columns that were asked for and that no record has.
fn missing(data: &str, columns: &[String]) -> Vec<String> {
    let list = Members::of(data).and_then(|members| members.list()).unwrap_or_default();
    let records: Vec<Members<'_>> =
        list.iter().filter_map(|record| Members::of(record.get())).collect();
    let is_missing = |name: &&String| {
        !records.is_empty()
            && !records.iter().any(|record| record.0.iter().any(|(known, _)| known == *name))
    };
    columns.iter().filter(is_missing).map(|name| format!("`{name}`")).collect()
}

/// The results of many machines, and what else the details hold. The results may come as text,
/// which is how the connector passes on what it could not parse.
fn part(details: &str) -> Option<(String, String)> {
    let members = Members::of(details)?;
    let results = text_of(members.get("results")?.get());
    // The text may be that of the object around them.
    let outer =
        Members::of(&results).and_then(|outer| Some(outer.get("results")?.get().to_owned()));
    let results = outer.unwrap_or(results);
    if !results.trim_start().starts_with('[') || !json::is_json(&results) {
        return None;
    }
    let rest = members.0.iter().filter(|(name, _)| name != "results");
    let rest = rest.fold(Document::new(), |rest, (name, value)| rest.raw(name, value.get()));
    Some((Document::new().raw("results", &results).finish(), rest.finish()))
}

/// What is to be known of those of many machines where all went well, although others failed.
fn warnings(details: &str) -> Vec<String> {
    let details: Value = serde_json::from_str(details).unwrap_or_default();
    let of_each = details["results"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|result| result["warnings"].as_array());
    of_each.flatten().filter_map(|warning| warning["message"].as_str()).map(str::to_owned).collect()
}

/// The outcome's data, as a JSON string if the plugin broke its promise that it is JSON.
fn data(outcome: &Outcome) -> String {
    if json::is_json(&outcome.data) {
        outcome.data.clone()
    } else {
        Value::from(outcome.data.as_str()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_taken_out_of_details_in_whatever_form_they_come() {
        let taken = |results: &str, rest: &str| {
            Some((format!(r#"{{"results":{results}}}"#), rest.to_owned()))
        };
        assert_eq!(
            part(r#"{"a":1.50,"results":[{"x":"\ud83d"}]}"#),
            taken(r#"[{"x":"\ud83d"}]"#, r#"{"a":1.50}"#)
        );
        assert_eq!(
            part(r#"{"results":"[{\"x\":\"\\ud83d\"}]"}"#),
            taken(r#"[{"x":"\ud83d"}]"#, "{}")
        );
        let around = r#"{"results":"{\"results\":[{\"x\":\"\\ud83d\"}]}"}"#;
        assert_eq!(part(around), taken(r#"[{"x":"\ud83d"}]"#, "{}"));
        for none in ["[]", "{}", r#"{"results":"[oops"}"#, r#"{"results":7}"#] {
            assert_eq!(part(none), None, "{none}");
        }
    }
}
