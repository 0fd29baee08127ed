//! Damaged, foreign and mismatched files give an error that names the file, the place and the cure.

mod common;

use ezkl_import::{
    DigestSource, ErrorKind, FileKind, ImportError, Settings, Srs, import_vk, read_proof_json,
};
use halo2_kzg_verifier::{PreparedKey, TrustedSetup, VerifyingKey, verify};
use serde_json::{Value, json};
use std::io::{Cursor, Seek, SeekFrom, Write};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

fn file(circuit: &str, name: &str) -> Vec<u8> {
    common::bytes(&common::circuit(circuit), name)
}

fn settings(circuit: &str) -> Settings {
    Settings::from_json(&file(circuit, "settings.json")).unwrap()
}

/// Read once: the check of an SRS file costs two pairings.
static SETUP: LazyLock<TrustedSetup> = LazyLock::new(|| {
    Srs::read(Cursor::new(file("inner1", "kzg_k1.srs")))
        .unwrap()
        .trusted_setup
});

fn import(vk: &[u8], settings: &Settings) -> Result<VerifyingKey, ImportError> {
    import_vk(vk, settings, SETUP.clone(), DigestSource::Computed)
}

/// The error's kind, after checking that it is complete.
fn checked(error: ImportError, file: &str) -> ErrorKind {
    let text = error.to_string();
    assert!(text.starts_with(&format!("{file}: ")), "{text}");
    assert!(!error.advice().is_empty(), "{text}");
    error.kind()
}

#[test]
fn truncated_extended_and_foreign_keys_are_refused() {
    let (vk, settings) = (file("inner1", "vk.key"), settings("inner1"));
    assert!(import(&vk, &settings).is_ok());
    for length in 0..vk.len() {
        let error = import(&vk[..length], &settings).unwrap_err();
        let kind = checked(error, "vk.key");
        assert!(
            matches!(kind, ErrorKind::Truncated | ErrorKind::Mismatch),
            "{length} bytes"
        );
    }
    let longer = [&vk[..], &[0]].concat();
    assert_eq!(
        checked(import(&longer, &settings).unwrap_err(), "vk.key"),
        ErrorKind::Mismatch
    );
    for foreign in [
        "vka.bin",
        "settings.json",
        "proof.json",
        "kzg_k1.srs",
        "model.onnx",
    ] {
        let error = import(&file("inner1", foreign), &settings).unwrap_err();
        checked(error, "vk.key");
    }
}

#[test]
fn any_changed_byte_of_a_key_is_refused_or_no_longer_fits_the_proof() {
    for circuit in ["nolookup", "inner1"] {
        let (vk, settings) = (file(circuit, "vk.key"), settings(circuit));
        let srs = Srs::read(Cursor::new(file(circuit, "kzg_k1.srs"))).unwrap();
        let import = |vk: &[u8]| {
            import_vk(
                vk,
                &settings,
                srs.trusted_setup.clone(),
                DigestSource::Computed,
            )
        };
        let proof = read_proof_json(&file(circuit, "proof.json")).unwrap();
        let key = import(&vk).unwrap();
        for position in 0..vk.len() {
            let mut changed = vk.clone();
            changed[position] ^= 1 << (position % 8);
            match import(&changed) {
                Err(error) => assert!(!error.advice().is_empty(), "{circuit} byte {position}"),
                // Only whether two selectors overlap matters in the bitmaps.
                Ok(other) if other == key => {}
                Ok(other) => {
                    let prepared: PreparedKey = PreparedKey::new(other);
                    let verdict = verify(&prepared, &proof.proof, &proof.public_inputs);
                    assert!(verdict.is_err(), "{circuit} byte {position}");
                }
            }
        }
    }
}

#[test]
fn wrong_version_wrong_endianness_and_points_off_the_curve_are_named() {
    let (vk, settings) = (file("inner1", "vk.key"), settings("inner1"));
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = vk.clone();
        change(&mut changed);
        import(&changed, &settings).unwrap_err()
    };
    let error = with(&|vk| vk[0] = 2);
    assert_eq!(error.kind(), ErrorKind::Version);
    assert!(
        error
            .to_string()
            .starts_with("vk.key: byte 0 (version): format version 2"),
        "{error}"
    );
    let error = with(&|vk| vk[3..7].reverse());
    assert!(error.to_string().contains("little-endian"), "{error}");
    let error = with(&|vk| vk[7 + 64] ^= 1);
    assert_eq!(error.kind(), ErrorKind::NotOnCurve);
    assert!(
        error
            .to_string()
            .contains("fixed commitment 1 (bytes 71..135)"),
        "{error}"
    );
    let error = with(&|vk| vk[7..39].fill(0xff));
    assert_eq!(error.kind(), ErrorKind::NotCanonical);
    let error = with(&|vk| vk[1] = 200);
    assert_eq!(error.kind(), ErrorKind::Mismatch);
}

