//! Keys that break the normal form, written as no encoder of ours would.

use super::writer::encode;
use crate::{
    circuit::{expression::Node, parts::Parts},
    error::{Irregularity, KeyFault, count},
    key::verifying_key::VerifyingKey,
    test_data,
    trusted_setup::TrustedSetup,
};
use ark_ff::{BigInteger, PrimeField};

fn mlp() -> Parts {
    (*test_data::key("mlp").circuit).clone()
}

fn decode(bytes: &[u8]) -> Result<VerifyingKey, KeyFault> {
    VerifyingKey::decode(bytes).map_err(|error| error.fault)
}

/// Decodes what the changed key would be written as.
fn decoded(change: impl FnOnce(&mut Parts)) -> Result<VerifyingKey, KeyFault> {
    let mut key = mlp();
    change(&mut key);
    decode(&encode(&key))
}

fn shift(key: &mut Parts, from: u32, by: i64) {
    let moved = |id: u32| {
        if id >= from {
            u32::try_from(i64::from(id) + by).unwrap()
        } else {
            id
        }
    };
    for node in &mut key.program.nodes {
        *node = match *node {
            Node::Neg(a) => Node::Neg(moved(a)),
            Node::Add(a, b) => Node::Add(moved(a), moved(b)),
            Node::Mul(a, b) => Node::Mul(moved(a), moved(b)),
            leaf => leaf,
        };
    }
    let tuples = key.lookups.nodes_mut_for_test().iter_mut();
    for root in key.gates.iter_mut().chain(tuples) {
        *root = moved(*root);
    }
}

#[test]
fn refuses_nodes_unused_duplicated_and_reordered() {
    let unused = decoded(|key| key.program.nodes.push(Node::Challenge(0)));
    assert_eq!(
        unused,
        Err(KeyFault::NotNormalForm(Irregularity::UnusedNode))
    );

    let duplicated = decoded(|key| {
        // A copy of node 0 in second place, used by the first node that used the original.
        let first = key.program.nodes[0];
        shift(key, 1, 1);
        key.program.nodes.insert(1, first);
        let user = key
            .program
            .nodes
            .iter_mut()
            .skip(2)
            .find_map(|node| match node {
                Node::Add(a, _) | Node::Mul(a, _) | Node::Neg(a) if *a == 0 => Some(a),
                _ => None,
            });
        *user.unwrap() = 1;
    });
    assert!(
        matches!(duplicated, Err(KeyFault::NotNormalForm(_))),
        "{duplicated:?}"
    );

    let reordered = decoded(|key| {
        key.program.nodes.swap(0, 1);
        for node in &mut key.program.nodes {
            let swapped = |id: u32| if id < 2 { 1 - id } else { id };
            *node = node.with_operands_for_test(swapped);
        }
    });
    assert!(
        matches!(reordered, Err(KeyFault::NotNormalForm(_))),
        "{reordered:?}"
    );
}

#[test]
fn refuses_commitments_stored_twice_unused_or_out_of_order() {
    let twice = decoded(|key| {
        let first = key.commitments.points[0];
        key.commitments.points.push(first);
        let last = count(key.commitments.points.len()) - 1;
        *key.commitments.permutation.last_mut().unwrap() = Some(last);
    });
    assert_eq!(
        twice,
        Err(KeyFault::NotNormalForm(Irregularity::RepeatedPoint))
    );

    let unused = decoded(|key| {
        let first = -key.commitments.points[0];
        key.commitments.points.push(first);
    });
    assert_eq!(
        unused,
        Err(KeyFault::NotNormalForm(Irregularity::UnusedPoint))
    );

    let swapped = decoded(|key| {
        key.commitments.points.swap(0, 1);
        let columns = key
            .commitments
            .fixed
            .iter_mut()
            .chain(&mut key.commitments.permutation);
        for index in columns.flatten().filter(|index| **index < 2) {
            *index = 1 - *index;
        }
    });
    assert_eq!(
        swapped,
        Err(KeyFault::NotNormalForm(Irregularity::PointsOutOfOrder))
    );
}

#[test]
fn refuses_the_identity_and_points_off_the_curve_among_the_commitments() {
    let key = mlp();
    let mut bytes = encode(&key);
    let x = key.commitments.points[0].x.into_bigint().to_bytes_be();
    let at = bytes.windows(32).position(|word| word == x).unwrap();
    let mut with = |x: u8, y: u8| {
        bytes[at..at + 64].fill(0);
        (bytes[at + 31], bytes[at + 63]) = (x, y);
        decode(&bytes)
    };
    assert_eq!(
        with(0, 0),
        Err(KeyFault::NotNormalForm(Irregularity::IdentityAmongPoints))
    );
    for (x, y) in [(0, 1), (1, 0), (1, 3)] {
        assert_eq!(with(x, y), Err(KeyFault::PointNotOnCurve));
    }
}

#[test]
fn a_known_setup_is_read_as_an_unknown_one_and_others_are_checked_in_full() {
    let bytes = encode(&mlp());
    let key = VerifyingKey::decode(&bytes).unwrap();
    let of_key = key.trusted_setup().clone();
    let other = TrustedSetup::new(-*of_key.s_g2()).unwrap();
    let known = [other.clone(), of_key];
    for known in [&known[..1], &known[1..], &known] {
        assert_eq!(VerifyingKey::decode_knowing(&bytes, known).unwrap(), key);
    }
    let mut altered = bytes;
    let place = altered
        .windows(128)
        .position(|at| at == key.trusted_setup().to_bytes())
        .unwrap();
    altered[place + 127] ^= 1;
    let refused = VerifyingKey::decode_knowing(&altered, &[other]).unwrap_err();
    assert_eq!(refused.fault, KeyFault::InvalidTrustedSetup);
}

#[test]
fn refuses_headers_of_another_version() {
    let bytes = encode(&mlp());
    for (i, value) in [(0, 0xfe), (1, 0), (1, 2)] {
        let mut changed = bytes.clone();
        changed[i] = value;
        assert_eq!(decode(&changed), Err(KeyFault::UnknownVersion));
    }
}

#[test]
fn refuses_counts_that_the_bytes_cannot_hold() {
    // The number of fixed columns stands after the header, k, features, degree, digest, [s]G2, instances and phases.
    let mut bytes = encode(&mlp());
    let at = 2 + 3 + 32 + 128 + 1 + 4 + 1 + 3;
    assert_eq!(bytes[at..at + 2], [0, 12]);
    bytes[at..at + 2].copy_from_slice(&[0xff, 0xff]);
    assert!(decode(&bytes).is_err());
}
