// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {FixedPoint} from "../src/FixedPoint.sol";
import {ZKVerifier} from "../src/ZKVerifier.sol";

/// @title Example: results of one model, each paid to the first who proves it
///
/// @notice What `MyAIApp` leaves open, a contract that gives something for a proof has to decide:
///
/// - *Which model?* The key is immutable and checked when the contract is deployed.
/// - *What was proven?* The public inputs are decoded; the last `outputCount` of them are the model's outputs. ezkl puts
///   public inputs first, then public parameters, then outputs.
/// - *Once.* A statement (key and public inputs) is accepted once. The proof's hash would not do: anybody can turn a
///   proof into its other form, or into another valid one of the same statement.
/// - *By whom?* A proof in the mempool can be copied. So its owner first commits to it, without showing it, and shows it
///   blocks later. A copier, who learns the proof only then, would have to commit and wait as long, and comes too late.
///
/// A proof says that the model, run on *some* input that fits the public inputs, gives these outputs. Where the inputs
/// are private, nothing here says where they come from.
contract MyAIAppWithKey {
    /// @notice What is known of an accepted statement.
    struct Result {
        address prover;
        uint64 blockNumber;
    }

    /// @notice A statement was proven.
    event ResultAccepted(bytes32 indexed statement, address indexed prover, int256[] outputs);

    /// @notice The sender committed to a proof.
    event Committed(address indexed prover, bytes32 indexed commitment);

    /// @notice The statement was proven before.
    error AlreadyProven(bytes32 statement, address prover);

    /// @notice The sender never made this commitment.
    error NotCommitted(bytes32 commitment);

    /// @notice The commitment was made before, and would only get younger.
    error AlreadyCommitted(bytes32 commitment);

    /// @notice The commitment has to be `REVEAL_DELAY` blocks old.
    error TooEarly(uint256 blockNumber, uint256 earliest);

    /// @notice The public inputs are fewer than the model's outputs.
    error TooFewPublicInputs(uint256 count, uint256 outputs);

    /// @notice Blocks between a commitment and its proof. If a shown proof waits longer than this in the mempool, somebody
    /// who copied it can commit and overtake it. Choose a larger number for a congested chain.
    uint256 public constant REVEAL_DELAY = 2;

    /// @notice The account whose code is the key.
    address public immutable verifyingKey;

    /// @notice The model's outputs among the public inputs.
    uint256 public immutable outputCount;

    /// @notice The scale of the outputs, from `model_output_scales` in `settings.json`.
    uint256 public immutable outputScale;

    /// @notice Accepted statements.
    mapping(bytes32 statement => Result) public results;

    /// @notice The block of each commitment.
    mapping(bytes32 commitment => uint256 blockNumber) public committedAt;

    /// @param key The account whose code is the key.
    /// @param keyId keccak256 of the key's bytes, as `zkml key inspect` prints it.
    /// @param outputs The number of the model's outputs.
    /// @param scale The scale of the outputs.
    constructor(address key, bytes32 keyId, uint256 outputs, uint256 scale) {
        ZKVerifier.requireValidKey(key, keyId);
        verifyingKey = key;
        outputCount = outputs;
        outputScale = scale;
    }

    /// @notice Commits the sender to a proof that they will show.
    /// @param commitment {commitmentOf} the sender, the statement and the proof's hash.
    function commit(bytes32 commitment) external {
        if (committedAt[commitment] != 0) revert AlreadyCommitted(commitment);
        committedAt[commitment] = block.number;
        emit Committed(msg.sender, commitment);
    }

    /// @notice Accepts a result that the sender committed to, if its proof is valid and the statement is new.
    /// @param proof The proof's bytes.
    /// @param publicInputs The circuit's instances, 32 bytes each, big-endian.
    /// @return outputs The model's outputs, with 18 decimals.
    function submitResult(bytes calldata proof, bytes calldata publicInputs)
        external
        returns (int256[] memory outputs)
    {
        bytes32 statement = statementOf(publicInputs);
        _checkCommitment(commitmentOf(msg.sender, statement, keccak256(proof)));
        if (results[statement].prover != address(0)) revert AlreadyProven(statement, results[statement].prover);
        results[statement] = Result({prover: msg.sender, blockNumber: uint64(block.number)});

        ZKVerifier.requireValidWithKey(verifyingKey, proof, publicInputs);

        // Only now are the words known to be canonical, and as many as the key says.
        outputs = outputsOf(publicInputs);
        emit ResultAccepted(statement, msg.sender, outputs);
    }

    /// @notice What a proof proves: the public inputs under this contract's key.
    /// @param publicInputs The circuit's instances, 32 bytes each, big-endian.
    function statementOf(bytes calldata publicInputs) public view returns (bytes32) {
        return keccak256(abi.encode(verifyingKey, publicInputs));
    }

    /// @notice The commitment of a prover to a proof. It names the prover, so nobody else can use it, and the proof, so
    /// nobody can make it in advance for a statement that they guess. It shows nothing: proofs are random.
    /// @param prover Who will send the proof.
    /// @param statement {statementOf} the public inputs.
    /// @param proofHash keccak256 of the proof's bytes, in the form in which it will be shown.
    function commitmentOf(address prover, bytes32 statement, bytes32 proofHash) public pure returns (bytes32) {
        return keccak256(abi.encode(prover, statement, proofHash));
    }

    /// @notice The model's outputs in the public inputs, with 18 decimals.
    /// @param publicInputs The circuit's instances, 32 bytes each, big-endian.
    function outputsOf(bytes calldata publicInputs) public view returns (int256[] memory outputs) {
        uint256 count = FixedPoint.length(publicInputs);
        if (count < outputCount) revert TooFewPublicInputs(count, outputCount);
        outputs = new int256[](outputCount);
        for (uint256 i = 0; i < outputCount; i++) {
            outputs[i] = FixedPoint.toWad(FixedPoint.wordAt(publicInputs, count - outputCount + i), outputScale);
        }
    }

    function _checkCommitment(bytes32 commitment) private view {
        uint256 made = committedAt[commitment];
        if (made == 0) revert NotCommitted(commitment);
        if (block.number < made + REVEAL_DELAY) revert TooEarly(block.number, made + REVEAL_DELAY);
    }
}
