//! What the prover sends and the verifier draws, in the order of the protocol (spec, section 6.3).

use super::{
    columns, lookup, permutation,
    query::Visit,
    reader::{Positions, ProofReader},
    shuffle, vanishing,
};
use crate::{
    challenge::{Beta, Gamma, Theta, X, Y},
    circuit::rules::Circuit,
    error::KeyFault,
    key::layout::Layout,
};

/// A proof up to its opening, read, with the challenges drawn in between.
pub(crate) struct Messages<R: ProofReader> {
    /// Advice and fixed columns.
    pub(crate) columns: columns::Evaluated<R>,
    pub(crate) permutation: permutation::Evaluated<R>,
    pub(crate) lookups: lookup::Evaluated<R>,
    pub(crate) shuffles: shuffle::Evaluated<R>,
    pub(crate) vanishing: vanishing::Evaluated<R>,
    pub(crate) theta: R::Challenge<Theta>,
    pub(crate) beta: R::Challenge<Beta>,
    pub(crate) gamma: R::Challenge<Gamma>,
    pub(crate) y: R::Challenge<Y>,
    pub(crate) x: R::Challenge<X>,
}

impl<R: ProofReader> Messages<R> {
    pub(crate) fn read(
        circuit: &Circuit,
        layout: &Layout,
        reader: &mut R,
    ) -> Result<Self, R::Error> {
        let columns = columns::Committed::read(circuit, reader)?;
        let theta = reader.squeeze();
        let lookups = lookup::Begun::read(circuit, reader)?;
        let beta = reader.squeeze();
        let gamma = reader.squeeze();
        let permutation = permutation::Committed::read(layout.num_products, reader)?;
        let lookups = lookups.read_rest(circuit, reader)?;
        let shuffles = shuffle::Committed::read(circuit, reader)?;
        let vanishing = vanishing::Blinded::read(reader)?;
        let y = reader.squeeze();
        let vanishing = vanishing.read_pieces(layout.num_pieces, reader)?;
        let x = reader.squeeze();

        let columns = columns.read_evaluations(circuit, reader)?;
        let vanishing = vanishing.read_evaluation(reader)?;
        let permutation = permutation.read_evaluations(circuit, reader)?;
        let lookups = lookups.read_evaluations(reader)?;
        let shuffles = shuffles.read_evaluations(reader)?;
        Ok(Messages {
            columns,
            permutation,
            lookups,
            shuffles,
            vanishing,
            theta,
            beta,
            gamma,
            y,
            x,
        })
    }
}

impl Messages<Positions> {
    /// Where each message will stand in a proof, and how many there are before the opening's.
    pub(crate) fn positions(circuit: &Circuit, layout: &Layout) -> (Self, Positions) {
        let mut reader = Positions::default();
        match Self::read(circuit, layout, &mut reader) {
            Ok(messages) => (messages, reader),
            Err(never) => match never {},
        }
    }

    /// The queries of the opening, in their order (spec, section 8.1).
    pub(crate) fn queries(
        &self,
        circuit: &Circuit,
        layout: &Layout,
        visit: Visit<'_>,
    ) -> Result<(), KeyFault> {
        self.columns.advice_queries(circuit, visit)?;
        self.permutation
            .product_queries(layout.last_rotation(), visit);
        self.lookups.queries(visit);
        self.shuffles.queries(visit);
        self.columns.fixed_queries(circuit, visit);
        self.permutation.sigma_queries(visit);
        self.vanishing.queries(visit);
        Ok(())
    }
}
