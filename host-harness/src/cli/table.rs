//! Tables in plain text: no lines, columns by spaces, as wide as the terminal or as the content.

use std::io::{self, IsTerminal};

use comfy_table::{ContentArrangement, Table, presets};

use super::style::clean;

/// A table under these headings.
pub(crate) fn table<const N: usize>(headings: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    // Lines are broken for a person's screen only: a program that reads them wants whole cells.
    let arrangement =
        if io::stdout().is_terminal() { ContentArrangement::Dynamic } else { ContentArrangement::Disabled };
    table.set_content_arrangement(arrangement);
    table.set_header(headings);
    for row in rows {
        table.add_row(row.map(|cell| clean(&cell)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    // Blanks at the ends of lines are of no use to anybody.
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_lines_end_where_their_text_does() {
        let text =
            table(["action", "granted"], [["isolateHost".into(), "yes".into()], ["x\u{1b}".into(), String::new()]]);
        assert_eq!(text, "action       granted\nisolateHost  yes\nx\u{fffd}");
    }
}
