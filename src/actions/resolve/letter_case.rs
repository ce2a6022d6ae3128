//! Case mapping for letters outside ASCII, in the scripts that machine names use: Latin, Greek and
//! Cyrillic.
//!
//! The standard library's tables know every script and would add 26 KB. Letters that are unknown
//! here are compared as they are.

/// Maps a letter to lower case.
pub(super) fn lower(c: char) -> char {
    let code = u32::from(c);
    let is_even = code % 2 == 0;
    let by = match code {
        0xC0..=0xDE if code != 0xD7 => 32,
        // Without the Turkish letters i, whose counterparts are ASCII.
        0x100..=0x12F | 0x132..=0x137 | 0x14A..=0x177 if is_even => 1,
        0x139..=0x148 | 0x179..=0x17E if !is_even => 1,
        0x386 => 38,
        0x388..=0x38A => 37,
        0x38C => 64,
        0x38E..=0x38F => 63,
        0x391..=0x3AB if code != 0x3A2 => 32,
        0x400..=0x40F => 80,
        0x410..=0x42F => 32,
        0x460..=0x480 | 0x48A..=0x4BF | 0x4D0..=0x52F if is_even => 1,
        0x1E00..=0x1E95 | 0x1EA0..=0x1EFF if is_even => 1,
        _ => return c.to_ascii_lowercase(),
    };
    char::from_u32(code + by).unwrap_or(c)
}

/// Maps a letter to upper case.
pub(super) fn upper(c: char) -> char {
    let before = |by: u32| u32::from(c).checked_sub(by).and_then(char::from_u32);
    let candidates = [1, 32, 37, 38, 63, 64, 80].into_iter().filter_map(before);
    candidates.into_iter().find(|upper| *upper != c && lower(*upper) == c).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_the_standard_library_where_they_are_known() {
        let mut known = 0;
        for c in ('\0'..='\u{ffff}').filter(|c| lower(*c) != *c) {
            assert!(c.to_lowercase().eq([lower(c)]), "{c}");
            assert_eq!(upper(lower(c)), c, "{c}");
            known += 1;
        }
        assert!(known > 400, "{known}");
        for c in ('\0'..='\u{ffff}').filter(|c| upper(*c) != *c) {
            assert!(c.to_uppercase().eq([upper(c)]), "{c}");
        }
        for (small, large) in [
            ('ä', 'Ä'),
            ('ø', 'Ø'),
            ('ł', 'Ł'),
            ('ž', 'Ž'),
            ('ő', 'Ő'),
            ('ñ', 'Ñ'),
            ('я', 'Я'),
            ('ё', 'Ё'),
            ('ώ', 'Ώ'),
            ('ắ', 'Ắ'),
        ] {
            assert_eq!((lower(large), upper(small)), (small, large));
        }
    }
}
