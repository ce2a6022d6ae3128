//! Resource exhaustion: the guest's own memory, and the host's memory through handles.

use waki::bindings::wasi::clocks::monotonic_clock::subscribe_duration;
use waki::bindings::wasi::http::types::{Fields, Method, OutgoingRequest};
use waki::bindings::wasi::io::poll::poll;
use waki::bindings::wasi::random::random::get_random_bytes;

/// More handles than any plugin needs.
const MANY: usize = 100_000;

const MIB: usize = 1 << 20;

fn kept<T>(make: impl FnMut() -> T) -> String {
    let hoard: Vec<T> = std::iter::repeat_with(make).take(MANY).collect();
    format!("{} kept", hoard.len())
}

pub fn memory() -> String {
    let mut hoard = Vec::new();
    loop {
        hoard.push(vec![1_u8; MIB]);
    }
}

/// Allocates memory until an allocation is refused, survives that and reports it.
pub fn what_is_granted() -> String {
    let mut hoard: Vec<Vec<u8>> = Vec::with_capacity(MANY);
    loop {
        let mut more = Vec::new();
        if more.try_reserve_exact(MIB).is_err() {
            return "refused".to_owned();
        }
        more.resize(MIB, 1);
        hoard.push(more);
    }
}

pub fn fields() -> String {
    kept(Fields::new)
}

/// Fills as many fields as there are handles.
pub fn filled_fields() -> String {
    let value = vec![b'x'; 4_000];
    let fill = || {
        let fields = Fields::new();
        for number in 0..29 {
            fields.append(&format!("x{number}"), &value).expect("a field");
        }
        fields
    };
    let hoard: Vec<_> = std::iter::repeat_with(fill).take(900).collect();
    format!("{} kept", hoard.len())
}

/// Creates requests with the longest path.
pub fn paths() -> String {
    let long = format!("/{}", "p".repeat(65_000));
    let make = || {
        let request = OutgoingRequest::new(Fields::new());
        request.set_path_with_query(Some(&long)).expect("a path");
        request
    };
    let hoard: Vec<_> = std::iter::repeat_with(make).take(900).collect();
    format!("{} kept", hoard.len())
}

pub fn requests() -> String {
    kept(|| OutgoingRequest::new(Fields::new()))
}

pub fn timers() -> String {
    kept(|| subscribe_duration(u64::MAX))
}

/// Creates requests with methods of a megabyte, which are stored in host memory. Returns how many
/// were accepted.
pub fn methods() -> String {
    let long = Method::Other("M".repeat(MIB));
    taken(|request| request.set_method(&long))
}

/// Does the same with the authority.
pub fn authorities() -> String {
    let long = "a".repeat(MIB);
    taken(|request| request.set_authority(Some(&long)))
}

fn taken(mut set: impl FnMut(&OutgoingRequest) -> Result<(), ()>) -> String {
    let hoard: Vec<_> = std::iter::repeat_with(|| OutgoingRequest::new(Fields::new()))
        .take(400)
        .map(|request| (set(&request).is_ok(), request))
        .collect();
    format!("{} taken", hoard.iter().filter(|(taken, _)| *taken).count())
}

/// Creates requests that are never sent, and writes to their bodies as much as the host will
/// buffer.
pub fn unsent_bodies() -> String {
    let piece = vec![b'x'; MIB];
    let mut written = 0;
    let hoard: Vec<_> = std::iter::repeat_with(|| OutgoingRequest::new(Fields::new()))
        .take(60)
        .map(|request| {
            let body = request.body().expect("the first time");
            let stream = body.write().expect("the first time");
            while let Ok(permit @ 1..) = stream.check_write() {
                let size = piece.len().min(permit as usize);
                stream.write(&piece[..size]).expect("permitted");
                written += size;
            }
            drop(stream);
            (body, request)
        })
        .collect();
    format!("{written} bytes in {} bodies", hoard.len())
}

/// Waits for one pollable, listed a million times.
pub fn waits() -> String {
    let soon = subscribe_duration(1_000_000);
    format!("{} ready", poll(&vec![&soon; 1_000_000]).len())
}

pub fn randomness() -> String {
    format!("{} bytes", get_random_bytes(u64::MAX).len())
}
