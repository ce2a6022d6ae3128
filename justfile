# The habits of development. Each recipe calls cargo or a script in `.ci/`; `.ci/run` is the gate.

# List the recipes.
default:
    @just --list

# Run all tests, or those whose names contain FILTER.
test *FILTER:
    cargo test --workspace -- {{ FILTER }}

# Check formatting, lints for both targets, and documentation.
lint:
    .ci/lint

# Run everything that a release must pass.
gate:
    .ci/run

# Measure the cost of the sandbox; `just bench latency --quick` measures one part, fast.
bench *ARGUMENTS:
    cargo run --release --locked -p bench -- {{ ARGUMENTS }}

# Isolate, run a script on and release a machine of the stub.
demo:
    cargo run -p defenderctl -- demo

# Serve the stub until Ctrl-C.
stub *ARGUMENTS:
    cargo run -p defender-stub -- {{ ARGUMENTS }}

# Fuzz each target for SECONDS.
fuzz SECONDS="5":
    FUZZ_SECONDS={{ SECONDS }} .ci/fuzz
