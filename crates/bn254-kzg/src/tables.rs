//! Odd multiples of points, which width-w digits select from.

use alloc::vec::Vec;

use ark_bn254::G1Affine;
use ark_ec::AffineRepr;

use crate::curve::Affine;
use crate::fp::Fp;

/// Inverts every value in place with one inversion. None of them may be zero.
pub(crate) fn batch_inverse(values: &mut [Fp], prefixes: &mut Vec<Fp>) {
    prefixes.clear();
    let mut product = Fp::ONE;
    for value in values.iter() {
        prefixes.push(product);
        product = product.mul(value);
    }
    let mut inverse = product.inverse();
    for (value, prefix) in values.iter_mut().zip(prefixes.iter()).rev() {
        let own_inverse = inverse.mul(prefix);
        inverse = inverse.mul(value);
        *value = own_inverse;
    }
}

/// Reused memory for [`odd_multiples`].
#[derive(Default)]
pub(crate) struct TableScratch {
    doubled: Vec<Affine>,
    row: Vec<Affine>,
    denominators: Vec<Fp>,
    prefixes: Vec<Fp>,
}

/// Fills `table` with P, 3P, …, (2·count - 1)P for all points: first every P, then every 3P, and so
/// on. Points must be on the curve.
///
/// No addition is exceptional: a point has order r, and 2P and (2j - 1)P are neither equal nor
/// opposite for 2j + 1 < r.
pub(crate) fn odd_multiples(
    points: &[Affine],
    count: usize,
    table: &mut Vec<Affine>,
    scratch: &mut TableScratch,
) {
    let TableScratch {
        doubled,
        row,
        denominators,
        prefixes,
    } = scratch;
    denominators.clear();
    denominators.extend(points.iter().map(|p| p.y.double()));
    batch_inverse(denominators, prefixes);
    doubled.clear();
    doubled.extend(
        points
            .iter()
            .zip(denominators.iter())
            .map(|(p, inverse)| p.double_with(inverse)),
    );
    row.clear();
    row.extend_from_slice(points);
    table.clear();
    table.reserve(points.len().saturating_mul(count));
    table.extend_from_slice(row);
    for _ in 1..count {
        denominators.clear();
        denominators.extend(row.iter().zip(doubled.iter()).map(|(p, d)| d.x.sub(&p.x)));
        batch_inverse(denominators, prefixes);
        for ((p, d), inverse) in row.iter_mut().zip(doubled.iter()).zip(denominators.iter()) {
            *p = p.add_with(d, inverse);
        }
        table.extend_from_slice(row);
    }
}

/// Tables of odd multiples of fixed points, such as a verifying key's commitments. They make
/// [`msm`](crate::msm()) faster and change none of its results.
#[derive(Clone)]
pub struct FixedBases {
    window: u32,
    /// Which of the points given are not the identity, in order.
    live: Vec<bool>,
    /// The number of those.
    points: usize,
    /// Multiple by multiple: entry `index · points + i` is (2·index + 1) times live point i.
    table: Vec<Affine>,
}

impl FixedBases {
    /// The narrowest and the widest window.
    pub const WINDOWS: core::ops::RangeInclusive<u32> = 3..=13;

    /// Computes 2^(window - 2) multiples, of 64 bytes each, for every point. The window is brought
    /// into [`WINDOWS`](Self::WINDOWS) first. The points must be on the curve; the identity is
    /// allowed and takes no space. A wider window means fewer additions later: about
    /// 254/(window + 1) for each point. Ten is a good choice for some twenty points: 320 KB.
    pub fn new(points: &[G1Affine], window: u32) -> FixedBases {
        let window = window.clamp(*Self::WINDOWS.start(), *Self::WINDOWS.end());
        let affine: Vec<Affine> = points.iter().filter_map(Affine::from_ark).collect();
        let mut table = Vec::new();
        odd_multiples(
            &affine,
            Self::multiples(window),
            &mut table,
            &mut TableScratch::default(),
        );
        FixedBases {
            window,
            live: points.iter().map(|p| !p.is_zero()).collect(),
            points: affine.len(),
            table,
        }
    }

    fn multiples(window: u32) -> usize {
        1 << window.saturating_sub(2)
    }

    /// The memory that the tables of `points` points (none the identity) would take, in bytes.
    pub fn size_for(points: usize, window: u32) -> usize {
        let window = window.clamp(*Self::WINDOWS.start(), *Self::WINDOWS.end());
        points
            .saturating_mul(Self::multiples(window))
            .saturating_mul(size_of::<Affine>())
    }

    /// The number of points, identities included.
    pub fn len(&self) -> usize {
        self.live.len()
    }

    /// Whether there are no points.
    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// The memory that this value holds, in bytes.
    pub fn size_in_bytes(&self) -> usize {
        size_of_val::<[Affine]>(&self.table).saturating_add(self.live.len())
    }

    pub(crate) fn window(&self) -> u32 {
        self.window
    }

    pub(crate) fn live(&self) -> &[bool] {
        &self.live
    }

    /// The number of points that are not the identity: the stride of the table.
    pub(crate) fn stride(&self) -> usize {
        self.points
    }

    pub(crate) fn table(&self) -> &[Affine] {
        &self.table
    }
}

impl core::fmt::Debug for FixedBases {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("FixedBases")
            .field("points", &self.live.len())
            .field("window", &self.window)
            .finish()
    }
}
