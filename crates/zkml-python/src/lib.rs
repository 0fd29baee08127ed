//! The native half of the Python package moderntensor: keys, verification and ezkl's files.
//!
//! Nothing is decided here. Each function turns Python's values into those of `halo2-kzg-verifier`
//! and `ezkl-import` and back; python/moderntensor/sdk/zkml/_native.pyi says what each takes.

use ark_ff::{BigInteger, PrimeField};
use ezkl_import::{
    CircuitSize, DigestSource, ErrorKind, EzklProof, FileKind, ImportError, Settings, Srs, explain,
    import_vk, import_vka,
};
use halo2_kzg_verifier::{
    Batch, BatchItem, Fr, PreparedKey, ScopedThreads, TrustedSetup, VerifyingKey, lengthen_proof,
    shorten_proof, verify,
};
use pyo3::{create_exception, exceptions::PyException, prelude::*, types::PyBytes};
use sha3::{Digest, Keccak256};
use std::fs::File;
use zkml_inspect::{Forms, WithForms};

create_exception!(
    _native,
    NativeError,
    PyException,
    "Arguments: the kind of error and the message."
);

/// What Python turns into one of its own types.
fn failure(kind: &'static str, message: impl ToString) -> PyErr {
    NativeError::new_err((kind, message.to_string()))
}

fn import_failure(error: ImportError) -> PyErr {
    let kind = match (error.kind(), error.subject()) {
        (ErrorKind::AmbiguousDigest, _) => "digest",
        (ErrorKind::Limit, _) => "limit",
        (ErrorKind::Mismatch | ErrorKind::NoMatchingDigest, _) => "mismatch",
        (_, FileKind::Settings) => "settings",
        _ => "malformed",
    };
    failure(kind, error)
}

/// A validated verifying key, prepared for verification.
#[pyclass(frozen, module = "moderntensor.sdk.zkml._native")]
struct Key {
    prepared: PreparedKey,
}

impl Key {
    fn new(py: Python<'_>, key: VerifyingKey) -> Self {
        let prepared = py.detach(|| PreparedKey::new(key));
        Self { prepared }
    }

    fn key(&self) -> &VerifyingKey {
        self.prepared.key()
    }
}

#[pymethods]
impl Key {
    #[staticmethod]
    fn decode(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        let key = VerifyingKey::decode(data).map_err(|error| failure("malformed", error))?;
        Ok(Self::new(py, key))
    }

    #[staticmethod]
    fn from_vka(py: Python<'_>, data: &[u8], name: &str) -> PyResult<Self> {
        let key = import_vka(data).map_err(|e| import_failure(e.named(FileKind::Vka, name)))?;
        Ok(Self::new(py, key))
    }

    #[staticmethod]
    #[pyo3(signature = (vk, settings, s_g2=None, *, names=("vk.key".into(), "settings.json".into()), digest=None))]
    fn from_vk(
        py: Python<'_>,
        vk: &[u8],
        settings: &[u8],
        s_g2: Option<&[u8]>,
        names: (String, String),
        digest: Option<&[u8]>,
    ) -> PyResult<Self> {
        let named = |error: ImportError| {
            import_failure(
                error
                    .named(FileKind::VkKey, names.0.as_str())
                    .named(FileKind::Settings, names.1.as_str()),
            )
        };
        let setup = setup_or_known(s_g2)?;
        let digest = match digest {
            None => DigestSource::Computed,
            Some(word) => DigestSource::Given(canonical_scalar(word)?),
        };
        let settings = Settings::from_json(settings).map_err(named)?;
        let key = py
            .detach(|| import_vk(vk, &settings, setup, digest))
            .map_err(named)?;
        Ok(Self::new(py, key))
    }

