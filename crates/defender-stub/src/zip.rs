//! The zip format, without compression: the format of investigation packages.

use super::gzip::crc32;

/// 1980-01-01, the earliest date the format knows.
const DATE: u16 = 0x0021;

/// An archive of files, each with its name.
pub(super) fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in files {
        let offset = length(out.len());
        let fields = fields(name, content);
        // Local header: signature, version needed 2.0.
        out.extend(b"PK\x03\x04\x14\x00");
        out.extend(&fields);
        out.extend(name.as_bytes());
        out.extend(content.as_bytes());
        // Directory entry: signature, version made by and needed.
        directory.extend(b"PK\x01\x02\x14\x00\x14\x00");
        directory.extend(&fields);
        // No comment, first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(files.len()).unwrap_or(u16::MAX).to_le_bytes();
    let (start, size) = (length(out.len()), length(directory.len()));
    out.extend(directory);
    // End of the directory: signature, this disk and the first, entries here and in all.
    out.extend(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend(count);
    out.extend(count);
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// What a file's two headers have in common, from the flags to the extra field's length.
fn fields(name: &str, content: &str) -> Vec<u8> {
    // No flags, stored, no time.
    let mut fields = vec![0; 6];
    fields.extend(DATE.to_le_bytes());
    fields.extend(crc32(content.as_bytes()).to_le_bytes());
    // Stored: compressed and uncompressed are the same.
    fields.extend(length(content.len()).to_le_bytes());
    fields.extend(length(content.len()).to_le_bytes());
    fields.extend(u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
    fields.extend([0; 2]);
    fields
}

/// A length as the format writes it. The archives here are far from its limit.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_where_the_directory_says() {
        let archive = archive(&[("a.txt", "first"), ("b.txt", "second")]);
        let start = archive.len() - 22;
        assert_eq!(&archive[start..start + 4], b"PK\x05\x06");
        let at =
            |from: usize| u32::from_le_bytes(archive[from..from + 4].try_into().unwrap()) as usize;
        let directory = at(start + 16);
        assert_eq!(directory + at(start + 12), start);
        assert_eq!(&archive[directory..directory + 4], b"PK\x01\x02");
        let second = directory + 46 + "a.txt".len();
        assert_eq!(&archive[at(second + 42)..at(second + 42) + 4], b"PK\x03\x04");
        assert_eq!(at(directory + 16), crc32(b"first") as usize);
    }
}
