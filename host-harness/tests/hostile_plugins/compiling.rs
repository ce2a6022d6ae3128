//! Components that are made to be costly to compile. The host must refuse each with the limit, in
//! bounded time, and a compiler that misbehaves must not harm it.

mod compiler;

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use host_harness::{CompileLimit, CompileLimits, Host, HostBuilder, HostError};
use wasm_encoder::{
    CodeSection, Component, Function, FunctionSection, Instruction, MemorySection, MemoryType,
    Module, ModuleSection, NestedComponentSection, TypeSection, ValType,
};

use crate::world::COMPILER;

/// A program that does not exist: what is refused with it was refused before it was started.
const NO_PROGRAM: &str = "/nonexistent/compiler";

/// A function with many variables that are all written and read around many loops: the compiler's
/// work is their product.
fn bomb(locals: u32, loops: u32) -> Vec<u8> {
    let mut function = Function::new([(locals, ValType::I32)]);
    for _ in 0..loops {
        function.instruction(&Instruction::Loop(wasm_encoder::BlockType::Empty));
    }
    for local in 0..locals {
        function.instruction(&Instruction::LocalGet(local));
        function.instruction(&Instruction::I32Const(1));
        function.instruction(&Instruction::I32Add);
        function.instruction(&Instruction::LocalSet(local));
    }
    for nth in 0..loops {
        function.instruction(&Instruction::LocalGet(nth % locals));
        function.instruction(&Instruction::BrIf(0));
        function.instruction(&Instruction::End);
    }
    function.instruction(&Instruction::End);
    component(&[function])
}

fn component(functions: &[Function]) -> Vec<u8> {
    let (mut types, mut declared, mut code) =
        (TypeSection::new(), FunctionSection::new(), CodeSection::new());
    types.ty().function([], []);
    for function in functions {
        declared.function(0);
        code.function(function);
    }
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&code);
    let mut component = Component::new();
    component.section(&ModuleSection(&module));
    component.finish()
}

fn with_locals(locals: u32) -> Function {
    let mut function = Function::new([(locals, ValType::I64)]);
    function.instruction(&Instruction::End);
    function
}

fn large(bytes: usize) -> Function {
    let mut function = Function::new([]);
    for _ in 0..bytes {
        function.instruction(&Instruction::Nop);
    }
    function.instruction(&Instruction::End);
    function
}

fn nested(depth: usize) -> Vec<u8> {
    let mut inner = Component::new();
    for _ in 0..depth {
        let mut outer = Component::new();
        outer.section(&NestedComponentSection(&inner));
        inner = outer;
    }
    inner.finish()
}

fn limits(change: impl FnOnce(&mut CompileLimits)) -> CompileLimits {
    let mut limits = CompileLimits::default();
    change(&mut limits);
    limits
}

fn with_compiler(component: &[u8]) -> HostBuilder {
    Host::builder(component).compiler(COMPILER, [""; 0])
}

/// A compiler that is a shell script.
#[cfg(unix)]
fn with_script(script: &str) -> HostBuilder {
    Host::builder(hostile_plugins::HOSTILE).compiler("/bin/sh", ["-c", script])
}

fn refused(builder: HostBuilder) -> HostError {
    builder.build().expect_err("it is refused")
}

fn limit(builder: HostBuilder) -> CompileLimit {
    match refused(builder) {
        HostError::TooCostly(limit) => limit,
        other => unreachable!("{other:?}"),
    }
}

