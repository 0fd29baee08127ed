//! What is done to proofs, and the reason for which each change must be refused.

use ark_ff::{BigInteger, PrimeField};
use halo2_kzg_verifier::{Fq, Fr, Rejection, VerifyingKey};

/// What kind of bytes a change touches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Class {
    /// A coordinate of the point at this position.
    Point(u32),
    /// The evaluation at this position.
    Evaluation(u32),
}

/// The table: which class of bytes, and what the change makes of its 32-byte word, predicts which
/// rejection. A change of one bit never gives another point of the curve with the same other
/// coordinate (that takes y → -y or x → ζx, which differ in more than a bit).
pub fn predicted(class: Class, word_stays_canonical: bool) -> Rejection {
    match (class, word_stays_canonical) {
        (Class::Point(point), true) => Rejection::PointNotOnCurve { point },
        (Class::Point(point), false) => Rejection::CoordinateNotCanonical { point },
        (Class::Evaluation(_), true) => Rejection::PairingCheckFailed,
        (Class::Evaluation(index), false) => Rejection::EvaluationNotCanonical { index },
    }
}

/// Which class a proof's byte belongs to: points, then evaluations, then the opening's points.
pub fn class(key: &VerifyingKey, byte: usize) -> Class {
    let (points, evaluations) = (
        (key.num_proof_points() - key.num_opening_points()) as usize,
        key.num_evaluations() as usize,
    );
    let opening = 64 * points + 32 * evaluations;
    if byte < 64 * points {
        Class::Point((byte / 64) as u32)
    } else if byte < opening {
        Class::Evaluation(((byte - 64 * points) / 32) as u32)
    } else {
        Class::Point((points + (byte - opening) / 64) as u32)
    }
}

/// Positions of the quotient's pieces: the last points before the evaluations.
pub fn pieces(key: &VerifyingKey) -> std::ops::Range<u32> {
    let end = key.num_proof_points() - key.num_opening_points();
    end - (key.degree() - 1)..end
}

fn is_canonical<F: PrimeField>(word: &[u8]) -> bool {
    let modulus = F::MODULUS.to_bytes_be();
    word < &modulus[..]
}

pub fn stays_canonical(class: Class, word: &[u8]) -> bool {
    match class {
        Class::Point(_) => is_canonical::<Fq>(word),
        Class::Evaluation(_) => is_canonical::<Fr>(word),
    }
}

/// Runs a check for every number below `end`, on all cores.
pub fn in_parallel(end: usize, check: impl Fn(usize) + Sync) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for first in 0..threads {
            let check = &check;
            scope.spawn(move || (first..end).step_by(threads).for_each(check));
        }
    });
}

/// big-endian addition of a modulus; `None` where it does not fit 32 bytes.
pub fn plus_modulus<F: PrimeField>(word: &[u8]) -> Option<[u8; 32]> {
    let modulus = F::MODULUS.to_bytes_be();
    let (mut sum, mut carry) = ([0u8; 32], 0u16);
    for i in (0..32).rev() {
        let digit = u16::from(word[i]) + u16::from(modulus[i]) + carry;
        sum[i] = digit as u8;
        carry = digit >> 8;
    }
    (carry == 0).then_some(sum)
}
