// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IZKVerifier} from "../src/IZKVerifier.sol";
import {MyAIAppWithOwnKey} from "../examples/MyAIAppWithOwnKey.sol";
import {VerifyingKeyDeployer} from "../src/VerifyingKeyDeployer.sol";
import {VM} from "../test-utils/Vm.sol";

/// @title Deploys a key and a contract that checks proofs of its model
///
/// @notice forge script contracts/script/Deploy.s.sol --sig "run(bytes)" 0x$(xxd -p model.zkvk | tr -d '\n') \
///           --rpc-url … --private-key … --broadcast --skip-simulation
///
/// forge runs a script first in an EVM of its own, which has no verifier at 0x11. So the script gives forge the answer
/// there that the verifier has for a good key. On the chain the verifier itself decides, and the transactions fail if it
/// refuses the key. `--skip-simulation` leaves out a second run of the same kind.
contract Deploy {
    /// @param key The bytes of a `.zkvk` file, 24,576 at most.
    /// @return deployer The factory.
    /// @return account The account whose code is the key.
    /// @return app A contract that has bound the key.
    function run(bytes calldata key)
        external
        returns (VerifyingKeyDeployer deployer, address account, MyAIAppWithOwnKey app)
    {
        require(
            key.length <= 24_576,
            "this key is larger than the code of a contract may be (24,576 bytes, EIP-170): put it into the chain's genesis, "
            "or make the circuit smaller; docs/solidity.md has more on large keys"
        );
        VM.mockCall(address(0x11), abi.encodeWithSelector(IZKVerifier.verifyWithKey.selector), abi.encode(false));
        VM.startBroadcast();
        deployer = new VerifyingKeyDeployer();
        account = deployer.deploy(key);
        app = new MyAIAppWithOwnKey(account, keccak256(key));
        VM.stopBroadcast();
    }
}
