//! The members of a failure's body, read as far as it can be read: in any letter case, cut off,
//! with bytes that are no text.
//!
//! For advice and for the one question whether a request was refused, never for data: what is there
//! twice is not there.

/// Deepest nesting that is looked into.
const MAX_DEPTH: usize = 8;

/// Most members that are kept: the service's own failures have a dozen.
const MAX_MEMBERS: usize = 500;

/// What a member holds.
#[derive(Debug)]
enum Value {
    /// A text, and whether its end was there.
    Text(String, bool),
    /// A number, as it is written.
    Number(String),
    /// An object or a list.
    Nested,
    /// `true`, `false` or `null`.
    Other,
}

/// Members by their path: names in lower case, joined by `/`; `#` is the first element of a list.
#[derive(Debug, Default)]
pub struct Leaves(Vec<(String, Value)>);

impl Leaves {
    /// What can be read of a body.
    pub fn of(body: &[u8]) -> Self {
        Self::of_text(&decoded(body))
    }

    /// What can be read of a JSON object, which may be written as a JSON string.
    pub(super) fn of_text(text: &str) -> Self {
        let mut leaves = Self::default();
        let mut scan = Scan { rest: text.trim_start() };
        if scan.rest.starts_with('"') {
            let (inner, _) = scan.string();
            // Not a string within a string within a string.
            Scan { rest: inner.trim_start() }.object("", 0, &mut leaves.0);
        } else {
            scan.object("", 0, &mut leaves.0);
        }
        leaves
    }

