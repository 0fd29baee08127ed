//! The PCS section: which evaluation opens which commitment at which rotation.
//!
//! This is the only place where the artifact says which column an evaluation belongs to.

use super::program::{MEMORY_BASE, element};
use super::reader::{Fields, Words};
use crate::error::ImportError;
use std::collections::BTreeMap;

/// Calldata address of the first byte of the proof.
pub(super) const PROOF_BASE: u32 = 0x84;

/// A commitment that is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Commitment {
    /// A commitment stored in the artifact: fixed columns, then permutation polynomials.
    Key(u32),
    /// A point of the proof, counted from its beginning.
    Proof(u32),
    /// The quotient, combined from its pieces.
    Quotient,
}

/// The evaluation of a commitment at one rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evaluation {
    /// Calldata address of an evaluation of the proof.
    Calldata(u32),
    /// The quotient's, which the verifier computes.
    Quotient,
}

/// Commitments opened at the same rotations.
pub(super) struct RotationSet {
    /// Ascending.
    pub(super) rotations: Vec<i32>,
    /// Each member with its evaluations, in the order of the rotations.
    pub(super) members: Vec<(Commitment, Vec<Evaluation>)>,
}

/// The section's content.
pub(super) struct Opening {
    pub(super) sets: Vec<RotationSet>,
    /// Calldata addresses of x and y of the opening points W and W'.
    pub(super) opening_points: [u32; 4],
    /// Index of the word after the section.
    pub(super) end: usize,
}

/// What the section is read against.
pub(super) struct Frame {
    /// Memory address of the first commitment in the artifact.
    pub(super) key_commitments_start: u32,
    /// All commitments together (artifact, proof, quotient): no honest list is longer.
    pub(super) commitments: usize,
}

/// Reads the section that begins at word `index`.
pub(super) fn read(words: &Words<'_>, index: usize, frame: &Frame) -> Result<Opening, ImportError> {
    let mut fields = words.fields(index, "PCS section")?;
    let rotations = read_rotation_sets(&mut fields)?;
    fields.skip_word()?; // bookkeeping of the batch inversion
    let evaluations = read_evaluations(&mut fields, &rotations, frame)?;
    let words_of_sums = fields.u8()?;
    for _ in 0..words_of_sums {
        fields.skip_word()?; // bookkeeping of the coefficients' sums
    }
    fields.skip_word()?; // bookkeeping of the interpolated evaluation
    let (opening_points, commitments) = read_commitments(&mut fields, rotations.len(), frame)?;
    let mut sets = Vec::new();
    for ((rotations, mut commitments), mut evaluations) in
        rotations.into_iter().zip(commitments).zip(evaluations)
    {
        if commitments.len() != evaluations.len() {
            return Err(fields.error(format!(
                "rotations {rotations:?}: {} commitments but evaluations for {}",
                commitments.len(),
                evaluations.len()
            )));
        }
        // Both lists stand in reverse order of the protocol's.
        commitments.reverse();
        evaluations.reverse();
        sets.push(RotationSet {
            rotations,
            members: commitments.into_iter().zip(evaluations).collect(),
        });
    }
    Ok(Opening {
        sets,
        opening_points,
        end: fields.index(),
    })
}

/// Parts 1 to 3: the points, the vanishing polynomials, and the coefficients, which name the
/// rotations of every set.
fn read_rotation_sets(fields: &mut Fields<'_>) -> Result<Vec<Vec<i32>>, ImportError> {
    let slots = Slots::read(fields)?;
    let mut first_set = read_list(fields, |fields| slots.rotation(fields))?;
    first_set.sort_unstable();
    let complements = read_complements(fields)?;
    let sets = read_sets(fields, &slots)?;
    let complete = |(set, complement): (&Vec<i32>, &Vec<u32>)| slots.complement(complement, set);
    if sets.len() != complements.len()
        || sets.first() != Some(&first_set)
        || !sets.iter().zip(&complements).all(complete)
    {
        let problem = "the rotation sets contradict the vanishing polynomials of the opening";
        return Err(fields.error(problem));
    }
    Ok(sets)
}

/// Part 2: for every set, the slots of the rotations that are not in it.
fn read_complements(fields: &mut Fields<'_>) -> Result<Vec<Vec<u32>>, ImportError> {
    let _first_vanishing = fields.u16()?;
    let count = fields.u16()?;
    fields.next_word()?;
    let mut complements = Vec::new();
    for _ in 0..count {
        let mut complement = Vec::new();
        while !fields.at_end() {
            complement.push(fields.u16()?);
        }
        fields.next_word()?;
        complements.push(complement);
    }
    Ok(complements)
}

