"""What can go wrong, as types. Every message names the thing, what was expected and the cure."""

from __future__ import annotations


class ZkmlError(Exception):
    """Base of all errors of this package."""


class ProverNotInstalled(ZkmlError, ImportError):
    """Proving needs ezkl, which is an optional extra."""


class SignerNotInstalled(ZkmlError, ImportError):
    """Signing transactions needs eth-account, which is an optional extra."""


class MissingFile(ZkmlError, FileNotFoundError):
    """A file that is needed is not there."""


class InvalidInput(ZkmlError, ValueError):
    """The model's input cannot be proven."""


class ShapeMismatch(InvalidInput):
    """The input does not have the model's shape."""


class NotFinite(InvalidInput):
    """The input holds NaN or an infinity, which no field element stands for."""


class OutOfRange(InvalidInput):
    """A value is larger than the circuit's range checks allow."""


class PublicInputsError(ZkmlError, ValueError):
    """The public inputs given to a verifier cannot be turned into field elements."""


class IncompletePublicInputs(PublicInputsError):
    """More or fewer values than the circuit has public inputs."""


class NotQuantised(PublicInputsError):
    """A float that no field element at the model's scale stands for."""


class InvalidProofFile(ZkmlError, ValueError):
    """A proof.json that cannot be read."""


class ProofFormError(ZkmlError, ValueError):
    """A proof cannot be converted into its other form."""


class InvalidSettings(ZkmlError, ValueError):
    """A settings.json that cannot be read, or of an unsupported ezkl version."""


class InvalidKey(ZkmlError, ValueError):
    """A verifying key that cannot be read, or does not belong to its settings.json."""


class AmbiguousDigest(InvalidKey):
    """vk.key and settings.json allow several digests; something else has to settle it."""


class KeyMismatch(ZkmlError, ValueError):
    """Two files, or a file and the chain, belong to different circuits or ceremonies."""


class UntrustedSRS(ZkmlError):
    """The SRS is not that of the perpetual powers of tau: the person who made it may be able to prove anything."""


class MissingSRS(ZkmlError, FileNotFoundError):
    """No SRS of the circuit's size was found."""


class InvalidSRS(ZkmlError, ValueError):
    """A file that is no SRS."""


class CompileError(ZkmlError, RuntimeError):
    """ezkl could not turn the model into a circuit."""


class ProvingFailed(ZkmlError, RuntimeError):
    """ezkl could not prove this input."""


class ResultDiffers(ZkmlError, ValueError):
    """The circuit computes something else than the model, by more than quantisation explains."""


class InvalidAddress(ZkmlError, ValueError):
    """Text that is no address of an account."""


class InvalidAccount(ZkmlError, ValueError):
    """A private key that cannot be read. The message does not repeat it."""


class RpcError(ZkmlError, ConnectionError):
    """The node could not be reached, or refused the request."""


class OnChainError(ZkmlError, RuntimeError):
    """The precompile or a contract reverted, or there is no contract where one was expected."""
