//! Gzip of result storage against flate2: whole and the same, or refused.

use std::io::Write;
use std::path::Path;

use defender_connector::error::Kind;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use proptest::prelude::*;

use invariants as checks;

/// The parts of a member (RFC 1952 §2.3).
#[derive(Clone, Debug, Default)]
struct Member {
    payload: Vec<u8>,
    level: u32,
    extra: Option<Vec<u8>>,
    name: Option<Vec<u8>>,
    comment: Option<Vec<u8>>,
    header_checksum: bool,
}

impl Member {
    fn to_bytes(&self) -> Vec<u8> {
        let flag = |is_there: bool, flag: u8| if is_there { flag } else { 0 };
        let flags = flag(self.header_checksum, 2)
            | flag(self.extra.is_some(), 4)
            | flag(self.name.is_some(), 8)
            | flag(self.comment.is_some(), 16);
        let mut file = vec![0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3];
        if let Some(extra) = &self.extra {
            file.extend(u16::try_from(extra.len()).unwrap().to_le_bytes());
            file.extend(extra);
        }
        for text in [&self.name, &self.comment].into_iter().flatten() {
            file.extend(text);
            file.push(0);
        }
        if self.header_checksum {
            let [low, high, ..] = checksum(&file);
            file.extend([low, high]);
        }
        let mut deflate = DeflateEncoder::new(file, Compression::new(self.level));
        deflate.write_all(&self.payload).unwrap();
        let mut file = deflate.finish().unwrap();
        file.extend(checksum(&self.payload));
        file.extend(u32::try_from(self.payload.len()).unwrap().to_le_bytes());
        file
    }
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

/// Random and repetitive bytes.
fn payload() -> impl Strategy<Value = Vec<u8>> {
    let random = prop::collection::vec(any::<u8>(), 0..600);
    let repeated = (prop::collection::vec(any::<u8>(), 1..20), 0..70_000_usize);
    (random, repeated).prop_map(|(random, (again, length))| {
        random.into_iter().chain(again.into_iter().cycle().take(length)).collect()
    })
}

fn member() -> impl Strategy<Value = Member> {
    let text = || prop::option::of(prop::collection::vec(1..=255_u8, 0..80));
    let extra = prop::option::of(prop::collection::vec(any::<u8>(), 0..300));
    (payload(), 0..=9_u32, extra, text(), text(), any::<bool>()).prop_map(
        |(payload, level, extra, name, comment, header_checksum)| Member {
            payload,
            level,
            extra,
            name,
            comment,
            header_checksum,
        },
    )
}

/// Damage to a file in transit.
#[derive(Clone, Debug)]
enum Harm {
    Another(prop::sample::Index, u8),
    Early(usize, u8),
    Cut(prop::sample::Index),
    Longer(Vec<u8>),
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Harm::Another(at, byte)),
        // Where most of the format is.
        (0..40_usize, any::<u8>()).prop_map(|(at, byte)| Harm::Early(at, byte)),
        any::<prop::sample::Index>().prop_map(Harm::Cut),
        prop::collection::vec(any::<u8>(), 1..30).prop_map(Harm::Longer),
    ]
}

