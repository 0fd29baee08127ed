//! A damaged or foreign `vka.bin` is refused with its place and a cure, or changes nothing.

mod common;

use ezkl_import::{ErrorKind, EzklProof, import_vka, read_proof_json};
use halo2_kzg_verifier::{PreparedKey, VerifyingKey, verify};

const WORD: usize = 32;
const HEAD: usize = 8;

fn fixture(circuit: &str) -> (Vec<u8>, EzklProof) {
    let folder = common::circuit(circuit);
    let proof = read_proof_json(&common::bytes(&folder, "proof.json")).unwrap();
    (common::bytes(&folder, "vka.bin"), proof)
}

/// The outcomes that a changed artifact may have.
#[derive(Default, Debug)]
struct Outcomes {
    refused: usize,
    same_key: usize,
    other_circuit: usize,
    equivalent: usize,
}

impl Outcomes {
    /// Imports a changed artifact: it must be refused, give the same key, or give the key of another
    /// circuit, under which the proof is not valid.
    ///
    /// Or of an equivalent one: ezkl's gates have terms that may change without consequence, such as
    /// `0 + x`, `1 · x`, zero times something, and whatever is multiplied by a fixed column of zeros
    /// (an unused selector). If the honest proof is valid under another key, then every identity has
    /// the same value at a random point, so they are the same polynomials.
    fn import(&mut self, changed: &[u8], key: &VerifyingKey, proof: &EzklProof, what: &str) {
        match import_vka(changed) {
            Err(error) => {
                let text = error.to_string();
                assert!(text.starts_with("vka.bin: "), "{what}: {text}");
                assert!(
                    !error.place().is_empty() && !error.advice().is_empty(),
                    "{what}: {text}"
                );
                self.refused += 1;
            }
            Ok(other) if other == *key => self.same_key += 1,
            Ok(other) => {
                let prepared: PreparedKey = PreparedKey::new(other);
                if verify(&prepared, &proof.proof, &proof.public_inputs).is_ok() {
                    println!("{what}: equivalent");
                    let facts = |key: &VerifyingKey| {
                        let sizes = (key.k(), key.degree(), key.num_public_inputs());
                        (
                            sizes,
                            key.digest(),
                            key.trusted_setup().clone(),
                            key.advice_queries().to_vec(),
                        )
                    };
                    assert_eq!(facts(prepared.key()), facts(key), "{what}");
                    self.equivalent += 1;
                    return;
                }
                self.other_circuit += 1;
            }
        }
    }
}

#[test]
fn any_changed_byte_is_refused_or_changes_nothing_that_is_used() {
    for (circuit, bytes_per_word) in [("inner1", 32), ("bmm_freivalds", 3), ("hashed_in", 2)] {
        let (vka, proof) = fixture(circuit);
        let key = import_vka(&vka).unwrap();
        let mut outcomes = Outcomes::default();
        for word in 0..(vka.len() - HEAD) / WORD {
            for byte in 0..bytes_per_word {
                // The low bytes of a word first: they are what most words use.
                let position = HEAD + WORD * word + (WORD - 1 - byte);
                let mut changed = vka.clone();
                changed[position] ^= 1 << ((word + byte) % 8);
                let what = format!("{circuit}, word {word}, byte {byte} from the end");
                outcomes.import(&changed, &key, &proof, &what);
            }
        }
        println!("{circuit}: {outcomes:?}");
        assert!(outcomes.equivalent < 30, "{circuit}: {outcomes:?}");
        assert!(
            outcomes.refused > 8 * outcomes.same_key,
            "{circuit}: {outcomes:?}"
        );
    }
}

