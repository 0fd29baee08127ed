//! Which arithmetic the tests of a file verify with; for files whose tests use fixtures.

use halo2_kzg_verifier::{Bn254Kzg, Lanes, PreparedSetup, TrustedSetup};

/// With `ZK_VERIFY_ARITHMETIC=lanes` in the environment the processor must have them.
#[test]
fn the_tests_of_this_file_verify_in_lanes_where_the_processor_has_them() {
    let lanes = Lanes::detect().is_some();
    let setup = TrustedSetup::perpetual_powers_of_tau;
    let prepared = [PreparedSetup::<Bn254Kzg>::new, PreparedSetup::lasting];
    for prepare in prepared {
        assert_eq!(prepare(setup()).is_in_lanes(), lanes);
    }
    let asked = std::env::var_os("ZK_VERIFY_ARITHMETIC").is_some_and(|value| value == "lanes");
    assert!(
        lanes || !asked,
        "lanes must be tested, and this processor has no AVX-512 IFMA"
    );
}
