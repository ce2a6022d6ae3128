//! Compares a comment that the service stored with the one that was sent, allowing for how services
//! rewrite text.
//!
//! Microsoft does not document what it does to a comment. Tolerated is what other services are
//! known to do: change line ends and blanks, drop control characters, apply HTML, JSON or percent
//! escapes, replace, recompose or lose characters outside ASCII, cut at any length, append
//! something.

use percent_encoding::percent_decode_str;

use super::lenient;

/// How similar a comment is to the one that was sent.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Likeness {
    /// A different comment.
    Other,
    /// A prefix of it, or all of it with something appended: this many characters match.
    Part(usize),
    /// The same, apart from tolerated rewriting.
    Same,
}

/// A piece of a comment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Piece {
    /// A printable ASCII character.
    Plain(u8),
    /// One or more blanks.
    Blank,
    /// Characters that a service may replace or lose: a run of this many bytes outside ASCII, or of
    /// line ends and other control characters.
    Run(usize),
}

/// Enough to tell any two comments apart.
const MAX_PIECES: usize = 1000;

/// Compares the comment of a record with the one that was sent.
pub fn likeness(found: &str, text: &str) -> Likeness {
    let sent = pieces(text.trim());
    let unescaped = without_html(found);
    let twice = without_html(&unescaped);
    let percent = percent_decode_str(found).decode_utf8_lossy().into_owned();
    let json = lenient::text(&format!("\"{found}\"")).unwrap_or_default();
    let variants = [found, &unescaped, &twice, &percent, &json];
    let likeness = variants.iter().map(|found| compare(&pieces(found.trim()), &sent)).max();
    match likeness.filter(|likeness| *likeness != Likeness::Other) {
        Some(likeness) => likeness,
        None => {
            variants.iter().map(|found| compare_words(found, text)).max().unwrap_or(Likeness::Other)
        }
    }
}

/// Compares words: whether the comment starts with the words that were sent, ignoring case and
/// punctuation.
fn compare_words(found: &str, sent: &str) -> Likeness {
    let words = |text: &str| -> Vec<String> {
        let words =
            text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_ascii_lowercase).collect()
    };
    let (found, sent) = (words(found), words(sent));
    let length = sent.iter().map(String::len).sum();
    match length >= 4 && found.starts_with(&sent) {
        true => Likeness::Part(length),
        false => Likeness::Other,
    }
}

fn compare(found: &[Piece], sent: &[Piece]) -> Likeness {
    let is_run = |piece: &Piece| matches!(piece, Piece::Run(_));
    let plain = sent.iter().filter(|piece| matches!(piece, Piece::Plain(_))).count();
    // A sent comment without letters would match any short text, so the stored one must look as if
    // characters were replaced.
    if plain == 0
        && sent.iter().any(is_run)
        && !found.iter().any(|piece| is_run(piece) || *piece == Piece::Plain(b'?'))
    {
        return Likeness::Other;
    }
    let prefix_matcher = prefix_matcher(found, sent);
    if prefix_matcher(sent.len(), found.len()) {
        return Likeness::Same;
    }
    let is_mark = |piece: &&Piece| matches!(piece, Piece::Plain(b'.') | Piece::Blank);
    let without_dots = found.len() - found.iter().rev().take_while(is_mark).count();
    // Runs alone would match anything short.
    let is_significant = |end: &usize| {
        let beginning = &sent[..*end];
        let plain = beginning.iter().filter(|piece| matches!(piece, Piece::Plain(_))).count();
        plain >= 3 || (plain > 0 && !beginning.iter().any(is_run))
    };
    let is_truncated = |end: &usize| {
        prefix_matcher(*end, found.len())
            || (without_dots > 0 && prefix_matcher(*end, without_dots))
    };
    let cut = (1..sent.len()).rev().filter(is_significant).find(is_truncated);
    let is_letter = |piece: Option<&Piece>| {
        matches!(
            piece, Some(Piece::Plain(byte)) if byte.is_ascii_alphanumeric()
        )
    };
    // Appended text does not continue the last word.
    let ends_word = |end: &usize| !(is_letter(sent.last()) && is_letter(found.get(*end)));
    let appended = !sent.is_empty()
        && (1..found.len()).filter(ends_word).any(|end| prefix_matcher(sent.len(), end));
    match cut.max(appended.then_some(sent.len())) {
        Some(shared) => Likeness::Part(shared),
        None => Likeness::Other,
    }
}

