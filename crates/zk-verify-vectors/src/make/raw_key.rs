//! A key's encoding, written down from the specification without any check, so that keys can be made
//! that the verifier's own encoder would never write.

/// The features bit of classic lookups, which have no number of inputs.
const CLASSIC: u8 = 4;

/// The parts of a key, in the order of the encoding (spec/zk-verify.md, "Encoding").
#[derive(Clone, Debug)]
pub(super) struct RawKey {
    pub(super) header: [u8; 2],
    pub(super) k: u8,
    pub(super) features: u8,
    pub(super) degree: u8,
    pub(super) digest: [u8; 32],
    pub(super) s_g2: [u8; 128],
    /// Values of each instance column.
    pub(super) instance_lengths: Vec<u32>,
    /// Column, first row, limbs, bits; it is in the encoding if it is here, whatever the features say.
    pub(super) accumulator: Option<(u8, u32, u8, u8)>,
    /// Advice columns and challenges.
    pub(super) phases: Vec<(u16, u8)>,
    pub(super) num_fixed: u16,
    /// Column and rotation.
    pub(super) advice_queries: Vec<(u16, i8)>,
    pub(super) fixed_queries: Vec<(u16, i8)>,
    pub(super) nodes: Vec<Node>,
    pub(super) gates: Vec<u16>,
    pub(super) permutation: Vec<Column>,
    pub(super) lookups: Vec<Lookup>,
    pub(super) shuffles: Vec<Shuffle>,
    pub(super) points: Vec<[u8; 64]>,
    /// 0 is the identity, i the i-th point.
    pub(super) fixed: Vec<u16>,
    pub(super) sigma: Vec<u16>,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    Constant([u8; 32]),
    /// Column and rotation.
    Instance(u8, i8),
    Fixed(u16),
    Advice(u16),
    Challenge(u8),
    Neg(u16),
    Add(u16, u16),
    Mul(u16, u16),
    /// A tag that does not exist.
    Unknown(u8),
}

#[derive(Clone, Debug)]
pub(super) enum Column {
    Advice(u16),
    Fixed(u16),
    Instance(u8),
    /// A tag that does not exist.
    Unknown(u8),
}

/// Arity and number of inputs stand in the encoding, so they can disagree with the tuples.
#[derive(Clone, Debug)]
pub(super) struct Lookup {
    pub(super) arity: u8,
    pub(super) inputs: u8,
    /// All inputs, then the table.
    pub(super) nodes: Vec<u16>,
}

#[derive(Clone, Debug)]
pub(super) struct Shuffle {
    pub(super) arity: u8,
    /// The input, then the shuffle.
    pub(super) nodes: Vec<u16>,
}

