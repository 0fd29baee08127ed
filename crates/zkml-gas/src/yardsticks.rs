//! The EVM's own precompiles, in the same process: what gas buys elsewhere.

use crate::{builder::distinct_points, clock::Timing};
use alloy_evm::revm::precompile::{Precompile, PrecompileSpecId, Precompiles};
use alloy_primitives::{Address, hex};
use ark_bn254::{Fq, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, PrimeField};

/// A precompile of the EVM and an input that makes it work in full.
pub struct Yardstick {
    /// Its name.
    pub name: &'static str,
    /// What the call costs, in gas.
    pub gas: u64,
    input: Vec<u8>,
    precompile: Precompile,
}

impl Yardstick {
    /// Executes it once.
    pub fn run(&self) -> bool {
        self.precompile.execute(&self.input, u64::MAX, 0).is_ok()
    }
}

const PAIRING: &str = "ecPairing, 2 pairs";

/// The rate of ecPairing of two pairs, in million gas a second: what every call of the verifier must reach, so that no
/// call buys more of a node's time for its gas than a pairing does.
///
/// # Panics
/// If it was not measured.
pub fn pairing_rate(measured: &[(&str, u64, Timing)]) -> f64 {
    let of_pairing = measured.iter().find(|(name, ..)| *name == PAIRING);
    let (_, gas, timing) = of_pairing.expect("ecPairing is among the yardsticks");
    *gas as f64 / timing.minimum
}

/// ecrecover, ecMul, ecPairing of two pairs, BLS12-381 pairing of two pairs, point evaluation, P-256
/// verification, and Keccak's cousin SHA-256 of 10 KB, at Osaka's prices.
///
/// Inputs are made from the definitions. Where a signature or an opening would have to be found, a
/// false one of the same form does: the work is the same, and only its last comparison fails.
pub fn yardsticks() -> Vec<Yardstick> {
    let all = Precompiles::new(PrecompileSpecId::OSAKA);
    let precompile = |address: u64| {
        let address = Address::left_padding_from(&address.to_be_bytes());
        all.get(&address).expect("Osaka has it").clone()
    };
    let new = |name, gas, address, input| Yardstick {
        name,
        gas,
        input,
        precompile: precompile(address),
    };
    vec![
        new("ecrecover", 3_000, 0x01, ecrecover_input(&precompile(0x01))),
        new("ecMul", 6_000, 0x07, ec_mul_input()),
        new(PAIRING, 113_000, 0x08, ec_pairing_input()),
        new(
            "BLS12-381 pairing, 2 pairs",
            102_900,
            0x0f,
            bls_pairing_input(&precompile(0x10), &precompile(0x11)),
        ),
        new(
            "point evaluation",
            50_000,
            0x0a,
            point_evaluation_input(&precompile(0x10)),
        ),
        new("P256VERIFY", 6_900, 0x100, p256_input()),
        new("SHA-256, 10 KB", 60 + 12 * 320, 0x02, vec![0x5a; 10 << 10]),
    ]
}

fn word(value: u64) -> [u8; 32] {
    let mut word = [0; 32];
    word[24..].copy_from_slice(&value.to_be_bytes());
    word
}

/// Some message, and the first r for which a key can be recovered.
fn ecrecover_input(ecrecover: &Precompile) -> Vec<u8> {
    let input = |r: u64| [[0xab; 32], word(27), [r as u8; 32], [0x5c; 32]].concat();
    let recovers = |input: &Vec<u8>| {
        let output = ecrecover.execute(input, u64::MAX, 0);
        output.is_ok_and(|output| !output.bytes.is_empty())
    };
    (1..128)
        .map(input)
        .find(recovers)
        .expect("about every second r does")
}

fn g1(point: &G1Affine) -> Vec<u8> {
    [field(&point.x), field(&point.y)].concat()
}

fn field(value: &Fq) -> Vec<u8> {
    value.into_bigint().to_bytes_be()
}

fn ec_mul_input() -> Vec<u8> {
    let point = distinct_points(7)[6];
    [g1(&point), vec![0x2b; 32]].concat()
}

/// `e(5G1, G2) · e(-G1, 5G2) = 1`
fn ec_pairing_input() -> Vec<u8> {
    let g2 = |point: G2Affine| {
        let (x, y) = point
            .xy()
            .expect("a multiple of the generator below its order");
        [x.c1, x.c0, y.c1, y.c0].map(|c| field(&c)).concat()
    };
    let five_g1 = distinct_points(5)[4];
    let five_g2 = (G2Affine::generator() * ark_bn254::Fr::from(5u64)).into_affine();
    [
        g1(&five_g1),
        g2(G2Affine::generator()),
        g1(&-G1Affine::generator()),
        g2(five_g2),
    ]
    .concat()
}

/// A field element of BLS12-381 in the 64 bytes of EIP-2537.
fn padded(seed: u8) -> Vec<u8> {
    [vec![0; 16], vec![seed; 48]].concat()
}

fn execute(precompile: &Precompile, input: &[u8]) -> Vec<u8> {
    let output = precompile.execute(input, u64::MAX, 0);
    output.expect("a valid input").bytes.to_vec()
}

/// Two pairs of points that EIP-2537's own maps give.
fn bls_pairing_input(map_fp: &Precompile, map_fp2: &Precompile) -> Vec<u8> {
    let pair = |seed: u8| {
        let g1 = execute(map_fp, &padded(seed));
        let g2 = execute(map_fp2, &[padded(seed + 1), padded(seed + 2)].concat());
        [g1, g2].concat()
    };
    [pair(1), pair(4)].concat()
}

/// A commitment and an opening that are points of the subgroup; the opening is false.
fn point_evaluation_input(map_fp: &Precompile) -> Vec<u8> {
    let compressed = |seed: u8| {
        let point = execute(map_fp, &padded(seed));
        let mut x = point[16..64].to_vec();
        x[0] |= 0x80;
        x
    };
    let commitment = compressed(1);
    let mut versioned_hash = execute_sha256(&commitment);
    versioned_hash[0] = 1;
    let (z, y) = ([0x11; 32], [0x22; 32]);
    [
        versioned_hash,
        z.to_vec(),
        y.to_vec(),
        commitment,
        compressed(2),
    ]
    .concat()
}

fn execute_sha256(bytes: &[u8]) -> Vec<u8> {
    let sha256 = Address::left_padding_from(&[2]);
    let all = Precompiles::new(PrecompileSpecId::OSAKA);
    execute(
        all.get(&sha256).expect("SHA-256 is as old as the EVM"),
        bytes,
    )
}

/// The generator of P-256 (SEC 2) as the public key, and some signature.
fn p256_input() -> Vec<u8> {
    const GENERATOR: [u8; 64] = hex!(
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    );
    [&[0xab; 32][..], &[0x3d; 32], &[0x5c; 32], &GENERATOR].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_yardstick_runs_at_its_price() {
        for yardstick in yardsticks() {
            let output = yardstick
                .precompile
                .execute(&yardstick.input, yardstick.gas, 0)
                .unwrap();
            let short = yardstick
                .precompile
                .execute(&yardstick.input, yardstick.gas - 1, 0);
            let name = yardstick.name;
            // A false opening is a halt that costs everything; the others tell their price.
            if name != "point evaluation" {
                assert_eq!(output.gas_used, yardstick.gas, "{name}");
            }
            assert_ne!(Some(&output), short.as_ref().ok(), "{name}");
        }
    }
}