/// Returns a function that tells whether the first pieces of both texts match, given two counts. A
/// run matches any pieces of the other text, up to twice as many as it has bytes.
fn prefix_matcher(found: &[Piece], sent: &[Piece]) -> impl Fn(usize, usize) -> bool + use<> {
    let width = found.len() + 1;
    let mut reached = vec![false; (sent.len() + 1) * width];
    reached[0] = true;
    for s in 0..=sent.len() {
        for f in 0..=found.len() {
            if !reached[s * width + f] {
                continue;
            }
            if let Some(Piece::Run(bytes)) = sent.get(s) {
                (f..=found.len().min(f + bytes * 2))
                    .for_each(|f| reached[(s + 1) * width + f] = true);
            }
            if let Some(Piece::Run(bytes)) = found.get(f) {
                (s..=sent.len().min(s + bytes * 2)).for_each(|s| reached[s * width + f + 1] = true);
            }
            if s < sent.len() && sent.get(s) == found.get(f) {
                reached[(s + 1) * width + f + 1] = true;
            }
        }
    }
    move |sent, found| reached[sent * width + found]
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for c in text.chars() {
        let last = pieces.last().copied();
        let piece = match c {
            ' ' | '\u{a0}' => Piece::Blank,
            '!'..='~' => Piece::Plain(c as u8),
            _ => Piece::Run(c.len_utf8()),
        };
        match (last, piece) {
            (Some(Piece::Blank), Piece::Blank) => continue,
            // A run absorbs the blanks next to it, and the letter that an accent belongs to.
            (Some(Piece::Blank), Piece::Run(bytes)) => {
                pieces.pop();
                pieces.push(Piece::Run(bytes + 1));
            }
            (Some(Piece::Plain(_)), Piece::Run(bytes)) if is_accent(c) => {
                pieces.pop();
                pieces.push(Piece::Run(bytes + 1));
            }
            (Some(Piece::Run(bytes)), Piece::Blank) => {
                pieces.pop();
                pieces.push(Piece::Run(bytes + 1));
            }
            (Some(Piece::Run(before)), Piece::Run(bytes)) => {
                pieces.pop();
                pieces.push(Piece::Run(before + bytes));
            }
            _ => pieces.push(piece),
        }
        if pieces.len() == MAX_PIECES {
            break;
        }
    }
    pieces
}

/// Whether this is a combining diacritical mark, as in the decomposed form (NFD) of an accented
/// letter.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Unescapes HTML.
pub fn without_html(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain += before;
        let entity = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        match entity.and_then(|(name, behind)| Some((character(name)?, behind))) {
            Some((c, behind)) => {
                plain.push(c);
                rest = behind;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain + rest
}

fn character(name: &str) -> Option<char> {
    const NAMED: &[(&str, char)] =
        &[("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", ' ')];
    let number = |digits: &str| match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    };
    match name.strip_prefix('#') {
        Some(digits) => number(digits).and_then(char::from_u32),
        None => NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "Fall 1042: Gerät \"ws\" & <co> 🚨 isoliert\r\nsee  wiki/é\u{7} end of it";

    #[test]
    fn a_rewritten_comment_is_the_same() {
        for found in [
            SENT.to_owned(),
            format!("  {SENT}\n"),
            SENT.replace("\r\n", "\n"),
            SENT.replace("\r\n", " ").replace("  ", " "),
            SENT.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;"),
            SENT.replace('&', "&amp;amp;")
                .replace('"', "&#34;")
                .replace('<', "&#x3C;")
                .replace('>', "&#62;"),
            SENT.replace('é', "e\u{301}").replace('ä', "a\u{308}"),
            SENT.replace('é', "e").replace('ä', "a").replace('🚨', ""),
            SENT.replace('🚨', "??"),
            SENT.replace('🚨', "\u{fffd}"),
            SENT.replace('ä', "Ã¤").replace('🚨', "&#128680;"),
            SENT.replace(" 🚨 ", " "),
            SENT.replace('\u{7}', ""),
            SENT.replace('\u{7}', " "),
            SENT.replace(char::is_control, ""),
            serde_json::to_string(SENT).unwrap().trim_matches('"').to_owned(),
            SENT.replace('%', "%25")
                .replace(' ', "%20")
                .replace('"', "%22")
                .replace("\r\n", "%0D%0A"),
        ] {
            assert_eq!(likeness(&found, SENT), Likeness::Same, "{found}");
        }
    }

    #[test]
    fn a_part_of_a_comment_is_known_for_one() {
        let long = "x".repeat(300);
        for (found, sent, shared) in [
            ("case 1042, isol", "case 1042, isolated", 15),
            ("case 1042, isol...", "case 1042, isolated", 15),
            ("case 1042 (by API)", "case 1042", 9),
            ("case 1042. Requested by app", "case 1042", 9),
            ("CASE #1042, isolated", "case 1042 \u{2014} \"isolated\"", 16),
            (&long[..100], long.as_str(), 100),
            (&format!("{}...", &long[..253]), long.as_str(), 253),
        ] {
            assert_eq!(likeness(found, sent), Likeness::Part(shared), "{found}");
        }
    }

    #[test]
    fn another_comment_is_another() {
        for (found, sent) in [
            ("case 1043", "case 1042"),
            ("case 10423", "case 1042"),
            ("case 1042", "see case 1042"),
            ("[ref:7] case 1042", "case 1042"),
            ("case 77", "隔离"),
            ("lab", "Überprüfung"),
            ("another caller's", "c"),
            ("", "case"),
            ("...", "case"),
        ] {
            assert_eq!(likeness(found, sent), Likeness::Other, "{found}");
        }
        assert_eq!(likeness("??", "隔离"), Likeness::Same);
        assert_ne!(likeness("case 1042, isol…", "case 1042, isolated"), Likeness::Other);
        assert_eq!(likeness("", ""), Likeness::Same);
    }

    #[test]
    fn long_comments_are_compared_in_time() {
        let long = "é x".repeat(20_000);
        assert_eq!(likeness(&long, &long), Likeness::Same);
        assert_eq!(likeness(&"y".repeat(60_000), &long), Likeness::Other);
    }
}