#[test]
fn a_key_with_the_settings_of_another_circuit_is_refused() {
    let names: Vec<_> = [
        "inner1",
        "inner4",
        "two_out",
        "mlp",
        "sigmoid",
        "conv",
        "gather_topk",
    ]
    .into_iter()
    .filter(|name| common::circuit(name).exists())
    .collect();
    for one in &names {
        for other in names.iter().filter(|other| *other != one) {
            let error = import(&file(one, "vk.key"), &settings(other)).unwrap_err();
            assert_eq!(
                checked(error, "vk.key"),
                ErrorKind::Mismatch,
                "{one} with {other}"
            );
        }
    }
}

#[test]
fn another_version_of_ezkl_is_refused_with_the_supported_ones_and_the_way_out() {
    let text = String::from_utf8(file("mlp", "settings.json")).unwrap();
    for version in [
        "22.2.1",
        "24.0.0",
        "2.3",
        "source - no compatibility guaranteed",
    ] {
        let changed = text.replace("23.0.5", version);
        let error = Settings::from_json(changed.as_bytes()).unwrap_err();
        let shown = error.to_string();
        assert_eq!(error.kind(), ErrorKind::Version);
        assert!(shown.contains(version) && shown.contains("23.x"), "{shown}");
        assert!(shown.contains("vka.bin"), "{shown}");
    }
    let error = Settings::from_json(b"{\"version\": null}").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Version);
}

#[test]
fn json_of_the_wrong_kind_is_named_with_its_field() {
    let mut json: Value = serde_json::from_slice(&file("mlp", "settings.json")).unwrap();
    json["run_args"]["logrows"] = json!("15");
    let error = Settings::from_json(json.to_string().as_bytes())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("run_args.logrows (line 1 column "),
        "{error}"
    );
    assert!(error.contains("expected u32"), "{error}");

    let proof = |change: &dyn Fn(&mut Value)| {
        let mut json: Value = serde_json::from_slice(&file("mlp", "proof.json")).unwrap();
        change(&mut json);
        let error = read_proof_json(json.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.subject(), FileKind::Proof);
        error.to_string()
    };
    let error = proof(&|json| json["instances"][0][2] = json!(7));
    assert!(
        error.starts_with("proof.json: instances[0][2] (line 1 column "),
        "{error}"
    );
    assert!(error.contains("integer `7`, expected a string"), "{error}");
    let error = proof(&|json| json["proof"][5] = json!(256));
    assert!(
        error.contains("proof[5]") && error.contains("expected u8"),
        "{error}"
    );
    let error = proof(&|json| json["proof"] = json!("0x00"));
    assert!(error.contains("proof"), "{error}");
    let error = proof(&|json| json["instances"] = json!([[], []]));
    assert!(error.contains("2 instance columns"), "{error}");
    let error = proof(&|json| json["instances"][0][0] = json!("0x12"));
    assert!(error.contains("64 hexadecimal digits"), "{error}");
    let error = proof(&|json| json["instances"][0][0] = json!("ff".repeat(32)));
    assert!(
        error.contains("not below the scalar field's modulus"),
        "{error}"
    );
    let error = proof(&|json| {
        json.as_object_mut().unwrap().remove("proof");
    });
    assert!(error.contains("missing field `proof`"), "{error}");
}

#[test]
fn truncated_json_is_refused_at_every_length() {
    for name in ["proof.json", "settings.json"] {
        let bytes = file("inner1", name);
        let whole = String::from_utf8_lossy(&bytes).trim_end().len();
        let step = if name == "proof.json" { 37 } else { 1 };
        for length in (0..whole).step_by(step) {
            let error = if name == "proof.json" {
                read_proof_json(&bytes[..length]).unwrap_err()
            } else {
                Settings::from_json(&bytes[..length]).unwrap_err()
            };
            // A file that ends within a number is malformed in serde_json's eyes.
            let kind = checked(error, name);
            let expected = matches!(kind, ErrorKind::Truncated | ErrorKind::Malformed);
            assert!(expected, "{name}: {length} bytes: {kind:?}");
        }
    }
}

#[test]
fn a_proof_json_that_is_written_reads_back_the_same() {
    for circuit in ["mlp", "two_out", "polycommit_all"] {
        let proof = read_proof_json(&file(circuit, "proof.json")).unwrap();
        assert_eq!(read_proof_json(proof.to_json().as_bytes()).unwrap(), proof);
    }
}

