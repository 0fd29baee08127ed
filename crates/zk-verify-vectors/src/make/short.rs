//! Proofs in short form: of every circuit and with every feature, what they cost, and what can be wrong with
//! them.

use super::{
    Expect, Maker,
    calls::{self, Steps, bound},
    circuits::{Circuit, Fixtures, num::Big},
    code, encode,
    values::test_setup,
};
use alloy_primitives::{Address, address, hex};
use anyhow::{Context, Result};
use ark_bn254::Fq;
use ark_ff::{BigInteger, PrimeField};
use halo2_kzg_verifier::VerifyingKey;
use zk_verify_conformance::{Vector, vectors};
use zk_verify_precompile::abi::Request;

/// A parameter of spec/zk-verify.md.
const PER_SHORT_POINT: u64 = 920;

const FILE: &str = "short";
/// The account that the vectors bind.
const KEY: Address = calls::KEY;
/// Holds what a vector puts there.
const OTHER: Address = address!("00000000000000000000000000000000000be003");

pub(super) fn make(maker: &mut Maker, fixtures: &Fixtures) -> Result<()> {
    for circuit in fixtures.all() {
        let short = circuit.in_short_form();
        let name = format!("{}: a proof by ezkl, in short form", short.name);
        let vector = short.vector(name, &short.proof, &short.public_inputs);
        maker.add(FILE, vector, &Expect::Returns(true))?;
    }
    with_features(maker)?;
    steps(maker, &fixtures.ppot.in_short_form())?;
    let mlp = fixtures.named("mlp")?;
    words(maker, &mlp.in_short_form())?;
    lengths(maker, mlp)
}

/// Proofs with features, and some of those of other forks of halo2, from what `spec/reference` has made: each in
/// short form with the verdict of its long one.
fn with_features(maker: &mut Maker) -> Result<()> {
    for file in vectors() {
        let holds = |vector: &&Vector| vector.name.ends_with(": forged");
        let list: Vec<&Vector> = match file.name {
            "features" => file.vectors.iter().filter(holds).collect(),
            "halo2" => file.vectors.iter().step_by(4).collect(),
            _ => continue,
        };
        for vector in list {
            let short = shortened(vector)?;
            let expect = Expect::Returns(vector.expected.ends_with('1'));
            maker.add(FILE, short, &expect)?;
        }
    }
    Ok(())
}

/// The same call with its proof in short form. The key stands in the vector itself, or in a file.
pub(super) fn shortened(vector: &Vector) -> Result<Vector> {
    let (circuit, key) = circuit_of(vector)?;
    let input = encode(Some(key), &circuit.proof, &circuit.public_inputs);
    Ok(Vector {
        name: format!("{}, in short form", vector.name),
        input: hex::encode(input),
        code: code([(key, &circuit.key)]),
        ..vector.clone()
    })
}

/// The circuit of a vector with a long proof, with the proof in short form; and the account of its key.
pub(super) fn circuit_of(vector: &Vector) -> Result<(Circuit, Address)> {
    let input = vector.input()?;
    let request = Request::decode(&input).with_context(|| vector.name.clone())?;
    let account = request.key.with_context(|| vector.name.clone())?;
    let accounts = vector.accounts(zk_verify_conformance::file)?;
    let code = accounts
        .get(&account)
        .with_context(|| vector.name.clone())?;
    let key = VerifyingKey::decode(code)?;
    let (name, _) = vector.name.split_once(':').unwrap_or_default();
    let (proof, inputs) = (request.proof.to_vec(), request.public_inputs.to_vec());
    let circuit = Circuit::new(name.to_owned(), &key, proof, inputs);
    Ok((circuit.in_short_form(), account))
}