impl RawKey {
    /// The smallest key: one advice column, which a gate says is zero.
    pub(super) fn smallest() -> Self {
        let mut digest = [0; 32];
        digest[31] = 1;
        RawKey {
            header: [0, 1],
            k: 10,
            features: 0,
            degree: 3,
            digest,
            s_g2: halo2_kzg_verifier::TrustedSetup::PERPETUAL_POWERS_OF_TAU,
            instance_lengths: vec![0],
            accumulator: None,
            phases: vec![(1, 0)],
            num_fixed: 0,
            advice_queries: vec![(0, 0)],
            fixed_queries: vec![],
            nodes: vec![Node::Advice(0)],
            gates: vec![0],
            permutation: vec![],
            lookups: vec![],
            shuffles: vec![],
            points: vec![],
            fixed: vec![],
            sigma: vec![],
        }
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Adds a fixed column whose commitment is the identity.
    pub(super) fn fixed_column(&mut self, rotations: &[i8]) {
        let column = self.num_fixed;
        self.num_fixed += 1;
        self.fixed.push(0);
        self.fixed_queries
            .extend(rotations.iter().map(|&r| (column, r)));
    }

    /// Adds an advice column to the last phase.
    pub(super) fn advice_column(&mut self, rotations: &[i8]) {
        let column = self.phases.iter().map(|(columns, _)| columns).sum();
        if let Some((columns, _)) = self.phases.last_mut() {
            *columns += 1;
        }
        self.advice_queries
            .extend(rotations.iter().map(|&r| (column, r)));
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let advice: u32 = self
            .phases
            .iter()
            .map(|(columns, _)| u32::from(*columns))
            .sum();
        let mut out = Writer(Vec::new());
        out.0.extend(self.header);
        out.0.extend([self.k, self.features, self.degree]);
        out.0.extend(self.digest);
        out.0.extend(self.s_g2);
        out.0.push(self.instance_lengths.len() as u8);
        for length in &self.instance_lengths {
            out.0.extend(length.to_be_bytes());
        }
        if let Some((column, row, limbs, bits)) = self.accumulator {
            out.0.push(column);
            out.0.extend(row.to_be_bytes());
            out.0.extend([limbs, bits]);
        }
        out.0.push(self.phases.len() as u8);
        for (columns, challenges) in &self.phases {
            out.0.extend(columns.to_be_bytes());
            out.0.push(*challenges);
        }
        out.0.extend(self.num_fixed.to_be_bytes());
        for (queries, columns) in [
            (&self.advice_queries, advice as usize),
            (&self.fixed_queries, usize::from(self.num_fixed)),
        ] {
            out.count(queries.len());
            for (column, rotation) in queries {
                out.index(*column, columns);
                out.0.extend(rotation.to_be_bytes());
            }
        }
        out.count(self.nodes.len());
        self.nodes.iter().for_each(|node| self.node(&mut out, node));
        out.count(self.gates.len());
        out.indices(&self.gates, self.nodes.len());
        out.count(self.permutation.len());
        for column in &self.permutation {
            match *column {
                Column::Advice(column) => out.tagged(0, &[column], advice as usize),
                Column::Fixed(column) => out.tagged(1, &[column], usize::from(self.num_fixed)),
                Column::Instance(column) => out.0.extend([2, column]),
                Column::Unknown(tag) => out.0.push(tag),
            }
        }
        out.count(self.lookups.len());
        for lookup in &self.lookups {
            out.0.push(lookup.arity);
            if self.features & CLASSIC == 0 {
                out.0.push(lookup.inputs);
            }
            out.indices(&lookup.nodes, self.nodes.len());
        }
        out.count(self.shuffles.len());
        for shuffle in &self.shuffles {
            out.0.push(shuffle.arity);
            out.indices(&shuffle.nodes, self.nodes.len());
        }
        out.count(self.points.len());
        out.0.extend(self.points.iter().flatten());
        out.indices(&self.fixed, self.points.len() + 1);
        out.indices(&self.sigma, self.points.len() + 1);
        out.0
    }

    fn node(&self, out: &mut Writer, node: &Node) {
        let nodes = self.nodes.len();
        match *node {
            Node::Constant(value) => {
                out.0.push(0);
                out.0.extend(value);
            }
            Node::Instance(column, rotation) => {
                out.0.extend([1, column]);
                out.0.extend(rotation.to_be_bytes());
            }
            Node::Fixed(query) => out.tagged(2, &[query], self.fixed_queries.len()),
            Node::Advice(query) => out.tagged(3, &[query], self.advice_queries.len()),
            Node::Challenge(index) => out.0.extend([4, index]),
            Node::Neg(a) => out.tagged(5, &[a], nodes),
            Node::Add(a, b) => out.tagged(6, &[a, b], nodes),
            Node::Mul(a, b) => out.tagged(7, &[a, b], nodes),
            Node::Unknown(tag) => out.0.push(tag),
        }
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn count(&mut self, number: usize) {
        let number = u16::try_from(number).expect("counts of the encoding have two bytes");
        self.0.extend(number.to_be_bytes());
    }

    /// An index below `below`: one byte if that is at most 256, else two.
    fn index(&mut self, value: u16, below: usize) {
        if below > 256 {
            self.0.extend(value.to_be_bytes());
        } else {
            self.0
                .push(u8::try_from(value).expect("an index of one byte"));
        }
    }

    fn indices(&mut self, values: &[u16], below: usize) {
        values.iter().for_each(|&value| self.index(value, below));
    }

    fn tagged(&mut self, tag: u8, values: &[u16], below: usize) {
        self.0.push(tag);
        self.indices(values, below);
    }
}
