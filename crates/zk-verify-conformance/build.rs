//! Writes the list of the vectors' files, so that the kit carries them and needs no folder at run time.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let mut source = String::from("&[\n");
    for folder in ["", "keys"] {
        let path = Path::new(&root).join("data/vectors").join(folder);
        println!("cargo::rerun-if-changed={}", path.display());
        let mut files: Vec<_> = fs::read_dir(&path)?.collect::<Result<_, _>>()?;
        files.sort_by_key(|file| file.file_name());
        for file in files {
            let path = file.path();
            if !path.is_file() {
                continue;
            }
            let name = Path::new(folder).join(file.file_name());
            writeln!(source, "({name:?}, include_bytes!({path:?})),")?;
        }
    }
    source.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("files.rs"), source)?;
    Ok(())
}
