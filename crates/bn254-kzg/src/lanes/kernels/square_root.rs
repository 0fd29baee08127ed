//! Eight square roots at a time, by the chain of [`square_root`](crate::square_root), and the points that they give.
//!
//! Bounds are in multiples of p, as in [`field`](super::field): products of factors < 2 are < 1.18.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "indices count over arrays of known length"
)]

use alloc::vec::Vec;
use core::array::from_fn;

use ark_bn254::{Fq, G1Affine};

use super::super::vector::V;
use super::field::Fp8;
use crate::fp::Fp;
use crate::lanes::Mask;
use crate::square_root::{CHAIN, FIRST_POSITION, NUM_POWERS};

impl Fp8 {
    routines! {
        /// The powers with exponent (p + 1)/4, < 1.18, of values < 2.
        fn root_candidates(&self) -> Fp8 {
            let square = self.square();
            let mut powers = [*self; NUM_POWERS];
            let mut power = *self;
            for later in powers.iter_mut().skip(1) {
                power = power.mul(&square);
                *later = power;
            }
            let mut root = powers[FIRST_POSITION];
            for &(squarings, position) in &CHAIN {
                for _ in 0..squarings {
                    root = root.square();
                }
                root = root.mul(&powers[position]);
            }
            root.square()
        }
    }

    kernels! {
        /// The square roots that are squares themselves, canonical, of values < 2; and the lanes that have one.
        pub(crate) fn square_roots(&self) -> (Fp8, Mask) {
            let roots = self.root_candidates();
            let difference = roots.square().sub(self).plus(3).reduce(); // from (1, 5): < 1.07
            (roots.canonical(), difference.is_zero())
        }

        /// The lanes that are odd as integers below p, of values < 2.
        fn is_odd(&self) -> Mask {
            // multiplied by the integer 1, so that R is divided out
            let integers = self.mul(&Fp8::splat(&[1, 0, 0, 0, 0])).canonical();
            !integers.0[0].and(V::splat(1)).is_zero()
        }
    }
}

kernels! {
    /// For each x and parity of y what [`decompress`](crate::decompress) finds.
    pub(crate) fn decompress(compressed: &[(Fq, bool)]) -> Vec<Option<G1Affine>> {
        let mut points = Vec::with_capacity(compressed.len());
        for group in compressed.chunks(8) {
            // The lanes beyond the end have x = 0, and nobody looks at them.
            let (x, y_is_odd): ([Fq; 8], [bool; 8]) = (
                from_fn(|lane| group.get(lane).map_or_else(Fq::default, |(x, _)| *x)),
                from_fn(|lane| group.get(lane).is_some_and(|(_, y_is_odd)| *y_is_odd)),
            );
            let ordinates = ordinates(&x.map(Fp::from), &y_is_odd);
            points.extend(group.iter().zip(ordinates).map(|((x, _), y)| {
                Some(G1Affine::new_unchecked(*x, y?.into()))
            }));
        }
        points
    }

    /// For each x the y of this parity with y² = x³ + 3.
    fn ordinates(x: &[Fp; 8], y_is_odd: &[bool; 8]) -> [Option<Fp>; 8] {
        let wanted = y_is_odd.iter().rev().fold(0, |mask, odd| mask << 1 | Mask::from(*odd));
        let x = Fp8::from_fp(x); // < 1.14
        let cube = x.square().mul(&x); // < 1.15
        // 3·0.643, as `one` is 2²⁶⁰ mod p: from [1.9, 3.1)
        let squares = cube.add(&Fp8::one().triple()).reduce(); // < 1.05
        let (roots, has_root) = squares.square_roots();
        let others = roots.minus_from(1).normalise(); // p - y is p where y is 0
        let y = Fp8::select(roots.is_odd() ^ wanted, &others, &roots).to_fp();
        from_fn(|lane| (has_root >> lane & 1 == 1).then_some(y[lane]))
    }
}