#[test]
fn an_extra_public_input_is_read_and_the_verifier_refuses_it() {
    let key = ezkl_import::import_vka(&file("two_out", "vka.bin")).unwrap();
    let proof = read_proof_json(&file("two_out", "neg_extra_instance.json")).unwrap();
    let prepared: PreparedKey = PreparedKey::new(key);
    let rejection = verify(&prepared, &proof.proof, &proof.public_inputs).unwrap_err();
    assert!(
        rejection
            .to_string()
            .starts_with("public inputs: 384 bytes"),
        "{rejection}"
    );
}

#[test]
fn settings_with_any_changed_byte_never_panic_and_end_soon() {
    let (vk, bytes) = (file("inner1", "vk.key"), file("inner1", "settings.json"));
    let proof = read_proof_json(&file("inner1", "proof.json")).unwrap();
    let mut slowest = Duration::ZERO;
    for position in 0..bytes.len() {
        // Other numbers reach the importer; anything else mostly fails as JSON.
        let number = bytes[position].is_ascii_digit();
        let replacements: &[u8] = if number { b"09-" } else { b"\"" };
        for &replacement in replacements {
            let mut changed = bytes.clone();
            changed[position] = replacement;
            let Ok(settings) = Settings::from_json(&changed) else {
                continue;
            };
            let start = Instant::now();
            if let Ok(key) = import(&vk, &settings) {
                ezkl_import::explain(&key, &settings, Some(&proof)).ok();
            }
            slowest = slowest.max(start.elapsed());
        }
    }
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}

#[test]
fn hostile_settings_are_refused_soon() {
    let vk = file("inner1", "vk.key");
    let original: Value = serde_json::from_slice(&file("inner1", "settings.json")).unwrap();
    type Change = Box<dyn Fn(&mut Value)>;
    let set = |path: &'static str, value: Value| -> Change {
        Box::new(move |json| *json.pointer_mut(path).unwrap() = value.clone())
    };
    let many_ranges: Vec<_> = (0..50_000).map(|i| json!([0, i])).collect();
    let many_functions: Vec<_> = (1..20_000).map(|i| json!({"Div": {"denom": i}})).collect();
    let equations = json!({"equations": vec![json!(["mk,kn->mn", {"m": 9, "k": 9, "n": 9}]); 100_000],
        "total_einsum_col_size": 1});
    let long = json!({"equations": [["a,".repeat(100_000) + "b->a", {"a": 2, "b": 2}]],
        "total_einsum_col_size": 1});
    let vast = json!({"equations": [["mk,kn->mn", {"m": u64::MAX, "k": u64::MAX, "n": u64::MAX}]],
        "total_einsum_col_size": 1});
    let cases: Vec<(&str, Change)> = vec![
        ("assignments", set("/total_assignments", json!(u64::MAX))),
        (
            "a million assignments",
            set("/total_assignments", json!(1_000_000)),
        ),
        ("constants", set("/total_const_size", json!(u64::MAX))),
        ("no rows", set("/run_args/logrows", json!(0))),
        ("too many rows", set("/run_args/logrows", json!(29))),
        (
            "no inner columns",
            set("/run_args/num_inner_cols", json!(0)),
        ),
        (
            "inner columns",
            set("/run_args/num_inner_cols", json!(u32::MAX)),
        ),
        (
            "62 inner columns",
            set("/run_args/num_inner_cols", json!(62)),
        ),
        ("lookup range", {
            let range = set("/run_args/lookup_range", json!([i64::MIN, i64::MAX]));
            let function = set("/required_lookups", json!([{"Sigmoid": {"scale": 1.0}}]));
            Box::new(move |json| {
                range(json);
                function(json);
            })
        }),
        (
            "range check",
            set("/required_range_checks", json!([[i64::MIN, i64::MAX]])),
        ),
        (
            "range checks",
            set("/required_range_checks", json!(many_ranges)),
        ),
        ("functions", set("/required_lookups", json!(many_functions))),
        (
            "unknown function",
            set("/required_lookups", json!([{"Softplus": {"scale": 1.0}}])),
        ),
        (
            "commitments",
            set("/module_sizes/polycommit", json!(vec![1; 100_000])),
        ),
        (
            "commitment",
            set("/module_sizes/polycommit", json!([u64::MAX])),
        ),
        (
            "hashes",
            set("/module_sizes/poseidon", json!([1, [u64::MAX, u64::MAX]])),
        ),
        (
            "shapes",
            set("/model_instance_shapes", json!([[u64::MAX, u64::MAX]])),
        ),
        (
            "many shapes",
            set("/model_instance_shapes", json!([[1 << 31]])),
        ),
        ("dynamic", {
            let count = set("/num_dynamic_lookups", json!(1));
            let size = set("/total_dynamic_col_size", json!(400_000));
            let cells = set("/total_assignments", json!(400_000));
            Box::new(move |json| {
                count(json);
                size(json);
                cells(json);
            })
        }),
        ("dynamic sum", {
            let count = set("/num_dynamic_lookups", json!(1));
            let size = set("/total_dynamic_col_size", json!(u64::MAX));
            let other = set("/total_shuffle_col_size", json!(u64::MAX));
            Box::new(move |json| {
                count(json);
                size(json);
                other(json);
            })
        }),
        ("equations", set("/einsum_params", equations)),
        ("long equation", set("/einsum_params", long)),
        ("vast equation", set("/einsum_params", vast)),
    ];
    for (name, change) in cases {
        let mut json = original.clone();
        change(&mut json);
        let text = json.to_string();
        let start = Instant::now();
        let error = Settings::from_json(text.as_bytes())
            .and_then(|settings| import(&vk, &settings))
            .expect_err(name);
        let elapsed = start.elapsed();
        println!("{name}: {elapsed:?}: {error}");
        assert!(elapsed < Duration::from_secs(3), "{name}: {elapsed:?}");
        assert!(!error.advice().is_empty());
    }
}

