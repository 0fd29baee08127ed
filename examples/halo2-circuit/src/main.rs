//! From a circuit to everything that a contract needs:
//!
//! ```text
//! cargo run -- OUT 0xOWNER BALANCE…
//! ```
//!
//! writes into the folder OUT
//!
//! | file | what it is |
//! |---|---|
//! | `params.srs` | the SRS, of a TEST setup |
//! | `vk.txt` | the pinned key, for `zkml key import --pinned` |
//! | `reserves.zkvk` | the verifying key, made here in memory; `zkml key import` makes the same |
//! | `proof.bin` | the proof |
//! | `instances.json` | its public inputs |
//! | `calldata.bin` | both, as snark-verifier's contracts take them |

use anyhow::{Context, Result, anyhow, ensure};
use halo2_circuit::{K, Reserves};
use halo2_import::{Halo2Key, KeyOptions};
use halo2_kzg_verifier::{Opening, PreparedKey, TranscriptHash, verify};
use halo2_proofs::{
    halo2curves::{
        bn256::{Bn256, Fr, G1Affine},
        ff::PrimeField,
    },
    plonk::{Circuit, ProvingKey, create_proof, keygen_pk, keygen_vk},
    poly::{
        commitment::Params,
        kzg::{
            commitment::{KZGCommitmentScheme, ParamsKZG},
            multiopen::ProverSHPLONK,
        },
    },
};
use rand_core::OsRng;
use snark_verifier::{
    loader::{evm::encode_calldata, native::NativeLoader},
    system::halo2::transcript::evm::{ChallengeEvm, EvmTranscript},
};
use std::{fs, path::PathBuf};

fn main() -> Result<()> {
    let usage = "usage: halo2-circuit OUT 0xOWNER BALANCE…";
    let mut args = std::env::args().skip(1);
    let out = PathBuf::from(args.next().context(usage)?);
    let owner = address(&args.next().context(usage)?)?;
    let balances: Vec<u16> = args.map(|text| text.parse()).collect::<Result<_, _>>()?;
    ensure!(
        !balances.is_empty() && balances.len() <= halo2_circuit::ACCOUNTS,
        usage
    );
    fs::create_dir_all(&out)?;

    // A TEST setup: its secret was in this process. Use the perpetual powers of tau for anything real.
    let params = ParamsKZG::<Bn256>::setup(K, OsRng);
    let mut file = fs::File::create(out.join("params.srs"))?;
    params.write(&mut file)?;

    // The circuit's keys, as for any prover of halo2.
    let circuit = Reserves::default().without_witnesses();
    let vk = keygen_vk(&params, &circuit)?;
    fs::write(out.join("vk.txt"), format!("{:?}", vk.pinned()))?;
    let pk = keygen_pk(&params, vk, &circuit)?;

    // The same key as the precompile takes it.
    let options = KeyOptions {
        trusted_setup: halo2_import::trusted_setup(&params)
            .context("a setup with a valid [s]G2")?,
        instance_lengths: vec![2],
        opening: Opening::Shplonk,
        transcript_hash: TranscriptHash::Keccak256,
        accumulator: None,
    };
    let imported = Halo2Key::from_axiom(pk.get_vk())?.verifying_key(&options)?;
    fs::write(out.join("reserves.zkvk"), imported.key.encode())?;

    // A proof.
    let public_inputs = Reserves::public_inputs(&balances, owner);
    let proof = prove(
        &params,
        &pk,
        Reserves::new(&balances, owner),
        &public_inputs,
    )?;
    fs::write(out.join("proof.bin"), &proof)?;
    let words: Vec<String> = public_inputs
        .iter()
        .map(|value| format!("{value:?}"))
        .collect();
    fs::write(
        out.join("instances.json"),
        serde_json::to_vec_pretty(&[words])?,
    )?;
    let calldata = encode_calldata(&[public_inputs], &proof);
    fs::write(out.join("calldata.bin"), &calldata)?;

    // What the precompile will say of it.
    let key: PreparedKey = PreparedKey::new(imported.key);
    let (public_inputs, proof) = calldata.split_at(calldata.len() - proof.len());
    verify(&key, proof, public_inputs)
        .map_err(|reason| anyhow!("the proof is not valid: {reason}"))?;
    println!("{}: a proof of {} bytes", out.display(), proof.len());
    Ok(())
}

/// SHPLONK, and the transcript of EVM verifiers: Keccak, uncompressed points.
fn prove(
    params: &ParamsKZG<Bn256>,
    pk: &ProvingKey<G1Affine>,
    circuit: Reserves,
    public_inputs: &[Fr],
) -> Result<Vec<u8>> {
    let mut transcript = EvmTranscript::<G1Affine, NativeLoader, Vec<u8>, Vec<u8>>::new(Vec::new());
    create_proof::<KZGCommitmentScheme<Bn256>, ProverSHPLONK<'_, Bn256>, ChallengeEvm<_>, _, _, _>(
        params,
        pk,
        &[circuit],
        &[&[public_inputs]],
        OsRng,
        &mut transcript,
    )?;
    Ok(transcript.finalize())
}

/// An account of the chain as a field element.
fn address(text: &str) -> Result<Fr> {
    let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 40);
    let digits =
        digits.with_context(|| format!("{text}: expected an address, 0x and 40 digits"))?;
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().take(20).enumerate() {
        *byte = u8::from_str_radix(&digits[38 - 2 * index..40 - 2 * index], 16)?;
    }
    Option::from(Fr::from_repr(bytes)).context("an address is below the modulus")
}