#[cfg(unix)]
#[test]
fn a_small_component_that_compiles_for_minutes_ends_for_its_processor_time() {
    let component = bomb(2_000, 200);
    assert!(component.len() < 20_000, "{}", component.len());
    let limits = limits(|limits| limits.compute_time = Duration::from_secs(2));
    let began = Instant::now();
    let limit = limit(with_compiler(&component).compile_limits(limits));
    assert_eq!(limit, CompileLimit::ComputeTime(Duration::from_secs(2)));
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[cfg(target_os = "linux")]
#[test]
fn a_component_that_compiles_to_gigabytes_ends_for_its_memory() {
    let component = bomb(8_000, 400);
    assert!(component.len() < 80_000, "{}", component.len());
    let limit = limit(
        with_compiler(&component).compile_limits(limits(|limits| limits.memory_bytes = 400 << 20)),
    );
    assert_eq!(limit, CompileLimit::Memory(400 << 20));
}

#[test]
fn the_wall_clock_ends_what_the_processor_time_does_not() {
    let limits = limits(|limits| limits.time = Duration::from_secs(1));
    let began = Instant::now();
    let limit = limit(with_compiler(&bomb(2_000, 200)).compile_limits(limits));
    assert_eq!(limit, CompileLimit::Time(Duration::from_secs(1)));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn a_component_out_of_bounds_is_refused_before_the_compiler_starts() {
    let defaults = CompileLimits::default();
    let many_locals = vec![with_locals(20_000); 201];
    let trials = [
        (vec![0; (64 << 20) + 1], CompileLimit::ComponentBytes(defaults.component_bytes)),
        (component(&vec![with_locals(0); 200_001]), CompileLimit::Functions(defaults.functions)),
        (component(&[with_locals(20_001)]), CompileLimit::Locals(defaults.locals)),
        (component(&[with_locals(4_000_000_000)]), CompileLimit::Locals(defaults.locals)),
        (component(&many_locals), CompileLimit::TotalLocals(defaults.total_locals)),
        (component(&[large(5 << 20)]), CompileLimit::BodyBytes(defaults.body_bytes)),
        (nested(33), CompileLimit::Nesting(defaults.nesting)),
    ];
    for (component, expected) in trials {
        let builder = Host::builder(&component).compiler(NO_PROGRAM, [""; 0]);
        let error = refused(builder);
        assert!(matches!(error, HostError::TooCostly(limit) if limit == expected), "{error:?}");
        assert!(error.to_string().contains(&expected.to_string()), "{error}");
    }
}

#[test]
fn a_component_at_the_bounds_is_compiled() {
    let trials = [component(&[with_locals(20_000)]), nested(32)];
    for component in trials {
        let error = refused(with_compiler(&component));
        assert!(matches!(error, HostError::NotAPlugin(_)), "{error:?}");
    }
}

#[test]
fn garbage_is_refused_with_the_reason() {
    // The last passes the checks before the compiler, and it refuses it.
    let mut invalid = Function::new([]);
    invalid.instruction(&Instruction::I32Add).instruction(&Instruction::End);
    for garbage in [&b""[..], b"nonsense", b"\0asm\x01\0\0\0\xff", &component(&[invalid])] {
        let error = refused(with_compiler(garbage));
        assert!(matches!(&error, HostError::Compile(_)), "{error:?}");
        assert!(error.to_string().len() > "the component could not be compiled: ".len());
    }
}

#[test]
fn proposals_that_no_connector_needs_are_refused() {
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: true,
        shared: false,
        page_size_log2: None,
    });
    let mut module = Module::new();
    module.section(&memories);
    let mut large_memory = Component::new();
    large_memory.section(&ModuleSection(&module));
    let mut relaxed = Function::new([]);
    for _ in 0..2 {
        relaxed.instruction(&Instruction::V128Const(0));
    }
    relaxed.instruction(&Instruction::I8x16RelaxedSwizzle);
    relaxed.instruction(&Instruction::Drop).instruction(&Instruction::End);
    for component in [large_memory.finish(), component(&[relaxed])] {
        let error = refused(with_compiler(&component));
        assert!(matches!(error, HostError::Compile(_)), "{error:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_compiler_limits_itself_before_it_reads_a_component() {
    let mut command = Command::new(COMPILER);
    let mut compiler = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = compiler.stdin.take().unwrap();
    // The limits that precede the component: 1 GiB and 7 s.
    input.write_all(&(1_u64 << 30).to_le_bytes()).unwrap();
    input.write_all(&7_u64.to_le_bytes()).unwrap();
    let expected = [
        ("Max cpu time", ["7", "8"]),
        ("Max file size", ["0", "0"]),
        ("Max core file size", ["0", "0"]),
        ("Max address space", ["1073741824", "1073741824"]),
    ];
    let holds = |limits: &str| {
        expected.iter().all(|(name, values)| {
            let line = limits.lines().find_map(|line| line.strip_prefix(name));
            line.is_some_and(|line| line.split_whitespace().take(2).eq(*values))
        })
    };
    let path = format!("/proc/{}/limits", compiler.id());
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut limits = String::new();
    while !holds(&limits) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
        limits = fs::read_to_string(&path).unwrap();
    }
    let held = holds(&limits);
    compiler.kill().unwrap();
    compiler.wait().unwrap();
    assert!(held, "{limits}");
}
