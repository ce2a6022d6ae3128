//! Checks a component's size and shape before it is compiled.

use wasmparser::{FunctionBody, Parser, Payload};

use crate::{CompileLimit, CompileLimits, HostError};

/// Checks a component against the limits, in time proportional to its size. It is not validated:
/// the compiler does that.
///
/// # Errors
///
/// `Compile` if the bytes are not WebAssembly, `TooCostly` if a limit is exceeded.
pub(super) fn check(component: &[u8], limits: &CompileLimits) -> Result<(), HostError> {
    ensure(component.len() <= limits.component_bytes, || {
        CompileLimit::ComponentBytes(limits.component_bytes)
    })?;
    let (mut nesting, mut functions, mut locals) = (0, 0, 0);
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(|error| HostError::Compile(error.into()))? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                nesting += 1;
                ensure(nesting <= limits.nesting, || CompileLimit::Nesting(limits.nesting))?;
            }
            Payload::End(_) => nesting = nesting.saturating_sub(1),
            Payload::CodeSectionEntry(body) => {
                functions += 1;
                ensure(functions <= limits.functions, || {
                    CompileLimit::Functions(limits.functions)
                })?;
                locals += check_body(&body, limits)?;
                ensure(locals <= limits.total_locals, || {
                    CompileLimit::TotalLocals(limits.total_locals)
                })?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Returns the number of local variables that a function declares.
fn check_body(body: &FunctionBody<'_>, limits: &CompileLimits) -> Result<u64, HostError> {
    ensure(body.range().len() <= limits.body_bytes, || CompileLimit::BodyBytes(limits.body_bytes))?;
    let malformed = |error: wasmparser::BinaryReaderError| HostError::Compile(error.into());
    let mut locals = 0;
    for group in body.get_locals_reader().map_err(malformed)? {
        let (count, _) = group.map_err(malformed)?;
        locals += u64::from(count);
        ensure(locals <= limits.locals, || CompileLimit::Locals(limits.locals))?;
    }
    Ok(locals)
}

fn ensure(holds: bool, limit: impl Fn() -> CompileLimit) -> Result<(), HostError> {
    if holds { Ok(()) } else { Err(HostError::TooCostly(limit())) }
}
