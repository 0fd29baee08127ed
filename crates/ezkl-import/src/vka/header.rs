//! The header words, the phases, and the checks of what can be derived.

use super::opening::word_at;
use super::reader::{Words, error, error_at};
use super::{Permutation, point_address, point_error};
use crate::error::{ErrorKind, ImportError};
use crate::field::{self, PointError};
use ark_bn254::{Fr, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, Field};
use halo2_kzg_verifier::{Phase, TrustedSetup, VerifyingKey, limits};

const HEADER: &str = "header";
/// Index of the first word of the phases.
const PHASES_WORD: usize = 33;
/// Challenges after the user's: theta, beta, gamma, y, x.
const PROTOCOL_CHALLENGES: u32 = 5;

/// The header, read and checked as far as it can be on its own.
pub(super) struct Header {
    pub(super) digest: Fr,
    scratch_size: u32,
    pub(super) public_inputs: u32,
    pub(super) evaluations: u32,
    pub(super) user_challenges: u32,
    pub(super) k: u8,
    pub(super) trusted_setup: TrustedSetup,
    quotient_addresses: [u32; 2],
    pub(super) gates_word: usize,
    pub(super) permutation_word: usize,
    pub(super) lookup_word: usize,
    pub(super) pcs_word: usize,
    rescaling_offset: u32,
    pub(super) blinding_factors: u32,
    pub(super) fixed_commitments: u32,
    /// Phases of advice columns with the user challenges that follow each.
    pub(super) phases: Vec<Phase>,
    pub(super) lookups: u32,
    pub(super) products: u32,
    pub(super) quotient_pieces: u32,
    /// Index of the first word of the fixed commitments.
    pub(super) fixed_word: usize,
}

impl Header {
    pub(super) fn read(words: &Words<'_>) -> Result<Self, ImportError> {
        let small = |index| words.small(index, HEADER);
        let digest = read_digest(words)?;
        let k = read_k(words)?;
        let user_challenges = read_user_challenges(words)?;
        let negative_lagranges = small(31)?;
        let blinding_factors = negative_lagranges
            .checked_sub(1)
            .ok_or_else(|| error_at(31, HEADER, "there are no Lagrange values at the end"))?;
        if words.get(10, HEADER)? != &[0; 32] {
            let problem = "the circuit has a KZG accumulator, which ezkl's circuits do not have";
            return Err(error(ErrorKind::Version, 10, HEADER, problem));
        }
        let fixed_commitments = read_fixed_commitments(words)?;
        check_domain(words, k, negative_lagranges)?;
        let mut header = Self {
            digest,
            scratch_size: small(1)?,
            public_inputs: small(2)?,
            evaluations: small(3)?,
            user_challenges,
            k,
            trusted_setup: read_trusted_setup(words)?,
            quotient_addresses: [small(24)?, small(25)?],
            gates_word: read_section(words, 26)?,
            permutation_word: read_section(words, 27)?,
            lookup_word: read_section(words, 28)?,
            pcs_word: read_section(words, 29)?,
            rescaling_offset: small(30)?,
            blinding_factors,
            fixed_commitments,
            phases: Vec::new(),
            lookups: 0,
            products: 0,
            quotient_pieces: 0,
            fixed_word: 0,
        };
        header.read_phases(words)?;
        Ok(header)
    }

