//! `bn254-kzg` against arkworks, and against discrete logarithms that are known.
//!
//! Would find: a wrong sum where points are equal, opposite, images of one another or the identity,
//! among the variable points, the fixed ones or across both; a wrong product at an extreme scalar; a
//! window or a method (buckets) that errs; a pairing check that takes a false claim or refuses a true
//! one; a point of the twist outside the subgroup that passes; a wrong inverse; a wrong square
//! root, or one of no square.

use crate::numbers::{self, KnownPoint, Word};
use arbitrary::{Arbitrary, Result, Unstructured};
use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM, pairing::Pairing};
use ark_ff::{AdditiveGroup, BigInteger, Field, One, PrimeField, Zero};
use bn254_kzg::{
    FixedBases, PairingCheck, PreparedG2, Scratch, batch_inverse, decompress, inverse, is_in_g2,
    msm,
};
use std::cell::RefCell;

/// The first byte chooses the operation, the rest are its arguments.
pub fn run(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let operation = u8::arbitrary(&mut u).unwrap_or_default();
    // An input that is too short is no input.
    let _ = match operation % 8 {
        0..=3 => sum(&mut u),
        4 | 5 => pairing(&mut u),
        6 => subgroup(&mut u),
        _ => inverses(&mut u),
    };
}

thread_local! {
    /// Kept from run to run, as a node does: what is left in it must not matter.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

struct Term {
    known: KnownPoint,
    scalar: Fr,
}

fn sum(u: &mut Unstructured<'_>) -> Result<()> {
    // Few terms as they stand, or so many copies of them that buckets are used.
    let copies = match u8::arbitrary(u)? {
        many @ 240.. => usize::from(many - 239) * 20,
        _ => 1,
    };
    let window = u.int_in_range(*FixedBases::WINDOWS.start()..=9)?;
    let fixed = terms(u, 6)?;
    let variable = terms(u, 24)?;
    let terms: Vec<(G1Affine, Fr)> = variable
        .iter()
        .cycle()
        .take(variable.len() * copies)
        .map(|term| (term.known.point, term.scalar))
        .collect();
    let (points, scalars): (Vec<G1Affine>, Vec<Fr>) = fixed
        .iter()
        .map(|term| (term.known.point, term.scalar))
        .unzip();

    let bases = FixedBases::new(&points, window);
    let bases = (!points.is_empty()).then_some((&bases, &scalars[..]));
    let ours = SCRATCH.with_borrow_mut(|scratch| msm(terms.iter().copied(), bases, scratch));
    let ours = ours.expect("a scalar for every base");

    let logarithm = |term: &Term| term.known.logarithm * term.scalar;
    let of_variable: Fr = variable.iter().map(logarithm).sum();
    let expected = of_variable * Fr::from(copies as u64) + fixed.iter().map(logarithm).sum::<Fr>();
    assert_eq!(ours, (G1Affine::generator() * expected).into_affine());

    let (mut all, mut all_scalars): (Vec<_>, Vec<_>) = terms.into_iter().unzip();
    all.extend(points);
    all_scalars.extend(scalars);
    let arkworks = G1Projective::msm_unchecked(&all, &all_scalars);
    assert_eq!(ours, arkworks.into_affine());
    Ok(())
}

fn terms(u: &mut Unstructured<'_>, most: usize) -> Result<Vec<Term>> {
    let term = |u: &mut Unstructured<'_>| {
        Ok(Term {
            known: numbers::point(u8::arbitrary(u)?),
            scalar: scalar(u)?,
        })
    };
    (0..u.int_in_range(0..=most)?).map(|_| term(u)).collect()
}

/// A structured scalar, a negated one, or one of the input's own.
fn scalar(u: &mut Unstructured<'_>) -> Result<Fr> {
    Ok(match u8::arbitrary(u)? {
        255 => numbers::reduce(&<[u8; 32]>::arbitrary(u)?),
        254 => -numbers::scalar(u8::arbitrary(u)?),
        index => numbers::scalar(index),
    })
}

