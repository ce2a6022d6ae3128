//! Integers, and a regular expression for the digits of a range.

use serde_json::Value;

use crate::text::is_decimal;

/// 2^53: above it, a float cannot represent every integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads an integer, also one written as `5.0`, which JSON Schema counts as an integer too.
pub(super) fn whole_number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        let number = value.as_f64()?;
        // In range and without a fraction, so the conversion is exact.
        (number.fract() == 0.0 && (0.0..=EXACT).contains(&number)).then_some(number as u64)
    })
}

/// Parses the digits of an integer that is written as in JSON.
pub(super) fn parse_digits(text: &str) -> Option<u64> {
    let is_plain = is_decimal(text) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain)
}

/// Builds a regular expression (ECMA-262) that matches the integers of this range.
#[cfg(not(target_family = "wasm"))]
pub(super) fn range_pattern(min: u32, max: u32) -> String {
    let (mut at, max) = (u64::from(min), u64::from(max));
    let mut parts: Vec<String> = Vec::new();
    while at <= max {
        // Take as many free trailing digits as fit into the range, and as many values of the digit
        // before them.
        let mut step = 1;
        while at != 0 && at % (step * 10) == 0 && at + step * 10 - 1 <= max {
            step *= 10;
        }
        let (first, free) = (at / step % 10, step.ilog10());
        let room = if at == 0 { 9 } else { 9 - first };
        let more = room.min((max + 1 - at) / step - 1);
        let head = at / step / 10;
        let head = if head == 0 { String::new() } else { head.to_string() };
        let digit =
            if more == 0 { first.to_string() } else { format!("[{first}-{}]", first + more) };
        let tail = if free == 0 { String::new() } else { format!("[0-9]{{{free}}}") };
        parts.push(head + &digit + &tail);
        at += (more + 1) * step;
    }
    format!("^({})$", parts.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_the_numbers_of_its_range_and_no_others() {
        for (min, max) in [
            (0, 0),
            (0, 10),
            (1, 10),
            (0, 999),
            (1, 1000),
            (1, 720),
            (7, 7),
            (19, 111),
            (10, 99),
            (95, 1205),
        ] {
            let schema = serde_json::json!({ "pattern": range_pattern(min, max) });
            let schema = jsonschema::draft202012::new(&schema).unwrap();
            for number in 0..2000 {
                let is_one = schema.is_valid(&Value::from(number.to_string()));
                assert_eq!(
                    is_one,
                    (min..=max).contains(&number),
                    "{number} of {min} to {max}: {}",
                    range_pattern(min, max)
                );
            }
        }
        for (min, max) in [(0, 2_147_483_647), (1024, u32::MAX), (1, 1_000_000)] {
            let schema = jsonschema::draft202012::new(
                &serde_json::json!({ "pattern": range_pattern(min, max) }),
            )
            .unwrap();
            let (least, most) = (u64::from(min), u64::from(max));
            for number in [least, least + 1, most / 2, most / 10, most - 1, most] {
                assert!(
                    schema.is_valid(&Value::from(number.to_string())),
                    "{number} {}",
                    range_pattern(min, max)
                );
            }
            for number in [most + 1, most * 10, most + 1000].into_iter().chain(least.checked_sub(1))
            {
                assert!(
                    !schema.is_valid(&Value::from(number.to_string())),
                    "{number} {}",
                    range_pattern(min, max)
                );
            }
            assert!(!schema.is_valid(&Value::from("01")) && !schema.is_valid(&Value::from("")));
        }
    }
}
