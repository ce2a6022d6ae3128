//! Finds secrets in text in any encoding: percent-encoded, HTML entities, JSON escapes, Base64, or
//! any mix.
//!
//! The text is decoded step by step until nothing changes any more, and each byte remembers its
//! origin. Every step is searched for the secret, both plain and decoded in the same way, ignoring
//! case.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

/// Maximum number of decoding steps: no existing gateway encodes more often.
const MAX_STEPS: usize = 6;

/// Minimum length of a part of a secret in Base64 that is searched for.
const MIN_BASE64: usize = 8;

/// A secret in the forms that are searched for.
#[derive(Clone)]
pub(super) struct SecretEncodings {
    plain: Vec<Zeroizing<Vec<u8>>>,
    /// The unambiguous part in Base64, for each of the three positions of its first byte in a
    /// group.
    base64: Vec<Zeroizing<Vec<u8>>>,
}

impl SecretEncodings {
    pub(super) fn new(secret: &str) -> Self {
        let mut plain = vec![Zeroizing::new(secret.as_bytes().to_vec())];
        if let Some(decoded) = decoding_steps(secret).pop() {
            plain.push(decoded.bytes);
        }
        Self {
            plain,
            base64: (0..3).filter_map(|before| base64(secret.as_bytes(), before)).collect(),
        }
    }

    /// Marks the bytes of a text that encode the secret.
    pub(super) fn find(&self, decoding_steps: &[Decoded], hidden: &mut [bool]) {
        for step in decoding_steps {
            for plain in &self.plain {
                step.find(plain, |a, b| a.eq_ignore_ascii_case(&b), |_| false, hidden);
            }
            for base64 in &self.base64 {
                // The characters around it hold the rest of its bits.
                let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte);
                step.find(base64, |a, b| standard(a) == b, is_base64, hidden);
            }
        }
    }
}

/// Returns the unambiguous part of some bytes in Base64, if `before` other bytes precede them in a
/// group.
fn base64(bytes: &[u8], before: usize) -> Option<Zeroizing<Vec<u8>>> {
    let padded = Zeroizing::new([&vec![0; before], bytes].concat());
    let encoded = Zeroizing::new(Base64::encode_string(&padded));
    // A character holds six bits: the first characters share bits with other bytes, and so does the
    // last one before the padding.
    let certain = (before * 8).div_ceil(6)..padded.len() * 8 / 6;
    let certain = encoded.as_bytes().get(certain)?;
    (certain.len() >= MIN_BASE64).then(|| Zeroizing::new(certain.to_vec()))
}

