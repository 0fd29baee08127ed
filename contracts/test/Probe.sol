// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IZKVerifier} from "../src/IZKVerifier.sol";
import {ZKVerifier} from "../src/ZKVerifier.sol";

/// @notice Calls 0x11 in every way that the EVM has, for the tests of the precompile. Its artifact is embedded by them.
contract Probe {
    /// @notice How {raw} calls.
    enum Kind {
        Call,
        StaticCall,
        DelegateCall,
        CallCode,
        CallWithValue
    }

    /// @notice `verify` through the interface, as MyAIApp calls it.
    function callVerify(bytes calldata proof, bytes calldata publicInputs) external view returns (bool) {
        return IZKVerifier(address(0x11)).verify(proof, publicInputs);
    }

    /// @notice `verifyWithKey` through the interface.
    function callVerifyWithKey(address key, bytes calldata proof, bytes calldata publicInputs)
        external
        view
        returns (bool)
    {
        return IZKVerifier(address(0x11)).verifyWithKey(key, proof, publicInputs);
    }

    /// @notice One call of 0x11 with any data and a gas limit.
    /// @param kind 0 CALL, 1 STATICCALL, 2 DELEGATECALL, 3 CALLCODE, 4 CALL with the value of this call.
    /// @param gasLimit The gas given to the call; the EVM caps it at 63/64 of what is left.
    /// @param data The call data.
    /// @return success Whether the call succeeded.
    /// @return answer What it returned.
    /// @return gasUsed The gas between two GAS opcodes around the call: the call's own price and {overhead} included.
    function raw(Kind kind, uint256 gasLimit, bytes calldata data)
        external
        payable
        returns (bool success, bytes memory answer, uint256 gasUsed)
    {
        (success, gasUsed) = _raw(kind, address(0x11), gasLimit, data);
        answer = _returned();
    }

    /// @notice Two equal STATICCALLs of 0x11 in one transaction, with all gas: the first one finds the slot and the key
    /// cold, the second one warm.
    /// @return first Gas of the first call, as {raw} measures it.
    /// @return second Gas of the second call.
    /// @return firstSuccess Whether the first call succeeded.
    /// @return secondSuccess Whether the second call succeeded.
    function twice(bytes calldata data)
        external
        returns (uint256 first, uint256 second, bool firstSuccess, bool secondSuccess)
    {
        (firstSuccess, first) = _raw(Kind.StaticCall, address(0x11), gasleft(), data);
        (secondSuccess, second) = _raw(Kind.StaticCall, address(0x11), gasleft(), data);
    }

    /// @notice What {raw} measures with the identity precompile and no data as target, less the 15 gas of that: the part
    /// of `gasUsed` that is not the precompile's.
    function overhead(Kind kind) external payable returns (uint256 gas) {
        (, gas) = _raw(kind, address(0x04), gasleft(), msg.data[0:0]);
        gas -= 15;
    }

    /// @notice Binds a key without any check.
    function setKey(address key) external {
        setSlot(bytes32(uint256(uint160(key))));
    }

    /// @notice Writes the key's slot, all 256 bits of it.
    function setSlot(bytes32 word) public {
        bytes32 slot = ZKVerifier.KEY_SLOT;
        assembly ("memory-safe") {
            sstore(slot, word)
        }
    }

    function _raw(Kind kind, address target, uint256 gasLimit, bytes calldata data)
        private
        returns (bool success, uint256 gasUsed)
    {
        bytes memory input = data;
        uint256 value = kind == Kind.CallWithValue ? msg.value : 0;
        assembly ("memory-safe") {
            let start := add(input, 32)
            let size := mload(input)
            switch kind
            case 1 {
                gasUsed := gas()
                success := staticcall(gasLimit, target, start, size, 0, 0)
                gasUsed := sub(gasUsed, gas())
            }
            case 2 {
                gasUsed := gas()
                success := delegatecall(gasLimit, target, start, size, 0, 0)
                gasUsed := sub(gasUsed, gas())
            }
            case 3 {
                gasUsed := gas()
                success := callcode(gasLimit, target, 0, start, size, 0, 0)
                gasUsed := sub(gasUsed, gas())
            }
            default {
                gasUsed := gas()
                success := call(gasLimit, target, value, start, size, 0, 0)
                gasUsed := sub(gasUsed, gas())
            }
        }
    }

    function _returned() private pure returns (bytes memory answer) {
        assembly ("memory-safe") {
            answer := mload(0x40)
            let size := returndatasize()
            mstore(answer, size)
            returndatacopy(add(answer, 32), 0, size)
            mstore(0x40, add(add(answer, 32), and(add(size, 31), not(31))))
        }
    }
}