#[test]
fn damaged_and_foreign_reference_strings_are_refused() {
    let srs = file("mlp", "kzg_k1.srs");
    let read = |bytes: &[u8]| Srs::read(Cursor::new(bytes.to_vec()));
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = srs.clone();
        change(&mut changed);
        let error = read(&changed).unwrap_err();
        let text = error.to_string();
        (checked(error, "kzg.srs"), text)
    };
    assert_eq!(read(&srs).unwrap().k, 1);
    assert!(!read(&srs).unwrap().is_perpetual_powers_of_tau());
    for length in 0..srs.len() {
        assert!(read(&srs[..length]).is_err(), "{length} bytes");
    }
    assert_eq!(with(&|srs| srs.push(0)).0, ErrorKind::TrailingBytes);
    let (kind, text) = with(&|srs| srs[..4].reverse());
    assert_eq!(kind, ErrorKind::Version);
    assert!(text.contains("little-endian"), "{text}");
    let (kind, text) = with(&|srs| srs[4..68].fill(1));
    assert_eq!(kind, ErrorKind::Version);
    assert!(text.contains("another curve"), "{text}");
    assert_eq!(with(&|srs| srs[388] ^= 1).0, ErrorKind::NotOnCurve);
    assert_eq!(
        with(&|srs| srs[388..420].fill(0xff)).0,
        ErrorKind::NotCanonical
    );
    // G2 in the place of [s]G2: everybody knows that s = 1.
    assert_eq!(
        with(&|srs| srs.copy_within(260..388, 388)).0,
        ErrorKind::Malformed
    );
    // The powers of one s with the [s]G2 of another.
    let (kind, text) = with(&|srs| srs.copy_within(4..68, 68));
    assert_eq!(kind, ErrorKind::Mismatch);
    assert!(text.contains("not of the same s"), "{text}");
    for foreign in ["vk.key", "vka.bin", "proof.json", "model.onnx"] {
        checked(read(&file("mlp", foreign)).unwrap_err(), "kzg.srs");
    }
}

#[test]
fn only_the_head_and_the_tail_of_a_large_reference_string_are_read() {
    let small = file("mlp", "kzg_k1.srs");
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("k20.srs");
    let mut large = std::fs::File::options()
        .create(true)
        .truncate(true)
        .read(true)
        .write(true)
        .open(&path)
        .unwrap();
    // 134 MB, sparse: two powers at the head, the two points of G2 at the tail.
    let powers = 128u64 << 20;
    large.write_all(&20u32.to_le_bytes()).unwrap();
    large.write_all(&small[4..132]).unwrap();
    large.seek(SeekFrom::Start(4 + powers)).unwrap();
    large.write_all(&small[260..]).unwrap();
    let start = Instant::now();
    let srs = Srs::read(&mut large).unwrap();
    let elapsed = start.elapsed();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(
        (srs.k, srs.trusted_setup),
        (20, Srs::read(Cursor::new(small)).unwrap().trusted_setup)
    );
    assert!(elapsed < Duration::from_secs(1), "{elapsed:?}");
}