/// The order of checks: the points are charged in step 10, whatever else is wrong with the call by then.
fn steps(maker: &mut Maker, circuit: &Circuit) -> Result<()> {
    let (proof, inputs) = (&circuit.proof[..], &circuit.public_inputs[..]);
    let points = PER_SHORT_POINT * circuit.points as u64;
    let good = |name: &str, input: &[u8]| Vector {
        code: code([(KEY, &circuit.key)]),
        storage: bound(KEY),
        ..Vector::new(name, input)
    };
    let input = encode(None, proof, inputs);
    let code_paid = Steps::of(circuit, &input).code;
    let limits = [
        ("one less than the code costs", code_paid - 1),
        ("the code and no point", code_paid),
        ("one less than the points cost", code_paid + points - 1),
    ];
    for (name, gas_limit) in limits {
        let name = format!("short, gas: {name}");
        let vector = Vector {
            gas_limit,
            ..good(&name, &input)
        };
        maker.add(FILE, vector, &Expect::OutOfGas)?;
    }
    let exact = Vector {
        gas_limit: code_paid + points,
        ..good("short, gas: exactly what the call costs", &input)
    };
    maker.add(FILE, exact, &Expect::Returns(true))?;

    // Public inputs that are not the key's change nothing about the form.
    for (what, wrong) in [
        ("no public inputs", vec![]),
        (
            "a public input missing",
            inputs[..inputs.len() - 32].to_vec(),
        ),
        ("a public input too many", [inputs, &[0; 32]].concat()),
        (
            "a public input that is the modulus and more",
            [&[0xff; 32], &inputs[32..]].concat(),
        ),
    ] {
        let input = encode(None, proof, &wrong);
        let name = format!("short, step 10: {what}, and every point is paid for");
        maker.add(FILE, good(&name, &input), &Expect::Returns(false))?;
        let vector = Vector {
            gas_limit: code_paid + points - 1 - 3 * 32,
            ..good(
                &format!("short, gas: {what}, and too little for the points"),
                &input,
            )
        };
        maker.add(FILE, vector, &Expect::OutOfGas)?;
    }
    let mut malformed = proof.to_vec();
    malformed[0] |= 0x40;
    let input = encode(None, &malformed, inputs);
    let name = "short, step 10: the first point is none, and every point is paid for";
    maker.add(FILE, good(name, &input), &Expect::Returns(false))?;

    // Without a key there is no short form.
    let input = encode(Some(KEY), proof, inputs);
    let refused = Vector {
        accepted_setups: vec![hex::encode(test_setup())],
        ..good(
            "short, step 9: a setup that is not accepted, and no point is paid for",
            &input,
        )
    };
    maker.add(FILE, refused, &Expect::invalid_key(KEY))?;
    let nothing = Vector {
        code: code([(KEY, &[0xfe; 40])]),
        ..good(
            "short, step 9: a code that is no key, and no point is paid for",
            &input,
        )
    };
    maker.add(FILE, nothing, &Expect::invalid_key(KEY))?;
    let input = encode(Some(OTHER), proof, inputs);
    let elsewhere = Vector {
        code: code([(OTHER, &circuit.key)]),
        ..good("short: the key that the call names", &input)
    };
    maker.add(FILE, elsewhere, &Expect::Returns(true))
}

/// Words that are no points, and points that are not the proof's.
fn words(maker: &mut Maker, circuit: &Circuit) -> Result<()> {
    let modulus = Big::from(&Fq::MODULUS.to_bytes_be()[..]);
    // The first, a middle one, the last before the evaluations, W and W'.
    let n = circuit.points;
    for point in [0, n / 2, n - 3, n - 2, n - 1] {
        let at = 32 * circuit.word_of_point(point);
        let own: [u8; 32] = circuit.proof[at..at + 32].try_into()?;
        let with_first = |mask: u8| {
            let mut word = own;
            word[0] ^= mask;
            word
        };
        let small = |first: u8, last: u8| {
            let mut word = [0; 32];
            (word[0], word[31]) = (first, last);
            word
        };
        let mut replaced = vec![
            ("has the other parity", with_first(0x80)),
            ("has bit 254 set", with_first(0x40)),
            ("is the zero word", [0; 32]),
            ("is 2^255", small(0x80, 0)),
            ("is an x of no point", small(0, 4)),
            ("is an x of no point, and odd", small(0x80, 4)),
            ("is the modulus", modulus.0),
            ("is 2^256 - 1", [0xff; 32]),
            ("is the generator", small(0, 1)),
        ];
        let mut x = own;
        x[0] &= 0x7f;
        // x + q, and x + 2q: bit 254 is part of these.
        let raised = Big(x).checked_add(modulus);
        let twice = raised.and_then(|raised| raised.checked_add(modulus));
        for (what, word) in [("is raised by q", raised), ("is raised by 2q", twice)] {
            if let Some(Big(mut word)) = word
                && word[0] & 0x80 == 0
            {
                word[0] |= own[0] & 0x80;
                replaced.push((what, word));
            }
        }
        for (what, word) in replaced {
            let mut proof = circuit.proof.clone();
            proof[at..at + 32].copy_from_slice(&word);
            let name = format!("{}, short: point {point} {what}", circuit.name);
            let vector = circuit.vector(name, &proof, &circuit.public_inputs);
            maker.add(FILE, vector, &Expect::Returns(false))?;
        }
    }
    Ok(())
}

/// Lengths beside and between those of the two forms, none of which is a form and pays for points.
fn lengths(maker: &mut Maker, long: &Circuit) -> Result<()> {
    let short = long.in_short_form();
    let (m, n) = (short.proof.len(), long.proof.len());
    let lengths = [
        m - 32,
        m - 1,
        m + 1,
        m + 32,
        m + 64,
        (m + n) / 2,
        n - 64,
        n - 32,
    ];
    for length in lengths {
        for (form, proof) in [("long", &long.proof), ("short", &short.proof)] {
            let mut proof = proof.clone();
            proof.resize(length, 0);
            let name = format!("{}: {length} bytes of the {form} form", long.name);
            let vector = long.vector(name, &proof, &long.public_inputs);
            maker.add(FILE, vector, &Expect::Returns(false))?;
        }
    }
    // Each with the other's length.
    let cut = &long.proof[..m];
    let name = format!(
        "{}: the long form, cut to the short one's length",
        long.name
    );
    let vector = long.vector(name, cut, &long.public_inputs);
    maker.add(FILE, vector, &Expect::Returns(false))?;
    let mut filled = short.proof.clone();
    filled.resize(n, 0);
    let name = format!(
        "{}: the short form, filled to the long one's length",
        long.name
    );
    let vector = long.vector(name, &filled, &long.public_inputs);
    maker.add(FILE, vector, &Expect::Returns(false))
}
