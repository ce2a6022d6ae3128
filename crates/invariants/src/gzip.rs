//! Checks that gzip in result storage decodes as in flate2, and is rejected where flate2 rejects
//! it.

use std::io::Read;

use defender_connector::error::Kind;
use flate2::read::MultiGzDecoder;
use serde_json::json;

use super::scripted::Scripted;
use super::sent::LINK;
use super::{MOST, connector};

/// Chunk sizes for receiving and for reading a file.
const PIECES: [usize; 4] = [1, 3, 7, 64 * 1024];

/// The first bytes of every gzip file.
const MAGIC: &[u8] = &[0x1f, 0x8b, 8];

/// Longer files are not read byte by byte.
const LONG: usize = 5_000;

/// Reads a file of arbitrary bytes from result storage: the result must not depend on chunk sizes
/// and must match flate2's.
pub fn gzip(data: &[u8]) {
    let expected = expected(data);
    let is_long = expected.as_ref().map_or(true, |whole| whole.len() > LONG);
    for (come, read) in [(3, 3), (0, 3), (1, 2), (2, 1), (3, 0)] {
        let (come, read) = (PIECES[come], PIECES[read]);
        if is_long && read < PIECES[3] {
            continue;
        }
        let found = unwrapped(data, come, read);
        let same = match (&found, &expected) {
            (Ok(found), Ok(expected)) => found == expected,
            // A file that is broken in two ways may produce either error; a test covers each one
            // separately.
            (Err(found), Err(())) => matches!(found, Kind::MalformedResponse | Kind::Unreachable),
            // The header checksum may be ignored (§2.3.1.2), but flate2 verifies it.
            (Ok(_), Err(())) => has_header_checksum(data),
            (Err(_), Ok(_)) => false,
        };
        let shown = (found.as_ref().map(Vec::len), expected.as_ref().map(Vec::len));
        assert!(same, "in pieces of {come}, read by {read}: {shown:?}");
    }
    let (world, mut connector) = (world(data), connector());
    let made = connector.execute("getActionResults", PARAMS, &world, &world);
    assert!(made.is_ok() == expected.is_ok() || has_header_checksum(data), "{:?}", made.err());
}

const PARAMS: &str = r#"{"id":"a1"}"#;

/// Returns what flate2 decodes, if it accepts the file and the result is not too long.
fn expected(data: &[u8]) -> Result<Vec<u8>, ()> {
    if !data.starts_with(MAGIC) {
        return Ok(data.to_vec());
    }
    let mut whole = Vec::new();
    match MultiGzDecoder::new(data).take(MOST + 1).read_to_end(&mut whole) {
        Ok(length) if length as u64 <= MOST => Ok(whole),
        _ => Err(()),
    }
}

fn has_header_checksum(data: &[u8]) -> bool {
    data.windows(4).any(|head| head.starts_with(MAGIC) && head[3] & 2 != 0)
}

fn world(data: &[u8]) -> Scripted<'_> {
    Scripted::new(move |request| match request.url.host() {
        "x.blob.core.windows.net" => Some((200, data.to_vec())),
        _ => Some((200, json!({ "value": LINK }).to_string().into_bytes())),
    })
}

/// Reads a file that arrives in chunks of at most `come` bytes, `read` bytes at a time; returns its
/// content or the error.
pub fn unwrapped(data: &[u8], come: usize, read: usize) -> Result<Vec<u8>, Kind> {
    let world = world(data).in_pieces(come);
    let mut file = connector()
        .open("getActionResults", PARAMS, &world, &world)
        .map_err(|error| error.kind())?;
    let most = u32::try_from(read).unwrap_or(u32::MAX);
    let mut whole = Vec::new();
    loop {
        assert!(file.sha256().is_none(), "a digest before the end");
        match file.read(most) {
            Ok(piece) if piece.is_empty() => break,
            Ok(piece) => whole.extend(piece),
            Err(error) => {
                assert_eq!(
                    file.read(most).err().map(|again| again.kind()),
                    Some(error.kind()),
                    "it stays broken"
                );
                assert!(file.sha256().is_none(), "a digest of a part");
                return Err(error.kind());
            }
        }
        assert!(whole.len() as u64 <= MOST, "{} bytes", whole.len());
    }
    assert!(file.sha256().is_some());
    Ok(whole)
}
