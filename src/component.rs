//! Exports the contract's functions. One connector per instance.

mod convert;
mod described;

use std::cell::RefCell;
use std::panic;

use rlsf::GlobalTlsf;
use waki::bindings::wasi::cli::stderr::get_stderr;
use zeroize::Zeroize;

use crate::actions::CATALOGUE;
use crate::clock::SystemClock;
use crate::connector::Connector;
use crate::download::Download;
use crate::transport::wasi::WasiHttp;
use bindings::connector::plugin::types as wit;
use bindings::exports::connector::plugin::{connector, downloads, operations, session};
use convert::{
    action_to_wit, error_to_wit, operation_to_wit, origin_to_wit, outcome_to_wit, report_to_wit,
};

#[expect(unsafe_code, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        path: "wit",
        world: "plugin",
        generate_all,
        pub_export_macro: false,
    });

    use super::Component;
    export!(Component);
}

/// Smaller than the standard library's by 6 KB.
#[global_allocator]
static ALLOCATOR: GlobalTlsf = GlobalTlsf::new();

thread_local! {
    /// One connector is enough: an instance has one thread and serves one call at a time.
    static CONNECTOR: RefCell<Connector> = {
        report_panics();
        RefCell::default()
    };
}

/// Writes panic messages to the host's stderr. The standard library has none on this target.
fn report_panics() {
    /// The most that one call may write.
    const MAX_PIECE: usize = 4096;
    panic::set_hook(Box::new(|panic| {
        let stderr = get_stderr();
        let message = format!("{panic}\n");
        let written = |piece: &[u8]| stderr.blocking_write_and_flush(piece).is_ok();
        message.as_bytes().chunks(MAX_PIECE).all(written);
    }));
}

struct Component;

impl connector::Guest for Component {
    fn describe() -> wit::Descriptor {
        let lines = described::lines();
        let mut lines = lines.split('\n');
        let mut next = || lines.next().unwrap_or_default().to_owned();
        wit::Descriptor {
            id: "microsoft_defender_endpoint".to_owned(),
            name: "Microsoft Defender for Endpoint".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            config_schema: next(),
            secrets_schema: next(),
            error_details_schema: next(),
            actions: CATALOGUE.iter().map(|action| action_to_wit(action, &mut next)).collect(),
        }
    }

    fn configure(config: String, mut secrets: String) -> Result<wit::Configured, wit::Error> {
        let configured = CONNECTOR.with_borrow_mut(|connector| {
            let settings = connector.configure(&config, &secrets).map_err(error_to_wit)?;
            let origins = settings.origins().into_iter().map(origin_to_wit).collect();
            Ok(wit::Configured { name: settings.name.clone(), origins })
        });
        secrets.zeroize();
        configured
    }

    fn test() -> Result<wit::Report, wit::Error> {
        let report =
            CONNECTOR.with_borrow_mut(|connector| connector.test(&WasiHttp, &SystemClock::new()));
        report.map(report_to_wit).map_err(error_to_wit)
    }

    fn execute(action: String, params: String) -> Result<wit::Outcome, wit::Error> {
        let executed = CONNECTOR.with_borrow_mut(|connector| {
            connector.execute(&action, &params, &WasiHttp, &SystemClock::new())
        });
        executed.map(outcome_to_wit).map_err(error_to_wit)
    }
}

impl operations::Guest for Component {
    fn plan(action: String, params: String) -> Result<operations::Operation, wit::Error> {
        let planned = CONNECTOR.with_borrow_mut(|connector| {
            connector.plan(&action, &params, &WasiHttp, &SystemClock::new())
        });
        planned.map(operation_to_wit).map_err(error_to_wit)
    }

    fn advance(checkpoints: Vec<String>) -> Vec<Result<operations::Operation, wit::Error>> {
        let advanced = CONNECTOR.with_borrow_mut(|connector| {
            connector.advance(&checkpoints, &WasiHttp, &SystemClock::new())
        });
        advanced
            .into_iter()
            .map(|advanced| advanced.map(operation_to_wit).map_err(error_to_wit))
            .collect()
    }

    fn recover(checkpoint: String) -> Result<operations::Operation, wit::Error> {
        let recovered = CONNECTOR.with_borrow_mut(|connector| {
            connector.recover(&checkpoint, &WasiHttp, &SystemClock::new())
        });
        recovered.map(operation_to_wit).map_err(error_to_wit)
    }
}

impl session::Guest for Component {
    fn save() -> Option<String> {
        CONNECTOR.with_borrow(Connector::save)
    }

    fn restore(mut snapshot: String) -> Result<(), wit::Error> {
        let restored = CONNECTOR.with_borrow_mut(|connector| connector.restore(&snapshot));
        snapshot.zeroize();
        restored.map_err(error_to_wit)
    }
}

impl downloads::Guest for Component {
    type File = File;

    fn open(action: String, params: String) -> Result<downloads::File, wit::Error> {
        let opened = CONNECTOR.with_borrow_mut(|connector| {
            connector.open(&action, &params, &WasiHttp, &SystemClock::new())
        });
        opened
            .map(|download| downloads::File::new(File(RefCell::new(download))))
            .map_err(error_to_wit)
    }
}

struct File(RefCell<Download>);

impl downloads::GuestFile for File {
    fn name(&self) -> String {
        self.0.borrow().name().to_owned()
    }

    fn size(&self) -> Option<u64> {
        self.0.borrow().size()
    }

    fn read(&self, max_bytes: u32) -> Result<Vec<u8>, wit::Error> {
        self.0.borrow_mut().read(max_bytes).map_err(error_to_wit)
    }

    fn sha256(&self) -> Option<String> {
        self.0.borrow().sha256().map(str::to_owned)
    }
}
