//! The committed vectors are what the program makes.

use std::{collections::BTreeSet, fs, path::Path};
use zk_verify_vectors::{committed, make};

/// So a constant that is changed in the code fails here too, and no vector is edited by hand.
#[test]
fn the_committed_files_are_what_the_program_makes() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let made = make::files(&repository).unwrap();
    let folder = committed();
    for (path, content) in &made {
        let found = fs::read(folder.join(path)).unwrap_or_default();
        assert!(
            found == *content,
            "{path} differs: run `cargo run -p zk-verify-vectors` and look at what changed"
        );
    }
    let listed = |folder: &Path| -> BTreeSet<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    let keys: BTreeSet<String> = made
        .keys()
        .filter_map(|path| path.strip_prefix("keys/"))
        .map(str::to_owned)
        .collect();
    assert_eq!(
        listed(&folder.join("keys")),
        keys,
        "files of spec/vectors/keys"
    );
}
