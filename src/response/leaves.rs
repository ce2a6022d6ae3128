//! Parses the body of a failure leniently: any case, truncated, with bytes that are not text.
//!
//! For advice, and to decide whether a request was rejected; never for data. Duplicate members
//! count as missing.

/// Maximum nesting depth that is parsed.
const MAX_DEPTH: usize = 8;

/// Maximum number of members that are kept: the service's own failures have a dozen.
const MAX_MEMBERS: usize = 500;

/// The value of a member.
#[derive(Debug)]
enum Value {
    /// A string, and whether it was complete.
    Text(String, bool),
    /// A number, as written.
    Number(String),
    /// An object or a list.
    Nested,
    /// `true`, `false` or `null`.
    Other,
}

/// Members by path: names in lower case, joined by `/`; `#` is the first element of a list.
#[derive(Debug, Default)]
pub struct Leaves(Vec<(String, Value)>);

impl Leaves {
    /// Parses as much as possible of a body.
    pub fn parse(body: &[u8]) -> Self {
        Self::parse_text(&decoded(body))
    }

    /// Parses as much as possible of a JSON object, which may be wrapped in a JSON string.
    pub(super) fn parse_text(text: &str) -> Self {
        let mut leaves = Self::default();
        let mut scan = Scan { rest: text.trim_start() };
        if scan.rest.starts_with('"') {
            let (inner, _) = scan.string();
            // Only one level of wrapping.
            Scan { rest: inner.trim_start() }.object("", 0, &mut leaves.0);
        } else {
            scan.object("", 0, &mut leaves.0);
        }
        leaves
    }

    /// The text of a member, possibly truncated; `None` if it is missing, blank, not a string, or
    /// duplicated.
    pub fn text(&self, path: &str) -> Option<&str> {
        match self.value(path)? {
            Value::Text(text, _) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// As [`Self::text`], but only if the string was complete.
    pub fn whole(&self, path: &str) -> Option<&str> {
        match self.value(path)? {
            Value::Text(text, true) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The integer in a member, as written.
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
        // Either of two duplicates may be the one that counts, on every level of the path.
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

/// Decodes a body: UTF-8 unless it declares or looks otherwise, without a byte order mark.
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
    /// The next character that is not blank.
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

    /// Returns `None` where parsing cannot continue.
    fn object(&mut self, path: &str, depth: usize, into: &mut Vec<(String, Value)>) -> Option<()> {
        self.take('{')?;
        if self.take('}').is_some() {
            return Some(());
        }
        loop {
            self.peek().filter(|c| *c == '"')?;
            let (name, true) = self.string() else { return None };
            self.take(':')?;
            // A slash in a name must not create a path.
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
            // Parsed and discarded.
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
                // A value at the end of the body may be truncated.
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

    /// Parses the string that starts here. The flag says whether it was complete.
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

    /// Parses the character of a `\u` escape. An unpaired surrogate becomes U+FFFD.
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
