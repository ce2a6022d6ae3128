//! A fault without effect proves nothing, so its test fails.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use defender_stub::{Fault, Service};

/// Fails the test at its end if one of the stub's faults has changed no response.
pub(crate) struct FaultCheck {
    service: Service,
    is_lenient: AtomicBool,
}

impl FaultCheck {
    pub(crate) fn new(service: &Service) -> Self {
        Self { service: service.clone(), is_lenient: AtomicBool::new(false) }
    }

    /// For a test that expects this.
    pub(crate) fn allow(&self) {
        self.is_lenient.store(true, Ordering::Relaxed);
    }
}

impl Drop for FaultCheck {
    fn drop(&mut self) {
        // A failing test reports its own reason.
        if self.is_lenient.load(Ordering::Relaxed) || thread::panicking() {
            return;
        }
        let unmatched: Vec<String> =
            self.service.unmatched_faults().iter().map(Fault::to_string).collect();
        assert!(unmatched.is_empty(), "made no difference: {unmatched:#?}");
    }
}
