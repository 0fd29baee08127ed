//! A node may say how its pairing checks are computed.

use zk_verify_precompile::{Arkworks, Kernels, LanesUnavailable, ZkVerify, ZkVerifyConfig};

#[test]
fn a_node_can_force_the_scalar_arithmetic() {
    let node = ZkVerify::default().with_kernels(Kernels::Scalar).unwrap();
    assert!(!node.is_in_lanes());
}

/// Which of the two is possible is the processor's to say; never is it the scalar arithmetic under another name.
#[test]
fn lanes_are_had_or_refused() {
    let fastest = ZkVerify::default().is_in_lanes();
    match ZkVerify::default().with_kernels(Kernels::Lanes) {
        Ok(node) => assert!(node.is_in_lanes() && fastest),
        Err(LanesUnavailable) => assert!(!fastest),
    }
}

#[test]
fn an_arithmetic_without_lanes_says_so() {
    let node = ZkVerify::<Arkworks>::with_arithmetic(ZkVerifyConfig::default());
    assert!(!node.is_in_lanes());
}

#[test]
fn names_are_read() {
    for (name, kernels) in [
        ("fastest", Kernels::Fastest),
        ("scalar", Kernels::Scalar),
        ("lanes", Kernels::Lanes),
    ] {
        assert_eq!(name.parse(), Ok(kernels));
    }
    let error = "avx".parse::<Kernels>().unwrap_err().to_string();
    assert_eq!(
        error,
        "arithmetic: expected \"fastest\", \"scalar\" or \"lanes\""
    );
}
