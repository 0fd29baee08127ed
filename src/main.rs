//! The `zkml` command line.
fn main() {}