    /// The text of a member as far as it was there; `None` if it is missing, blank, no text, or
    /// there twice.
    pub fn text(&self, path: &str) -> Option<&str> {
        match self.value(path)? {
            Value::Text(text, _) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// As [`Self::text`], and its end was there.
    pub fn whole(&self, path: &str) -> Option<&str> {
        match self.value(path)? {
            Value::Text(text, true) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The whole number in a member, as it is written.
    pub fn number(&self, path: &str) -> Option<&str> {
        match self.value(path)? {
            Value::Number(text) => Some(text.as_str())
                .filter(|text| text.strip_prefix('-').unwrap_or(text).parse::<u64>().is_ok()),
            _ => None,
        }
    }

    /// Whether a member is an object or a list.
    pub(super) fn is_nested(&self, path: &str) -> bool {
        matches!(self.value(path), Some(Value::Nested))
    }

    fn value(&self, path: &str) -> Option<&Value> {
        // Either of two members of a name may be the one that counts, and in which of two objects a
        // third one is.
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        if ends
            .map(|end| &path[..end])
            .any(|part| self.0.iter().filter(|(name, _)| name == part).count() != 1)
        {
            return None;
        }
        self.0.iter().find(|(name, _)| name == path).map(|(_, value)| value)
    }
}

/// The text of a body: UTF-8 unless it says or looks otherwise, without the mark at its beginning.
pub(super) fn decoded(body: &[u8]) -> String {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match body {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [b'{' | b'"', 0, ..] => wide(body, u16::from_le_bytes),
        [0, b'{' | b'"', ..] => wide(body, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(body).into_owned(),
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

struct Scan<'t> {
    rest: &'t str,
}

impl<'t> Scan<'t> {
    /// The next character that is no blank.
    fn peek(&mut self) -> Option<char> {
        let blanks = self.rest.bytes().take_while(|byte| is_blank(*byte)).count();
        self.rest = &self.rest[blanks..];
        self.rest.chars().next()
    }

    fn take(&mut self, wanted: char) -> Option<()> {
        self.peek().filter(|found| *found == wanted)?;
        self.rest = &self.rest[1..];
        Some(())
    }

    /// `None` where it can't be read any further.
    fn object(&mut self, path: &str, depth: usize, into: &mut Vec<(String, Value)>) -> Option<()> {
        self.take('{')?;
        if self.take('}').is_some() {
            return Some(());
        }
        loop {
            self.peek().filter(|c| *c == '"')?;
            let (name, true) = self.string() else { return None };
            self.take(':')?;
            // A slash in a name must not make a path of it.
            let name: String = name
                .chars()
                .map(|c| if matches!(c, '/' | '#') { '_' } else { c.to_ascii_lowercase() })
                .collect();
            let path = if path.is_empty() { name } else { format!("{path}/{name}") };
            self.value(path, depth, into)?;
            if self.take('}').is_some() {
                return Some(());
            }
            self.take(',')?;
        }
    }

    fn list(&mut self, path: &str, depth: usize, into: &mut Vec<(String, Value)>) -> Option<()> {
        self.take('[')?;
        if self.take(']').is_some() {
            return Some(());
        }
        self.value(format!("{path}/#"), depth, into)?;
        while self.take(']').is_none() {
            self.take(',')?;
            // Read, and not kept.
            self.value(String::new(), depth, &mut Vec::new())?;
        }
        Some(())
    }

    fn value(&mut self, path: String, depth: usize, into: &mut Vec<(String, Value)>) -> Option<()> {
        if depth == MAX_DEPTH || into.len() >= MAX_MEMBERS {
            return None;
        }
        match self.peek()? {
            '{' => {
                into.push((path.clone(), Value::Nested));
                self.object(&path, depth + 1, into)
            }
            '[' => {
                into.push((path.clone(), Value::Nested));
                self.list(&path, depth + 1, into)
            }
            '"' => {
                let (text, whole) = self.string();
                into.push((path, Value::Text(text, whole)));
                whole.then_some(())
            }
            _ => {
                // What ends with the body may go on.
                let ends = |byte: u8| is_blank(byte) || matches!(byte, b',' | b'}' | b']');
                let end = self.rest.bytes().position(ends)?;
                let (word, rest) = self.rest.split_at(end);
                self.rest = rest;
                let is_number = word.starts_with(|c: char| c == '-' || c.is_ascii_digit());
                into.push((
                    path,
                    if is_number { Value::Number(word.to_owned()) } else { Value::Other },
                ));
                (!word.is_empty()).then_some(())
            }
        }
    }

    /// The string that begins here, and whether it ends.
    fn string(&mut self) -> (String, bool) {
        let mut text = String::new();
        self.rest = &self.rest[1..];
        while let Some(at) = self.rest.bytes().position(|byte| matches!(byte, b'"' | b'\\')) {
            text.push_str(&self.rest[..at]);
            let escape = self.rest.as_bytes()[at] == b'\\';
            self.rest = &self.rest[at + 1..];
            if !escape {
                return (text, true);
            }
            let Some(c) = self.rest.chars().next() else { return (text, false) };
            self.rest = &self.rest[c.len_utf8()..];
            match c {
                'n' | 'r' | 't' | 'b' | 'f' => text.push(' '),
                'u' => text.push(self.escaped()),
                other => text.push(other),
            }
        }
        text.push_str(std::mem::take(&mut self.rest));
        (text, false)
    }

    /// The character of a `\u` escape. Half of a surrogate pair becomes U+FFFD.
    fn escaped(&mut self) -> char {
        let first = self.unit();
        let Some(0xd800..=0xdbff) = first else {
            return first.and_then(char::from_u32).unwrap_or('\u{fffd}');
        };
        let before = self.rest;
        let second = self.rest.strip_prefix("\\u").and_then(|rest| {
            self.rest = rest;
            self.unit()
        });
        match (first, second) {
            (Some(high), Some(low @ 0xdc00..=0xdfff)) => {
                char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
                    .unwrap_or('\u{fffd}')
            }
            _ => {
                self.rest = before;
                '\u{fffd}'
            }
        }
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.rest.get(..4)?;
        let unit = u32::from_str_radix(digits, 16).ok()?;
        self.rest = &self.rest[4..];
        Some(unit)
    }
}
