// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {EzklProof} from "../test-utils/EzklProof.sol";
import {VM} from "../test-utils/Vm.sol";

contract EzklProofTest {
    bool public constant IS_TEST = true;

    string private constant INSTANCES =
        '{"instances":[["01000000000000000000000000000000000000000000000000000000000000ff"]],';

    function test_publicInputsAreBigEndian() public pure {
        (bytes memory proof, bytes memory publicInputs) =
            EzklProof.parse(string.concat(INSTANCES, '"proof":[1,255],"hex_proof":"0x01ff"}'));
        VM.assertEq(proof, hex"01ff");
        VM.assertEq(publicInputs, hex"ff00000000000000000000000000000000000000000000000000000000000001");
    }

    function test_refusesAFileWhoseTwoProofsDisagree() public {
        VM.expectRevert(EzklProof.ProofsDisagree.selector);
        this.parse(string.concat(INSTANCES, '"proof":[1,255],"hex_proof":"0x01fe"}'));
        VM.expectRevert(EzklProof.ProofsDisagree.selector);
        this.parse(string.concat(INSTANCES, '"proof":[1,255],"hex_proof":"0x01ff00"}'));
    }

    function parse(string calldata json) external pure returns (bytes memory proof, bytes memory publicInputs) {
        return EzklProof.parse(json);
    }
}
