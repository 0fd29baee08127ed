//! The two forms of a proof: which one it has, and what each costs.

use crate::cost::{Cost, verification};
use halo2_kzg_verifier::{Rejection, VerifyingKey, lengthen_proof, shorten_proof};
use serde::Serialize;
use std::fmt;
use zk_verify_precompile::AccessPrices;

/// How the points of a proof are written. Both forms are the same proof: each is converted into the other exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// A point has 64 bytes, x and y: what provers write.
    Long,
    /// A point has 32 bytes: x, with the parity of y in the top bit.
    Short,
}

impl Form {
    /// The form of a proof, which its length tells; `None` if no proof of this key has this length.
    pub fn of(key: &VerifyingKey, proof: &[u8]) -> Option<Self> {
        [Form::Long, Form::Short]
            .into_iter()
            .find(|form| form.length(key) == proof.len() as u64)
    }

    /// Bytes of every proof of this key in this form.
    pub fn length(self, key: &VerifyingKey) -> u64 {
        match self {
            Form::Long => key.proof_length(),
            Form::Short => key.short_proof_length(),
        }
    }

    /// "long" or "short".
    pub const fn name(self) -> &'static str {
        match self {
            Form::Long => "long",
            Form::Short => "short",
        }
    }
}

/// A proof in both of its forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BothForms {
    /// The form in which it was given.
    pub given: Form,
    /// In the long form.
    pub long: Vec<u8>,
    /// In the short form.
    pub short: Vec<u8>,
}

impl BothForms {
    /// Converts a proof of either form.
    ///
    /// # Errors
    /// What verification says of a proof that is malformed. Whether a well-formed one is valid is not looked at.
    pub fn of(key: &VerifyingKey, proof: &[u8]) -> Result<Self, Rejection> {
        let given = Form::of(key, proof).unwrap_or(Form::Long);
        let (long, short) = match given {
            Form::Long => (proof.to_vec(), shorten_proof(key, proof)?),
            Form::Short => (lengthen_proof(key, proof)?, proof.to_vec()),
        };
        Ok(Self { given, long, short })
    }

    /// The proof in one of the forms.
    pub fn get(&self, form: Form) -> &[u8] {
        match form {
            Form::Long => &self.long,
            Form::Short => &self.short,
        }
    }
}

/// What the two forms of a key's proofs cost, in bytes and in gas. Displays as a table; serialises as the JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Forms {
    /// The form of the given proof; `None` without one, and for one that has the length of neither form.
    pub given: Option<Form>,
    /// In the long form.
    pub long: FormCost,
    /// In the short form.
    pub short: FormCost,
}

/// What proofs cost in one form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FormCost {
    /// Bytes of a proof.
    pub bytes: u64,
    /// Gas of one call of `verifyWithKey` with a cold key, without calldata, up to Osaka.
    pub verification: u64,
    /// What the transaction with the given proof costs on each fork, the oldest first. Empty without a proof, and for
    /// one that is malformed.
    pub transactions: Vec<Cost>,
}

impl Forms {
    /// The forms of this key's proofs; with a proof and its public inputs, what their transactions cost.
    pub fn of(key: &VerifyingKey, proof: Option<(&[u8], &[u8])>) -> Self {
        let both =
            proof.and_then(|(proof, inputs)| Some((BothForms::of(key, proof).ok()?, inputs)));
        let cost = |form: Form| FormCost {
            bytes: form.length(key),
            verification: verification(
                key,
                form.length(key),
                key.public_inputs_length(),
                true,
                AccessPrices::BERLIN,
            ),
            transactions: both.as_ref().map_or_else(Vec::new, |(both, inputs)| {
                Cost::of(key, both.get(form), inputs).to_vec()
            }),
        };
        Self {
            given: proof.and_then(|(proof, _)| Form::of(key, proof)),
            long: cost(Form::Long),
            short: cost(Form::Short),
        }
    }
}

