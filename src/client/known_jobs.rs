//! Machine actions that earlier calls were given: whatever a clock says, none of them is new.

/// How many are remembered: more than one application starts in the time that clocks may differ by.
const MOST: usize = 64;

/// Identifiers of machine actions that calls of this connector were given, the oldest first.
#[derive(Clone, Debug, Default)]
pub struct Known(Vec<String>);

impl Known {
    /// Those of a saved state.
    pub fn of(ids: Vec<String>) -> Self {
        let mut known = Self::default();
        ids.iter().for_each(|id| known.add(id));
        known
    }

    /// Remembers one.
    pub fn add(&mut self, id: &str) {
        if !self.has(id) {
            self.0.push(id.to_owned());
        }
        if self.0.len() > MOST {
            self.0.remove(0);
        }
    }

    /// Whether one is remembered.
    pub fn has(&self, id: &str) -> bool {
        self.0.iter().any(|known| known.eq_ignore_ascii_case(id))
    }

    /// All of them.
    pub fn ids(&self) -> &[String] {
        &self.0
    }
}
