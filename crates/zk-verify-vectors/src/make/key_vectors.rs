//! A vector whose key is asked about with nothing to prove: `false` says that it is a key.

use super::{
    Expect, Maker, code, encode,
    raw_key::{Lookup, RawKey, Shuffle},
};
use alloy_primitives::{Address, address};
use anyhow::Result;
use zk_verify_conformance::Vector;

/// Where the key of such a vector is deployed.
pub(super) const KEY: Address = address!("00000000000000000000000000000000000be001");

/// Adds vectors for keys to those that are being made.
pub(super) struct Keys<'a>(pub(super) &'a mut Maker);

impl Keys<'_> {
    pub(super) fn add(&mut self, name: &str, bytes: &[u8], expect: &Expect) -> Result<()> {
        let vector = Vector {
            code: code([(KEY, bytes)]),
            ..Vector::new(name, &encode(Some(KEY), &[], &[]))
        };
        self.0.add("keys", vector, expect)
    }

    /// A key that is accepted.
    pub(super) fn add_key(&mut self, name: &str, key: &RawKey) -> Result<()> {
        self.add(name, &key.encode(), &Expect::Returns(false))
    }

    /// Bytes that are no key.
    pub(super) fn add_refused(&mut self, name: &str, key: &RawKey) -> Result<()> {
        self.add(name, &key.encode(), &Expect::invalid_key(KEY))
    }

    /// A key at a limit, and the same beyond it.
    pub(super) fn limit(
        &mut self,
        what: &str,
        most: u32,
        make: impl Fn(u32) -> RawKey,
    ) -> Result<()> {
        self.add_key(&format!("{what}: {most}"), &make(most))?;
        self.add_refused(&format!("{what}: {}", most + 1), &make(most + 1))
    }
}

/// A lookup whose nodes are all node 0.
pub(super) fn lookup(arity: u8, inputs: u8) -> Lookup {
    Lookup {
        arity,
        inputs,
        nodes: vec![0; usize::from(arity) * (usize::from(inputs) + 1)],
    }
}

/// A shuffle whose nodes are all node 0.
pub(super) fn shuffle(arity: u8) -> Shuffle {
    Shuffle {
        arity,
        nodes: vec![0; 2 * usize::from(arity)],
    }
}
