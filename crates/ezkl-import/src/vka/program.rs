//! Expression programs: the gates, and the tables and inputs of the lookups.
//!
//! A program is a list of operations; operation `i` writes the scratch slot `start + 32·i`. Operands
//! are EVM memory addresses: an earlier slot, a word of the constant table, a user challenge, or the
//! instance evaluation.

use super::reader::Fields;
use crate::error::ImportError;
use crate::field;
use halo2_kzg_verifier::{ExprId, Expressions, Query};

/// Memory address of the artifact's first word.
pub(super) const MEMORY_BASE: u32 = 0xa0;
/// Distance from theta's address to the instance evaluation's.
const INSTANCE_OFFSET: u32 = 0x220;

/// What memory and calldata addresses stand for.
pub(super) struct AddressSpace<'a> {
    /// The constant table: address of its first word, and the words.
    pub(super) constants_start: u32,
    pub(super) constants: Vec<&'a [u8; 32]>,
    /// Address of the first challenge; user challenges come first.
    pub(super) challenges_start: u32,
    pub(super) user_challenges: u32,
    /// Calldata address of the first evaluation.
    pub(super) evaluations_start: u32,
    pub(super) advice_queries: u32,
    pub(super) fixed_queries: u32,
}

impl AddressSpace<'_> {
    /// Loads an evaluation: advice queries come first in a proof, fixed queries follow.
    fn load(&self, address: u32, out: &mut Expressions) -> Option<ExprId> {
        let index = element(address, self.evaluations_start, 32)?;
        match index.checked_sub(self.advice_queries) {
            None => Some(out.advice(index)),
            Some(fixed) if fixed < self.fixed_queries => Some(out.fixed(fixed)),
            Some(_) => None,
        }
    }

    /// Resolves a memory operand that is no slot.
    fn outside_slots(&self, address: u32, out: &mut Expressions) -> Option<ExprId> {
        if let Some(index) = element(address, self.constants_start, 32)
            && let Some(word) = self.constants.get(index as usize)
        {
            return field::fr_from_be(word).map(|value| out.constant(value));
        }
        let index = element(address, self.challenges_start, 32)?;
        if index < self.user_challenges {
            Some(out.challenge(index))
        } else {
            let instance = self.user_challenges.checked_add(INSTANCE_OFFSET / 32)?;
            (index == instance).then(|| {
                out.instance(Query {
                    column: 0,
                    rotation: 0,
                })
            })
        }
    }
}

/// Position of `address` in an array that begins at `start`, if it is the start of an element.
pub(super) fn element(address: u32, start: u32, size: u32) -> Option<u32> {
    let offset = address.checked_sub(start)?;
    (offset % size == 0).then_some(offset / size)
}

/// Reads the program at the reader's position. `accumulates` says that it must end by naming a tuple
/// (lookups), of which all members are returned; a gate's only member is its last result.
pub(super) fn read(
    fields: &mut Fields<'_>,
    start: u32,
    space: &AddressSpace<'_>,
    accumulates: bool,
    out: &mut Expressions,
) -> Result<Vec<ExprId>, ImportError> {
    let words = usize::from(fields.u8()?);
    let first_word = fields.index();
    let mut slots = Slots {
        start,
        values: Vec::new(),
        space,
    };
    for _ in 0..words {
        while !fields.at_end() {
            match fields.u8()? {
                4 if accumulates => {
                    let tuple = read_tuple(fields, &slots, out)?;
                    if fields.index() != first_word + words {
                        return Err(fields.error("the program does not end where it says"));
                    }
                    return Ok(tuple);
                }
                opcode => slots.step(opcode, fields, out)?,
            }
        }
        fields.next_word()?;
    }
    if accumulates {
        return Err(fields.error("the program of a lookup does not name its tuple"));
    }
    match slots.values.last() {
        Some(last) => Ok(vec![*last]),
        None => Err(fields.error("the program is empty")),
    }
}

/// Operation 4: the members of a lookup's tuple, the most significant in theta first.
fn read_tuple(
    fields: &mut Fields<'_>,
    slots: &Slots<'_>,
    out: &mut Expressions,
) -> Result<Vec<ExprId>, ImportError> {
    let words = fields.u8()?;
    let mut tuple = vec![slots.operand(fields, out)?];
    for _ in 0..words {
        while !fields.at_end() {
            tuple.push(slots.operand(fields, out)?);
        }
        fields.next_word()?;
    }
    Ok(tuple)
}

struct Slots<'a> {
    start: u32,
    values: Vec<ExprId>,
    space: &'a AddressSpace<'a>,
}

impl Slots<'_> {
    fn step(
        &mut self,
        opcode: u8,
        fields: &mut Fields<'_>,
        out: &mut Expressions,
    ) -> Result<(), ImportError> {
        // A slot must lie below the challenges, or writing it would destroy them.
        let slot = u32::try_from(self.values.len())
            .ok()
            .and_then(|count| self.start.checked_add(count.checked_mul(32)?));
        if slot.is_none_or(|slot| slot >= self.space.challenges_start) {
            return Err(fields.error("the program writes over the challenges"));
        }
        let value = match opcode {
            0 => {
                let address = fields.u16()?;
                self.space.load(address, out).ok_or_else(|| {
                    fields.error(format!(
                        "calldata {address:#x} is not the evaluation of an advice or fixed column"
                    ))
                })?
            }
            1 => {
                let operand = self.operand(fields, out)?;
                out.neg(operand)
            }
            2 | 3 => {
                let left = self.operand(fields, out)?;
                let right = self.operand(fields, out)?;
                if opcode == 2 {
                    out.add(left, right)
                } else {
                    out.mul(left, right)
                }
            }
            _ => return Err(fields.error(format!("there is no operation {opcode:#04x}"))),
        };
        self.values.push(value);
        Ok(())
    }

    fn operand(
        &self,
        fields: &mut Fields<'_>,
        out: &mut Expressions,
    ) -> Result<ExprId, ImportError> {
        let address = fields.u16()?;
        let slot =
            element(address, self.start, 32).and_then(|index| self.values.get(index as usize));
        match slot {
            Some(value) => Ok(*value),
            None => self.space.outside_slots(address, out).ok_or_else(|| {
                fields.error(format!(
                    "memory {address:#x} holds no constant, challenge, instance or earlier result"
                ))
            }),
        }
    }
}