proptest! {
    #![
        proptest_config(
            ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() }
        )
    ]

    #[test]
    fn what_was_wrapped_comes_out_whole_however_it_is_cut(
        members in prop::collection::vec(member(), 1..4)
    ) {
        let file: Vec<u8> = members.iter().flat_map(Member::to_bytes).collect();
        let whole: Vec<u8> = members.into_iter().flat_map(|member| member.payload).collect();
        checks::gzip(&file);
        prop_assert_eq!(checks::unwrapped(&file, 7, 64 * 1024), Ok(whole));
    }

    #[test]
    fn what_came_to_harm_is_refused_where_flate2_refuses_it(
        members in prop::collection::vec(member(), 1..3),
        harms in prop::collection::vec(harm(), 1..3),
    ) {
        let mut file: Vec<u8> = members.iter().flat_map(Member::to_bytes).collect();
        for harm in harms {
            match harm {
                _ if file.is_empty() => {}
                Harm::Another(at, byte) => {
                    let at = at.index(file.len());
                    file[at] = byte;
                }
                Harm::Early(at, byte) => {
                    if let Some(one) = file.get_mut(at) {
                        *one = byte;
                    }
                }
                Harm::Cut(at) => file.truncate(at.index(file.len())),
                Harm::Longer(more) => file.extend(more),
            }
        }
        checks::gzip(&file);
    }

    #[test]
    fn what_is_cut_short_has_broken_off(member in member(), at in any::<prop::sample::Index>()) {
        let mut file = member.to_bytes();
        // A shorter prefix does not identify the format.
        file.truncate(3 + at.index(file.len() - 3));
        prop_assert_eq!(checks::unwrapped(&file, 7, 64 * 1024), Err(Kind::Unreachable));
    }

    #[test]
    fn anything_else_comes_out_as_it_is_or_not_at_all(
        mut data in prop::collection::vec(any::<u8>(), 0..300), gzip in any::<bool>()
    ) {
        if gzip && data.len() > 3 {
            data[..3].copy_from_slice(&[0x1f, 0x8b, 8]);
        }
        checks::gzip(&data);
    }
}

/// The fuzzer's seeds with their expected result: a number of bytes, or an error.
fn seeds() -> Vec<(&'static str, Vec<u8>, Result<usize, Kind>)> {
    let text = b"{\"script_output\":\"\xc3\xa9 collected\"}".to_vec();
    let length = text.len();
    let plain = Member { payload: text, level: 6, ..Member::default() };
    let full = Member {
        extra: Some(vec![0xff; 12]),
        name: Some(b"out.json".to_vec()),
        comment: Some(b"a comment \xff".to_vec()),
        header_checksum: true,
        ..plain.clone()
    };
    let with = |change: fn(&mut Vec<u8>)| {
        let mut file = plain.to_bytes();
        change(&mut file);
        file
    };
    let bomb = Member { payload: vec![0; 1_500_000], level: 9, ..Member::default() };
    vec![
        ("plain", plain.to_bytes(), Ok(length)),
        ("members", [plain.to_bytes(), full.to_bytes(), plain.to_bytes()].concat(), Ok(3 * length)),
        ("header", full.to_bytes(), Ok(length)),
        ("stored", Member { level: 0, ..plain.clone() }.to_bytes(), Ok(length)),
        ("empty", Member::default().to_bytes(), Ok(0)),
        ("truncated", with(|file| file.truncate(file.len() - 9)), Err(Kind::Unreachable)),
        ("no-trailer", with(|file| file.truncate(file.len() - 5)), Err(Kind::Unreachable)),
        (
            "wrong-checksum",
            with(|file| {
                let at = file.len() - 8;
                file[at] ^= 1;
            }),
            Err(Kind::MalformedResponse),
        ),
        (
            "wrong-length",
            with(|file| {
                let at = file.len() - 1;
                file[at] ^= 1;
            }),
            Err(Kind::MalformedResponse),
        ),
        ("trailing", with(|file| file.extend([0; 20])), Err(Kind::MalformedResponse)),
        ("reserved-flag", with(|file| file[3] = 0x20), Err(Kind::MalformedResponse)),
        ("bomb", bomb.to_bytes(), Err(Kind::MalformedResponse)),
        ("no-gzip", vec![0xff; 40], Ok(40)),
    ]
}

#[test]
fn the_fuzzer_begins_with_files_that_are_what_they_are_called() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/gzip");
    for (name, made, expected) in seeds() {
        let path = folder.join(name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &made).unwrap();
        }
        // Another compressor may produce different bytes.
        for file in [made, std::fs::read(&path).unwrap()] {
            checks::gzip(&file);
            assert_eq!(
                checks::unwrapped(&file, 3, 64 * 1024).map(|whole| whole.len()),
                expected,
                "{name}"
            );
        }
    }
}
