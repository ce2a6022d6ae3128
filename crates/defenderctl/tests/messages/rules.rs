//! What must hold of every message.

/// Words that no message has in it: those of the whole repository, and those of messages.
const WORDS: [&str; 2] =
    [include_str!("../../../../tests/contract/words.txt"), include_str!("words.txt")];

/// Errors that need no next step, each with the reason.
const WITHOUT_NEXT_STEP: &str = include_str!("without_next_step.txt");

/// Verbs that tell a user what to do.
const INSTRUCTIONS: [&str; 42] = [
    "write", "name", "choose", "give", "set", "use", "run", "check", "leave", "add", "correct",
    "close", "convert", "look", "delete", "keep", "install", "take", "fill", "move", "wait", "try",
    "report", "allow", "make", "put", "narrow", "raise", "open", "grant", "see", "start", "type",
    "go", "confirm", "create", "fix", "remove", "quote", "fetch", "change", "paste",
];

/// Texts in which a slash begins a path of a file system, not a JSON Pointer.
const PATHS: [&str; 3] = ["/dev/", "/var/", "/etc/"];

/// What is wrong with a message.
pub(crate) fn wrong(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    // "There is no" is as it should be, "it is no list" is not.
    let text = &text.replace("here is no ", "here is not a ");
    for line in WORDS.iter().flat_map(|words| words.lines()).filter(|line| !line.starts_with('#')) {
        if let Some((word, instead)) = line.split_once(" = ")
            && has(text, word)
        {
            found.push(format!("`{word}` in \"{text}\"; write: {instead}"));
        }
    }
    if let Some(pointer) = pointer(text) {
        found.push(format!("the JSON Pointer {pointer} in \"{text}\""));
    }
    found
}

/// Whether a text has a word or a phrase, not as a part of longer words.
fn has(text: &str, word: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic();
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        let ends = word.ends_with(|c: char| !is_letter(c)) || !after.starts_with(is_letter);
        ends && !before.ends_with(is_letter)
    })
}

/// A JSON Pointer: a slash that begins a word, with a name behind it.
pub(crate) fn pointer(text: &str) -> Option<&str> {
    let mut starts = text.match_indices('/').map(|(at, _)| at);
    let at = starts.find(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + 1..].chars().next();
        before.is_none_or(|c| c.is_whitespace() || "\"'`(".contains(c))
            && after.is_some_and(|c| c.is_ascii_lowercase())
            && !PATHS.iter().any(|path| text[*at..].starts_with(path))
    })?;
    text[at..].split([' ', '"', '`', ';', ',']).next()
}

/// Whether a message tells the user what to do: a command or an option to type, or an instruction.
pub(crate) fn has_next_step(text: &str) -> bool {
    let is_instruction = |clause: &str| {
        let first = clause.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next();
        first.is_some_and(|first| INSTRUCTIONS.contains(&first.to_ascii_lowercase().as_str()))
    };
    [" --", "`--", " -p ", "defenderctl ", " is needed"].iter().any(|part| text.contains(part))
        || text.split([';', ':', '.', ',', '(']).any(is_instruction)
        || text.split(" or ").skip(1).any(is_instruction)
        || text.split(" and ").skip(1).any(is_instruction)
}

/// The errors that need no next step: the command line's own, and the connector's.
pub(crate) fn without_next_step() -> (Vec<&'static str>, Vec<&'static str>) {
    let parts = WITHOUT_NEXT_STEP.split_once("# Of the connector:").unwrap_or_default();
    let texts = |part: &'static str| {
        let lines = part.lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(|line| line.split_once(" = ")).map(|(text, _)| text).collect()
    };
    (texts(parts.0), texts(parts.1))
}
