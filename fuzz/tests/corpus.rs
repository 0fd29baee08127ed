//! Replays the committed corpora on stable Rust: every input that fuzzing found worth keeping, through
//! the same functions, in the ordinary tests.

use std::{
    fs,
    path::{Path, PathBuf},
};
use zkml_fuzz::targets::{ALL, Run};

/// Bounds of a corpus, so that the repository and this test stay small.
const MOST_FILES: usize = 50;
const MOST_BYTES: u64 = 300 << 10;

fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    let entries =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn replay(target: &str) {
    let run: Run = ALL.iter().find(|(name, _)| *name == target).unwrap().1;
    let files = corpus(target);
    assert!(!files.is_empty(), "{target}: no corpus");
    for path in files {
        // Shown where a test fails: the claim's own message does not name the input.
        println!("{}", path.display());
        run(&fs::read(&path).unwrap());
    }
}

macro_rules! replays {
    ($($target:ident),* $(,)?) => {
        $(#[test]
        fn $target() {
            replay(stringify!($target));
        })*

        #[test]
        fn every_target_is_replayed() {
            let names: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, [$(stringify!($target)),*]);
        }
    };
}

replays![
    key_bytes,
    calldata,
    proof_bytes,
    vk_key,
    settings_json,
    vka_bin,
    proof_json,
    differential,
    curve,
    lanes,
];

#[test]
fn corpora_are_small() {
    for (target, _) in ALL {
        let files = corpus(target);
        let bytes: u64 = files
            .iter()
            .map(|path| path.metadata().unwrap().len())
            .sum();
        assert!(files.len() <= MOST_FILES, "{target}: {} files", files.len());
        assert!(bytes <= MOST_BYTES, "{target}: {bytes} bytes");
    }
}

#[test]
fn no_input_is_too_short_or_too_plain() {
    for (_, run) in ALL {
        run(&[]);
        for byte in [0, 1, 2, 3, 0x7f, 0xff] {
            for length in [1, 2, 7, 64, 300] {
                run(&vec![byte; length]);
            }
        }
    }
}
