//! Checks that any network response leads to a result or an error, never a crash.

use std::cell::RefCell;
use std::time::Duration;

use defender_connector::clock::Clock;

use super::scripted::{Answer, Scripted};
use super::seeds::sample;
use super::{SECRET, action, connector, sent};

/// The HTTP statuses that a byte maps to.
const STATUSES: [u16; 16] =
    [200, 200, 200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503];

/// Runs an action, chosen by the first byte, against scripted network responses: it must end with a
/// result or an error, without a panic, an endless wait or a leaked secret.
pub fn answers(data: &[u8]) {
    let Some((first, script)) = data.split_first() else { return };
    let action = action(*first);
    let params = sample(action);
    let world = scripted(script);
    let shown = format!("{:?}", connector().execute(action.name, &params, &world, &world));
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(
        world.elapsed() <= Duration::from_secs(700),
        "{} took {:?}",
        action.name,
        world.elapsed()
    );
    let logins = |url: &str| url.starts_with("https://login.");
    let changes = world
        .sent()
        .iter()
        .filter(|sent| sent.method != "GET" && !logins(sent.url.as_str()))
        .count();
    let orders = if params.contains("ids") { 2 } else { 1 };
    // Requests are only resent if they were throttled or not sent; nothing else in the script can
    // cause it.
    assert!(changes <= orders * 12, "{changes} requests that change something");
    for sent in world.sent().iter() {
        sent::check_way(action, sent);
    }
    // Runs the same script with the action opened as a file.
    let world = scripted(script);
    if let Ok(mut file) = connector().open(action.name, &params, &world, &world) {
        let mut read = 0;
        while let Ok(piece) = file.read(4096) {
            if piece.is_empty() {
                assert!(file.sha256().is_some());
                break;
            }
            assert!(file.sha256().is_none(), "a digest before the end");
            read += piece.len();
            assert!(read < 64 << 20, "a bomb");
        }
    }
}

/// A network that plays its script and then breaks every connection. The script is a byte for the
/// status, the body, a byte 0xff, and so on.
fn scripted(script: &[u8]) -> Scripted<'_> {
    let rest = RefCell::new(script);
    Scripted::new(move |_| next(&mut rest.borrow_mut()))
}

fn next(script: &mut &[u8]) -> Answer {
    if script.is_empty() {
        return None;
    }
    let end = script.iter().position(|byte| *byte == 0xff).unwrap_or(script.len());
    let (piece, rest) = script.split_at(end);
    *script = rest.get(1..).unwrap_or_default();
    Some(piece.split_first().map_or((200, Vec::new()), |(first, body)| {
        (STATUSES[usize::from(*first) % 16], body.to_vec())
    }))
}
