//! Keys that each break one rule of the encoding or of the normal form, and keys that just keep it. Keys
//! at the limits and beyond them are in `limits`.

use super::{
    Expect, Maker,
    key_vectors::{KEY, Keys, lookup, shuffle},
    limits,
    raw_key::{Column, Lookup, Node, RawKey, Shuffle},
    values::{self, test_setup},
};
use anyhow::Result;
use ark_bn254::{Fq, Fq2, Fr, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};

pub(super) fn make(maker: &mut Maker) -> Result<()> {
    let mut keys = Keys(maker);
    header(&mut keys)?;
    limits::make(&mut keys)?;
    phases_and_queries(&mut keys)?;
    expressions(&mut keys)?;
    arguments(&mut keys)?;
    points(&mut keys)?;
    truncations(&mut keys)
}

/// Header, digest and setup.
fn header(keys: &mut Keys<'_>) -> Result<()> {
    let smallest = RawKey::smallest;
    let modulus = Fr::MODULUS.to_bytes_be();
    keys.add_key("the smallest key", &smallest())?;
    keys.add_refused(
        "another first byte",
        &smallest().with(|k| k.header[0] = 0xfe),
    )?;
    keys.add_refused("version 0", &smallest().with(|k| k.header[1] = 0))?;
    keys.add_refused("version 2", &smallest().with(|k| k.header[1] = 2))?;
    let is_modulus = smallest().with(|k| k.digest.copy_from_slice(&modulus));
    keys.add_refused("a digest that is the modulus", &is_modulus)?;
    let below = smallest().with(|k| {
        k.digest.copy_from_slice(&modulus);
        k.digest[31] -= 1;
    });
    keys.add_key("a digest one below the modulus", &below)?;

    let q = Fq::MODULUS.to_bytes_be();
    keys.add_refused(
        "[s]G2 is the identity",
        &smallest().with(|k| k.s_g2 = [0; 128]),
    )?;
    keys.add_refused(
        "[s]G2 off the twist",
        &smallest().with(|k| k.s_g2[127] ^= 1),
    )?;
    let coordinate = smallest().with(|k| k.s_g2[32..64].copy_from_slice(&q));
    keys.add_refused("a coordinate of [s]G2 is the modulus", &coordinate)?;
    let outside = smallest().with(|k| k.s_g2 = outside_of_the_subgroup());
    keys.add_refused("[s]G2 outside of the subgroup", &outside)?;
    let other = smallest().with(|k| k.s_g2 = test_setup());
    keys.add_refused("[s]G2 of a setup that is not accepted", &other)?;
    let behind = [smallest().encode(), vec![0]].concat();
    keys.add("a byte behind the key", &behind, &Expect::invalid_key(KEY))
}

/// Almost every point of the twist lies outside: its cofactor is large.
fn outside_of_the_subgroup() -> [u8; 128] {
    let on_the_twist =
        |x: u64| G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::from(0u64)), false);
    let point = (1..).find_map(on_the_twist);
    let (x, y) = point
        .and_then(|point| point.xy())
        .expect("every second x has a point");
    let coordinates = [x.c1, x.c0, y.c1, y.c0].map(|c| values::word(&c));
    coordinates
        .concat()
        .try_into()
        .expect("four words of 32 bytes")
}

fn phases_and_queries(keys: &mut Keys<'_>) -> Result<()> {
    let smallest = RawKey::smallest;
    let none = smallest().with(|k| {
        k.phases.clear();
        k.advice_queries.clear();
        k.nodes.clear();
        k.gates.clear();
    });
    keys.add_refused("no phase", &none)?;
    keys.add_refused(
        "a phase without advice columns",
        &smallest().with(|k| k.phases.push((0, 1))),
    )?;
    let unqueried = smallest().with(|k| k.phases[0].0 = 2);
    keys.add_key("an advice column without a query", &unqueried)?;
    let unqueried = smallest().with(|k| k.fixed_column(&[]));
    keys.add_refused("a fixed column without a query", &unqueried)?;
    keys.add_refused(
        "an advice query twice",
        &smallest().with(|k| k.advice_queries.push((0, 0))),
    )?;
    keys.add_refused(
        "a fixed query twice",
        &smallest().with(|k| k.fixed_column(&[1, 1])),
    )?;
    keys.add_refused(
        "a query of an unknown advice column",
        &smallest().with(|k| k.advice_queries.push((1, 0))),
    )?;
    let unknown = smallest().with(|k| {
        k.fixed_column(&[0]);
        k.fixed_queries.push((1, 0));
    });
    keys.add_refused("a query of an unknown fixed column", &unknown)?;
    // 256 columns have indices of one byte, 257 of two.
    for columns in [256, 257] {
        let key = smallest().with(|k| (1..columns).for_each(|_| k.advice_column(&[0])));
        keys.add_key(&format!("{columns} advice columns"), &key)?;
    }
    Ok(())
}

