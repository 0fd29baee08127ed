//! `zkml gas` on its own: `cargo run --release -p zkml-gas --example calibrate -- calibrate`.

use clap::Parser;
use zkml_gas::cli::{GasArgs, run};

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    gas: GasArgs,
}

fn main() -> anyhow::Result<()> {
    run(Arguments::parse().gas)
}
