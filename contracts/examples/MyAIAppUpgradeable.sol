// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.24;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

import {ZKVerifier} from "../src/ZKVerifier.sol";

/// @title Example: a model that is retrained, behind a proxy
///
/// @notice A retrained model has another key. The owner announces the new key, and can bind it only `DELAY` later, so that
/// everybody who relies on this contract sees which model it will accept, and can leave. A new implementation could bind
/// any key, so it has to wait just as long.
///
/// The key lies in the proxy's storage, at `ZKVerifier.KEY_SLOT`, where an upgrade does not touch it.
contract MyAIAppUpgradeable is OwnableUpgradeable, UUPSUpgradeable {
    /// @notice Something that the owner announced.
    struct Announcement {
        uint256 earliest;
        uint256 latest;
    }

    /// @custom:storage-location erc7201:zk_verify.example.upgradeable
    struct State {
        mapping(bytes32 change => Announcement) announced;
        mapping(bytes32 statement => address prover) proverOf;
    }

    /// @notice The owner announced a change; the data is the new key, or the new implementation, and its code hash.
    event Announced(bytes32 indexed change, address indexed account, bytes32 codeHash, uint256 earliest);

    /// @notice The owner took an announcement back.
    event Cancelled(bytes32 indexed change);

    /// @notice A statement was proven.
    event ResultAccepted(bytes32 indexed statement, address indexed prover);

    /// @notice The change was not announced, or was cancelled or made already.
    error NotAnnounced(bytes32 change);

    /// @notice Nobody could look at an implementation that is not deployed yet.
    error ImplementationWithoutCode(address implementation);

    /// @notice The delay is not over.
    error TooEarly(uint256 timestamp, uint256 earliest);

    /// @notice The announcement has expired: people may have forgotten it.
    error TooLate(uint256 timestamp, uint256 latest);

    /// @notice The statement was proven before.
    error AlreadyProven(bytes32 statement, address prover);

    /// @notice Between the announcement of a change and the change.
    uint256 public constant DELAY = 2 days;

    /// @notice How long an announced change can be made, once the delay is over.
    uint256 public constant GRACE = 14 days;

    // keccak256(abi.encode(uint256(keccak256("zk_verify.example.upgradeable")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STATE_SLOT = 0xa30ed17cf941ede664ab2be5b6a184e4412cd0ae7ca0baa612dbd27bd04baa00;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Runs in the proxy, in place of a constructor.
    /// @param owner Who may announce and make changes.
    /// @param key The account whose code is the first key.
    /// @param keyId keccak256 of the key's bytes, as `zkml key inspect` prints it.
    function initialize(address owner, address key, bytes32 keyId) external initializer {
        __Ownable_init(owner);
        ZKVerifier.bindKey(key, keyId);
    }

    /// @notice Accepts a result whose proof is valid under the bound key, once for each key and public inputs.
    /// @param proof The proof's bytes.
    /// @param publicInputs The circuit's instances, 32 bytes each, big-endian.
    function submitResult(bytes calldata proof, bytes calldata publicInputs) external {
        bytes32 statement = statementOf(publicInputs);
        State storage state = _state();
        if (state.proverOf[statement] != address(0)) revert AlreadyProven(statement, state.proverOf[statement]);
        state.proverOf[statement] = msg.sender;
        ZKVerifier.requireValid(proof, publicInputs);
        emit ResultAccepted(statement, msg.sender);
    }

    /// @notice Announces a new key. It is checked now, so that a wrong one is noticed early, and again when it is bound.
    /// @param key The account whose code is the key.
    /// @param keyId keccak256 of the key's bytes.
    function announceKey(address key, bytes32 keyId) external onlyOwner {
        ZKVerifier.requireValidKey(key, keyId);
        _announce(_keyChange(key, keyId), key, keyId);
    }

    /// @notice Binds an announced key, once its delay is over.
    /// @param key The account whose code is the key.
    /// @param keyId keccak256 of the key's bytes.
    function rotateKey(address key, bytes32 keyId) external onlyOwner {
        _consume(_keyChange(key, keyId));
        ZKVerifier.bindKey(key, keyId);
    }

    /// @notice Announces a new implementation.
    /// @param implementation The contract that `upgradeToAndCall` will be called with.
    function announceUpgrade(address implementation) external onlyOwner {
        if (implementation.code.length == 0) revert ImplementationWithoutCode(implementation);
        _announce(_upgradeChange(implementation), implementation, implementation.codehash);
    }

    /// @notice Takes an announcement back.
    /// @param change The change, as `Announced` named it.
    function cancel(bytes32 change) external onlyOwner {
        if (_state().announced[change].earliest == 0) revert NotAnnounced(change);
        delete _state().announced[change];
        emit Cancelled(change);
    }

    /// @notice The account whose code is the bound key.
    function verifyingKey() external view returns (address) {
        return ZKVerifier.boundKey();
    }

    /// @notice When an announced change can be made; zero if it is not announced.
    /// @param change The change, as `Announced` named it.
    function announced(bytes32 change) external view returns (Announcement memory) {
        return _state().announced[change];
    }

    /// @notice Who proved a statement first; zero if nobody did.
    /// @param statement {statementOf} the public inputs.
    function proverOf(bytes32 statement) external view returns (address) {
        return _state().proverOf[statement];
    }

    /// @notice What a proof proves: the public inputs under the bound key.
    /// @param publicInputs The circuit's instances, 32 bytes each, big-endian.
    function statementOf(bytes calldata publicInputs) public view returns (bytes32) {
        return keccak256(abi.encode(ZKVerifier.boundKey(), publicInputs));
    }

    /// @dev An upgrade is a change like another: announced, and made after the delay.
    function _authorizeUpgrade(address implementation) internal override onlyOwner {
        _consume(_upgradeChange(implementation));
    }

    function _announce(bytes32 change, address account, bytes32 codeHash) private {
        uint256 earliest = block.timestamp + DELAY;
        _state().announced[change] = Announcement({earliest: earliest, latest: earliest + GRACE});
        emit Announced(change, account, codeHash, earliest);
    }

    function _consume(bytes32 change) private {
        Announcement memory made = _state().announced[change];
        if (made.earliest == 0) revert NotAnnounced(change);
        if (block.timestamp < made.earliest) revert TooEarly(block.timestamp, made.earliest);
        if (block.timestamp > made.latest) revert TooLate(block.timestamp, made.latest);
        delete _state().announced[change];
    }

    function _keyChange(address key, bytes32 keyId) private pure returns (bytes32) {
        return keccak256(abi.encode("key", key, keyId));
    }

    /// @dev With its code, so that what was announced is what can be looked at while the delay runs.
    function _upgradeChange(address implementation) private view returns (bytes32) {
        return keccak256(abi.encode("implementation", implementation, implementation.codehash));
    }

    function _state() private pure returns (State storage state) {
        assembly ("memory-safe") {
            state.slot := STATE_SLOT
        }
    }
}