fn expressions(keys: &mut Keys<'_>) -> Result<()> {
    let with = |nodes: Vec<Node>, gates: Vec<u16>| {
        RawKey::smallest().with(|k| {
            k.phases[0].1 = 1;
            k.fixed_column(&[0]);
            (k.nodes, k.gates) = (nodes, gates);
        })
    };
    use Node::{Add, Advice, Challenge, Constant, Fixed, Mul, Neg, Unknown};
    let instance = Node::Instance(0, 0);
    let mut modulus = [0; 32];
    modulus.copy_from_slice(&Fr::MODULUS.to_bytes_be());
    let every_kind = vec![
        Constant([0; 32]),
        instance.clone(),
        Add(0, 1),
        Fixed(0),
        Mul(2, 3),
        Advice(0),
        Neg(5),
        Add(4, 6),
        Challenge(0),
        Mul(7, 8),
    ];
    keys.add_key("every kind of node", &with(every_kind.clone(), vec![9]))?;
    keys.add_key("no expression at all", &with(vec![], vec![]))?;
    keys.add_key("one root named twice", &with(vec![Advice(0)], vec![0, 0]))?;
    keys.add_key(
        "a root below another",
        &with(vec![Advice(0), Neg(0)], vec![1, 0]),
    )?;
    for (name, nodes, gates) in [
        ("an unknown kind of node", vec![Unknown(8)], vec![0]),
        (
            "a constant that is the modulus",
            vec![Constant(modulus)],
            vec![0],
        ),
        ("an unknown advice query", vec![Advice(1)], vec![0]),
        ("an unknown fixed query", vec![Fixed(1)], vec![0]),
        ("an unknown challenge", vec![Challenge(1)], vec![0]),
        ("a node that is its own operand", vec![Neg(0)], vec![0]),
        (
            "an operand behind its node",
            vec![Neg(1), Advice(0)],
            vec![0],
        ),
        (
            "an operand beyond the nodes",
            vec![Advice(0), Neg(2)],
            vec![1],
        ),
        ("a gate beyond the nodes", vec![Advice(0)], vec![1]),
        (
            "an unused node at the end",
            vec![Advice(0), instance.clone()],
            vec![0],
        ),
        (
            "an unused node at the beginning",
            vec![instance.clone(), Advice(0)],
            vec![1],
        ),
        (
            "a node twice",
            vec![Advice(0), Advice(0), Add(0, 1)],
            vec![2],
        ),
        (
            "a sum twice",
            vec![Advice(0), instance.clone(), Add(0, 1), Add(0, 1), Mul(2, 3)],
            vec![4],
        ),
        (
            "operands visited right before left",
            vec![instance.clone(), Advice(0), Add(1, 0)],
            vec![2],
        ),
        (
            "roots out of order",
            vec![Advice(0), instance.clone()],
            vec![1, 0],
        ),
        (
            "a node before it is reached",
            vec![Advice(0), instance.clone(), Neg(0), Add(2, 1)],
            vec![3],
        ),
    ] {
        keys.add_refused(name, &with(nodes, gates))?;
    }
    // Equal up to commutation is not equal.
    let commuted = vec![Advice(0), instance.clone(), Add(0, 1), Add(1, 0), Mul(2, 3)];
    keys.add_key(
        "a sum and the same the other way round",
        &with(commuted, vec![4]),
    )?;
    for nodes in [256u16, 257] {
        let mut chain = vec![Advice(0)];
        chain.extend((0..nodes - 1).map(Neg));
        keys.add_key(&format!("{nodes} nodes"), &with(chain, vec![nodes - 1]))?;
    }
    Ok(())
}

fn arguments(keys: &mut Keys<'_>) -> Result<()> {
    let smallest = RawKey::smallest;
    let permutation = |columns: Vec<Column>| {
        smallest().with(|k| {
            k.fixed_column(&[1]);
            k.advice_column(&[1]);
            k.sigma = vec![0; columns.len()];
            k.permutation = columns;
        })
    };
    keys.add_key(
        "a permutation of advice and instance",
        &permutation(vec![Column::Instance(0), Column::Advice(0)]),
    )?;
    for (name, columns) in [
        (
            "a permutation column twice",
            vec![Column::Advice(0), Column::Advice(0)],
        ),
        (
            "the instance column twice",
            vec![Column::Instance(0), Column::Instance(0)],
        ),
        (
            "a permuted advice column not queried at 0",
            vec![Column::Advice(1)],
        ),
        (
            "a permuted fixed column not queried at 0",
            vec![Column::Fixed(0)],
        ),
        ("an unknown permuted advice column", vec![Column::Advice(2)]),
        ("an unknown permuted fixed column", vec![Column::Fixed(1)]),
        (
            "an unknown kind of permutation column",
            vec![Column::Unknown(3)],
        ),
    ] {
        keys.add_refused(name, &permutation(columns))?;
    }
    let with_lookup = |lookup: Lookup| smallest().with(|k| k.lookups = vec![lookup]);
    keys.add_refused("a lookup without inputs", &with_lookup(lookup(1, 0)))?;
    keys.add_refused("a lookup of no expressions", &with_lookup(lookup(0, 1)))?;
    keys.add_refused("a lookup of neither", &with_lookup(lookup(0, 0)))?;
    // Two bytes for 255 tuples: making a list of each is work that nobody has paid for.
    let empty = smallest().with(|k| k.lookups = vec![lookup(0, 255); 4_096]);
    keys.add_refused("4,096 lookups of 255 empty inputs", &empty)?;
    let beyond = Lookup {
        nodes: vec![0, 1],
        ..lookup(1, 1)
    };
    keys.add_refused("a lookup's node beyond the nodes", &with_lookup(beyond))?;
    // Inputs are roots before the table.
    let ordered = |nodes: Vec<u16>| {
        smallest().with(|k| {
            k.gates = vec![];
            k.nodes = vec![Node::Advice(0), Node::Instance(0, 0)];
            k.lookups = vec![Lookup {
                nodes,
                ..lookup(1, 1)
            }];
        })
    };
    keys.add_key("a lookup's input before its table", &ordered(vec![0, 1]))?;
    keys.add_refused("a lookup's table before its input", &ordered(vec![1, 0]))?;
    let with_shuffle = |shuffle: Shuffle| smallest().with(|k| k.shuffles = vec![shuffle]);
    keys.add_refused("a shuffle of no expressions", &with_shuffle(shuffle(0)))?;
    let beyond = Shuffle {
        arity: 1,
        nodes: vec![0, 1],
    };
    keys.add_refused("a shuffle's node beyond the nodes", &with_shuffle(beyond))
}

