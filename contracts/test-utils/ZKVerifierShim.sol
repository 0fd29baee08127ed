// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {IZKVerifier} from "../src/IZKVerifier.sol";
import {VM} from "./Vm.sol";

/// @title The real verifier at 0x11 in a stock `forge test`
///
/// @notice `ZKVerifierShim.install(…)` in a test's `setUp` makes forge hand each call of 0x11 to the `zkml` program,
/// through `vm.ffi`. The program runs the precompile that a chain runs: it gets the call data, the caller's key slot and
/// the key's code, and answers with the outcome: the same results, the same typed errors, and the same gas for a call
/// that finds slot and key cold. Where the answer is `false` or an error, the reason is logged: `forge test -vv` shows it
/// below "Logs", `-vvvv` in the trace as well.
///
/// It needs `ffi = true` in foundry.toml, and works under every `evm_version`. From Prague on, 0x11 is a precompile of
/// forge's own EVM (EIP-2537), whose code cannot be replaced. So calls are redirected by their selector with
/// `vm.mockFunction`. Everything else that is sent to 0x11 is answered with `MalformedCall()`, as on a chain.
/// `vm.clearMockedCalls()` removes this last answer; {install} puts it back.
library ZKVerifierShim {
    /// @notice What a chain's configuration holds.
    struct Config {
        /// The program: a name that is looked up in PATH, or a path.
        string zkml;
        /// The account whose code is the chain's default key; zero for none.
        address defaultKey;
        /// Keys (.zkvk) or SRS files whose trusted setup the chain accepts besides the perpetual powers of tau: for keys
        /// made under a test SRS. `zkml node --accept-srs` is the same for the development node.
        string[] acceptedSrs;
    }

    /// @dev Where the precompile is.
    address internal constant VERIFIER = address(0x11);

    /// @dev The account with the code that runs in the place of 0x11: keccak256("zk_verify.shim"), cut to 160 bits.
    address internal constant SHIM = address(uint160(uint256(keccak256("zk_verify.shim"))));

    /// @dev The account whose code is the ABI encoding of the configuration; its first byte is zero, a STOP. (Storage
    /// will not do: the shim would read that of 0x11, and cheatcodes do not write to the storage of a precompile.)
    address internal constant CONFIG = address(uint160(uint256(keccak256("zk_verify.shim.config"))));

    /// @notice Installs the verifier, with the program from the environment variable `ZKML` or else from PATH, no default
    /// key, and the perpetual powers of tau as the only accepted setup.
    function install() internal {
        install(Config({zkml: VM.envOr("ZKML", string("zkml")), defaultKey: address(0), acceptedSrs: new string[](0)}));
    }

    /// @notice Installs the verifier, or replaces the configuration of one that is installed. Fails if the program or a
    /// file in `acceptedSrs` is missing.
    function install(Config memory config) internal {
        _tryProgram(config);
        // Traces of tests need not show the shim's code.
        VM.pauseTracing();
        VM.etch(SHIM, type(ShimAt0x11).runtimeCode);
        VM.etch(CONFIG, abi.encode(config));
        VM.mockCallRevert(VERIFIER, "", abi.encodeWithSelector(IZKVerifier.MalformedCall.selector));
        VM.mockFunction(VERIFIER, SHIM, abi.encodeWithSelector(IZKVerifier.verify.selector));
        VM.mockFunction(VERIFIER, SHIM, abi.encodeWithSelector(IZKVerifier.verifyWithKey.selector));
        VM.allowCheatcodes(VERIFIER);
        VM.label(VERIFIER, "ZKVerifier");
        // The verifier stays where it is when a test selects a fork.
        VM.makePersistent(SHIM, CONFIG);
        VM.resumeTracing();
    }

    /// @dev Runs the program once, without a call for 0x11: what is missing is better said here, in a short message, than
    /// in one that repeats a key and a proof.
    function _tryProgram(Config memory config) private {
        string[] memory command = new string[](4 + 2 * config.acceptedSrs.length);
        command[0] = config.zkml;
        command[1] = "precompile-call";
        command[2] = "--caller";
        command[3] = VM.toString(VERIFIER);
        for (uint256 i = 0; i < config.acceptedSrs.length; i++) {
            command[4 + 2 * i] = "--accept-srs";
            command[5 + 2 * i] = config.acceptedSrs[i];
        }
        VM.ffi(command);
    }
}

