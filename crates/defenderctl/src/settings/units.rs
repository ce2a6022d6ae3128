//! Durations and sizes as Kibana's settings write them: `60s`, `1mb`.

use std::time::Duration;

const DURATIONS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Kibana's units of size are powers of 1024.
const SIZES: [(&str, u64); 4] = [("b", 1), ("kb", 1 << 10), ("mb", 1 << 20), ("gb", 1 << 30)];

/// A whole number and a unit: `250ms`, `60s`, `5m`, `1h`, `1d`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let milliseconds = positive(text, &DURATIONS).ok_or(
        "is not a duration above zero: a whole number and one of ms, s, m, h, d, for example `60s`",
    )?;
    Ok(Duration::from_millis(milliseconds))
}

/// A whole number and a unit: `512b`, `64kb`, `1mb`, `2gb`; in any case.
pub(super) fn size(text: &str) -> Result<u64, String> {
    positive(&text.to_ascii_lowercase(), &SIZES).ok_or_else(|| {
        "is not a size above zero: a whole number and one of b, kb, mb, gb (powers of 1024), for example `32mb`".into()
    })
}

fn positive(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*factor).filter(|amount| *amount > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        let trials = [
            ("250ms", 250),
            ("60s", 60_000),
            ("5m", 300_000),
            ("1h", 3_600_000),
            ("2d", 172_800_000),
        ];
        for (text, milliseconds) in trials {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in [
            "60",
            "",
            "s",
            "0s",
            "-1s",
            "+1s",
            "1.5s",
            " 1s",
            "1 s",
            "1S",
            "1w",
            "99999999999999999999s",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_are_powers_of_1024() {
        let trials = [
            ("512b", 512),
            ("64kb", 65_536),
            ("1mb", 1_048_576),
            ("1MB", 1_048_576),
            ("2gb", 2_147_483_648),
        ];
        for (text, bytes) in trials {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["1", "mb", "0mb", "1.5mb", "1 mb", "1mib", "99999999999gb"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