    /// The proof's points in the order of the transcript, with the challenges after each group.
    ///
    /// The advice phases come first, theta following the last of them. With lookups there is a group
    /// of multiplicities, then beta and gamma; without, these follow theta. Then come the products,
    /// lookup sums and the random polynomial (y), and the quotient's pieces (x).
    fn read_phases(&mut self, words: &Words<'_>) -> Result<(), ImportError> {
        let mut fields = words.fields(PHASES_WORD, "phases")?;
        let count = fields.u8()?;
        let mut groups = Vec::new();
        for _ in 0..count {
            while !fields.at_end() {
                let bytes = fields.u16()?;
                if bytes % 64 != 0 {
                    return Err(fields.error(format!("{bytes} bytes are not whole points")));
                }
                groups.push((bytes / 64, u32::from(fields.u8()?)));
            }
            fields.next_word()?;
        }
        self.fixed_word = fields.index();
        let has_lookups = words.get(self.lookup_word, "lookup section")? != &[0; 32];
        let malformed = || {
            error_at(
                PHASES_WORD,
                "phases",
                "the groups of points are not those of ezkl's proof system: advice phases, \
                 multiplicities (2 challenges), products (1), quotient (1)",
            )
        };
        let (Some((pieces, 1)), Some((products, 1))) = (groups.pop(), groups.pop()) else {
            return Err(malformed());
        };
        if has_lookups {
            let Some((lookups, 2)) = groups.pop().filter(|(lookups, _)| *lookups > 0) else {
                return Err(malformed());
            };
            self.lookups = lookups;
        }
        let merged = if has_lookups { 1 } else { 3 };
        let last = groups.last_mut().ok_or_else(malformed)?;
        last.1 = last.1.checked_sub(merged).ok_or_else(malformed)?;
        self.quotient_pieces = pieces;
        self.products = products
            .checked_sub(self.lookups + 1)
            .ok_or_else(malformed)?;
        self.phases = groups
            .into_iter()
            .map(|(advice_columns, challenges)| Phase {
                advice_columns,
                challenges,
            })
            .collect();
        let challenges: u32 = self.phases.iter().map(|phase| phase.challenges).sum();
        if challenges != self.user_challenges {
            return Err(error_at(
                4,
                HEADER,
                format!(
                    "{} user challenges, but the phases have {challenges}",
                    self.user_challenges
                ),
            ));
        }
        Ok(())
    }

    pub(super) fn advice_columns(&self) -> u32 {
        self.phases.iter().map(|phase| phase.advice_columns).sum()
    }

    /// Points of the proof before its evaluations.
    pub(super) fn points(&self) -> u32 {
        self.advice_columns() + 2 * self.lookups + self.products + 1 + self.quotient_pieces
    }

    /// Memory address behind the artifact, where the scratch area begins.
    pub(super) fn scratch_start(&self, words: &Words<'_>) -> Result<u32, ImportError> {
        super::memory_address(words.len())
    }

    /// Memory address of the first challenge.
    pub(super) fn challenges_start(&self, words: &Words<'_>) -> Result<u32, ImportError> {
        let start = self.scratch_start(words)?;
        let protocol = self.user_challenges.saturating_add(PROTOCOL_CHALLENGES);
        start
            .checked_add(self.scratch_size)
            .filter(|start| *start <= u32::MAX - protocol.saturating_mul(32))
            .ok_or_else(|| error_at(1, HEADER, "the scratch area is larger than any memory"))
    }

    /// The last section only tells the contract how to display public inputs: its length must fit.
    pub(super) fn check_rescaling(
        &self,
        words: &Words<'_>,
        start: usize,
    ) -> Result<(), ImportError> {
        const SECTION: &str = "rescaling section";
        if self.rescaling_offset as usize != 0x20 + 32 * start {
            return Err(error_at(
                30,
                HEADER,
                "the PCS section does not end where the next begins",
            ));
        }
        let length = usize::from(words.fields(start, SECTION)?.u8()?);
        if start >= words.len() || length != words.len() - start {
            return Err(error_at(
                start,
                SECTION,
                "the section does not end with the artifact",
            ));
        }
        Ok(())
    }

    /// Compares what the artifact states with what follows from its circuit.
    pub(super) fn check_derived(
        &self,
        key: &VerifyingKey,
        permutation: &Permutation,
    ) -> Result<(), ImportError> {
        let degree = u64::from(key.degree());
        let columns = permutation.columns.len() as u64;
        let chunk = degree.saturating_sub(2).max(1);
        let first = point_address(self.points() - self.quotient_pieces);
        let last = point_address(self.points().saturating_sub(1));
        // All products but the last have as many columns as the degree allows.
        let whole_chunks = permutation.sizes.iter().rev().skip(1);
        let size = whole_chunks
            .map(|size| *size as u64)
            .find(|size| *size != chunk);
        let proof = u64::from(self.points()) * 64 + u64::from(self.evaluations) * 32 + 128;
        let [stated_last, stated_first] = self.quotient_addresses;
        let facts: [(usize, &str, u64, u64); 7] = [
            (
                31,
                "blinding factors",
                self.blinding_factors.into(),
                key.blinding_factors().into(),
            ),
            (
                33,
                "quotient pieces",
                self.quotient_pieces.into(),
                degree.saturating_sub(1),
            ),
            (
                33,
                "permutation products",
                self.products.into(),
                columns.div_ceil(chunk),
            ),
            (
                27,
                "columns in a permutation product",
                size.unwrap_or(chunk),
                chunk,
            ),
            (
                24,
                "address of the last quotient piece",
                stated_last.into(),
                last.into(),
            ),
            (
                25,
                "address of the first quotient piece",
                stated_first.into(),
                first.into(),
            ),
            (3, "proof length", proof, key.proof_length()),
        ];
        for (word, name, stated, derived) in facts {
            if stated != derived {
                let problem = format!("{name}: {stated} stated, but the circuit has {derived}");
                return Err(error(ErrorKind::Mismatch, word, HEADER, problem));
            }
        }
        Ok(())
    }
}

