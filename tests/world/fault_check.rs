//! A fault that makes no difference proves nothing: the test that has it fails.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use defender_stub::{Fault, Service};

/// Fails the test at its end if one of a stub's faults has made no difference to any response.
pub(crate) struct FaultCheck {
    service: Service,
    is_lenient: AtomicBool,
}

impl FaultCheck {
    pub(crate) fn new(service: &Service) -> Self {
        Self { service: service.clone(), is_lenient: AtomicBool::new(false) }
    }

    /// For a test that means it.
    pub(crate) fn allow(&self) {
        self.is_lenient.store(true, Ordering::Relaxed);
    }
}

impl Drop for FaultCheck {
    fn drop(&mut self) {
        // A test that fails already says why.
        if self.is_lenient.load(Ordering::Relaxed) || thread::panicking() {
            return;
        }
        let unmatched: Vec<String> =
            self.service.unmatched_faults().iter().map(Fault::to_string).collect();
        assert!(unmatched.is_empty(), "made no difference: {unmatched:#?}");
    }
}
