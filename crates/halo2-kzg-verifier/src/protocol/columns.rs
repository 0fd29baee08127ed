//! Advice and fixed columns: committed phase by phase or in the key, and opened where the circuit
//! reads them.

use super::{
    query::{Commitment, Opened, OpeningQuery, Visit},
    reader::ProofReader,
};
use crate::{
    circuit::rules::Circuit,
    error::{Inconsistency, KeyFault, count},
};
use alloc::vec::Vec;

/// Names the challenges that a circuit draws for itself.
pub(crate) enum UserChallenge {}

/// The advice columns' commitments, and the challenges drawn between the phases.
pub(crate) struct Committed<R: ProofReader> {
    /// In proof order, which is the order of the columns.
    advice: Vec<R::Point>,
    user_challenges: Vec<R::Challenge<UserChallenge>>,
}

/// The evaluations of advice and fixed queries, in the order of the key's lists.
pub(crate) struct Evaluated<R: ProofReader> {
    pub(crate) user_challenges: Vec<R::Challenge<UserChallenge>>,
    commitments: Vec<R::Point>,
    pub(crate) advice: Vec<R::Evaluation>,
    pub(crate) fixed: Vec<R::Evaluation>,
}

impl<R: ProofReader> Committed<R> {
    pub(crate) fn read(circuit: &Circuit, reader: &mut R) -> Result<Self, R::Error> {
        let mut advice = Vec::with_capacity(circuit.num_advice() as usize);
        let mut user_challenges = Vec::with_capacity(circuit.num_challenges() as usize);
        for phase in &circuit.phases {
            for _ in 0..phase.advice_columns {
                advice.push(reader.point()?);
            }
            for _ in 0..phase.challenges {
                user_challenges.push(reader.squeeze());
            }
        }
        Ok(Committed {
            advice,
            user_challenges,
        })
    }

    pub(crate) fn read_evaluations(
        self,
        circuit: &Circuit,
        reader: &mut R,
    ) -> Result<Evaluated<R>, R::Error> {
        Ok(Evaluated {
            user_challenges: self.user_challenges,
            commitments: self.advice,
            advice: reader.evaluations(count(circuit.advice_queries.len()))?,
            fixed: reader.evaluations(count(circuit.fixed_queries.len()))?,
        })
    }
}

impl<R: ProofReader<Point = u32, Evaluation = u32>> Evaluated<R> {
    pub(crate) fn advice_queries(
        &self,
        circuit: &Circuit,
        visit: Visit<'_>,
    ) -> Result<(), KeyFault> {
        for (query, &evaluation) in circuit.advice_queries.iter().zip(&self.advice) {
            let point = self.commitments.get(query.column as usize);
            let point = *point.ok_or(KeyFault::Inconsistent(Inconsistency::UnknownColumn))?;
            visit(OpeningQuery::of_proof(point, query.rotation, evaluation));
        }
        Ok(())
    }

    pub(crate) fn fixed_queries(&self, circuit: &Circuit, visit: Visit<'_>) {
        for (query, &evaluation) in circuit.fixed_queries.iter().zip(&self.fixed) {
            visit(OpeningQuery {
                commitment: Commitment::Fixed(query.column),
                rotation: query.rotation,
                value: Opened::Proof(evaluation),
            });
        }
    }
}
