"""Zero-knowledge machine learning: prove that a model gave a result, and check such proofs.

    from moderntensor.sdk.zkml import Prover, Verifier

Proving uses ezkl, an optional extra; verification uses the same Rust code as the precompile at 0x11
of the chain, so that both always agree. See docs/sdk.md.
"""

try:
    from . import _native
except ImportError as error:
    from ._missing import explain

    raise ImportError(explain(error)) from error

from ._fidelity import Fidelity, OutputFidelity
from .chain import KEY_SLOT, Chain, Receipt, load_account
from .compiler import CompiledModel, compile_model
from .errors import (
    AmbiguousDigest,
    CompileError,
    IncompletePublicInputs,
    InvalidAccount,
    InvalidAddress,
    InvalidInput,
    InvalidKey,
    InvalidProofFile,
    InvalidSettings,
    InvalidSRS,
    KeyMismatch,
    MissingFile,
    MissingSRS,
    NotFinite,
    NotQuantised,
    OnChainError,
    OutOfRange,
    ProofFormError,
    ProverNotInstalled,
    ProvingFailed,
    PublicInputsError,
    ResultDiffers,
    RpcError,
    ShapeMismatch,
    SignerNotInstalled,
    UntrustedSRS,
    ZkmlError,
)
from .field import MODULUS, FieldElement
from .proof import Proof, PublicInputs
from .prover import Prover
from .settings import Settings, Slot
from .srs import download_srs
from .torch_export import export_torch
from .verifier import Explanation, Verifier, verify_all

__version__: str = _native.VERSION

__all__ = [
    "KEY_SLOT",
    "MODULUS",
    "AmbiguousDigest",
    "Chain",
    "CompileError",
    "CompiledModel",
    "Explanation",
    "Fidelity",
    "FieldElement",
    "IncompletePublicInputs",
    "InvalidAccount",
    "InvalidAddress",
    "InvalidInput",
    "InvalidKey",
    "InvalidProofFile",
    "InvalidSRS",
    "InvalidSettings",
    "KeyMismatch",
    "MissingFile",
    "MissingSRS",
    "NotFinite",
    "NotQuantised",
    "OnChainError",
    "OutOfRange",
    "OutputFidelity",
    "Proof",
    "ProofFormError",
    "Prover",
    "ProverNotInstalled",
    "ProvingFailed",
    "PublicInputs",
    "PublicInputsError",
    "Receipt",
    "ResultDiffers",
    "RpcError",
    "Settings",
    "ShapeMismatch",
    "SignerNotInstalled",
    "Slot",
    "UntrustedSRS",
    "Verifier",
    "ZkmlError",
    "__version__",
    "compile_model",
    "download_srs",
    "export_torch",
    "load_account",
    "verify_all",
]
