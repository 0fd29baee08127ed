"""Zero-knowledge machine learning: prove that a model gave a result, and check such proofs.

    from moderntensor.sdk.zkml import Prover, Verifier

Proving uses ezkl, an optional extra; verification uses the same Rust code as the precompile at 0x11
of the chain, so that both always agree. See docs/sdk.md.
"""

try:
    from . import _native  # noqa: F401
except ImportError as error:
    raise ImportError(
        f"the native half of moderntensor.sdk.zkml is not built ({error}): run `pip install ./python` in the root "
        "of the repository, or `maturin develop` in python/ to work on it"
    ) from error

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
    ProverNotInstalled,
    ProvingFailed,
    PublicInputsError,
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

__all__ = [
    "KEY_SLOT",
    "MODULUS",
    "AmbiguousDigest",
    "Chain",
    "CompileError",
    "CompiledModel",
    "Explanation",
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
    "Proof",
    "Prover",
    "ProverNotInstalled",
    "ProvingFailed",
    "PublicInputs",
    "PublicInputsError",
    "Receipt",
    "RpcError",
    "Settings",
    "ShapeMismatch",
    "SignerNotInstalled",
    "Slot",
    "UntrustedSRS",
    "Verifier",
    "ZkmlError",
    "compile_model",
    "download_srs",
    "export_torch",
    "load_account",
    "verify_all",
]
