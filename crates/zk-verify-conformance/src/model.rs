//! Circuits of the published vectors: a key, a proof under it, and its public inputs.

use crate::{file, vector};
use alloy_primitives::{Address, Bytes};
use zk_verify_precompile::{AcceptedSetups, BlockPosition, ZkVerifyConfig, abi::Request};

/// A circuit's key with a proof that ezkl made under it.
#[derive(Clone, Debug)]
pub struct Model {
    /// The key's bytes.
    pub key: Bytes,
    /// The proof.
    pub proof: Bytes,
    /// The public inputs, 32 bytes each.
    pub public_inputs: Bytes,
    /// \[s\]G2 of the trusted setup that the key was made under.
    pub setup: [u8; 128],
}

impl Model {
    /// The circuit of this name, from `spec/vectors/proofs.json`.
    ///
    /// # Panics
    /// There is none.
    pub fn named(name: &str) -> Self {
        let vector = vector(&format!("{name}: a proof by ezkl"));
        let input = vector.input().expect("hex");
        let request = Request::decode(&input).expect("a call of the verifier");
        let rules = vector.rules().expect("a setup");
        let accepted = rules.at(BlockPosition::default()).accepted_setups;
        Self {
            key: file(&format!("keys/{name}.zkvk")).expect("its key").into(),
            proof: Bytes::copy_from_slice(request.proof),
            public_inputs: Bytes::copy_from_slice(request.public_inputs),
            setup: accepted.points().next().expect("one setup"),
        }
    }

    /// A public circuit under the perpetual powers of tau.
    pub fn public() -> Self {
        Self::named("public-ppot")
    }

    /// A small MLP under a test setup.
    pub fn mlp() -> Self {
        Self::named("mlp")
    }

    /// A call of `verify`, or with a key of `verifyWithKey`.
    pub fn call(&self, key: Option<Address>) -> Bytes {
        encode(key, &self.proof, &self.public_inputs)
    }
}

/// The canonical encoding of `verify`, or with a key of `verifyWithKey`.
pub fn encode(key: Option<Address>, proof: &[u8], public_inputs: &[u8]) -> Bytes {
    let request = Request {
        key,
        proof,
        public_inputs,
    };
    request.encode().into()
}

/// The default rules, but for the accepted setups: those of these circuits.
///
/// # Panics
/// No circuit is given.
pub fn rules_for(models: &[&Model]) -> ZkVerifyConfig {
    let points: Vec<_> = models.iter().map(|model| model.setup).collect();
    let accepted = AcceptedSetups::new(&points).expect("valid points");
    ZkVerifyConfig::default().with_accepted_setups(accepted)
}
