//! "Did you mean": the known name nearest to a mistyped one.

/// Longer ones are no typing mistakes of any name here.
const MOST: usize = 64;

/// The nearest of `names`, if it is near enough to be what was meant: one slip in three letters, case aside.
pub(super) fn near<'a>(wrong: &str, names: &[&'a str]) -> Option<&'a str> {
    if wrong.len() > MOST {
        return None;
    }
    let (mut nearest, mut least) = (None, wrong.len() / 3 + 1);
    for name in names {
        let distance = distance(wrong.as_bytes(), name.as_bytes());
        if distance < least {
            (nearest, least) = (Some(*name), distance);
        }
    }
    nearest
}

/// How many letters must be added, removed or replaced to make one word the other (Levenshtein).
fn distance(from: &[u8], to: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut diagonal = core::mem::replace(&mut row[0], i + 1);
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(!a.eq_ignore_ascii_case(b));
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_wrong_case_are_forgiven_and_other_words_are_not() {
        let names = ["comment", "id", "host", "pollSeconds"];
        for (wrong, meant) in [
            ("coment", Some("comment")),
            ("Comment", Some("comment")),
            ("ID", Some("id")),
            ("pollseconds", Some("pollSeconds")),
            ("ix", None),
            ("", None),
            ("quarantine", None),
        ] {
            assert_eq!(near(wrong, &names), meant, "{wrong}");
        }
        assert_eq!(near(&"x".repeat(1000), &names), None);
        assert_eq!(distance(b"kitten", b"sitting"), 3);
    }
}
