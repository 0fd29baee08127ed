//! The points of a short proof, all found before the proof is read: in lanes eight square roots are computed at once.
//!
//! Where a point stands in a proof follows from the key, so no challenge is needed. The transcript takes the points in
//! their order and refuses what it would refuse without this.

use crate::{
    arithmetic::Arithmetic,
    field::WORD_BYTES,
    key::prepared::PreparedKey,
    point_encoding::{PointEncoding, Roots, read_compressed},
    proof_form::read_whole,
    protocol::reader::ProofReader,
    rejection::Rejection,
};
use alloc::vec::Vec;
use ark_bn254::{Fq, G1Affine};

impl PointEncoding {
    /// With the points of the proof found, if it is in the short form and the setup in lanes. The proof has the length
    /// of its form.
    pub(crate) fn with_points<A: Arithmetic>(self, key: &PreparedKey<A>, proof: &[u8]) -> Self {
        match self {
            PointEncoding::Short(_) if A::is_in_lanes(&key.setup.pairing) => {
                PointEncoding::Short(Roots::Found(find(key, proof)))
            }
            other => other,
        }
    }
}

/// For each point, by position, what [`Arithmetic::decompress_all`] finds. It ends before the first word whose x is not
/// canonical, where the transcript stops too.
fn find<A: Arithmetic>(key: &PreparedKey<A>, proof: &[u8]) -> Vec<Option<G1Affine>> {
    let mut words = Words {
        rest: proof,
        compressed: Vec::with_capacity(key.key().num_proof_points() as usize),
    };
    // A refusal is the transcript's to report, at its place among all others.
    let _ = read_whole(key.key(), &mut words);
    A::decompress_all(&key.setup.pairing, &words.compressed)
}

/// Reads the points' words of a short proof and skips the rest.
struct Words<'a> {
    rest: &'a [u8],
    compressed: Vec<(Fq, bool)>,
}

impl<'a> Words<'a> {
    fn take(&mut self) -> Result<&'a [u8], Rejection> {
        let taken = self.rest.split_at_checked(WORD_BYTES);
        let (word, rest) = taken.ok_or(Rejection::InconsistentKey)?;
        self.rest = rest;
        Ok(word)
    }
}

impl ProofReader for Words<'_> {
    type Point = ();
    type Evaluation = ();
    type Challenge<Name> = ();
    type Error = Rejection;

    fn point(&mut self) -> Result<(), Rejection> {
        let position = u32::try_from(self.compressed.len()).unwrap_or(u32::MAX);
        let compressed = read_compressed(self.take()?, position)?;
        // The identity keeps its place by x = 0, which no point has.
        self.compressed.push(compressed.unwrap_or_default());
        Ok(())
    }

    fn point_or_identity(&mut self) -> Result<(), Rejection> {
        self.point()
    }

    fn evaluation(&mut self) -> Result<(), Rejection> {
        self.take().map(|_| ())
    }

    fn squeeze<Name>(&mut self) {}
}
