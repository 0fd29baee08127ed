//! Writes `spec/vectors` anew: `cargo run -p zk-verify-vectors`.

use std::path::Path;
use zk_verify_vectors::{committed, make};

fn main() -> anyhow::Result<()> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let files = make::files(&repository)?;
    make::write(&files, &committed())?;
    let bytes: usize = files.values().map(Vec::len).sum();
    println!("{} files, {bytes} bytes", files.len());
    Ok(())
}
