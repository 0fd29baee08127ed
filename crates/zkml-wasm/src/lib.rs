//! The native half of the JavaScript package: keys, verification and ezkl's files, as WebAssembly.
//!
//! Nothing is decided here. Each function turns JavaScript's values into those of `halo2-kzg-verifier`, `ezkl-import` and
//! `zkml-inspect`, and back; `js/src` checks the types of what is passed, and says what each function takes. Data comes
//! back as JSON, and so do errors (`failure`). No input makes it panic: that would end the instance.

mod failure;
mod srs_ends;

use ezkl_import::{
    DigestSource, EzklProof, FileKind, Settings, Srs, digest_from_hex, import_vk, import_vka,
};
use failure::{Failure, failure, import_failure, key_failure};
use halo2_kzg_verifier::{
    PreparedKey, Rejection, TrustedSetup, VerifyingKey, lengthen_proof, shorten_proof,
};
use serde::Serialize;
use srs_ends::SrsEnds;
use wasm_bindgen::prelude::*;
use zk_verify_precompile::abi::Request;
use zkml_inspect::{Cost, FileType, Form, Forms, Inspection, WithForms};

/// A validated verifying key, prepared for verification.
#[wasm_bindgen]
pub struct Key {
    prepared: PreparedKey,
}

impl From<VerifyingKey> for Key {
    fn from(key: VerifyingKey) -> Self {
        Self {
            prepared: PreparedKey::new(key),
        }
    }
}

impl Key {
    fn key(&self) -> &VerifyingKey {
        self.prepared.key()
    }
}

#[wasm_bindgen]
impl Key {
    /// Reads a verifying key (model.zkvk).
    pub fn decode(bytes: &[u8]) -> Result<Self, Failure> {
        VerifyingKey::decode(bytes)
            .map(Self::from)
            .map_err(|error| key_failure(&error, bytes))
    }

    /// Imports ezkl's vka.bin.
    #[wasm_bindgen(js_name = importVka)]
    pub fn import_vka(bytes: &[u8]) -> Result<Self, Failure> {
        import_vka(bytes)
            .map(Self::from)
            .map_err(|error| import_failure(error, &[(FileKind::Vka, bytes)]))
    }

    /// Imports ezkl's vk.key. `setup` is the encoded \[s\]G2; what settles the digest is named by `source`: "" (nothing),
    /// "proof" (proof.json), "vka" (vka.bin) or "digest" (hexadecimal).
    #[wasm_bindgen(js_name = importVk)]
    pub fn import_vk(
        vk: &[u8],
        settings: &[u8],
        setup: &[u8],
        source: &str,
        source_bytes: &[u8],
    ) -> Result<Self, Failure> {
        let files = [
            (FileKind::VkKey, vk),
            (FileKind::Settings, settings),
            (FileKind::Proof, source_bytes),
            (FileKind::Vka, source_bytes),
        ];
        let named = |error| import_failure(error, &files);
        let proof = match source {
            "proof" => Some(EzklProof::from_json(source_bytes).map_err(named)?),
            _ => None,
        };
        let digest = match (&proof, source) {
            (Some(proof), _) => DigestSource::FromProof(proof),
            (None, "vka") => DigestSource::FromVka(source_bytes),
            (None, "digest") => {
                let text = std::str::from_utf8(source_bytes).ok();
                DigestSource::Given(text.and_then(digest_from_hex).ok_or_else(|| {
                    failure(
                        "not-canonical",
                        "digest: expected 32 bytes of hex below the scalar field's modulus",
                    )
                })?)
            }
            _ => DigestSource::Computed,
        };
        let settings = Settings::from_json(settings).map_err(named)?;
        import_vk(vk, &settings, trusted_setup(setup)?, digest)
            .map(Self::from)
            .map_err(named)
    }

    /// The key as a file (model.zkvk), and as the code of the account that holds it.
    pub fn encode(&self) -> Vec<u8> {
        self.key().encode()
    }

    /// What it holds, as JSON.
    pub fn inspect(&self) -> Result<String, Failure> {
        json(&Inspection::of(self.key()))
    }

    /// Why the proof is not valid, if it is not.
    pub fn verify(&self, proof: &[u8], public_inputs: &[u8]) -> Option<String> {
        halo2_kzg_verifier::verify(&self.prepared, proof, public_inputs)
            .err()
            .map(|rejection| rejection.to_string())
    }

    /// What proofs under the key say, as JSON, with the text beside it.
    pub fn explain(&self, settings: &[u8]) -> Result<String, Failure> {
        self.explanation(settings, None)
    }

    /// What this proof says.
    #[wasm_bindgen(js_name = explainProof)]
    pub fn explain_proof(
        &self,
        settings: &[u8],
        proof: &[u8],
        public_inputs: &[u8],
    ) -> Result<String, Failure> {
        let proof = EzklProof {
            proof: proof.to_vec(),
            public_inputs: public_inputs.to_vec(),
        };
        self.explanation(settings, Some(&proof))
    }