fn pairing(u: &mut Unstructured<'_>) -> Result<()> {
    let (q0, log_q0) = point_of_g2(u)?;
    let (q1, log_q1) = point_of_g2(u)?;
    let p0 = numbers::point(u8::arbitrary(u)?);
    let p1 = match u8::arbitrary(u)? {
        // The point that makes the claim true: e(p0, q0) = e(-p1, q1).
        index if index % 2 == 0 => {
            let logarithm = -p0.logarithm * log_q0 * log_q1.inverse().unwrap_or(Fr::ZERO);
            let point = (G1Affine::generator() * logarithm).into_affine();
            KnownPoint { point, logarithm }
        }
        index => numbers::point(index),
    };
    let exponent = p0.logarithm * log_q0 + p1.logarithm * log_q1;
    let arkworks = Bn254::multi_pairing([p0.point, p1.point], [q0, q1]);
    assert_eq!(arkworks.0.is_one(), exponent.is_zero());
    let [[lines0, windows0], [lines1, windows1]] =
        [q0, q1].map(|q| [PreparedG2::lines(&q), PreparedG2::windows(&q)]);
    for check in [
        PairingCheck::new(lines0, lines1.clone()),
        PairingCheck::new(windows0.clone(), lines1),
        PairingCheck::new(windows0, windows1),
    ] {
        assert_eq!(check.check(&p0.point, &p1.point), exponent.is_zero());
    }
    Ok(())
}

fn point_of_g2(u: &mut Unstructured<'_>) -> Result<(G2Affine, Fr)> {
    Ok(match u8::arbitrary(u)? {
        255 => (G2Affine::identity(), Fr::ZERO),
        index => numbers::point_of_g2(index),
    })
}

fn subgroup(u: &mut Unstructured<'_>) -> Result<()> {
    let mut coordinate = || -> Result<Fq> {
        let word = Word::arbitrary(u)?.bytes([0; 32]);
        Ok(Fq::from_be_bytes_mod_order(&word))
    };
    let (x, y) = (
        Fq2::new(coordinate()?, coordinate()?),
        Fq2::new(coordinate()?, coordinate()?),
    );
    let inside = numbers::point_of_g2(u8::arbitrary(u)?).0;
    let on_twist = G2Affine::get_point_from_x_unchecked(x, bool::arbitrary(u)?);
    // A point of the subgroup, one off it by what lies outside, and one of the torsion's other part.
    let outside = on_twist.unwrap_or(inside);
    let shifted = (outside + inside).into_affine();
    let cleared = outside.clear_cofactor();
    let torsion = outside.mul_bigint(Fr::MODULUS).into_affine();
    let anything = G2Affine::new_unchecked(x, y);
    for point in [inside, outside, shifted, cleared, torsion, anything] {
        let expected = point.is_on_curve() && point.mul_bigint(Fr::MODULUS).is_zero();
        assert_eq!(is_in_g2(&point), expected);
    }
    Ok(())
}

/// The points with this x are arkworks'.
fn check_decompression(x: &Fr) {
    let x = Fq::from_bigint(x.into_bigint()).expect("r is below q");
    let ys = G1Affine::get_ys_from_x_unchecked(x);
    for y_is_odd in [false, true] {
        let of_parity = |(a, b): (Fq, Fq)| match a.into_bigint().is_odd() == y_is_odd {
            true => a,
            false => b,
        };
        let expected = ys.map(|ys| G1Affine::new_unchecked(x, of_parity(ys)));
        assert_eq!(decompress(&x, y_is_odd), expected);
    }
}

fn inverses(u: &mut Unstructured<'_>) -> Result<()> {
    let number = u.int_in_range(0..=40)?;
    let values = (0..number)
        .map(|_| scalar(u))
        .collect::<Result<Vec<Fr>>>()?;
    for value in &values {
        assert_eq!(inverse(value), value.inverse());
        check_decompression(value);
    }
    let mut ours = values.clone();
    batch_inverse(&mut ours, &mut Vec::new());
    // Zeros stay zeros.
    let expected = values
        .iter()
        .map(|value| value.inverse().unwrap_or(Fr::ZERO));
    assert!(ours.into_iter().eq(expected));
    Ok(())
}