impl fmt::Display for Forms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = match self.given {
            Some(form) => format!(" (this one is in the {} form)", form.name()),
            None => String::new(),
        };
        writeln!(f, "A proof's two forms, in bytes and in gas{given}:\n")?;
        write!(f, "  {:<8}{:>8}{:>14}", "", "bytes", "verification")?;
        for cost in &self.long.transactions {
            write!(f, "{:>12}", cost.fork.name())?;
        }
        for (form, cost) in [(Form::Long, &self.long), (Form::Short, &self.short)] {
            let (name, bytes, gas) = (form.name(), cost.bytes, cost.verification);
            write!(f, "\n  {name:<8}{bytes:>8}{gas:>14}")?;
            for cost in &cost.transactions {
                write!(f, "{:>12}", cost.transaction)?;
            }
        }
        if !self.long.transactions.is_empty() {
            write!(
                f,
                "\n\n  By fork: the whole transaction that calls verifyWithKey."
            )?;
        }
        Ok(())
    }
}

/// An explanation with what there is to say of the proof's forms. Displays as text; serialises as the explanation's
/// fields, and `forms`.
#[derive(Clone, Debug, Serialize)]
pub struct WithForms<E> {
    /// What the proof says.
    #[serde(flatten)]
    pub explanation: E,
    /// Its two forms.
    pub forms: Forms,
}

impl<E: fmt::Display> fmt::Display for WithForms<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.explanation.to_string();
        write!(f, "{}\n\n{}", text.trim_end(), self.forms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fork;
    use ezkl_import::{EzklProof, import_vka};

    fn fixture(name: &str) -> (VerifyingKey, EzklProof) {
        let read = |file| {
            let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");
            std::fs::read(format!("{root}/{name}/{file}")).unwrap()
        };
        let key = import_vka(&read("vka.bin")).unwrap();
        (key, EzklProof::from_json(&read("proof.json")).unwrap())
    }

    #[test]
    fn both_forms_come_from_either() {
        let (key, EzklProof { proof, .. }) = fixture("mlp");
        let both = BothForms::of(&key, &proof).unwrap();
        assert_eq!((both.given, &both.long), (Form::Long, &proof));
        assert_eq!(Form::of(&key, &both.short), Some(Form::Short));
        let again = BothForms::of(&key, &both.short).unwrap();
        assert_eq!(again.given, Form::Short);
        assert_eq!((again.long, again.short), (both.long, both.short));
        let between = &proof[..2_500];
        assert_eq!(Form::of(&key, between), None);
        let refused = BothForms::of(&key, between).unwrap_err().to_string();
        assert!(refused.contains("3072, or 2304 in short form"), "{refused}");
    }

    #[test]
    fn the_short_form_pays_from_amsterdam_on() {
        let (key, proof) = fixture("mlp");
        let forms = Forms::of(&key, Some((&proof.proof, &proof.public_inputs)));
        assert_eq!(forms.given, Some(Form::Long));
        assert_eq!((forms.long.bytes, forms.short.bytes), (3_072, 2_304));
        let on = |costs: &FormCost, fork| {
            let cost = costs.transactions.iter().find(|cost| cost.fork == fork);
            cost.unwrap().transaction as f64
        };
        let ratio = |fork| on(&forms.short, fork) / on(&forms.long, fork);
        assert!(ratio(Fork::Prague) <= 1.02, "{forms}");
        assert!(ratio(Fork::Amsterdam) <= 0.80, "{forms}");
    }

    #[test]
    fn a_malformed_proof_has_no_transaction_but_may_have_a_form() {
        let (key, mut proof) = fixture("mlp");
        proof.proof[..64].fill(0xff);
        let forms = Forms::of(&key, Some((&proof.proof, &proof.public_inputs)));
        assert_eq!(forms.given, Some(Form::Long));
        assert!(forms.long.transactions.is_empty() && forms.short.transactions.is_empty());
    }
}
