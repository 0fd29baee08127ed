//! Makes the vectors. What each must give is stated where it is made (*returns false*, *reverts with
//! this error*, *runs out of gas*), and the precompile is held to it; gas and reads are then written
//! down as the precompile gives them, for other implementations to find on their own.

mod calls;
mod circuits;
mod forks;
mod key_vectors;
mod keys;
mod limits;
mod random;
mod raw_key;
mod short;
mod short_isolated;
mod values;

use alloy_primitives::{Address, Bytes, hex};
use anyhow::{Context, Result, ensure};
use std::{collections::BTreeMap, fs, path::Path};
use zk_verify_conformance::{CallStatus, Fork, Observed, Vector};
use zk_verify_precompile::abi::{IZKVerifier, Request};

/// Keys from this length on stand in files of their own.
const LONG: usize = 3_000;

/// Everything that `spec/vectors` holds besides its README: path by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Makes all files. `repository` is where the fixtures are.
///
/// # Errors
/// A fixture is missing, or a call gives something else than the vector states.
pub fn files(repository: &Path) -> Result<Files> {
    let fixtures = circuits::Fixtures::load(repository)?;
    let mut maker = Maker::default();
    for circuit in fixtures.all() {
        maker.add_key(&circuit.name, &circuit.key);
    }
    calls::make(&mut maker, &fixtures.ppot)?;
    forks::make(&mut maker, &fixtures.ppot)?;
    circuits::make(&mut maker, &fixtures)?;
    circuits::make_forged(&mut maker)?;
    keys::make(&mut maker)?;
    short::make(&mut maker, &fixtures)?;
    short_isolated::make(&mut maker)?;
    maker.finish()
}

/// Writes the files into a folder; those of an earlier run that are no longer made are removed.
///
/// # Errors
/// The folder cannot be written.
pub fn write(files: &Files, folder: &Path) -> Result<()> {
    let keys = folder.join("keys");
    let _ = fs::remove_dir_all(&keys);
    fs::create_dir_all(&keys).with_context(|| keys.display().to_string())?;
    for (path, content) in files {
        let path = folder.join(path);
        fs::write(&path, content).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// What a call must give.
enum Expect {
    Returns(bool),
    Reverts(Bytes),
    OutOfGas,
}

impl Expect {
    fn invalid_key(key: Address) -> Self {
        use alloy_sol_types::SolError;
        Expect::Reverts(IZKVerifier::InvalidVerifyingKey { key }.abi_encode().into())
    }

    fn holds_for(&self, observed: &Observed) -> bool {
        let boolean = |value: &bool| [&[0; 31][..], &[u8::from(*value)]].concat();
        match self {
            Expect::Returns(value) => {
                observed.error.is_none() && observed.data[..] == boolean(value)[..]
            }
            Expect::Reverts(data) => {
                observed.error == Some(CallStatus::Reverted) && observed.data == *data
            }
            Expect::OutOfGas => {
                observed.error == Some(CallStatus::OutOfGas) && observed.data.is_empty()
            }
        }
    }
}

/// Collects vectors and keys.
#[derive(Default)]
struct Maker {
    /// Names of keys that stand in files, by their bytes.
    keys: BTreeMap<Vec<u8>, String>,
    vectors: BTreeMap<String, Vec<Vector>>,
}

impl Maker {
    fn add_key(&mut self, name: &str, key: &[u8]) {
        self.keys
            .entry(key.to_vec())
            .or_insert_with(|| format!("keys/{name}.zkvk"));
    }

    /// Runs a vector, holds it to what is expected, and puts it into `file`, or into `fail-file`
    /// if it fails. Its name must be its own.
    fn add(&mut self, file: &str, mut vector: Vector, expect: &Expect) -> Result<()> {
        // Keys are inline until here, so no file is read.
        let observed = vector.run()?;
        match observed {
            None => vector.base = true,
            Some(observed) => {
                ensure!(expect.holds_for(&observed), "{}: {observed:?}", vector.name);
                vector.expected = hex::encode(&observed.data);
                vector.expected_error = observed.error;
                vector.gas = observed.gas;
                if vector.fork >= Fork::Amsterdam {
                    vector.block_access_list = observed.block_access_list();
                }
                vector.reads = observed.reads;
            }
        }
        vector.no_benchmark = vector.expected_error.is_some();
        for source in vector.code.values_mut() {
            let code = hex::decode(&source)?;
            if code.len() >= LONG {
                self.add_key(&slug(&vector.name), &code);
            }
            if let Some(path) = self.keys.get(&code) {
                *source = path.clone();
            }
        }
        let file = match vector.expected_error {
            Some(_) => format!("fail-{file}"),
            None => file.to_owned(),
        };
        let vectors = self.vectors.entry(file).or_default();
        ensure!(
            vectors.iter().all(|other| other.name != vector.name),
            "two vectors are called {}",
            vector.name
        );
        vectors.push(vector);
        Ok(())
    }

    fn finish(self) -> Result<Files> {
        let mut files = Files::new();
        for (key, path) in self.keys {
            ensure!(
                files.insert(path.clone(), key).is_none(),
                "two keys are called {path}"
            );
        }
        for (name, vectors) in self.vectors {
            let mut json = serde_json::to_string_pretty(&vectors)?;
            json.push('\n');
            files.insert(format!("{name}.json"), json.into_bytes());
        }
        Ok(files)
    }
}

/// A name as part of a path.
fn slug(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let dashed: String = name.chars().map(plain).collect();
    let words: Vec<&str> = dashed.split('-').filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// The canonical encoding of `verify`, or with a key of `verifyWithKey`.
fn encode(key: Option<Address>, proof: &[u8], public_inputs: &[u8]) -> Vec<u8> {
    Request {
        key,
        proof,
        public_inputs,
    }
    .encode()
}

/// The code of an account, as a vector has it.
fn code<const N: usize>(accounts: [(Address, &[u8]); N]) -> BTreeMap<Address, String> {
    accounts
        .into_iter()
        .map(|(account, code)| (account, hex::encode_prefixed(code)))
        .collect()
}
