"""A chain with the precompile, over JSON-RPC: ask it, deploy a key, submit a proof.

Asking needs nothing but the standard library. Sending transactions needs eth-account, which signs
them (``pip install "eth-account>=0.11"``).
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from . import _abi, _forms, _functions, _native
from ._forms import Form
from ._functions import ABI, SUBMIT
from ._reverts import revert_error
from .errors import InvalidAccount, OnChainError, ProofFormError, RpcError, SignerNotInstalled, ZkmlError
from .proof import Proof

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

#: Where a contract keeps the address of its key: keccak256("zk_verify.key") - 1.
KEY_SLOT: Final = 0xB7E2E6C0DF4042293C1C3043569A1058471902D6C36287E0FECE45197F54AFAC

#: Seconds to wait for one answer, and for a transaction to be mined.
TIMEOUT: Final = 30.0

_ZERO_ADDRESS: Final = bytes(20)

#: The first byte of a key as a contract's code: a call to it ends at once and well.
_STOP: Final = 0x00


#: The largest contract that most chains deploy (EIP-170).
_LARGEST_CONTRACT: Final = 24_576

#: A number of gas, or what the call data asks for.
GasFloor = int | Callable[[bytes], int]


@dataclass(frozen=True)
class Receipt:
    """A mined transaction."""

    transaction_hash: str
    succeeded: bool
    gas_used: int
    block_number: int
    #: The new contract's address, when the transaction made one.
    contract_address: str | None
    #: Why it reverted, when it did.
    reason: str | None = None


#: Why a transaction failed that has used all of its gas.
_OUT_OF_GAS: Final = "it ran out of gas: give more with gas=, or leave gas= away"


class Chain:
    """A node's JSON-RPC interface, as far as proofs need it."""

    def __init__(self, rpc_url: str, *, timeout: float = TIMEOUT, gas_floor: GasFloor = 0) -> None:
        """`gas_floor` is the least gas limit of a transaction whose sender gives none.

        A number, or a function of the call data, for nodes that ask for more than they estimate
        (``lambda data: 21_000 + 68 * len(data)``).
        """
        if not rpc_url.startswith(("http://", "https://")):
            raise RpcError(f"{rpc_url!r} is no RPC address: expected http:// or https://")
        self.rpc_url: Final = rpc_url
        self._timeout = timeout
        self._gas_floor = gas_floor
        self._ids = count(1)

    def request(self, method: str, *params: Any, abi: ABI = ()) -> Any:
        """One JSON-RPC call. Raises :class:`RpcError`, or :class:`OnChainError` for a revert.

        Errors of the contract whose `abi` is given are told by their names.
        """
        body = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}
        request = urllib.request.Request(
            self.rpc_url,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "User-Agent": "moderntensor-zkml"},
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            # A node may put its JSON-RPC error into an answer with a status of its own, such as 429.
            answer = _json_of(error)
            if not isinstance(answer, dict) or answer.get("error") is None:
                raise RpcError(f"{self.rpc_url} answered with HTTP status {error.code} ({error.reason})") from error
        except (http.client.InvalidURL, UnicodeError) as error:
            raise RpcError(f"{self.rpc_url!r} is no RPC address ({error})") from error
        except (urllib.error.URLError, TimeoutError, OSError) as error:
            reason = getattr(error, "reason", error)
            raise RpcError(f"{self.rpc_url} does not answer ({reason}): is the node running?") from error
        except http.client.HTTPException as error:
            raise RpcError(f"{self.rpc_url} does not speak HTTP ({error!r}): is it a node's RPC port?") from error
        except ValueError as error:
            raise RpcError(f"{self.rpc_url} answered something that is no JSON: is it a node's RPC port?") from error
        if not isinstance(answer, dict) or not ("result" in answer or "error" in answer):
            raise RpcError(f"{self.rpc_url} answered {str(answer)[:200]}, which is no JSON-RPC answer")
        if answer.get("error") is not None:
            raise _failure(method, answer["error"], abi)
        return answer["result"]

    def code(self, address: str) -> bytes:
        """The code of an account; empty where there is none."""
        return _bytes(self.request("eth_getCode", _address(address), "latest"))

    def contract(self, address: str) -> bytes:
        """The code of the contract at `address`. Raises :class:`OnChainError` if there is none."""
        code = self.code(address)
        if not code:
            raise OnChainError(f"there is no contract at {address} on this chain: is the address right, and the chain?")
        return code

    def bound_key(self, app: str) -> str | None:
        """The address of the key contract that `app` has bound, or None."""
        raw = _bytes(self.request("eth_getStorageAt", _address(app), hex(KEY_SLOT), "latest")).rjust(32, b"\0")
        return None if raw[12:] == _ZERO_ADDRESS else "0x" + raw[12:].hex()

    def verify(self, proof: bytes, public_inputs: bytes, *, app: str | None = None, key: str | None = None) -> bool:
        """The precompile's verdict by ``eth_call``; see ``Verifier.verify_onchain``."""
        call = {"to": _abi.PRECOMPILE, "data": "0x" + _abi.verify_call(proof, public_inputs, key).hex()}
        if app is not None:
            call["from"] = _address(app)
        return _abi.decode_bool(_bytes(self.request("eth_call", call, "latest")))

    def send(
        self, account: LocalAccount, *, to: str | None, data: bytes, gas: int | None = None, abi: ABI = ()
    ) -> Receipt:
        """Sign, send and wait for a transaction. Raises :class:`OnChainError` if it would revert.

        With `gas`, the transaction is sent even if it will revert; the receipt then says so.
        """
        from_ = account.address
        call: dict[str, Any] = {"from": from_, "data": "0x" + data.hex()}
        if to is not None:
            call["to"] = _address(to)
        if gas is None:
            gas = self._gas_limit(self._estimate(call, abi), data)
        tip = int(self.request("eth_maxPriorityFeePerGas"), 16)
        base_fee = int(self.request("eth_getBlockByNumber", "latest", False).get("baseFeePerGas", "0x0"), 16)
        transaction: dict[str, Any] = {
            "chainId": int(self.request("eth_chainId"), 16),
            "nonce": int(self.request("eth_getTransactionCount", from_, "pending"), 16),
            "gas": gas,
            "maxFeePerGas": 2 * base_fee + tip,
            "maxPriorityFeePerGas": tip,
            "value": 0,
            "data": data,
            "type": 2,
        }
        if to is not None:
            # eth-account wants its checksum spelling, or bytes.
            transaction["to"] = _abi.address_bytes(to)
        signed = account.sign_transaction(transaction)
        hash_ = self.request("eth_sendRawTransaction", "0x" + bytes(signed.raw_transaction).hex())
        return self._wait(hash_, {**call, "gas": hex(gas)}, abi)

    def _estimate(self, call: Mapping[str, Any], abi: ABI) -> int:
        return int(self.request("eth_estimateGas", call, abi=abi), 16)

    def _gas_limit(self, estimate: int, data: bytes) -> int:
        """The limit of a transaction that is estimated to take so much gas.

        The precompile's gas is known before it runs, so the estimate needs no margin of its own; a tenth more
        covers a block's difference in access costs.
        """
        floor = self._gas_floor(data) if callable(self._gas_floor) else self._gas_floor
        return max(estimate * 11 // 10, floor)

    def _wait(self, transaction_hash: str, call: Mapping[str, Any], abi: ABI) -> Receipt:
        found = self._receipt(transaction_hash)
        succeeded = int(found["status"], 16) == 1
        ran_out = int(found["gasUsed"], 16) == int(call["gas"], 16)
        return Receipt(
            transaction_hash=transaction_hash,
            succeeded=succeeded,
            gas_used=int(found["gasUsed"], 16),
            block_number=int(found["blockNumber"], 16),
            contract_address=found.get("contractAddress"),
            reason=None if succeeded else _OUT_OF_GAS if ran_out else self._revert_reason(call, abi),
        )

    def _receipt(self, transaction_hash: str) -> Any:
        """The receipt, once there is one. The transaction is sent: a node that does not answer is asked again."""
        deadline = time.monotonic() + self._timeout
        last = "none is there yet"
        while True:
            try:
                found = self.request("eth_getTransactionReceipt", transaction_hash)
            except RpcError as error:
                last, found = str(error), None
            if found is not None:
                return found
            if time.monotonic() > deadline:
                raise RpcError(
                    f"transaction {transaction_hash} was sent, and there is no receipt within {self._timeout:.0f} s "
                    f"({last}): look it up before you send it again"
                )
            time.sleep(0.05)

    def _revert_reason(self, call: Mapping[str, Any], abi: ABI) -> str:
        try:
            self.request("eth_call", call, "latest", abi=abi)
        except (OnChainError, RpcError) as error:
            return str(error)
        return "reverted; the same call would succeed now"

    def submit(
        self,
        app: str,
        proof: Proof,
        account: LocalAccount,
        *,
        function: str = SUBMIT,
        arguments: Sequence[Any] | None = None,
        abi: ABI | Mapping[str, Any] = (),
        gas: int | None = None,
        form: Form | None = None,
    ) -> Receipt:
        """Send `proof` and its public inputs to a function of the contract `app`.

        Args:
            app: the contract's address.
            proof: with its public inputs.
            account: who sends and pays.
            function: its signature, such as ``submitResult(bytes,bytes)``, or its name, if `abi` has it.
            arguments: of the function, in order; by default the proof and its public inputs. A :class:`PublicInputs`
                is taken for ``bytes``, ``uint256[]`` and ``bytes32[]``. Types other than ``bytes`` need eth-abi,
                which comes with eth-account.
            abi: the contract's ABI, or its artifact: its errors are then told by name.
            gas: the gas limit; with it, the transaction is sent even if it will be refused.
            form: ``"long"`` or ``"short"``: the form in which the proof is sent. By default the one for which the
                chain estimates less gas. To convert takes the key: the one that the app has bound, else the proof's
                own (see :meth:`Proof.short`). Where neither is known, and with `gas`, the proof is sent as it is.

        Raises :class:`ProofFormError` for a `form` where no key is known; :class:`OnChainError` when the app would
        refuse the proof (nothing is sent then, unless `gas` is given), and when there is no app at that address, where
        any call would succeed.
        """
        if self.contract(app)[0] == _STOP:
            raise OnChainError(f"the contract at {app} holds data, a key perhaps, and accepts anything: give the app's")
        entries = abi.get("abi", ()) if isinstance(abi, Mapping) else abi
        signature = _functions.signature(function, entries)
        given = arguments if arguments is not None else (proof, proof.public_inputs)
        forms = [proof] if form is None and gas is not None else self._forms(app, proof, form)
        calls = [_functions.call(signature, _with_form(given, proof, bytes_)) for bytes_ in forms]
        data, gas = (calls[0], gas) if len(calls) == 1 else self._cheapest(account, app, calls, entries)
        return self.send(account, to=app, data=data, gas=gas, abi=entries)

    def _forms(self, app: str, proof: Proof, form: Form | None) -> list[bytes]:
        """The proof in the form that is asked for; else as it is and, if that can be made, in its other form."""
        key = self._key_of(app, proof)
        if form is not None:
            if key is None:
                raise ProofFormError(
                    f"form={form!r}: to convert the proof takes its key, and {app} has bound none that fits it. "
                    f"Convert it before: submit(app, proof.{form}(verifier), …)"
                )
            return [_forms.converted(key, bytes(proof), form)]
        if key is None:
            return [proof]
        other: Form = "short" if _forms.form_of(key, proof) == "long" else "long"
        try:
            return [proof, _forms.converted(key, bytes(proof), other)]
        except ProofFormError:  # no valid proof: the app will say so
            return [proof]

    def _key_of(self, app: str, proof: Proof) -> _native.Key | None:
        """The key under which `app` will verify the proof, as far as that can be known, if it has such proofs."""
        try:
            address = self.bound_key(app)
            known = None if address is None else self.code(address)
        except RpcError:  # a node that does not tell storage
            known = None
        for candidate in (known, proof._key):
            try:
                key = None if candidate is None else _native.Key.decode(candidate)
            except _native.NativeError:
                continue
            if key is not None and _forms.form_of(key, proof) is not None:
                return key
        return None

    def _cheapest(self, account: LocalAccount, app: str, calls: Sequence[bytes], abi: ABI) -> tuple[bytes, int]:
        """The call for which the chain estimates least gas, the first of equals, and its gas limit.

        Raises the first call's :class:`OnChainError` when all would be refused.
        """
        estimates, errors = [], []
        for data in calls:
            call = {"from": account.address, "to": _address(app), "data": "0x" + data.hex()}
            try:
                estimates.append((self._estimate(call, abi), data))
            except OnChainError as error:
                errors.append(error)
        if not estimates:
            raise errors[0]
        estimate, data = min(estimates, key=lambda entry: entry[0])
        return data, self._gas_limit(estimate, data)

    def deploy_key(self, key: bytes, account: LocalAccount) -> Receipt:
        """Put a key (``Verifier.key``, the content of model.zkvk) on chain as a contract's code.

        Then the precompile is asked whether it takes the key, by ``eth_call``.

        Raises :class:`OnChainError` when it does not, with the reason, and :class:`RpcError` for a chain without the
        precompile. The contract is there all the same; the message has its address.
        """
        decoded = _forms.decoded(key)
        try:
            receipt = self.send(account, to=None, data=data_contract(key))
        except (OnChainError, RpcError) as error:
            if len(key) > _LARGEST_CONTRACT:
                raise OnChainError(
                    f"the key has {len(key):,} bytes, and on most chains a contract has at most {_LARGEST_CONTRACT:,} "
                    f"(EIP-170): the chain says {error}. Fewer columns make a smaller key: num_inner_cols, larger "
                    "logrows (so that tables take fewer columns), a smaller lookup_range"
                ) from error
            raise
        if receipt.succeeded and receipt.contract_address is not None:
            self._require_taken(receipt.contract_address, decoded)
        return receipt

    def _require_taken(self, address: str, key: _native.Key) -> None:
        try:
            self.verify(b"", b"", key=address)
        except OnChainError as error:
            stored = self.code(address)
            if stored != key.encode():
                why = f"the chain has stored {len(stored)} bytes of code, and not the key's {len(key.encode())}"
            elif key.s_g2 != _native.KNOWN_S_G2:
                why = (
                    "it is under a test SRS, or another that is not the perpetual powers of tau's, and this chain does "
                    "not accept it. On a development chain: `zkml node --accept-srs model.zkvk`; for real use compile "
                    "with the SRS that download_srs() fetches"
                )
            else:
                why = "the chain does not accept the perpetual powers of tau, or runs another version of the verifier"
            raise OnChainError(
                f"the key is deployed at {address}, but the precompile refuses it: {why} ({error})"
            ) from error

    def deploy(self, bytecode: str, account: LocalAccount, *arguments: str) -> Receipt:
        """Deploy a contract, such as an app that binds a key when it is made.

        Args:
            bytecode: the creation code in hexadecimal, as compilers write it.
            account: who sends and pays.
            arguments: of the constructor, each an address or a 32-byte word as ``0x…``.
        """
        words = b"".join(map(_abi.argument_word, arguments))
        return self.send(account, to=None, data=_creation_code(bytecode) + words)


def _json_of(answer: urllib.error.HTTPError) -> Any:
    try:
        return json.load(answer)
    except (OSError, ValueError, http.client.HTTPException):
        return None


def _with_form(arguments: Sequence[Any], proof: Proof, data: bytes) -> list[Any]:
    """The arguments with the proof in these bytes."""
    return [data if isinstance(argument, bytes) and argument == proof else argument for argument in arguments]


def data_contract(data: bytes) -> bytes:
    """Init code that deploys `data` as it is: copy everything after these 14 bytes, return it.

    ``PUSH4 len, DUP1, PUSH1 14, PUSH1 0, CODECOPY, PUSH1 0, RETURN`` and then the data.
    """
    prefix = bytes.fromhex("63") + len(data).to_bytes(4, "big") + bytes.fromhex("80600e6000396000f3")
    return prefix + data


def load_account(private_key: str) -> LocalAccount:
    """The account of a private key (``0x…``).

    Raises :class:`SignerNotInstalled` without eth-account, and :class:`InvalidAccount`.
    """
    try:
        from eth_account import Account
    except ImportError as error:
        raise SignerNotInstalled(
            'signing transactions needs eth-account, which is optional: pip install "eth-account>=0.11"'
        ) from error
    try:
        account: LocalAccount = Account.from_key(private_key.strip())
    except Exception:  # eth-keys has its own hierarchy, and its text may quote the key
        raise InvalidAccount("that is no private key: expected 0x and 64 hexadecimal digits") from None
    return account


def _address(text: str) -> str:
    """An address in lower case, which every node takes. Raises :class:`InvalidAddress`."""
    return "0x" + _abi.address_bytes(text).hex()


def _creation_code(bytecode: str) -> bytes:
    try:
        return bytes.fromhex(bytecode.removeprefix("0x"))
    except ValueError as error:
        raise ZkmlError(f"the bytecode is not hexadecimal ({error}): are all libraries linked?") from error


def _bytes(text: Any) -> bytes:
    try:
        return bytes.fromhex(str(text).removeprefix("0x"))
    except ValueError as error:
        raise RpcError(f"the node answered {text!r}, expected hexadecimal data") from error


def _failure(method: str, error: Any, abi: ABI = ()) -> Exception:
    """A revert carries its data under `data`; anything else is the node's own complaint."""
    message, data = str(error), None
    if isinstance(error, dict):
        message, data = str(error.get("message", error)), error.get("data")
    if isinstance(data, dict):  # some nodes wrap it once more
        data = data.get("data") or data.get("result")
    reverted = "revert" in message.lower()
    if isinstance(data, str) and data.startswith("0x") and (reverted or len(data) > 2):
        return revert_error(_bytes(data), abi)
    return OnChainError(message) if reverted else RpcError(f"{method}: {message}")
