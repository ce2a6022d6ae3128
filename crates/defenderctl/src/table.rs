//! Tables in plain text: no lines, columns by spaces, as wide as the terminal or as the content.

use std::io::{self, IsTerminal};

use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};

use super::style::clean_line;

/// Texts of several words that are no longer stay on one line: a time, a state.
const SHORT: usize = 20;

/// A table under these headings.
pub(crate) fn table<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let headings = headings.map(str::to_owned);
    columns(&headings, rows.into_iter().map(|row| row.to_vec()), io::stdout().is_terminal())
}

/// A table of as many columns as there are headings. Lines are broken for a person's screen only: a
/// program that reads them wants whole cells.
pub(crate) fn columns(
    headings: &[String],
    rows: impl IntoIterator<Item = Vec<String>>,
    on_screen: bool,
) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    let is_fitted = on_screen && screen_width().is_some();
    let arrangement =
        if is_fitted { ContentArrangement::Dynamic } else { ContentArrangement::Disabled };
    table.set_content_arrangement(arrangement);
    table.set_header(headings.iter().map(|heading| clean_line(heading)));
    let mut is_prose_in = vec![false; headings.len()];
    for row in rows {
        for (is_prose_in, cell) in is_prose_in.iter_mut().zip(&row) {
            *is_prose_in |= is_prose(cell);
        }
        // A line break in a cell would begin a line that looks like a row.
        table.add_row(row.iter().map(|cell| clean_line(cell)));
    }
    for (column, is_broken) in table.column_iter_mut().zip(is_prose_in) {
        column.set_padding((0, 2));
        // A name or an ID that is broken into lines cannot be copied.
        if is_fitted && !is_broken {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    // Drop blanks at the ends of lines.
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Whether a text is one of several words that may be broken into lines.
pub(crate) fn is_prose(text: &str) -> bool {
    text.chars().count() > SHORT && text.contains(' ')
}

/// How many characters fit on a line of the screen, if there is one that says so.
pub(crate) fn screen_width() -> Option<usize> {
    Table::new().width().map(usize::from).filter(|width| *width > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_lines_end_where_their_text_does() {
        let text = table(
            ["action", "granted"],
            [["isolateHost".into(), "yes".into()], ["x\u{1b}".into(), String::new()]],
        );
        assert_eq!(text, "action       granted\nisolateHost  yes\nx\u{fffd}");
    }

    #[test]
    fn a_cell_cannot_write_rows_of_its_own() {
        let text = table(["a\nb", "c"], [["x\r\nisolated  yes".into(), "y\tz".into()]]);
        assert_eq!(text, "a\u{fffd}b              c\nx\u{fffd}isolated  yes  y\u{fffd}z");
    }
}
