//! A call whose verdict is kept, beside the same call with the key in constant use: ABI, gas, reads and all
//! hashing included.

use crate::clock::{Clock, median};
use serde_json::json;
use zk_verify_precompile::{AcceptedSetups, Outcome, ZkVerify, ZkVerifyConfig};
use zk_verify_vectors::forge::TEST_SETUP;
use zkml_gas::PreparedCall;

const CALLS: usize = 100;

pub(crate) fn measure() -> serde_json::Value {
    let mut forger = crate::chain::mlp();
    let proof = forger.proof();
    let mut call = PreparedCall::new(&forger.key().encode(), &proof, forger.public_inputs());
    let accepted = AcceptedSetups::new(&[TEST_SETUP.to_bytes()]).unwrap();
    let keeps = ZkVerify::new(ZkVerifyConfig::default().with_accepted_setups(accepted));
    let verifies = keeps.with_verdict_capacity(0);
    let mut timed = |node: &ZkVerify| {
        let clock = Clock::start();
        for _ in 0..CALLS {
            assert_eq!(call.run(node), Outcome::Valid);
        }
        clock.stop() * 1e3 / CALLS as f64
    };
    // From here on the key has its tables.
    timed(&verifies);
    let pairs: Vec<(f64, f64)> = (0..9).map(|_| (timed(&keeps), timed(&verifies))).collect();
    let kept = median(pairs.iter().map(|pair| pair.0));
    let warm = median(pairs.iter().map(|pair| pair.1));
    let ratio = median(pairs.iter().map(|(kept, warm)| kept / warm));
    println!("\nmlp, µs a call: verdict kept {kept:.1}, warm {warm:.1}, ratio {ratio:.4}");
    json!({ "kept_us": kept, "warm_us": warm, "ratio": ratio })
}