/// Part 3: the rotations of every set, in ascending order.
fn read_sets(fields: &mut Fields<'_>, slots: &Slots) -> Result<Vec<Vec<i32>>, ImportError> {
    let sizes = read_list(fields, |fields| fields.u8())?;
    let mut sets = Vec::new();
    for size in sizes {
        if size > 1 {
            for _ in 0..size {
                fields.u16()?;
            }
        }
        let mut set = Vec::new();
        for _ in 0..size {
            set.push(slots.rotation(fields)?);
        }
        fields.skip_word()?; // the coefficients' slots
        if set.is_empty() || !set.is_sorted_by(|a, b| a < b) {
            return Err(fields.error("the rotations of a set are not in ascending order"));
        }
        sets.push(set);
    }
    Ok(sets)
}

/// The rotation whose difference from x stands in a slot of memory.
struct Slots(BTreeMap<u32, i32>);

impl Slots {
    fn read(fields: &mut Fields<'_>) -> Result<Self, ImportError> {
        let points = read_point_slots(fields)?;
        let differences_start = fields.u16()?;
        let _differences_end = fields.u16()?;
        let points_start = fields.u16()?;
        let mut rotations = BTreeMap::new();
        for (slot, rotation) in points {
            let difference = slot
                .checked_sub(points_start)
                .and_then(|offset| offset.checked_add(differences_start))
                .ok_or_else(|| fields.error("a point's slot lies before the points"))?;
            rotations.insert(difference, rotation);
        }
        Ok(Self(rotations))
    }

    /// Reads a slot.
    fn rotation(&self, fields: &mut Fields<'_>) -> Result<i32, ImportError> {
        let slot = fields.u16()?;
        let rotation = self.0.get(&slot).copied();
        rotation.ok_or_else(|| fields.error(format!("slot {slot:#x} belongs to no rotation")))
    }

    /// Do these slots name exactly the rotations that are not in the set?
    fn complement(&self, slots: &[u32], set: &[i32]) -> bool {
        let others = self
            .0
            .iter()
            .filter(|(_, rotation)| !set.contains(rotation));
        let mut expected: Vec<u32> = others.map(|(slot, _)| *slot).collect();
        if expected.is_empty() {
            // A set of all rotations: the slot 0x20 stands for "none".
            expected.push(0x20);
        }
        expected.sort_unstable();
        let mut slots = slots.to_vec();
        slots.sort_unstable();
        slots == expected
    }
}

/// Part 1: the slot of every rotation that is used.
fn read_point_slots(fields: &mut Fields<'_>) -> Result<Vec<(u32, i32)>, ImportError> {
    let mut slots = Vec::new();
    let mut listing = |fields: &mut Fields<'_>, count: u8, sign: i32| {
        for distance in 1..=i32::from(count) {
            if fields.room() < 2 {
                fields.next_word()?;
            }
            let slot = fields.u16()?;
            if slot != 0 {
                slots.push((slot, sign * distance));
            }
        }
        fields.next_word()
    };
    let count = fields.u8()?;
    listing(fields, count, 1)?;
    let zero = fields.u16()?;
    let count = fields.u8()?;
    listing(fields, count, -1)?;
    slots.push((zero, 0));
    let mut seen: Vec<u32> = slots.iter().map(|(slot, _)| *slot).collect();
    seen.sort_unstable();
    if seen.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        return Err(fields.error("two rotations share a slot"));
    }
    Ok(slots)
}

