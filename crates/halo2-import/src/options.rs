//! What halo2's key does not say of its circuit and its proofs.

use crate::{
    circuit::Circuit,
    error::{ErrorKind, ImportError, Subject},
};
use halo2_kzg_verifier::{Accumulator, Opening, Query, TranscriptHash, TrustedSetup};

/// What a verifying key needs besides halo2's own key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOptions {
    /// The trusted setup that the key was made under: `params.s_g2()`.
    pub trusted_setup: TrustedSetup,
    /// For each instance column, by creation, the number of its values. Proofs are made with exactly as
    /// many: halo2's transcript has no separators, so other lengths would be other statements.
    pub instance_lengths: Vec<u32>,
    /// The prover's opening: `ProverSHPLONK` or `ProverGWC`.
    pub opening: Opening,
    /// The prover's transcript: snark-verifier's `EvmTranscript` is Keccak, halo2's `Blake2bWrite` BLAKE2b.
    pub transcript_hash: TranscriptHash,
    /// Where two points of KZG stand among the instances that somebody still has to check by a pairing:
    /// an aggregation circuit's accumulator.
    pub accumulator: Option<Accumulator>,
}

fn error(kind: ErrorKind, place: &str, problem: String) -> ImportError {
    ImportError::new(Subject::Options, kind, place, problem)
}

impl KeyOptions {
    /// Checks what can be said better here than by the verifier.
    pub(crate) fn check(&self, circuit: &Circuit) -> Result<(), ImportError> {
        self.check_lengths(circuit)?;
        let Some(accumulator) = &self.accumulator else {
            return Ok(());
        };
        let Some(length) = self.instance_lengths.get(accumulator.column as usize) else {
            let problem = format!(
                "instance column {}, but the circuit has {}, counted from 0",
                accumulator.column, circuit.instance_columns
            );
            return Err(error(ErrorKind::Mismatch, "accumulator", problem));
        };
        let limbs = u64::from(accumulator.limbs) * 4;
        let end = u64::from(accumulator.row) + limbs;
        if end > u64::from(*length) {
            let problem = format!(
                "{limbs} limbs from row {} do not fit the {length} values of instance column {}",
                accumulator.row, accumulator.column
            );
            return Err(error(ErrorKind::Mismatch, "accumulator", problem));
        }
        Ok(())
    }

    fn check_lengths(&self, circuit: &Circuit) -> Result<(), ImportError> {
        let (given, wanted) = (self.instance_lengths.len(), circuit.instance_columns);
        if given != wanted as usize {
            let problem = format!("{given} given, but the circuit has {wanted} instance columns");
            return Err(error(ErrorKind::Mismatch, "instance lengths", problem));
        }
        let rows = usable_rows(circuit);
        for (column, length) in self.instance_lengths.iter().enumerate() {
            if u64::from(*length) > rows {
                let problem = format!(
                    "{length} values in instance column {column}; the circuit has {rows} usable rows"
                );
                return Err(error(ErrorKind::Mismatch, "instance lengths", problem));
            }
        }
        Ok(())
    }
}

/// Rows without those at the end that blind the advice columns.
fn usable_rows(circuit: &Circuit) -> u64 {
    let mut queries = vec![0u64; circuit.advice_phases.len()];
    for Query { column, .. } in &circuit.advice_queries {
        if let Some(count) = queries.get_mut(*column as usize) {
            *count += 1;
        }
    }
    let blinding = queries.into_iter().max().unwrap_or(0).max(3) + 2;
    (1u64 << circuit.k).saturating_sub(blinding + 1)
}
