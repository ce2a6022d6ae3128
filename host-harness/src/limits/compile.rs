//! Limits of what compiling a component may take.

use std::fmt;
use std::time::Duration;

/// What a component that is not [trusted](crate::HostBuilder::trusted) may consist of, and what
/// compiling it may take. The compiler's time and memory grow faster than a component: 14 KB can be
/// made to take minutes.
///
/// The bounds on the component itself are checked in the host before the compiler starts. The
/// others are enforced on the compiler's process: [`compile_child`](crate::compile_child) says
/// which of them hold on which system.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CompileLimits {
    /// Size of the component. 64 MiB: one with a Python interpreter has about 40.
    pub component_bytes: usize,
    /// Functions of all its modules. 200,000: a Python interpreter has about 20,000.
    pub functions: usize,
    /// Local variables of one function. 20,000: compilers for WebAssembly reach a few thousand.
    pub locals: u64,
    /// Local variables of all its functions. 4,000,000.
    pub total_locals: u64,
    /// Size of one function. 4 MiB: the main loop of an interpreter has about 200 KiB.
    pub body_bytes: usize,
    /// How deep modules and components are nested. 32: composed components are nested three or four
    /// deep.
    pub nesting: usize,
    /// Address space of the compiler. 2 GiB.
    pub memory_bytes: u64,
    /// Processor time of the compiler, on all processors together. 120 s.
    pub compute_time: Duration,
    /// Wall-clock time of the compiler. 120 s.
    pub time: Duration,
    /// Size of the compiled code. 256 MiB: code is two to four times as large as its component.
    pub code_bytes: usize,
}

impl Default for CompileLimits {
    fn default() -> Self {
        Self {
            component_bytes: 64 << 20,
            functions: 200_000,
            locals: 20_000,
            total_locals: 4_000_000,
            body_bytes: 4 << 20,
            nesting: 32,
            memory_bytes: 2 << 30,
            compute_time: Duration::from_secs(120),
            time: Duration::from_secs(120),
            code_bytes: 256 << 20,
        }
    }
}

/// A limit of [`CompileLimits`] that a component exceeds, with its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CompileLimit {
    /// [`CompileLimits::component_bytes`].
    ComponentBytes(usize),
    /// [`CompileLimits::functions`].
    Functions(usize),
    /// [`CompileLimits::locals`].
    Locals(u64),
    /// [`CompileLimits::total_locals`].
    TotalLocals(u64),
    /// [`CompileLimits::body_bytes`].
    BodyBytes(usize),
    /// [`CompileLimits::nesting`].
    Nesting(usize),
    /// [`CompileLimits::memory_bytes`]. A compiler that has no memory left aborts, which is not to
    /// be distinguished from another crash of it.
    Memory(u64),
    /// [`CompileLimits::compute_time`].
    ComputeTime(Duration),
    /// [`CompileLimits::time`].
    Time(Duration),
    /// [`CompileLimits::code_bytes`].
    CodeBytes(usize),
}

impl fmt::Display for CompileLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ComponentBytes(limit) => write!(f, "it is larger than {limit} bytes"),
            Self::Functions(limit) => write!(f, "it has more than {limit} functions"),
            Self::Locals(limit) => write!(f, "a function has more than {limit} local variables"),
            Self::TotalLocals(limit) => {
                write!(f, "its functions have more than {limit} local variables together")
            }
            Self::BodyBytes(limit) => write!(f, "a function is larger than {limit} bytes"),
            Self::Nesting(limit) => {
                write!(f, "its modules and components are nested more than {limit} deep")
            }
            Self::Memory(limit) => write!(
                f,
                "compiling it takes more than {limit} bytes of memory or crashes the compiler"
            ),
            Self::ComputeTime(limit) => {
                write!(
                    f,
                    "compiling it takes more than {} s of processor time",
                    limit.as_secs_f64()
                )
            }
            Self::Time(limit) => {
                write!(f, "compiling it takes more than {} s", limit.as_secs_f64())
            }
            Self::CodeBytes(limit) => write!(f, "its compiled code is larger than {limit} bytes"),
        }
    }
}
