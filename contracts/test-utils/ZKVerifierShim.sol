// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IZKVerifier} from "../src/IZKVerifier.sol";
import {Vm, VM} from "./Vm.sol";

/// @title The real verifier at 0x11 in a stock `forge test`
///
/// @notice `ZKVerifierShim.install(…)` in a test's `setUp` puts a contract at 0x11 which hands each call to the `zkml`
/// program through `vm.ffi`. The program runs the precompile that a chain runs: it gets the call data, the caller's key
/// slot and the key's code, and answers with the outcome: the same results, the same typed errors, and the same gas for a
/// call that finds slot and key cold.
///
/// It needs `ffi = true` and `evm_version = "cancun"` (or earlier) in foundry.toml: from Prague on, 0x11 is a native
/// precompile, which no code can replace; use `vm.mockCall` there.
library ZKVerifierShim {
    /// @notice 0x11 is a native precompile under this `evm_version`.
    error CannotReplaceThePrecompile(string evmVersion);

    /// @notice What a chain's configuration holds.
    struct Config {
        /// The program: a name that is looked up in PATH, or a path.
        string zkml;
        /// The account whose code is the chain's default key; zero for none.
        address defaultKey;
        /// Keys (.zkvk) or SRS files whose trusted setup the chain accepts besides the perpetual powers of tau.
        string[] acceptedSrs;
    }

    /// @notice Installs the verifier, with the program from the environment variable `ZKML` or else from PATH, no default
    /// key, and the perpetual powers of tau as the only accepted setup.
    function install() internal {
        install(Config({zkml: VM.envOr("ZKML", string("zkml")), defaultKey: address(0), acceptedSrs: new string[](0)}));
    }

    /// @notice Installs the verifier.
    function install(Config memory config) internal {
        address target = address(0x11);
        // The constructor has to run at 0x11, where its storage will be read.
        VM.etch(target, abi.encodePacked(type(ShimAt0x11).creationCode, abi.encode(config)));
        (bool success, bytes memory code) = target.call("");
        if (!success || code.length == 0) revert CannotReplaceThePrecompile(VM.getEvmVersion());
        VM.etch(target, code);
        VM.allowCheatcodes(target);
    }
}

/// @notice The code that `ZKVerifierShim` puts at 0x11.
contract ShimAt0x11 {
    /// @dev `keccak256("zk_verify.key") - 1`.
    bytes32 private constant KEY_SLOT = bytes32(uint256(keccak256("zk_verify.key")) - 1);

    /// @dev Hexadecimal digits in one argument; Linux takes 128 KiB at most.
    uint256 private constant CHUNK = 120_000;

    /// @dev The outcomes that the program prints: 0 returned, 1 reverted, 2 halted.
    uint256 private constant REVERTED = 1;

    ZKVerifierShim.Config private _config;

    constructor(ZKVerifierShim.Config memory config) {
        _config = config;
    }

    /// @dev No functions of its own: every call is the precompile's.
    fallback() external payable {
        uint256 gasAtStart = gasleft();
        // Under DELEGATECALL and CALLCODE another contract's storage would be in the place of the configuration.
        if (address(this) != address(0x11)) revert IZKVerifier.DelegateCallNotAllowed();
        if (msg.value != 0) revert IZKVerifier.NonPayable();

        VM.pauseGasMetering();
        (uint256 outcome, uint256 gasUsed, bytes memory answer) =
            abi.decode(VM.ffi(_command(gasAtStart)), (uint256, uint256, bytes));
        VM.resumeGasMetering();

        if (outcome > REVERTED) _burnAll();
        _burn(gasAtStart, gasUsed);
        assembly ("memory-safe") {
            switch outcome
            case 0 { return(add(answer, 32), mload(answer)) }
            default { revert(add(answer, 32), mload(answer)) }
        }
    }

    /// @dev `zkml precompile-call` with everything that the precompile could read.
    function _command(uint256 gas) private view returns (string[] memory command) {
        bytes32 slot = VM.load(msg.sender, KEY_SLOT);
        string[] memory all = new string[](32 + 2 * _config.acceptedSrs.length + msg.data.length * 2 / CHUNK * 2);
        uint256 n;
        all[n++] = _config.zkml;
        all[n++] = "precompile-call";
        n = _add(all, n, "--caller", VM.toString(msg.sender));
        n = _add(all, n, "--gas", VM.toString(gas > type(uint64).max ? type(uint64).max : gas));
        n = _add(all, n, "--slot", VM.toString(slot));
        n = _addCode(all, n, address(uint160(uint256(slot))));
        if (_config.defaultKey != address(0)) {
            n = _add(all, n, "--default-key", VM.toString(_config.defaultKey));
            n = _addCode(all, n, _config.defaultKey);
        }
        if (msg.data.length >= 36 && bytes4(msg.data) == IZKVerifier.verifyWithKey.selector) {
            n = _addCode(all, n, address(uint160(uint256(bytes32(msg.data[4:36])))));
        }
        for (uint256 i = 0; i < _config.acceptedSrs.length; i++) {
            n = _add(all, n, "--accept-srs", _config.acceptedSrs[i]);
        }
        for (uint256 start = 0; start < msg.data.length || start == 0; start += CHUNK / 2) {
            uint256 end = start + CHUNK / 2 < msg.data.length ? start + CHUNK / 2 : msg.data.length;
            n = _add(all, n, "--input", VM.toString(msg.data[start:end]));
        }
        command = new string[](n);
        for (uint256 i = 0; i < n; i++) {
            command[i] = all[i];
        }
    }

    function _add(string[] memory all, uint256 n, string memory name, string memory value)
        private
        pure
        returns (uint256)
    {
        all[n] = name;
        all[n + 1] = value;
        return n + 2;
    }

    function _addCode(string[] memory all, uint256 n, address account) private view returns (uint256) {
        if (account.code.length == 0) return n;
        return _add(all, n, "--code", string.concat(VM.toString(account), "=", VM.toString(account.code)));
    }

    /// @dev Spends what the precompile would have spent, less what this contract itself did; more cannot be given back.
    function _burn(uint256 gasAtStart, uint256 gasUsed) private view {
        uint256 target = gasAtStart > gasUsed ? gasAtStart - gasUsed : 0;
        while (gasleft() > target) {}
    }

    function _burnAll() private pure {
        assembly ("memory-safe") {
            invalid()
        }
    }
}
