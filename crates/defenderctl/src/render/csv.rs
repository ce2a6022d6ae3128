//! Lists as CSV (RFC 4180): a line of names, then a line for each record.

use csv::{Terminator, WriterBuilder};

use super::headings::members;
use crate::json::{Members, cell};

/// Characters by which spreadsheets know a formula (OWASP, "CSV Injection"), the full-width ones
/// too: what a machine reported must not become one.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Where a cell may end for a spreadsheet: many countries' separate by semicolons, whatever the
/// file's own separator, and quotes that are not at a cell's beginning then count for nothing.
const ENDS: [char; 4] = [';', '\t', '\r', '\n'];

/// The name of the column where a record is no object.
const VALUE: &str = "value";

/// The list of a result under the columns that were asked for, or else under the members of all
/// records, in the order in which they first come; what is not flat is JSON. None if there is no
/// list.
pub(super) fn csv(data: &str, asked: &[String]) -> Option<String> {
    let list = Members::of(data)?.list()?;
    let records: Vec<Members<'_>> = list
        .iter()
        .map(|record| {
            Members::of(record.get()).unwrap_or_else(|| Members(vec![(VALUE.to_owned(), *record)]))
        })
        .collect();
    let asked = members(asked, &records);
    let mut columns: Vec<&str> = asked.iter().map(String::as_str).collect();
    for (name, _) in records.iter().flat_map(|record| &record.0) {
        if asked.is_empty() && !columns.contains(&name.as_str()) {
            columns.push(name);
        }
    }
    if columns.is_empty() {
        return Some(String::new());
    }
    // Nothing is commented: the writer quotes cells with that character.
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .comment(Some(b';'))
        .from_writer(Vec::new());
    writer.write_record(columns.iter().map(|name| guarded(name))).ok()?;
    for record in &records {
        let cells = columns.iter().map(|name| match record.get(name) {
            // A number cannot hide a formula.
            Some(value) if is_number(value.get()) => value.get().to_owned(),
            Some(value) => guarded(&cell(value)),
            None => String::new(),
        });
        writer.write_record(cells).ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}

fn is_number(json: &str) -> bool {
    json.starts_with(|c: char| c == '-' || c.is_ascii_digit())
}

/// The text with an apostrophe wherever a spreadsheet could take what follows for a formula: at its
/// beginning, and where a cell may end and another begin.
fn guarded(text: &str) -> String {
    // Blanks, quotes and what is not seen are passed over, as some readers do.
    let is_passed =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\u{200b}' | '\u{feff}');
    let mut out = String::with_capacity(text.len() + 1);
    let mut begins = true;
    for c in text.chars() {
        if begins && FORMULA.contains(&c) || out.is_empty() && matches!(c, '\t' | '\r' | '\n') {
            out.push('\'');
        }
        begins = ENDS.contains(&c) || begins && is_passed(c);
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_of_all_records_and_nested_values_are_json() {
        let data =
            r#"{"value":[{"z":1,"a":"x, \"y\""},{"a":null,"n":{"b":[1]},"z":-2.50},"text"]}"#;
        assert_eq!(
            csv(data, &[]).as_deref(),
            Some(
                "z,a,n,value\r\n1,\"x, \"\"y\"\"\",,\r\n-2.50,,\"{\"\"b\"\":[1]}\",\r\n,,,text\r\n"
            )
        );
        assert_eq!(csv(r#"{"value":[]}"#, &[]).as_deref(), Some(""));
        assert_eq!(csv(r#"{"id":"a"}"#, &[]), None);
        let asked = ["a", "z", "x"].map(str::to_owned);
        let want = "a,z,x\r\n\"x, \"\"y\"\"\",1,\r\n,-2.50,\r\n,,\r\n";
        assert_eq!(csv(data, &asked).as_deref(), Some(want));
    }

    #[test]
    fn a_formula_behind_another_separator_is_guarded_and_semicolons_are_quoted() {
        let trials = [
            ("a;=b", "a;'=b"),
            ("a; \"@b", "a; \"'@b"),
            ("a\t+b\r-c\n=d", "a\t'+b\r'-c\n'=d"),
            (" \u{a0}\u{feff}=b", " \u{a0}\u{feff}'=b"),
            ("\t=b", "'\t'=b"),
            (";＝b", ";'＝b"),
        ];
        for (text, want) in trials {
            assert_eq!(guarded(text), want);
        }
        let data = r#"{"value":[{"a;b":"x;=y","n":["z;-1"]}]}"#;
        assert_eq!(
            csv(data, &[]).as_deref(),
            Some("\"a;b\",n\r\n\"x;'=y\",\"[\"\"z;'-1\"\"]\"\r\n")
        );
    }

    #[test]
    fn what_looks_like_a_formula_is_guarded() {
        for start in FORMULA.into_iter().chain(['\t', '\r', '\n']) {
            assert_eq!(guarded(&format!("{start}1")), format!("'{start}1"));
        }
        for harmless in ["a=b", "a -b", "a;b", "1\n2\n\n3", "", " a", "a\"=b"] {
            assert_eq!(guarded(harmless), harmless);
        }
        let data = r#"{"value":[{"@n":"=HYPERLINK(1)","ok":"a=b"}]}"#;
        assert_eq!(csv(data, &[]).as_deref(), Some("'@n,ok\r\n'=HYPERLINK(1),a=b\r\n"));
    }
}