/// A zero-terminated list that begins with its number of words and ends with its last word.
fn read_list<T>(
    fields: &mut Fields<'_>,
    mut item: impl FnMut(&mut Fields<'_>) -> Result<T, ImportError>,
) -> Result<Vec<T>, ImportError> {
    let words = fields.u8()?;
    if words == 0 {
        return Err(fields.error("a list takes up no word"));
    }
    read_words(fields, words.into(), &mut item)
}

fn read_words<T>(
    fields: &mut Fields<'_>,
    words: u32,
    item: &mut impl FnMut(&mut Fields<'_>) -> Result<T, ImportError>,
) -> Result<Vec<T>, ImportError> {
    let mut list = Vec::new();
    for _ in 0..words {
        while !fields.at_end() {
            list.push(item(fields)?);
        }
        fields.next_word()?;
    }
    Ok(list)
}

/// Part 5: the evaluations of every set's members.
fn read_evaluations(
    fields: &mut Fields<'_>,
    sets: &[Vec<i32>],
    frame: &Frame,
) -> Result<Vec<Vec<Vec<Evaluation>>>, ImportError> {
    let words = fields.u8()?;
    fields.u16()?;
    fields.u16()?;
    let sizes = read_words(fields, words.into(), &mut |fields| fields.u8())?;
    let expected = sets.iter().map(|set| set.len().saturating_mul(32));
    if !sizes.into_iter().map(usize::from).eq(expected) {
        return Err(fields.error("the lists of evaluations do not fit the rotation sets"));
    }
    let mut all = Vec::new();
    for set in sets {
        all.push(if set.len() == 1 {
            if *set != [0] {
                return Err(fields.error("a set of one rotation is not at rotation 0"));
            }
            read_single_evaluations(fields, frame)?
        } else {
            read_list(fields, |fields| {
                set.iter()
                    .map(|_| fields.u16().map(Evaluation::Calldata))
                    .collect()
            })?
        });
    }
    Ok(all)
}

/// The evaluations of the set {0}: the random polynomial's, the quotient's, then runs.
fn read_single_evaluations(
    fields: &mut Fields<'_>,
    frame: &Frame,
) -> Result<Vec<Vec<Evaluation>>, ImportError> {
    let words = fields.u8()?;
    let random = fields.u16()?;
    let mut list = vec![
        vec![Evaluation::Calldata(random)],
        vec![Evaluation::Quotient],
    ];
    for _ in 0..words {
        while !fields.at_end() {
            for address in read_run(fields, 32, frame, list.len(), |fields| fields.u16())? {
                list.push(vec![Evaluation::Calldata(address)]);
            }
        }
        fields.next_word()?;
    }
    Ok(list)
}

/// A run of addresses: one or two of them spelt out, or (length 0) all from `high` down to above
/// `low` in steps.
fn read_run(
    fields: &mut Fields<'_>,
    step: u32,
    frame: &Frame,
    so_far: usize,
    mut address: impl FnMut(&mut Fields<'_>) -> Result<u32, ImportError>,
) -> Result<Vec<u32>, ImportError> {
    let length = fields.u8()?;
    let mut run = Vec::new();
    if length > 0 {
        for _ in 0..length {
            run.push(address(fields)?);
        }
    } else {
        let (high, low) = (fields.u16()?, fields.u16()?);
        let count = element(high, low, step)
            .filter(|count| *count > 0)
            .ok_or_else(|| fields.error("a run of addresses ends before it begins"))?;
        if (count as usize).saturating_add(so_far) > frame.commitments {
            return Err(fields.error("a run of addresses is longer than all commitments together"));
        }
        run.extend((0..count).map(|index| high.saturating_sub(index.saturating_mul(step))));
    }
    Ok(run)
}

/// Part 8: the opening points, and the commitments of every set.
type SetsOfCommitments = Vec<Vec<Commitment>>;
fn read_commitments(
    fields: &mut Fields<'_>,
    sets: usize,
    frame: &Frame,
) -> Result<([u32; 4], SetsOfCommitments), ImportError> {
    let words = fields.u8()?;
    fields.u16()?;
    let (wx, wy) = (fields.u16()?, fields.u16()?);
    fields.u16()?;
    let (vx, vy) = (fields.u16()?, fields.u16()?);
    let sizes = read_words(fields, words.into(), &mut |fields| fields.u8())?;
    if sizes.len() != sets || sizes.iter().any(|size| size % 32 != 0 || *size == 0) {
        return Err(fields.error("the lists of commitments do not fit the rotation sets"));
    }
    let mut all = Vec::new();
    for size in sizes {
        let first = point(fields)?;
        let mut list = vec![resolve(fields, 1, first, frame)?];
        for _ in 0..size / 32 {
            while !fields.at_end() {
                let location = fields.u8()?;
                if location == 2 {
                    fields.u8()?;
                    list.push(Commitment::Quotient);
                    continue;
                }
                for address in read_run(fields, 64, frame, list.len(), point)? {
                    list.push(resolve(fields, location, address, frame)?);
                }
            }
            fields.next_word()?;
        }
        all.push(list);
    }
    Ok(([wx, wy, vx, vy], all))
}

/// Addresses of a point's two coordinates; the second follows the first.
fn point(fields: &mut Fields<'_>) -> Result<u32, ImportError> {
    let (x, y) = (fields.u16()?, fields.u16()?);
    if y != x + 32 {
        return Err(fields.error("a point's coordinates do not lie together"));
    }
    Ok(x)
}

fn resolve(
    fields: &Fields<'_>,
    location: u8,
    address: u32,
    frame: &Frame,
) -> Result<Commitment, ImportError> {
    let found = match location {
        0 => element(address, frame.key_commitments_start, 64).map(Commitment::Key),
        1 => element(address, PROOF_BASE, 64).map(Commitment::Proof),
        _ => None,
    };
    found.ok_or_else(|| {
        fields.error(format!(
            "{address:#x} in location {location} is not a commitment's address"
        ))
    })
}

/// Index of the word at a memory address.
pub(super) fn word_at(address: u32) -> Option<usize> {
    element(address, MEMORY_BASE, 32).map(|index| index as usize)
}
