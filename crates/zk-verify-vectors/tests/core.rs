//! The committed vectors hold for the precompile's core, and are what the program makes.

use std::{collections::BTreeSet, fs, path::Path};
use zk_verify_precompile::{Arithmetic, Arkworks, Standard};
use zk_verify_vectors::{committed, load, make};

#[test]
fn every_vector_holds() {
    every_vector_holds_with::<Standard>();
}

#[test]
fn every_vector_holds_with_arkworks_alone() {
    every_vector_holds_with::<Arkworks>();
}

fn every_vector_holds_with<A: Arithmetic>() {
    let folder = committed();
    let (mut passed, mut with_base) = (0, 0);
    for file in load(&folder).unwrap() {
        for vector in &file.vectors {
            let observed = vector.run_with::<A>(&folder).unwrap();
            assert_eq!(
                observed,
                vector.expected().unwrap(),
                "{}: {}",
                file.name,
                vector.name
            );
            let fails = file.name.starts_with("fail-");
            assert_eq!(fails, vector.expected_error.is_some(), "{}", vector.name);
            with_base += usize::from(vector.base);
            passed += 1;
        }
    }
    assert!(passed > 400 && with_base > 0, "{passed} vectors");
}

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
