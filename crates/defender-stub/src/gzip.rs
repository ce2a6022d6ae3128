//! The gzip format, without compression: the service wraps results in it.

/// The longest stored block of RFC 1951 §3.2.4.
const BLOCK: usize = 0xFFFF;

/// `data` as one gzip member (RFC 1952), with the original file's name if it has one.
pub(super) fn wrapped(data: &[u8], name: Option<&str>) -> Vec<u8> {
    // Magic, deflate, flags (8: a name follows), no time, no extra flags, unknown system.
    let flags = if name.is_some() { 8 } else { 0 };
    let mut out = vec![0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255];
    if let Some(name) = name {
        out.extend(name.bytes().filter(|byte| *byte != 0));
        out.push(0);
    }
    let mut rest = data;
    loop {
        let (block, after) = rest.split_at(rest.len().min(BLOCK));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(after.is_empty()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
        if after.is_empty() {
            break;
        }
        rest = after;
    }
    out.extend(crc32(data).to_le_bytes());
    // RFC 1952 §2.3.1: the length modulo 2^32.
    out.extend(((data.len() & 0xFFFF_FFFF) as u32).to_le_bytes());
    out
}

/// The checksum of RFC 1952 §8, which zip archives use as well.
pub(super) fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_is_the_published_check_value() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn long_data_takes_several_blocks() {
        let wrapped = wrapped(&vec![7; BLOCK + 1], Some("a"));
        // Header 10, name 2, two block heads of 5, data, trailer 8.
        assert_eq!(wrapped.len(), 10 + 2 + 10 + BLOCK + 1 + 8);
    }
}
