# `just --list` lists the recipes.

# Arguments are passed on unchanged: just run-client --join '#tea'. With exec, signals reach the program directly.
set positional-arguments

# Show this list
default:
    @just --list --unsorted

# Run the server: just run-server --config verbatim.toml
run-server *ARGS:
    @exec cargo run --release -- serve "$@"

# Run the client: just run-client --nick alice
run-client *ARGS:
    @exec cargo run --release -- chat "$@"

# Run the simulator: just sim --seed 7 --clients 50
sim *ARGS:
    @exec cargo run --release -p sim -- "$@"

# Run every test; asks before it installs the third-party programs that some of them need
test:
    .ci/run test

# `quick` leaves out the tests that take minutes (hunts: hundreds of simulator runs), and those that run our programs
# (process, failing_calls) or third-party ones (other_programs, terminal_clients). Of the tests that it runs, only the
# scenarios and the tests of the simulator's command line start processes.
#
# Run the tests for daily work: under a minute once built
quick:
    cargo test --workspace --no-fail-fast --lib --test pure --test scenarios --test tidy --test world
    cargo run --package sim -- --seed 1 --clients 20 --runs 10

# Check formatting, lints and documentation; warnings are errors
lint:
    .ci/run lint

# Run everything that a change must pass
ci:
    .ci/run

# Compare the server with a bare event loop: just bench --help
bench *ARGS:
    @exec cargo run --release -- bench "$@"
