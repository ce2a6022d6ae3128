//! "Did you mean": the known name nearest to a mistyped one, never one that says the opposite.

use crate::edit_distance::distance;

/// Longer ones are no typing mistakes of any name here.
const MOST: usize = 64;

/// The nearest of `names`, if it is near enough to be what was meant: one slip in three letters of
/// each word, case aside. None if two are as near.
pub(super) fn near<'a>(wrong: &str, names: &[&'a str]) -> Option<&'a str> {
    if wrong.len() > MOST {
        return None;
    }
    if let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(wrong)) {
        return Some(name);
    }
    let (mut nearest, mut least) = (None, wrong.len() / 3 + 1);
    for name in names.iter().filter(|name| !is_opposite(wrong, name) && is_in_words(wrong, name)) {
        let distance = distance(wrong, name);
        if distance < least {
            (nearest, least) = (Some(*name), distance);
        } else if distance == least {
            nearest = None;
        }
    }
    nearest
}

/// Whether one is the other with a word in front that takes it back.
fn is_opposite(one: &str, other: &str) -> bool {
    let takes_back = |long: &str, short: &str| {
        ["un", "de", "dis", "no", "non", "not", "dont", "off", "on", "in"].iter().any(|prefix| {
            let (start, rest) = long.split_at_checked(prefix.len()).unwrap_or_default();
            start.eq_ignore_ascii_case(prefix) && distance(rest, short) <= 1
        })
    };
    takes_back(one, other) || takes_back(other, one)
}

/// Whether each word of one is near to that word of the other: `minTargets` is no slip of
/// `maxTargets`. Where they have not as many words, a capital was forgotten, or the slip is at one.
fn is_in_words(one: &str, other: &str) -> bool {
    let (first, second) = (words(one), words(other));
    let is_near = |(a, b): (&&str, &&str)| distance(a, b) <= (a.len() / 3).max(1);
    match first.len() == second.len() {
        true => first.len() == 1 || first.iter().zip(&second).all(is_near),
        false => distance(one, other) <= 1,
    }
}

fn words(name: &str) -> Vec<&str> {
    let starts =
        name.char_indices().filter(|(at, c)| *at == 0 || c.is_ascii_uppercase()).map(|(at, _)| at);
    let starts: Vec<usize> = starts.collect();
    let ends = starts.iter().skip(1).copied().chain([name.len()]);
    starts.iter().zip(ends).map(|(start, end)| &name[*start..end]).collect()
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
            ("pollSecond", Some("pollSeconds")),
            ("polSecnds", Some("pollSeconds")),
            ("ix", None),
            ("", None),
            ("quarantine", None),
        ] {
            assert_eq!(near(wrong, &names), meant, "{wrong}");
        }
        assert_eq!(near(&"x".repeat(1000), &names), None);
    }

    #[test]
    fn the_opposite_is_no_slip() {
        let names =
            ["dryRun", "ensure", "wait", "maxTargets", "gt", "ge", "lt", "le", "startsWith"];
        for wrong in [
            "noDryRun",
            "notDryRun",
            "nodryrun",
            "unensure",
            "noWait",
            "minTargets",
            "gte",
            "lte",
            "endsWith",
        ] {
            assert_eq!(near(wrong, &names), None, "{wrong}");
        }
        assert_eq!(near("ryRun", &["onDryRun"]), None);
    }
}
