//! Eight 64-bit lanes in plain Rust: for tests on any processor, and to say what each operation does.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "for tests and fuzzing; every index is below eight"
)]

use core::array::from_fn;

use super::super::Mask;

/// 52 ones.
const LOW: u64 = (1 << 52) - 1;

/// Eight lanes.
#[derive(Clone, Copy)]
pub(crate) struct V([u64; 8]);

/// Whether the mask chooses this lane.
fn chosen(mask: Mask, lane: usize) -> bool {
    mask >> lane & 1 == 1
}

/// The mask of the lanes that the closure chooses.
fn mask_of(choose: impl Fn(usize) -> bool) -> Mask {
    (0..8).fold(0, |mask, lane| mask | Mask::from(choose(lane)) << lane)
}

impl V {
    kernels! {
        pub(crate) fn zero() -> V {
            V([0; 8])
        }

        /// `x` in every lane.
        pub(crate) fn splat(x: u64) -> V {
            V([x; 8])
        }

        pub(crate) fn load(x: &[u64; 8]) -> V {
            V(*x)
        }

        pub(crate) fn store(self) -> [u64; 8] {
            self.0
        }

        /// One value in the even lanes, another in the odd ones.
        pub(crate) fn splat_pair(even: u64, odd: u64) -> V {
            V([even, odd, even, odd, even, odd, even, odd])
        }

        /// Plus the low 52 bits of the product of the factors' low 52 bits.
        pub(crate) fn mul_add_low(self, a: V, b: V) -> V {
            #[cfg(test)]
            count::one_more();
            V(from_fn(|i| self.0[i].wrapping_add(product(a.0[i], b.0[i]) as u64 & LOW)))
        }

        /// Plus the high 52 bits of the product of the factors' low 52 bits.
        pub(crate) fn mul_add_high(self, a: V, b: V) -> V {
            #[cfg(test)]
            count::one_more();
            V(from_fn(|i| self.0[i].wrapping_add((product(a.0[i], b.0[i]) >> 52) as u64)))
        }

        pub(crate) fn add(self, b: V) -> V {
            V(from_fn(|i| self.0[i].wrapping_add(b.0[i])))
        }

        pub(crate) fn sub(self, b: V) -> V {
            V(from_fn(|i| self.0[i].wrapping_sub(b.0[i])))
        }

        /// Plus `b` in the lanes of the mask.
        pub(crate) fn add_where(self, mask: Mask, b: V) -> V {
            V::select(mask, self.add(b), self)
        }

        /// Minus `b` in the lanes of the mask.
        pub(crate) fn sub_where(self, mask: Mask, b: V) -> V {
            V::select(mask, self.sub(b), self)
        }

        pub(crate) fn shift_left<const BITS: u32>(self) -> V {
            V(self.0.map(|lane| lane << BITS))
        }

        /// The quotient by a power of two of a signed lane, rounded down.
        pub(crate) fn shift_right_signed<const BITS: u32>(self) -> V {
            V(self.0.map(|lane| (lane as i64 >> BITS) as u64))
        }

        pub(crate) fn and(self, b: V) -> V {
            V(from_fn(|i| self.0[i] & b.0[i]))
        }

        pub(crate) fn or(self, b: V) -> V {
            V(from_fn(|i| self.0[i] | b.0[i]))
        }

        pub(crate) fn xor(self, b: V) -> V {
            V(from_fn(|i| self.0[i] ^ b.0[i]))
        }

        /// The lanes that are zero.
        pub(crate) fn is_zero(self) -> Mask {
            mask_of(|i| self.0[i] == 0)
        }

        /// The lanes that are negative as signed integers.
        pub(crate) fn is_negative(self) -> Mask {
            mask_of(|i| (self.0[i] as i64) < 0)
        }

        /// `a` in the lanes of the mask, `b` in the others.
        pub(crate) fn select(mask: Mask, a: V, b: V) -> V {
            V(from_fn(|i| if chosen(mask, i) { a.0[i] } else { b.0[i] }))
        }

        /// Lane i is the lane that lane i of the index names, modulo 8.
        pub(crate) fn permute(self, index: V) -> V {
            V(index.0.map(|i| self.0[i as usize % 8]))
        }

        /// The same from sixteen lanes: 0 to 7 are those of `self`, 8 to 15 those of `b`.
        pub(crate) fn permute_two(self, index: V, b: V) -> V {
            V(index.0.map(|i| if i & 8 == 0 { self.0[i as usize % 8] } else { b.0[i as usize % 8] }))
        }

        /// Of the sixteen lanes of `low` and then `self`, the eight from number LANES on.
        pub(crate) fn shift_lanes<const LANES: i32>(self, low: V) -> V {
            V(from_fn(|i| {
                let lane = i + LANES as usize % 8;
                if lane < 8 { low.0[lane] } else { self.0[lane - 8] }
            }))
        }
    }
}

fn product(a: u64, b: u64) -> u128 {
    u128::from(a & LOW) * u128::from(b & LOW)
}

// For points.
impl V {
    kernels! {
        pub(crate) fn shift_right<const BITS: u32>(self) -> V {
            V(self.0.map(|lane| lane >> BITS))
        }

        /// The low 64 bits of the 128-bit lanes of `high` and then `self`, shifted right by 1 to 63 bits.
        pub(crate) fn shift_in<const BITS: i32>(self, high: V) -> V {
            V(from_fn(|i| self.0[i] >> BITS | high.0[i] << (64 - BITS)))
        }

        /// Lane j of vector i becomes lane i of vector j.
        pub(crate) fn transpose(rows: [V; 8]) -> [V; 8] {
            from_fn(|j| V(from_fn(|i| rows[i].0[j])))
        }
    }
}

/// How many multiplications of 52 bits are done, each for eight lanes and one instruction on a processor that has it.
/// Only tests count.
#[cfg(test)]
pub(crate) mod count {
    use core::cell::Cell;

    std::thread_local! {
        static MULTIPLICATIONS: Cell<u64> = const { Cell::new(0) };
    }

    pub(super) fn one_more() {
        MULTIPLICATIONS.with(|number| number.set(number.get() + 1));
    }

    /// Those that this work takes.
    pub(crate) fn of<T>(work: impl FnOnce() -> T) -> u64 {
        let before = MULTIPLICATIONS.get();
        work();
        MULTIPLICATIONS.get() - before
    }
}
