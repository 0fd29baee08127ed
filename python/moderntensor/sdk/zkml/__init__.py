"""Zero-knowledge machine learning: prove that a model gave a result, and check such proofs.

    from moderntensor.sdk.zkml import Prover, Verifier

Proving uses ezkl, an optional extra; verification uses the same Rust code as the precompile at 0x11
of the chain, so that both always agree. See docs/sdk.md.
"""

from .chain import KEY_SLOT, Chain, Receipt, load_account
from .compiler import CompiledModel, compile_model
from .errors import (
    AmbiguousDigest,
    CompileError,
    IncompletePublicInputs,
    InvalidInput,
    InvalidKey,
    InvalidProofFile,
    InvalidSettings,
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
    UntrustedSRS,
    ZkmlError,
)
from .field import MODULUS, FieldElement
from .proof import Proof, PublicInputs
from .prover import Prover
from .settings import Settings, Slot
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
    "InvalidInput",
    "InvalidKey",
    "InvalidProofFile",
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
    "Slot",
    "UntrustedSRS",
    "Verifier",
    "ZkmlError",
    "compile_model",
    "export_torch",
    "load_account",
    "verify_all",
]
