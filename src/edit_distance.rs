//! Edit distance between two names. The command line compiles this file too.

/// Counts the letters to add, remove or replace to turn one name into the other, ignoring case
/// (Levenshtein).
pub(crate) fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.bytes().enumerate() {
        let mut diagonal = core::mem::replace(&mut row[0], i + 1);
        for (j, b) in to.bytes().enumerate() {
            let replaced = diagonal + usize::from(!a.eq_ignore_ascii_case(&b));
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn letters_that_differ_are_counted_and_case_is_not() {
        for (from, to, letters) in
            [("kitten", "sitting", 3), ("Host", "hOST", 0), ("", "ab", 2), ("ab", "", 2)]
        {
            assert_eq!(distance(from, to), letters, "{from} {to}");
        }
    }
}
