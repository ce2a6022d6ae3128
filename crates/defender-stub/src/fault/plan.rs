//! The faults in force, and which of them strike a request.

use super::{Fault, FaultKind};
use crate::request::Request;
use crate::template::Template;

/// The active faults, in the order they were added.
#[derive(Debug)]
pub(crate) struct FaultPlan {
    faults: Vec<ActiveFault>,
    /// Faults that were removed before they had an effect.
    lifted: Vec<Fault>,
}

/// A fault and the number of requests it has matched.
#[derive(Debug)]
struct ActiveFault {
    template: Template,
    fault: Fault,
    fitted: u32,
    /// Whether it has changed any response.
    was_felt: bool,
}

/// The faults that apply to one request.
#[derive(Default)]
pub(crate) struct Triggered {
    pub(crate) names: Vec<&'static str>,
    /// The fault, with its index in the plan.
    pub(crate) fault: Option<(usize, Fault)>,
    /// Faults that apply in addition.
    pub(crate) joint: Vec<(usize, FaultKind)>,
}

impl FaultPlan {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        let mut plan = Self { faults: Vec::new(), lifted: Vec::new() };
        faults.into_iter().for_each(|fault| plan.add(fault));
        plan
    }

    pub(crate) fn add(&mut self, fault: Fault) {
        self.faults.push(ActiveFault {
            template: Template::new(&fault.on),
            fault,
            fitted: 0,
            was_felt: false,
        });
    }

    pub(crate) fn clear(&mut self) {
        let unmatched = self.faults.drain(..).filter(|armed| !armed.was_felt);
        self.lifted.extend(unmatched.map(|armed| armed.fault));
    }

    /// Records that a fault has had an effect.
    pub(crate) fn felt(&mut self, index: usize) {
        if let Some(armed) = self.faults.get_mut(index) {
            armed.was_felt = true;
        }
    }

    /// The faults that have matched no request or changed no response.
    pub(crate) fn unmatched(&self) -> Vec<Fault> {
        let in_force = self.faults.iter().filter(|armed| !armed.was_felt).map(|armed| &armed.fault);
        self.lifted.iter().chain(in_force).cloned().collect()
    }

    pub(crate) fn trigger(&mut self, request: &Request) -> Triggered {
        let mut triggered = Triggered::default();
        for (index, armed) in self.faults.iter_mut().enumerate() {
            let is_joint = armed.fault.kind.is_joint();
            if (triggered.fault.is_some() && !is_joint)
                || !armed.template.fits(&request.method, &request.path)
            {
                continue;
            }
            armed.fitted = armed.fitted.saturating_add(1);
            let until = armed.fault.skip.saturating_add(armed.fault.times);
            if armed.fitted <= armed.fault.skip || armed.fitted > until && until != u32::MAX {
                continue;
            }
            triggered.names.push(armed.fault.kind.name());
            match is_joint {
                true => triggered.joint.push((index, armed.fault.kind.clone())),
                false => triggered.fault = Some((index, armed.fault.clone())),
            }
        }
        triggered
    }
}
