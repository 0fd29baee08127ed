//! The whole call, input to outcome, by circuit: the key prepared already, and the key read for the
//! first time. `cargo bench -p zk-verify-precompile --no-default-features --features std` needs no EVM.
//!
//! Prints the fastest of the runs, which a busy machine disturbs least, and the gas that the default
//! schedule charges. Prices are calibrated on the second column: they must hold on a node that has
//! never seen the key.

use alloy_primitives::{Address, U256};
use ezkl_import::{import_vka, read_proof_json};

use std::{fs, hint::black_box, path::PathBuf, time::Instant};
use zk_verify_precompile::{
    AcceptedSetups, AccessPrices, BlockPosition, Call, MemoryJournal, Outcome, ZkVerify,
    ZkVerifyConfig, abi::Request,
};

const KEY: Address = Address::repeat_byte(0x2b);
const RUNS: usize = 21;

fn main() {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    let mut folders: Vec<PathBuf> = fs::read_dir(fixtures)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.retain(|folder| folder.join("vka.bin").exists());
    folders.sort();
    println!(
        "{:<18} {:>8} {:>10} {:>12} {:>10}",
        "circuit", "gas", "cached µs", "first time µs", "Mgas/s"
    );
    for folder in folders {
        let key = import_vka(&fs::read(folder.join("vka.bin")).unwrap()).unwrap();
        let proof = read_proof_json(&fs::read(folder.join("proof.json")).unwrap()).unwrap();
        let accepted = AcceptedSetups::new(&[key.trusted_setup().to_bytes()]).unwrap();
        let config = ZkVerifyConfig::default()
            .with_default_key(KEY)
            .with_accepted_setups(accepted);
        let state = MemoryJournal::new().with_code(KEY, key.encode());
        let request = Request {
            key: None,
            proof: &proof.proof,
            public_inputs: &proof.public_inputs,
        };
        let input = request.encode();
        let fastest = |capacity: u64| {
            let zk = ZkVerify::new(config.clone())
                .with_cache_capacity(capacity)
                .with_verdict_capacity(0);
            let call = Call {
                input: &input,
                gas_limit: u64::MAX,
                caller: Address::ZERO,
                value: U256::ZERO,
                is_direct: true,
            };
            let mut gas = 0;
            let mut times: Vec<f64> = (0..RUNS)
                .map(|_| {
                    let mut state = state.clone();
                    let start = Instant::now();
                    let output = zk
                        .call(
                            &call,
                            &mut state,
                            AccessPrices::BERLIN,
                            BlockPosition::default(),
                        )
                        .unwrap();
                    let time = start.elapsed().as_secs_f64() * 1e6;
                    assert_eq!(black_box(&output).outcome, Outcome::Valid);
                    gas = output.gas_used;
                    time
                })
                .collect();
            times.sort_by(f64::total_cmp);
            (times[0], gas)
        };
        let (cached, gas) = fastest(1 << 30);
        let (first, _) = fastest(0);
        let name = folder.file_name().unwrap().to_string_lossy();
        println!(
            "{name:<18} {gas:>8} {cached:>10.0} {first:>13.0} {:>10.0}",
            gas as f64 / first
        );
    }
}