    fn encode<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.key().encode())
    }

    #[getter]
    fn id<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.key().id())
    }

    #[getter]
    fn k(&self) -> u8 {
        self.key().k()
    }

    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.key().digest().into_bigint().to_bytes_be())
    }

    #[getter]
    fn s_g2<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.key().trusted_setup().to_bytes())
    }

    #[getter]
    fn num_public_inputs(&self) -> u64 {
        self.key().num_public_inputs()
    }

    #[getter]
    fn proof_length(&self) -> u64 {
        self.key().proof_length()
    }

    #[getter]
    fn short_proof_length(&self) -> u64 {
        self.key().short_proof_length()
    }

    fn shorten<'py>(&self, py: Python<'py>, proof: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let short = py.detach(|| shorten_proof(self.key(), proof));
        let short = short.map_err(|error| failure("malformed", error))?;
        Ok(PyBytes::new(py, &short))
    }

    fn lengthen<'py>(&self, py: Python<'py>, proof: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let long = py.detach(|| lengthen_proof(self.key(), proof));
        let long = long.map_err(|error| failure("malformed", error))?;
        Ok(PyBytes::new(py, &long))
    }

    fn verify(&self, py: Python<'_>, proof: &[u8], public_inputs: &[u8]) -> Option<String> {
        py.detach(|| verify(&self.prepared, proof, public_inputs))
            .err()
            .map(|rejection| rejection.to_string())
    }

    #[pyo3(signature = (settings, proof=None))]
    fn explain(
        &self,
        settings: &[u8],
        proof: Option<(Vec<u8>, Vec<u8>)>,
    ) -> PyResult<(String, Vec<String>, String)> {
        let settings = Settings::from_json(settings).map_err(import_failure)?;
        let proof = proof.map(|(proof, public_inputs)| EzklProof {
            proof,
            public_inputs,
        });
        let explanation = explain(self.key(), &settings, proof.as_ref()).map_err(import_failure)?;
        let parts = proof.as_ref().map(|p| (&*p.proof, &*p.public_inputs));
        let forms = Forms::of(self.key(), parts);
        let said = WithForms { explanation, forms };
        let text = format!("{said}\n");
        Ok((said.explanation.statement, said.explanation.warnings, text))
    }
}

/// A key, a proof and its public inputs.
type Item<'py> = (Bound<'py, Key>, Vec<u8>, Vec<u8>);

fn batch<'a>(items: &'a [Item<'_>]) -> Vec<BatchItem<'a>> {
    items
        .iter()
        .map(|(key, proof, public_inputs)| BatchItem {
            key: &key.get().prepared,
            proof,
            public_inputs,
        })
        .collect()
}

/// Whether all are valid, with one pairing.
#[pyfunction(name = "verify_batch")]
fn py_verify_batch(py: Python<'_>, items: Vec<Item<'_>>, threads: usize) -> PyResult<bool> {
    let (items, threads) = (batch(&items), ScopedThreads::new(threads));
    py.detach(|| Batch::reduce_on(&items, &threads).map(|batch| batch.verify_on(&threads).is_ok()))
        .map_err(|error| failure("mismatch", error))
}

/// The invalid ones, each with its reason.
#[pyfunction(name = "find_invalid")]
fn py_find_invalid(
    py: Python<'_>,
    items: Vec<Item<'_>>,
    threads: usize,
) -> PyResult<Vec<(usize, String)>> {
    let (items, threads) = (batch(&items), ScopedThreads::new(threads));
    Ok(py
        .detach(|| Batch::stream(items, &threads))
        .map_err(|error| failure("mismatch", error))?
        .into_iter()
        .map(|(index, reason)| (index, reason.to_string()))
        .collect())
}

/// Advice columns, fixed columns (at most), permutation columns, lookups and degree of the circuit.
#[pyfunction]
fn circuit_size(settings: &[u8], name: &str) -> PyResult<(usize, usize, usize, usize, usize)> {
    let named = |e: ImportError| import_failure(e.named(FileKind::Settings, name));
    let size = Settings::from_json(settings)
        .and_then(|settings| CircuitSize::of(&settings))
        .map_err(named)?;
    Ok((
        size.advice_columns,
        size.fixed_columns,
        size.permutation_columns,
        size.lookups,
        size.degree,
    ))
}

/// The proof and its public inputs.
#[pyfunction]
fn read_proof_json<'py>(
    py: Python<'py>,
    data: &[u8],
    name: &str,
) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
    let read = ezkl_import::read_proof_json(data)
        .map_err(|e| import_failure(e.named(FileKind::Proof, name)))?;
    Ok((
        PyBytes::new(py, &read.proof),
        PyBytes::new(py, &read.public_inputs),
    ))
}

