//! Circuits of halo2-axiom, with the contracts that snark-verifier generates for them, from what `tools/peers-halo2`
//! wrote.

use crate::{
    Bench, precompile,
    table::{self, Contract, Row},
};
use halo2_kzg_verifier::VerifyingKey;
use std::{fs, path::Path, time::Duration};
use zkml_gas::{Fixture, Peer, Setup, execution_gas};

/// What there is in the folder, by name.
pub(crate) fn fixtures(folder: &Path) -> Vec<Fixture> {
    let mut folders: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    folders.iter().map(|folder| fixture(folder)).collect()
}

fn fixture(folder: &Path) -> Fixture {
    let read = |name| fs::read(folder.join(name)).expect("tools/peers-halo2 writes all of it");
    let name = folder.file_name().unwrap_or_default();
    Fixture {
        name: name.to_string_lossy().into_owned(),
        key: VerifyingKey::decode(&read("key.zkvk")).expect("a canonical key"),
        proof: read("proof"),
        public_inputs: read("inputs"),
    }
}

/// The precompile, warm and cold, and the two contracts.
pub(crate) fn circuit(
    criterion: &mut Bench,
    fixture: &Fixture,
    setup: &Setup,
    folder: &Path,
) -> Row {
    let key = fixture.key.encode();
    let folder = folder.join(&fixture.name);
    let mut group = criterion.benchmark_group(&fixture.name);
    // Many circuits; each call takes a millisecond.
    group
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800))
        .sample_size(20);
    precompile(&mut group, fixture, &key, setup);
    let contracts = [
        (table::SOLIDITY, "verifier.hex"),
        (table::OPTIMISED, "optimised.hex"),
    ];
    let contracts = contracts.map(|(name, code)| {
        let mut peer = Peer::snark_verifier(&folder, code).expect("tools/peers-halo2 writes both");
        group.bench_function(name, |b| b.iter(|| peer.call()));
        Contract::of(name, &peer)
    });
    group.finish();
    Row {
        name: fixture.name.clone(),
        proof: fixture.proof.len(),
        gas: execution_gas(fixture),
        contracts: contracts.into(),
    }
}
