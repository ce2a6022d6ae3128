//! Size of the embedded component.

use std::io::Write;

use defender_component::COMPONENT;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Failed, Row};

const MOST_RAW: usize = 400_000;
const MOST_GZIP: usize = 160_000;

/// Measures the raw and the gzip size.
pub(super) fn rows() -> Result<Vec<Row>, Failed> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(COMPONENT)?;
    let gzip = gzip.finish()?.len();
    let kilobytes = |bytes: usize| bytes as f64 / 1e3;
    let raw = COMPONENT.len();
    Ok(vec![
        Row::new(
            "size of the component",
            format!("{:.1} KB; {:.1} KB as gzip", kilobytes(raw), kilobytes(gzip)),
        )
        .target("≤ 400 KB; ≤ 160 KB as gzip", raw <= MOST_RAW && gzip <= MOST_GZIP),
    ])
}