/// The size k and \[s\]G2 of an SRS file.
#[pyfunction]
fn read_srs<'py>(py: Python<'py>, path: &str) -> PyResult<(u32, Bound<'py, PyBytes>)> {
    let file = File::open(path).map_err(|e| failure("malformed", format!("{path}: {e}")))?;
    let srs = py
        .detach(|| Srs::read(file))
        .map_err(|e| import_failure(e.named(FileKind::Srs, path)))?;
    Ok((srs.k, PyBytes::new(py, &srs.trusted_setup.to_bytes())))
}

/// What [`read_srs`] gives, after a check of every point. `tick` is called now and then; what it raises ends the check.
#[pyfunction]
fn check_srs<'py>(
    py: Python<'py>,
    path: &str,
    tick: Py<PyAny>,
) -> PyResult<(u32, Bound<'py, PyBytes>)> {
    let file = File::open(path).map_err(|e| failure("malformed", format!("{path}: {e}")))?;
    let mut raised = None;
    let checked = py.detach(|| {
        Srs::read_all(file, |_, _| {
            Python::attach(|py| tick.call0(py)).map(drop).map_err(|e| {
                raised = Some(e);
                std::io::ErrorKind::Interrupted.into()
            })
        })
    });
    if let Some(error) = raised {
        return Err(error);
    }
    let srs = checked.map_err(|e| import_failure(e.named(FileKind::Srs, path)))?;
    Ok((srs.k, PyBytes::new(py, &srs.trusted_setup.to_bytes())))
}

#[pyfunction]
fn keccak256<'py>(py: Python<'py>, data: &[u8]) -> Bound<'py, PyBytes> {
    PyBytes::new(py, &Keccak256::digest(data))
}

/// A scalar from its big-endian word, which is never reduced.
fn canonical_scalar(word: &[u8]) -> PyResult<Fr> {
    let scalar = Fr::from_be_bytes_mod_order(word);
    if scalar.into_bigint().to_bytes_be() != word {
        return Err(failure(
            "malformed",
            "digest: expected a canonical scalar, 32 bytes",
        ));
    }
    Ok(scalar)
}

/// The trusted setup with \[s\]G2 from four words, or the perpetual powers of tau.
fn setup_or_known(bytes: Option<&[u8]>) -> PyResult<TrustedSetup> {
    let bytes: &[u8; TrustedSetup::BYTES] = match bytes {
        None => &TrustedSetup::PERPETUAL_POWERS_OF_TAU,
        Some(given) => given
            .try_into()
            .map_err(|_| failure("malformed", "[s]G2: expected four words of 32 bytes"))?,
    };
    TrustedSetup::from_bytes(bytes)
        .ok_or_else(|| failure("malformed", "[s]G2 is no point of the subgroup"))
}

// Free-threaded Python may call it from all threads at once: the classes are frozen, and nothing here is shared state.
#[pymodule(gil_used = false)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("NativeError", module.py().get_type::<NativeError>())?;
    module.add(
        "KNOWN_S_G2",
        PyBytes::new(module.py(), &TrustedSetup::PERPETUAL_POWERS_OF_TAU),
    )?;
    module.add_class::<Key>()?;
    module.add_function(wrap_pyfunction!(py_verify_batch, module)?)?;
    module.add_function(wrap_pyfunction!(py_find_invalid, module)?)?;
    module.add("VERSION", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(circuit_size, module)?)?;
    module.add_function(wrap_pyfunction!(read_proof_json, module)?)?;
    module.add_function(wrap_pyfunction!(read_srs, module)?)?;
    module.add_function(wrap_pyfunction!(check_srs, module)?)?;
    module.add_function(wrap_pyfunction!(keccak256, module)?)?;
    Ok(())
}