    fn explanation(&self, bytes: &[u8], proof: Option<&EzklProof>) -> Result<String, Failure> {
        let named = |error| import_failure(error, &[(FileKind::Settings, bytes)]);
        let settings = Settings::from_json(bytes).map_err(named)?;
        let explanation = ezkl_import::explain(self.key(), &settings, proof).map_err(named)?;
        let parts = proof.map(|proof| (&*proof.proof, &*proof.public_inputs));
        let forms = Forms::of(self.key(), parts);
        let data = WithForms { explanation, forms };
        let text = data.to_string();
        json(&Explained { data, text })
    }

    /// "long" or "short"; nothing if the key's proofs have another length.
    pub fn form(&self, proof: &[u8]) -> Option<String> {
        Form::of(self.key(), proof).map(|form| form.name().to_owned())
    }

    /// The short form of a proof in the long form.
    pub fn shorten(&self, proof: &[u8]) -> Result<Vec<u8>, Failure> {
        shorten_proof(self.key(), proof).map_err(malformed_proof)
    }

    /// The long form of a proof in the short form.
    pub fn lengthen(&self, proof: &[u8]) -> Result<Vec<u8>, Failure> {
        lengthen_proof(self.key(), proof).map_err(malformed_proof)
    }

    /// What a transaction with this proof costs on each fork, as JSON.
    pub fn cost(&self, proof: &[u8], public_inputs: &[u8]) -> Result<String, Failure> {
        json(&Cost::of(self.key(), proof, public_inputs))
    }
}

#[derive(Serialize)]
struct Explained {
    #[serde(flatten)]
    data: WithForms<ezkl_import::Explanation>,
    text: String,
}

/// A proof with its public inputs.
#[wasm_bindgen(getter_with_clone)]
pub struct Proof {
    /// The raw proof.
    pub proof: Vec<u8>,
    /// The public inputs: 32 bytes big-endian each.
    pub public_inputs: Vec<u8>,
}

/// Reads ezkl's proof.json.
#[wasm_bindgen(js_name = readProof)]
pub fn read_proof(bytes: &[u8]) -> Result<Proof, Failure> {
    let EzklProof {
        proof,
        public_inputs,
    } = EzklProof::from_json(bytes)
        .map_err(|error| import_failure(error, &[(FileKind::Proof, bytes)]))?;
    Ok(Proof {
        proof,
        public_inputs,
    })
}

/// Reads an SRS file by its first 132 bytes, its last 256 and its length; gives the encoded \[s\]G2.
#[wasm_bindgen(js_name = readSrs)]
pub fn read_srs(head: &[u8], tail: &[u8], length: f64) -> Result<Vec<u8>, Failure> {
    // A length is a whole number that JavaScript holds exactly; the conversion saturates.
    let ends = SrsEnds::new(head, tail, length as u64);
    let srs = Srs::read(ends).map_err(|error| import_failure(error, &[(FileKind::Srs, head)]))?;
    Ok(srs.trusted_setup.to_bytes().to_vec())
}

/// The encoded \[s\]G2 of the perpetual powers of tau.
#[wasm_bindgen(js_name = perpetualPowersOfTau)]
pub fn perpetual_powers_of_tau() -> Vec<u8> {
    TrustedSetup::PERPETUAL_POWERS_OF_TAU.to_vec()
}

/// The input of `verify(bytes,bytes)`, or of `verifyWithKey(address,bytes,bytes)` where `key` is an address of 20 bytes.
#[wasm_bindgen]
pub fn calldata(key: &[u8], proof: &[u8], public_inputs: &[u8]) -> Result<Vec<u8>, Failure> {
    let key = match key {
        [] => None,
        _ => Some(
            <[u8; 20]>::try_from(key)
                .map_err(|_| failure("malformed", "key: expected an address, 20 bytes"))?,
        ),
    };
    let request = Request {
        key: key.map(Into::into),
        proof,
        public_inputs,
    };
    Ok(request.encode())
}

/// Which file these bytes are, by its customary name, if it can be told.
#[wasm_bindgen(js_name = fileType)]
pub fn file_type(bytes: &[u8]) -> Option<String> {
    FileType::of_bytes(bytes).map(|found| found.customary_name().to_owned())
}

/// What to call such a file in a sentence.
#[wasm_bindgen(js_name = describeFile)]
pub fn describe_file(bytes: &[u8]) -> Option<String> {
    FileType::of_bytes(bytes).map(|found| found.name().to_owned())
}

/// The version of this package.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn malformed_proof(reason: Rejection) -> Failure {
    failure("malformed", reason.to_string())
}

fn trusted_setup(bytes: &[u8]) -> Result<TrustedSetup, Failure> {
    <&[u8; TrustedSetup::BYTES]>::try_from(bytes)
        .ok()
        .and_then(TrustedSetup::from_bytes)
        .ok_or_else(|| {
            failure(
                "not-on-curve",
                "trustedSetup: expected [s]G2, 128 bytes that are a point of the twist of order r",
            )
        })
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| failure("io", error.to_string()))
}