/// Word 0.
fn read_digest(words: &Words<'_>) -> Result<Fr, ImportError> {
    let problem = "the digest is not below the modulus";
    field::fr_from_be(words.get(0, HEADER)?)
        .ok_or_else(|| error(ErrorKind::NotCanonical, 0, HEADER, problem))
}

/// Word 4: the challenges of all phases.
fn read_user_challenges(words: &Words<'_>) -> Result<u32, ImportError> {
    let offset = words.small(4, HEADER)?;
    if offset % 32 != 0 {
        let problem = "the challenges' offset is not in whole words";
        return Err(error_at(4, HEADER, problem));
    }
    Ok(offset / 32)
}

/// Word 5.
fn read_k(words: &Words<'_>) -> Result<u8, ImportError> {
    let k = words.small(5, HEADER)?;
    u8::try_from(k)
        .ok()
        .filter(|k| *k <= limits::MAX_K)
        .ok_or_else(|| error_at(5, HEADER, format!("k is {k}; at most 28 is possible")))
}

/// Words 26 to 29: the index of the first word of a section.
fn read_section(words: &Words<'_>, index: usize) -> Result<usize, ImportError> {
    let address = words.small(index, HEADER)?;
    word_at(address)
        .filter(|word| *word < words.len())
        .ok_or_else(|| {
            let problem = format!("{address:#x} is not the address of a section");
            error_at(index, HEADER, problem)
        })
}

/// Word 32.
fn read_fixed_commitments(words: &Words<'_>) -> Result<u32, ImportError> {
    let count = words.small(32, HEADER)?;
    if count as usize > words.len() {
        let problem = "there are more fixed commitments than words";
        return Err(error_at(32, HEADER, problem));
    }
    Ok(count)
}

/// Words 6 to 9 and 14 to 19: numbers and points that follow from k.
fn check_domain(words: &Words<'_>, k: u8, negative_lagranges: u32) -> Result<(), ImportError> {
    let n = Fr::from(1u64 << k);
    let omega = halo2_import::omega(k);
    let omega_inverse = omega.inverse().unwrap_or(Fr::ZERO);
    let scalars = [
        (6, "1/n", n.inverse().unwrap_or(Fr::ZERO)),
        (7, "omega", omega),
        (8, "1/omega", omega_inverse),
        (
            9,
            "omega^-(blinding factors + 1)",
            omega_inverse.pow([u64::from(negative_lagranges)]),
        ),
    ];
    for (index, name, expected) in scalars {
        if words.get(index, HEADER)? != &field::to_be(&expected) {
            let problem = format!("{name} does not belong to k = {k}");
            return Err(error(ErrorKind::Mismatch, index, HEADER, problem));
        }
    }
    let g1 = ark_bn254::G1Affine::generator();
    let g2 = G2Affine::generator();
    let points = [
        (14, field::to_be(&g1.x)),
        (15, field::to_be(&g1.y)),
        (16, field::to_be(&g2.x.c1)),
        (17, field::to_be(&g2.x.c0)),
        (18, field::to_be(&g2.y.c1)),
        (19, field::to_be(&g2.y.c0)),
    ];
    for (index, expected) in points {
        if words.get(index, HEADER)? != &expected {
            let problem = "the generator is not BN254's: the artifact is for another curve or SRS";
            return Err(error(ErrorKind::Mismatch, index, HEADER, problem));
        }
    }
    Ok(())
}

/// Words 20 to 23: -\[s\]G2.
fn read_trusted_setup(words: &Words<'_>) -> Result<TrustedSetup, ImportError> {
    let word = |index| words.get(index, HEADER);
    let negated = field::g2_from_be([word(20)?, word(21)?, word(22)?, word(23)?])
        .map_err(|problem| point_error(20, "-[s]G2", problem))?;
    TrustedSetup::new(-negated).ok_or_else(|| point_error(20, "-[s]G2", PointError::Subgroup))
}
