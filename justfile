# What can be done here: `just --list`.

# Show this list
default:
    @just --list --unsorted

# Run the server: just run-server --listen tcp://0.0.0.0:6667
run-server *ARGS:
    cargo run --release -- serve {{ARGS}}

# Run the client: just run-client --nick alice
run-client *ARGS:
    cargo run --release -- chat {{ARGS}}

# Run the simulator: just sim --seed 7 --clients 50
sim *ARGS:
    cargo run --release -p sim -- {{ARGS}}

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
    cargo run --release -- bench {{ARGS}}
