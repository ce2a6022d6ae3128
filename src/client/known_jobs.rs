//! Remembers machine actions that earlier calls were given: regardless of any clock, none of them
//! is new.

/// How many are remembered: more than one application starts within the tolerated clock difference.
const MAX_JOBS: usize = 64;

/// IDs of machine actions that calls of this connector were given, oldest first.
#[derive(Clone, Debug, Default)]
pub struct KnownJobs(Vec<String>);

impl KnownJobs {
    /// Restores the IDs of a snapshot.
    pub fn from_ids(ids: Vec<String>) -> Self {
        let mut known = Self::default();
        ids.iter().for_each(|id| known.add(id));
        known
    }

    /// Remembers an ID.
    pub fn add(&mut self, id: &str) {
        if !self.contains(id) {
            self.0.push(id.to_owned());
        }
        if self.0.len() > MAX_JOBS {
            self.0.remove(0);
        }
    }

    /// Whether an ID is remembered.
    pub fn contains(&self, id: &str) -> bool {
        self.0.iter().any(|known| known.eq_ignore_ascii_case(id))
    }

    /// All IDs.
    pub fn ids(&self) -> &[String] {
        &self.0
    }
}
