//! An accumulator in the instances: a second claim about a pairing, folded into the proof's own (spec,
//! section 9.5).

use crate::{
    circuit::{dialect::Accumulator, parts::Parts},
    rejection::{Rejection, Side},
};
use ark_bn254::{Fq, Fr, G1Affine};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, PrimeField};

/// The claim `e(left, G2) = e(right, [s]G2)` that the instances hold.
#[derive(Clone, Copy)]
pub(crate) struct Accumulated {
    pub(crate) left: G1Affine,
    pub(crate) right: G1Affine,
}

/// Reads a circuit's accumulator from its public inputs, if it has one. Each pair of points has one
/// encoding: limbs fit their bits, coordinates are canonical, and the points are finite.
pub(crate) fn read(circuit: &Parts, inputs: &[Fr]) -> Result<Option<Accumulated>, Rejection> {
    let Some(accumulator) = &circuit.accumulator else {
        return Ok(None);
    };
    let before = circuit.instance_lengths.iter();
    let before = before.take(accumulator.column as usize);
    let column = before.fold(0usize, |sum, length| sum.saturating_add(*length as usize));
    let start = column.saturating_add(accumulator.row as usize);
    let end = start.saturating_add(accumulator.num_rows() as usize);
    let values = inputs.get(start..end).ok_or(Rejection::InconsistentKey)?;

    let mut coordinates = [Fq::ZERO; 4];
    let limbs = values.chunks_exact(accumulator.limbs.max(1) as usize);
    for ((coordinate, limbs), number) in coordinates.iter_mut().zip(limbs).zip(0u32..) {
        let first = start.saturating_add((number.saturating_mul(accumulator.limbs)) as usize);
        *coordinate = compose(accumulator, limbs, first)?
            .ok_or(Rejection::AccumulatorCoordinate { coordinate: number })?;
    }
    let [left_x, left_y, right_x, right_y] = coordinates;
    Ok(Some(Accumulated {
        left: point(Side::Left, left_x, left_y)?,
        right: point(Side::Right, right_x, right_y)?,
    }))
}

/// `Σ limb_i · 2^(bits·i)`, the limbs standing from public input `first` on. `None` if it is not below
/// q.
fn compose(accumulator: &Accumulator, limbs: &[Fr], first: usize) -> Result<Option<Fq>, Rejection> {
    let bits = accumulator.bits;
    // The bits of all limbs are at most 320: five words.
    let mut sum = [0u64; 5];
    for (limb, number) in limbs.iter().zip(0u32..) {
        let limb = limb.into_bigint();
        if limb.num_bits() > bits {
            let index = first.saturating_add(number as usize);
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            return Err(Rejection::AccumulatorLimb { index, bits });
        }
        let shift = bits.saturating_mul(number);
        for (word, place) in limb.0.iter().zip(0u32..) {
            let at = shift.saturating_add(place.saturating_mul(64));
            // Limbs do not overlap, so bits can be set instead of added.
            let shifted = u128::from(*word) << (at % 64);
            for (half, slot) in [shifted as u64, (shifted >> 64) as u64]
                .into_iter()
                .zip(at / 64..)
            {
                if let Some(slot) = sum.get_mut(slot as usize) {
                    *slot |= half;
                }
            }
        }
    }
    let [low @ .., high] = sum;
    Ok(if high == 0 {
        Fq::from_bigint(BigInt(low))
    } else {
        None
    })
}

fn point(side: Side, x: Fq, y: Fq) -> Result<G1Affine, Rejection> {
    if x == Fq::ZERO && y == Fq::ZERO {
        return Err(Rejection::AccumulatorIdentity { side });
    }
    let point = G1Affine::new_unchecked(x, y);
    if point.is_on_curve() {
        Ok(point)
    } else {
        Err(Rejection::AccumulatorNotOnCurve { side })
    }
}
