//! The Poseidon hash (width 2, rate 1), as halo2_gadgets' Pow5 chip lays it out.

use crate::constraint_system::{AnyColumn, ConstraintSystem};
use crate::error::ImportError;
use crate::expression::Expr;
use crate::field;
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

/// The chip's MDS matrix over BN254's scalar field, big-endian, row by row.
const MDS: [[&str; 2]; 2] = [
    [
        "066f6f85d6f68a85ec10345351a23a3aaf07f38af8c952a7bceca70bd2af7ad5",
        "2b9d4b4110c9ae997782e1509b1d0fdb20a7c02bbd8bea7305462b9f8125b1e8",
    ],
    [
        "0cc57cdbb08507d62bf67a4493cc262fb6c09d557013fff1f573f431221f8ff9",
        "1274e649a32ed355a31a6ed69724e1adade857e86eb5c3a121bcd147943203c8",
    ],
];

type Matrix = [[Fr; 2]; 2];

fn mds() -> Matrix {
    MDS.map(|row| {
        row.map(|text| {
            let mut bytes = [0; 32];
            // The constants above are 64 digits below the modulus; a test holds them to it.
            let decoded = hex::decode_to_slice(text, &mut bytes).ok();
            decoded
                .and_then(|()| field::fr_from_be(&bytes))
                .unwrap_or(Fr::ZERO)
        })
    })
}

fn inverse([[a, b], [c, d]]: Matrix) -> Matrix {
    let factor = (a * d - b * c).inverse().unwrap_or(Fr::ZERO);
    [[d * factor, -b * factor], [-c * factor, a * factor]]
}

/// The chip's columns.
struct Chip {
    state: [u32; 2],
    /// Result of the partial round's S-box.
    partial: u32,
    /// Round constants of the first and of the second half of a row.
    constants_a: [u32; 2],
    constants_b: [u32; 2],
}

/// Adds the chip; with an instance column if a hash is to be public.
pub(super) fn configure(cs: &mut ConstraintSystem, public: bool) -> Result<(), ImportError> {
    let state = [cs.advice_column(0)?, cs.advice_column(0)?];
    for column in state {
        cs.enable_equality(AnyColumn::Advice(column));
    }
    let partial = cs.advice_column(0)?;
    let constants_a = [cs.fixed_column()?, cs.fixed_column()?];
    let constants_b = [cs.fixed_column()?, cs.fixed_column()?];
    let [first_b, second_b] = constants_b;
    cs.enable_constant(first_b);
    if public {
        let column = cs.instance_column();
        cs.enable_equality(AnyColumn::Instance(column));
    }
    cs.enable_equality(AnyColumn::Fixed(second_b));
    let selectors = [
        cs.simple_selector()?,
        cs.simple_selector()?,
        cs.simple_selector()?,
    ];
    let chip = Chip {
        state,
        partial,
        constants_a,
        constants_b,
    };
    let [full, partial, pad] = selectors;
    full_round(cs, &chip, full)?;
    partial_rounds(cs, &chip, partial)?;
    pad_and_add(cs, &chip, pad)
}

/// `v^5` as `(v²·v²)·v`
fn pow5(cs: &mut ConstraintSystem, v: Expr) -> Expr {
    let square = cs.arena.mul(v, v);
    let fourth = cs.arena.mul(square, square);
    cs.arena.mul(fourth, v)
}

fn full_round(cs: &mut ConstraintSystem, chip: &Chip, selector: Expr) -> Result<(), ImportError> {
    let mut gates = Vec::new();
    for (next_column, row) in chip.state.into_iter().zip(mds()) {
        let next = cs.advice(next_column, 1);
        let mut sum = None;
        for ((column, constants), factor) in chip.state.into_iter().zip(chip.constants_a).zip(row) {
            let (current, constant) = (cs.advice(column, 0), cs.fixed(constants));
            let keyed = cs.arena.add(current, constant);
            let fifth = pow5(cs, keyed);
            let term = cs.arena.scale(fifth, factor);
            sum = Some(match sum {
                None => term,
                Some(sum) => cs.arena.add(sum, term),
            });
        }
        if let Some(sum) = sum {
            let difference = cs.arena.sub(sum, next);
            gates.push(cs.arena.mul(selector, difference));
        }
    }
    gates.into_iter().try_for_each(|gate| cs.gate(gate))
}