/// @notice The code that runs in the place of 0x11. It has no functions of its own: every call is the precompile's.
contract ShimAt0x11 {
    /// @dev `keccak256("zk_verify.key") - 1`.
    bytes32 private constant KEY_SLOT = bytes32(uint256(keccak256("zk_verify.key")) - 1);

    /// @dev Hexadecimal digits in one argument; Linux takes 128 KiB at most.
    uint256 private constant CHUNK = 120_000;

    /// @dev The outcomes that the program prints: 0 returned, 1 reverted, 2 halted.
    uint256 private constant REVERTED = 1;

    /// @dev Where forge looks for logs: the ASCII text "console.log".
    address private constant CONSOLE = 0x000000000000000000636F6e736F6c652e6c6f67;

    fallback() external payable {
        uint256 gasAtStart = gasleft();
        if (address(this) != address(0x11)) revert IZKVerifier.DelegateCallNotAllowed();
        if (msg.value != 0) revert IZKVerifier.NonPayable();

        VM.pauseGasMetering();
        // The program's arguments hold the key, thousands of digits that would bury the trace.
        VM.pauseTracing();
        (uint256 outcome, uint256 gasUsed, bytes memory answer, string memory reason) =
            abi.decode(VM.ffi(_command(gasAtStart)), (uint256, uint256, bytes, string));
        VM.resumeTracing();
        if (bytes(reason).length != 0 && !_isProbe(outcome)) _log(string.concat("0x11: ", reason));
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
        ZKVerifierShim.Config memory config = abi.decode(ZKVerifierShim.CONFIG.code, (ZKVerifierShim.Config));
        bytes32 slot = VM.load(msg.sender, KEY_SLOT);
        address[3] memory keys = _keys(slot, config.defaultKey);
        uint256 digits = 2 * msg.data.length;
        for (uint256 i = 0; i < keys.length; i++) {
            digits += 2 * keys[i].code.length;
        }
        // A name and a value for each option, and for each part of what has to be cut into parts.
        command = new string[](2 * (10 + config.acceptedSrs.length + digits / CHUNK));

        uint256 n;
        command[n++] = config.zkml;
        command[n++] = "precompile-call";
        n = _add(command, n, "--caller", VM.toString(msg.sender));
        n = _add(command, n, "--gas", VM.toString(gas > type(uint64).max ? type(uint64).max : gas));
        n = _add(command, n, "--slot", VM.toString(slot));
        if (config.defaultKey != address(0)) n = _add(command, n, "--default-key", VM.toString(config.defaultKey));
        for (uint256 i = 0; i < keys.length; i++) {
            if (keys[i].code.length != 0) {
                n = _addParts(command, n, "--code", string.concat(VM.toString(keys[i]), "="), keys[i].code);
            }
        }
        for (uint256 i = 0; i < config.acceptedSrs.length; i++) {
            n = _add(command, n, "--accept-srs", config.acceptedSrs[i]);
        }
        n = _addParts(command, n, "--input", "", msg.data);
        assembly ("memory-safe") {
            mstore(command, n)
        }
    }

    /// @dev The accounts whose code the precompile could read, each once: the caller's key, the default key, the key that
    /// the call names.
    function _keys(bytes32 slot, address defaultKey) private pure returns (address[3] memory keys) {
        keys[0] = address(uint160(uint256(slot)));
        if (defaultKey != keys[0]) keys[1] = defaultKey;
        if (msg.data.length >= 36 && bytes4(msg.data) == IZKVerifier.verifyWithKey.selector) {
            address named = address(uint160(uint256(bytes32(msg.data[4:36]))));
            if (named != keys[0] && named != keys[1]) keys[2] = named;
        }
    }

    /// @dev One option with its value.
    function _add(string[] memory command, uint256 n, string memory name, string memory value)
        private
        pure
        returns (uint256)
    {
        command[n] = name;
        command[n + 1] = value;
        return n + 2;
    }

    /// @dev The same option for each part of long data; the program joins the parts.
    function _addParts(string[] memory command, uint256 n, string memory name, string memory prefix, bytes memory data)
        private
        pure
        returns (uint256)
    {
        for (uint256 start = 0; start < data.length || start == 0; start += CHUNK / 2) {
            uint256 size = data.length - start < CHUNK / 2 ? data.length - start : CHUNK / 2;
            bytes memory part = new bytes(size);
            assembly ("memory-safe") {
                // Not MCOPY: tests may run on a fork before Cancun. The last word fills the part's padding.
                for { let i := 0 } lt(i, size) { i := add(i, 32) } {
                    mstore(add(add(part, 32), i), mload(add(add(data, 32), add(start, i))))
                }
            }
            n = _add(command, n, name, string.concat(prefix, VM.toString(part)));
        }
        return n;
    }

    /// @dev Whether the call asks about the key or the chain, not about a proof, and got the expected answer:
    /// `verifyWithKey(key, "", "")`, with which the library checks a key, and a selector alone, with which it looks for
    /// the verifier.
    function _isProbe(uint256 outcome) private pure returns (bool) {
        if (outcome == REVERTED) return msg.data.length == 4;
        return msg.data.length == 164 && bytes4(msg.data) == IZKVerifier.verifyWithKey.selector;
    }

    /// @dev A line in forge's logs and in its trace. An event will not do: the call may be a STATICCALL.
    function _log(string memory line) private view {
        (bool success,) = CONSOLE.staticcall(abi.encodeWithSignature("log(string)", line));
        success; // Nothing is at this address outside of forge.
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
