//! Writes the inputs that fuzzing begins with: `seeds DIRECTORY` makes a folder for each target.
//!
//! Real keys, calls and files as they stand, edit lists that are still empty, and, for the targets
//! that draw everything from their input, strings of bytes that look random.

use sha3::{Digest, Keccak256};
use std::{fs, io, path::Path};
use zk_verify_precompile::{Address, abi::Request};
use zkml_fuzz::fixtures::{FILES, KEYS, MODELS};

/// Circuits whose whole files are seeds; the others are edited only.
const WHOLE: usize = 3;

fn main() -> io::Result<()> {
    let Some(directory) = std::env::args_os().nth(1) else {
        eprintln!("usage: seeds DIRECTORY");
        std::process::exit(2);
    };
    let seeds = [
        ("key_bytes", key_bytes()),
        ("calldata", calldata()),
        (
            "proof_bytes",
            // Each model's proof in both forms.
            (0..MODELS.len())
                .flat_map(|model| [vec![model as u8], vec![128 + model as u8]])
                .collect(),
        ),
        ("vk_key", vk_key()),
        ("settings_json", settings_json()),
        ("vka_bin", files(&[], FILES.iter().map(|files| files.vka))),
        ("proof_json", proof_json()),
        ("differential", noise(24, 400)),
        ("curve", noise(24, 100)),
        ("lanes", noise(24, 200)),
    ];
    for (target, seeds) in seeds {
        let folder = Path::new(&directory).join(target);
        fs::create_dir_all(&folder)?;
        for (index, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{index:02}")), seed)?;
        }
    }
    Ok(())
}

/// Files as they stand, and edits of each, with bytes before them; see `zkml_fuzz::edits::file`.
fn files<'a>(before: &[u8], files: impl Iterator<Item = &'a [u8]> + Clone) -> Vec<Vec<u8>> {
    let whole = files
        .clone()
        .take(WHOLE)
        .map(|file| [before, &[0], file].concat());
    let edited = (1..)
        .zip(files)
        .map(|(index, _)| [before, &[index]].concat());
    whole.chain(edited).collect()
}

fn calldata() -> Vec<Vec<u8>> {
    let mut seeds = noise(24, 120);
    for (index, model) in MODELS.iter().enumerate().take(WHOLE) {
        for key in [None, Some(Address::with_last_byte(index as u8 + 1))] {
            let request = Request {
                key,
                proof: &model.proof,
                public_inputs: &model.public_inputs,
            };
            seeds.push([&[0, index as u8 + 1], &request.encode()[..]].concat());
        }
    }
    seeds
}

fn vk_key() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (circuit, file) in FILES.iter().enumerate() {
        for digest in 0..4u8 {
            // The circuit, the source of the digest, no edits of the reference string.
            let before = [circuit as u8, 0, 0, 0, digest << 6, 0];
            let edited = [&before[..], &[circuit as u8 + 1]].concat();
            seeds.push(edited);
            if circuit < WHOLE && digest == 1 {
                seeds.push([&before[..], &[0], file.vk].concat());
            }
        }
    }
    seeds
}

fn settings_json() -> Vec<Vec<u8>> {
    let texts = FILES.iter().map(|files| files.settings);
    let mut seeds = files(&[0], texts.clone());
    seeds.extend(files(&[1], texts));
    for kind in [2, 3] {
        seeds.extend((0..FILES.len()).map(|circuit| vec![kind, circuit as u8]));
    }
    seeds
}

fn proof_json() -> Vec<Vec<u8>> {
    let mut seeds = files(&[0], FILES.iter().map(|files| files.proof));
    seeds.extend((0..FILES.len()).map(|circuit| vec![1, circuit as u8]));
    seeds
}

/// Strings of bytes that look random, longer and longer.
fn noise(number: usize, step: usize) -> Vec<Vec<u8>> {
    let block = |string: usize, block: usize| {
        Keccak256::digest([string.to_be_bytes(), block.to_be_bytes()].concat())
    };
    let string = |index: usize| {
        let length = step * (index + 1) / 8 + 8;
        let bytes = (0..).flat_map(|number| block(index, number));
        bytes.take(length).collect()
    };
    (0..number).map(string).collect()
}

fn key_bytes() -> Vec<Vec<u8>> {
    let mut seeds = files(&[], KEYS.iter().map(|key| &key[..]));
    seeds.extend(KEYS.last().map(|wide| [&[0], &wide[..]].concat()));
    seeds
}