#[test]
fn replaced_words_are_refused_or_change_nothing_that_is_used() {
    let (vka, proof) = fixture("gather_topk");
    let key = import_vka(&vka).unwrap();
    let mut outcomes = Outcomes::default();
    let words = (vka.len() - HEAD) / WORD;
    for word in 0..words {
        let at = HEAD + WORD * word;
        let next = HEAD + WORD * ((word + 1) % words);
        let neighbour = vka[next..next + WORD].to_vec();
        for replacement in [vec![0; WORD], vec![0xff; WORD], neighbour] {
            let mut changed = vka.clone();
            changed[at..at + WORD].copy_from_slice(&replacement);
            outcomes.import(&changed, &key, &proof, &format!("word {word} replaced"));
        }
    }
    println!("{outcomes:?}");
    assert!(outcomes.refused > words);
}

#[test]
fn every_truncation_and_extension_is_refused() {
    let (vka, _) = fixture("inner1");
    for length in 0..vka.len() {
        assert!(import_vka(&vka[..length]).is_err(), "{length} bytes");
    }
    let mut longer = vka.clone();
    longer.push(0);
    assert_eq!(
        import_vka(&longer).unwrap_err().kind(),
        ErrorKind::TrailingBytes
    );
    // The same with a word count that fits.
    let words = (vka.len() - HEAD) / WORD;
    for count in (0..words).chain([words + 1]) {
        let mut changed = vka[..vka.len().min(HEAD + WORD * count)].to_vec();
        changed.resize(HEAD + WORD * count, 0);
        changed[..HEAD].copy_from_slice(&(count as u64).to_le_bytes());
        assert!(import_vka(&changed).is_err(), "{count} words");
    }
}

#[test]
fn the_wrong_endianness_and_foreign_files_are_named() {
    let (vka, _) = fixture("inner1");
    let mut swapped = vka.clone();
    swapped[..HEAD].reverse();
    let error = import_vka(&swapped).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Version);
    assert!(error.to_string().contains("big-endian"), "{error}");

    let folder = common::circuit("inner1");
    for foreign in ["vk.key", "settings.json", "proof.json", "kzg_k1.srs"] {
        let error = import_vka(&common::bytes(&folder, foreign)).unwrap_err();
        assert!(
            error.to_string().contains("create_evm_vka"),
            "{foreign}: {error}"
        );
    }
    let huge_count = [&u64::MAX.to_le_bytes()[..], &[0; 64]].concat();
    assert_eq!(
        import_vka(&huge_count).unwrap_err().kind(),
        ErrorKind::Truncated
    );
}

#[test]
fn a_point_off_the_curve_is_named_with_its_word() {
    let (vka, _) = fixture("inner1");
    // Word 34: the first fixed commitment's x.
    let mut changed = vka.clone();
    changed[HEAD + WORD * 35 - 1] ^= 1;
    let error = import_vka(&changed).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotOnCurve, "{error}");
    assert!(
        error
            .to_string()
            .starts_with("vka.bin: word 34 (commitment 0): "),
        "{error}"
    );
    // Words 20 to 23: -[s]G2.
    let mut changed = vka;
    changed[HEAD + WORD * 24 - 1] ^= 1;
    let error = import_vka(&changed).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotOnCurve, "{error}");
    assert!(error.to_string().contains("-[s]G2"), "{error}");
}

/// Random numbers from a seed (Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % bound
    }
}

#[test]
fn damage_in_several_places_never_panics() {
    let mut random = Random(7);
    for circuit in ["inner1", "two_out", "freivalds_multi"] {
        let (vka, proof) = fixture(circuit);
        let key = import_vka(&vka).unwrap();
        let mut outcomes = Outcomes::default();
        for round in 0..1_000 {
            let mut changed = vka.clone();
            for _ in 0..2 + random.below(6) {
                // Half of the changes copy a field from elsewhere: plausible values go deeper.
                let (to, from) = (
                    HEAD + random.below(vka.len() - HEAD),
                    random.below(vka.len()),
                );
                changed[to] = if random.below(2) == 0 {
                    vka[from]
                } else {
                    random.below(256) as u8
                };
            }
            outcomes.import(&changed, &key, &proof, &format!("{circuit}, round {round}"));
        }
        println!("{circuit}: {outcomes:?}");
    }
}