/// Two partial rounds in one row: the first forward, the second met from the next row backward.
fn partial_rounds(
    cs: &mut ConstraintSystem,
    chip: &Chip,
    selector: Expr,
) -> Result<(), ImportError> {
    let (forward, backward) = (mds(), inverse(mds()));
    let ([s0, s1], [a0, a1], [b0, b1]) = (chip.state, chip.constants_a, chip.constants_b);
    let current = cs.advice(s0, 0);
    let partial = cs.advice(chip.partial, 0);
    let constant_a = cs.fixed(a0);
    let constant_b = cs.fixed(b0);

    let middle = |cs: &mut ConstraintSystem, row: [Fr; 2]| {
        let [factor0, factor1] = row;
        let left = cs.arena.scale(partial, factor0);
        let (other, constant) = (cs.advice(s1, 0), cs.fixed(a1));
        let keyed = cs.arena.add(other, constant);
        let right = cs.arena.scale(keyed, factor1);
        cs.arena.add(left, right)
    };
    let next = |cs: &mut ConstraintSystem, row: [Fr; 2]| {
        let [factor0, factor1] = row;
        let next0 = cs.advice(s0, 1);
        let left = cs.arena.scale(next0, factor0);
        let next1 = cs.advice(s1, 1);
        let right = cs.arena.scale(next1, factor1);
        cs.arena.add(left, right)
    };
    let ([forward0, forward1], [backward0, backward1]) = (forward, backward);

    let keyed = cs.arena.add(current, constant_a);
    let fifth = pow5(cs, keyed);
    let first = cs.arena.sub(fifth, partial);

    let middle0 = middle(cs, forward0);
    let keyed = cs.arena.add(middle0, constant_b);
    let fifth = pow5(cs, keyed);
    let next0 = next(cs, backward0);
    let second = cs.arena.sub(fifth, next0);

    let constant_b = cs.fixed(b1);
    let middle1 = middle(cs, forward1);
    let keyed = cs.arena.add(middle1, constant_b);
    let next1 = next(cs, backward1);
    let third = cs.arena.sub(keyed, next1);

    for polynomial in [first, second, third] {
        let gate = cs.arena.mul(selector, polynomial);
        cs.gate(gate)?;
    }
    Ok(())
}

/// The sponge's absorption: the rate part of the state takes the input, the capacity is kept.
fn pad_and_add(cs: &mut ConstraintSystem, chip: &Chip, selector: Expr) -> Result<(), ImportError> {
    let [s0, s1] = chip.state;
    let capacity_before = cs.advice(s1, -1);
    let capacity_after = cs.advice(s1, 1);
    let (before, input, after) = (cs.advice(s0, -1), cs.advice(s0, 0), cs.advice(s0, 1));
    let sum = cs.arena.add(before, input);
    let rate = cs.arena.sub(sum, after);
    let capacity = cs.arena.sub(capacity_before, capacity_after);
    for polynomial in [rate, capacity] {
        let gate = cs.arena.mul(selector, polynomial);
        cs.gate(gate)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_is_read_and_inverted() {
        let ([[a, b], [c, d]], [[e, f], [g, h]]) = (mds(), inverse(mds()));
        assert!([a, b, c, d].iter().all(|entry| *entry != Fr::ZERO));
        assert_eq!([a * e + b * g, a * f + b * h], [Fr::ONE, Fr::ZERO]);
        assert_eq!([c * e + d * g, c * f + d * h], [Fr::ZERO, Fr::ONE]);
    }
}
