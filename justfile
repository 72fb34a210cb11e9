# What can be done here: `just --list`.

# Arguments reach the programs as they were written: just run-client --join '#tea'. With exec no shell stands between a
# signal and the program.
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

# Run every test; it asks before it installs the programs of others that some of them play
test:
    .ci/run test

# It leaves out what takes minutes (hunts, whole runs of the simulator by the hundred) and the programs themselves (process),
# those of others among them (other_programs, terminal_clients). Only the scenarios and the simulator's command line start
# processes.
#
# Run the tests for daily work: under a minute, once they are built
quick:
    cargo test --workspace --no-fail-fast --lib --test pure --test scenarios --test tidy --test world
    cargo run --package sim -- --seed 1 --clients 20 --runs 10

# Check format, lints and documentation; nothing may be warned of
lint:
    .ci/run lint

# Do all that must pass before a change is taken
ci:
    .ci/run

# Measure the server beside a bare event loop: just bench --help
bench *ARGS:
    @exec cargo run --release -- bench "$@"
