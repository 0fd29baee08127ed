//! A circuit beyond this verifier's limits is told apart from a file that is damaged.

mod common;

use ezkl_import::{DigestSource, ErrorKind, ImportError, Settings, import_vk};
use halo2_kzg_verifier::TrustedSetup;
use serde_json::{Value, json};

/// What importing the fixture's key with changed settings says.
fn refused(changes: &[(&str, Value)]) -> ImportError {
    let circuit = common::circuit("inner1");
    let mut json: Value =
        serde_json::from_slice(&common::bytes(&circuit, "settings.json")).unwrap();
    for (path, value) in changes {
        *json.pointer_mut(path).unwrap() = value.clone();
    }
    let settings = Settings::from_json(json.to_string().as_bytes()).unwrap();
    // The key's own k is compared with the settings first.
    let mut vk = common::bytes(&circuit, "vk.key");
    vk[1] = settings.logrows() as u8;
    let setup = TrustedSetup::perpetual_powers_of_tau();
    import_vk(&vk, &settings, setup, DigestSource::Computed).unwrap_err()
}

#[test]
fn a_limit_names_the_number_the_limit_and_the_run_arg_to_change() {
    let wide = json!([[i64::MIN, i64::MAX]]);
    let axes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-*/=";
    let sizes: serde_json::Map<_, _> = axes
        .chars()
        .map(|axis| (axis.to_string(), json!(2)))
        .collect();
    let einsum =
        json!({"equations": [[format!("{axes}->{axes}"), sizes]], "total_einsum_col_size": 1});
    /// Changes of the settings, what the error names, and the cure.
    type Case<'a> = (&'a [(&'a str, Value)], [&'a str; 2], &'a str);
    let cases: [Case<'_>; 8] = [
        (
            &[("/run_args/num_inner_cols", json!(64))],
            ["64 inner columns", "up to 62"],
            "num_inner_cols in ezkl's run args to 62 or less",
        ),
        (
            &[("/run_args/logrows", json!(29))],
            ["29", "between 4 and 28"],
            "logrows in ezkl's run args",
        ),
        (
            &[("/run_args/logrows", json!(3))],
            ["3", "between 4 and 28"],
            "logrows in ezkl's run args",
        ),
        (
            &[("/total_assignments", json!(10_000_000))],
            ["advice columns", "4096"],
            "Raise logrows",
        ),
        (
            &[("/total_const_size", json!(u64::MAX))],
            ["fixed columns", "8192"],
            "Raise logrows",
        ),
        (
            &[("/required_range_checks", wide)],
            ["table columns", "up to 63"],
            "a smaller lookup_range",
        ),
        (
            &[("/einsum_params", einsum)],
            ["67 output axes", "up to 64"],
            "disable_freivalds",
        ),
        (
            &[("/model_instance_shapes", json!([[u64::MAX, 2]]))],
            ["public inputs", "rows"],
            "Make fewer values public",
        ),
    ];
    for (changes, problem, cure) in cases {
        let error = refused(changes);
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
        for part in problem {
            assert!(error.problem().contains(part), "{error}");
        }
        assert!(error.advice().contains(cure), "{error}");
        assert!(!error.advice().contains("unedited"), "{error}");
    }
}

#[test]
fn what_no_circuit_has_is_malformed_and_no_limit() {
    let einsum =
        json!({"equations": [["mk,kn", {"m": 2, "k": 2, "n": 2}]], "total_einsum_col_size": 1});
    for change in [
        ("/run_args/num_inner_cols", json!(0)),
        ("/einsum_params", einsum),
    ] {
        let error = refused(&[change]);
        assert_eq!(error.kind(), ErrorKind::Malformed, "{error}");
    }
}