fn points(keys: &mut Keys<'_>) -> Result<()> {
    let point = |n: u64| values::point(Fr::from(n));
    let with = |points: Vec<[u8; 64]>, fixed: Vec<u16>, sigma: Vec<u16>| {
        RawKey::smallest().with(|k| {
            fixed.iter().for_each(|_| k.fixed_column(&[0]));
            k.permutation = sigma
                .iter()
                .zip(0..)
                .map(|(_, i)| Column::Fixed(i))
                .collect();
            (k.points, k.fixed, k.sigma) = (points, fixed, sigma);
        })
    };
    let modulus = Fq::MODULUS.to_bytes_be();
    let raised = |axis: usize| {
        let mut point = point(1);
        point[32 * axis..32 * (axis + 1)].copy_from_slice(&modulus);
        point
    };
    // (1, 2) with q added to x: q + 1.
    let mut another_form = point(1);
    another_form[..32].copy_from_slice(&modulus);
    another_form[31] += 1;
    let mut off_curve = point(1);
    off_curve[63] ^= 1;
    keys.add_key(
        "commitments shared, in order, and the identity",
        &with(
            vec![point(1), point(2), point(3)],
            vec![1, 0, 2, 1],
            vec![3, 2, 0],
        ),
    )?;
    keys.add_key("a point and its opposite", &{
        let opposite = values::point(-Fr::from(1u64));
        with(vec![point(1), opposite], vec![1, 2], vec![])
    })?;
    for (name, points, fixed, sigma) in [
        (
            "a point twice",
            vec![point(1), point(1)],
            vec![1, 2],
            vec![],
        ),
        ("a point unused", vec![point(1), point(2)], vec![1], vec![]),
        (
            "points out of order",
            vec![point(1), point(2)],
            vec![2, 1],
            vec![],
        ),
        (
            "points out of order across both lists",
            vec![point(1), point(2)],
            vec![2],
            vec![1],
        ),
        (
            "a commitment beyond the points",
            vec![point(1)],
            vec![1, 2],
            vec![],
        ),
        (
            "the identity among the points",
            vec![[0; 64]],
            vec![1],
            vec![],
        ),
        ("a point off the curve", vec![off_curve], vec![1], vec![]),
        ("an x that is the modulus", vec![raised(0)], vec![1], vec![]),
        ("a y that is the modulus", vec![raised(1)], vec![1], vec![]),
        (
            "a point in another form",
            vec![another_form],
            vec![1],
            vec![],
        ),
    ] {
        keys.add_refused(name, &with(points, fixed, sigma))?;
    }
    // With 255 points an index below 256 has one byte, with 256 points two.
    for number in [255u16, 256] {
        let points = (1..=u64::from(number)).map(point).collect();
        let key = with(points, (1..=number).collect(), vec![]);
        keys.add_key(&format!("{number} points"), &key)?;
    }
    Ok(())
}

/// A key with something of everything, cut at every length.
fn truncations(keys: &mut Keys<'_>) -> Result<()> {
    let point = values::point(Fr::from(5u64));
    let whole = RawKey::smallest().with(|k| {
        k.fixed_column(&[0, 1]);
        k.permutation = vec![Column::Advice(0), Column::Instance(0)];
        k.lookups = vec![lookup(1, 2)];
        k.shuffles = vec![shuffle(2)];
        (k.points, k.fixed, k.sigma) = (vec![point], vec![1], vec![0, 1]);
    });
    keys.add_key("a little of everything", &whole)?;
    let bytes = whole.encode();
    for length in (0..bytes.len()).filter(|l| l % 16 == 0 || *l < 8 || *l >= 170) {
        let name = format!("a little of everything, cut to {length} bytes");
        keys.add(&name, &bytes[..length], &Expect::invalid_key(KEY))?;
    }
    Ok(())
}
