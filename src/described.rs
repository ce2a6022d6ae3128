//! What only `describe` returns: titles, summaries, documentation, patterns, results. It is half of
//! the catalogue, so the component has it once, deflated: the build script (`build.rs`) writes it
//! from the same rows.

/// A value that only `describe` returns. The component's rows have none.
#[cfg(not(target_family = "wasm"))]
pub type Described<T> = T;
/// A value that only `describe` returns. The component's rows have none.
#[cfg(target_family = "wasm")]
pub type Described<T> = std::marker::PhantomData<T>;

/// Marks a value of a row as one that only `describe` returns.
#[cfg(not(target_family = "wasm"))]
pub(crate) const fn described<T: Copy>(value: T) -> Described<T> {
    value
}

/// Marks a value of a row as one that only `describe` returns.
#[cfg(target_family = "wasm")]
pub(crate) const fn described<T: Copy>(_: T) -> Described<T> {
    std::marker::PhantomData
}