/// Converts a character of the URL alphabet to the standard alphabet.
fn standard(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

/// A text after some decoding steps.
pub(super) struct Decoded {
    bytes: Zeroizing<Vec<u8>>,
    /// Where each byte starts in the original text; the last entry is the text's length.
    from: Vec<usize>,
}

/// Returns a text as it is, and after each decoding step.
pub(super) fn decoding_steps(text: &str) -> Vec<Decoded> {
    let mut decoding_steps = vec![Decoded {
        bytes: Zeroizing::new(text.as_bytes().to_vec()),
        from: (0..=text.len()).collect(),
    }];
    while let Some(next) =
        decoding_steps.last().and_then(Decoded::step).filter(|_| decoding_steps.len() <= MAX_STEPS)
    {
        decoding_steps.push(next);
    }
    decoding_steps
}

impl Decoded {
    /// Decodes once more; `None` if nothing changes.
    fn step(&self) -> Option<Self> {
        let mut next = Self {
            bytes: Zeroizing::new(Vec::with_capacity(self.bytes.len())),
            from: Vec::with_capacity(self.from.len()),
        };
        let mut at = 0;
        while let Some(byte) = self.bytes.get(at) {
            let (decoded, length) = escape(&self.bytes[at..]).unwrap_or((*byte, 1));
            next.bytes.push(decoded);
            next.from.push(self.from[at]);
            at += length;
        }
        next.from.push(self.from[at]);
        (next.bytes.len() < self.bytes.len()).then_some(next)
    }

    /// Marks every occurrence of some bytes, including adjacent bytes that belong to it.
    fn find(
        &self,
        what: &[u8],
        same: fn(u8, u8) -> bool,
        belongs: fn(u8) -> bool,
        hidden: &mut [bool],
    ) {
        let mut at = 0;
        while let Some(window) = self.bytes.get(at..at + what.len()) {
            if !window.iter().zip(what).all(|(a, b)| same(*a, *b)) {
                at += 1;
                continue;
            }
            let (mut start, mut end) = (at, at + what.len());
            while start > 0 && belongs(self.bytes[start - 1]) {
                start -= 1;
            }
            while self.bytes.get(end).is_some_and(|byte| belongs(*byte)) {
                end += 1;
            }
            hidden[self.from[start]..self.from[end]].fill(true);
            at = end;
        }
    }
}

/// Decodes the escape at the start; returns the byte and the escape's length. ASCII only, like
/// secrets.
fn escape(bytes: &[u8]) -> Option<(u8, usize)> {
    match bytes {
        [b'%', high, low, ..] => Some((digits(&[*high, *low], 16)?, 3)),
        [b'\\', b'u', digits4 @ ..] => Some((digits(digits4.get(..4)?, 16)?, 6)),
        [b'\\', b'x', digits2 @ ..] => Some((digits(digits2.get(..2)?, 16)?, 4)),
        [b'\\', other @ (b'/' | b'"' | b'\\' | b'\''), ..] => Some((*other, 2)),
        [b'&', rest @ ..] => {
            let end = rest.iter().take(8).position(|byte| *byte == b';')?;
            let byte = match &rest[..end] {
                [b'#', b'x' | b'X', hex @ ..] => digits(hex, 16)?,
                [b'#', decimal @ ..] => digits(decimal, 10)?,
                name => {
                    let known: [(&[u8], u8); 5] = [
                        (b"amp", b'&'),
                        (b"lt", b'<'),
                        (b"gt", b'>'),
                        (b"quot", b'"'),
                        (b"apos", b'\''),
                    ];
                    known.iter().find(|(known, _)| name.eq_ignore_ascii_case(known))?.1
                }
            };
            Some((byte, end + 2))
        }
        _ => None,
    }
}

fn digits(text: &[u8], base: u32) -> Option<u8> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let value = u32::from_str_radix(std::str::from_utf8(text).ok()?, base).ok()?;
    u8::try_from(value).ok().filter(u8::is_ascii)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::super::Sanitizer;

    const SECRET: &str = "Zx8~7eQ.a&b<c>\"d'\\/%41-_=+x";

    fn percent(text: &str, which: fn(usize) -> bool, upper: bool) -> String {
        let encode = |(n, byte): (usize, u8)| match (which(n), upper) {
            (false, _) if byte != b'%' => char::from(byte).to_string(),
            (_, true) => format!("%{byte:02X}"),
            (_, false) => format!("%{byte:02x}"),
        };
        text.bytes().enumerate().map(encode).collect()
    }

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let clean = Sanitizer::new(&[SECRET]);
        let entities: String = SECRET.bytes().map(|byte| format!("&#{byte};")).collect();
        let hex: String = SECRET.bytes().map(|byte| format!("&#X{byte:x};")).collect();
        let escapes: String = SECRET.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
        let html = SECRET
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;");
        let json = serde_json::to_string(SECRET).unwrap();
        let json = json.trim_matches('"');
        let all = percent(SECRET, |_| true, true);
        let url = percent(SECRET, |n| !SECRET.as_bytes()[n].is_ascii_alphanumeric(), false);
        for spelt in [
            SECRET.to_owned(),
            SECRET.to_ascii_uppercase(),
            all.clone(),
            percent(SECRET, |_| true, false),
            percent(SECRET, |n| n % 3 == 1, true),
            percent(SECRET, |n| n % 2 == 0, false),
            percent(&all, |_| true, true),
            url.replace("%7e", "~"),
            entities,
            hex,
            escapes.clone(),
            escapes.replace('\\', "\\\\"),
            html.clone(),
            json.to_owned(),
            json.replace('/', "\\/"),
            serde_json::to_string(json).unwrap().trim_matches('"').to_owned(),
            percent(&html, |n| n % 2 == 0, true),
            serde_json::to_string(&html).unwrap().trim_matches('"').to_owned(),
        ] {
            let shown = clean.text(&format!("a ({spelt}) b"));
            assert_eq!(shown, "a (…) b", "{spelt}");
        }
    }

    #[test]
    fn a_secret_is_found_in_base64() {
        let clean = Sanitizer::new(&[SECRET]);
        for before in ["", "a", "ab", "abc", "11111111-2222:"] {
            for after in ["", "x", "xy", ":more"] {
                let plain = format!("{before}{SECRET}{after}");
                for encoded in [STANDARD.encode(&plain), URL_SAFE_NO_PAD.encode(&plain)] {
                    for spelt in [
                        encoded.clone(),
                        encoded.replace('/', "\\/"),
                        percent(&encoded, |n| n % 2 == 0, true),
                    ] {
                        assert_eq!(clean.text(&format!("Basic {spelt}")), "Basic …", "{plain}");
                    }
                }
            }
        }
        assert_eq!(clean.text("Basic YWJjZGVmZ2hpamtsbW5vcA=="), "Basic YWJjZGVmZ2hpamtsbW5vcA==");
    }

    #[test]
    fn what_is_no_secret_stays_as_it_is() {
        let clean = Sanitizer::new(&[SECRET, "hunter2-hunter2"]);
        for text in [
            "100 % of it",
            "%zz %4",
            "a &amp; b &unknown; &#; &#xZ; &",
            "\\u12 \\q \\",
            "\u{e9}%C3%A9 …",
            "",
        ] {
            assert_eq!(clean.text(text), text);
        }
        assert_eq!(
            clean.text("\u{e9}hunter2%2dhunter2\u{e9} hunter2-hunter2hunter2-hunter2"),
            "\u{e9}…\u{e9} …"
        );
    }
}
