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

# Run every test
test:
    .ci/run test

# Check format, lints and documentation; nothing may be warned of
lint:
    .ci/run lint

# Do all that must pass before a change is taken
ci:
    .ci/run

# Measure the server beside a bare event loop: just bench --help
bench *ARGS:
    @exec cargo run --release -- bench "$@"
