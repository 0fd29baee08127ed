"""Nothing private outlives the process, whatever ends it; and what runs side by side stays apart."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from conftest import FIXTURES, SMALL, load_verifier, write_mlp

from moderntensor.sdk.zkml import CompiledModel, Proof, Prover, Verifier, _scratch, compile_model

X = [0.5, -1.0, 1.0, 2.0]

#: Waits inside of a private folder, in the main thread or in another.
WAITING = """
import signal, sys, threading, time
# Where tests run in the background, by a shell or by nohup, they ignore these signals, and so would this process.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from moderntensor.sdk.zkml._scratch import private_folder
def work():
    with private_folder() as folder:
        (folder / "input.json").write_text("secret")
        print(folder, flush=True)
        time.sleep(60)
if sys.argv[1] == "main":
    work()
else:
    threading.Thread(target=work, daemon=True).start()
    time.sleep(60)
"""


def waiting(where: str, temporary: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING, where],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    assert (folder / "input.json").exists()
    assert folder.parent == temporary
    assert folder.stat().st_mode & 0o077 == 0
    return process, folder


def gone(folder: Path) -> bool:
    end = time.monotonic() + 20
    while folder.exists() and time.monotonic() < end:
        time.sleep(0.02)
    return not folder.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    """At once: the folder is gone when the process is."""
    process, folder = waiting("main", tmp_path)
    process.send_signal(number)
    assert process.wait(20) != 0
    assert not folder.exists()


@pytest.mark.parametrize(("where", "number"), [("thread", signal.SIGTERM), ("main", signal.SIGKILL)])
def test_what_ends_without_a_word_is_cleaned_up_after(tmp_path: Path, where: str, number: signal.Signals) -> None:
    process, folder = waiting(where, tmp_path)
    process.send_signal(number)
    assert process.wait(20) == -number
    assert gone(folder)


#: Sends itself the signal in the moment in which the folder is there and nothing more has happened.
ENDING = """
import os, signal, sys, threading, time
if sys.argv[1] == "threads":
    # A signal that the main thread holds back goes to another, and Python handles it in the main thread all the same.
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
from moderntensor.sdk.zkml._scratch import private_folder
mkdir = os.mkdir
def ended(*args, **kwargs):
    mkdir(*args, **kwargs)
    os.kill(os.getpid(), int(sys.argv[2]))
    time.sleep(1)
with private_folder():
    os.mkdir = ended
    with private_folder():
        pass
"""
OUTERMOST = ENDING.replace(
    "with private_folder():\n    os.mkdir = ended\n    with", "os.mkdir = ended\nif True:\n    with"
)


@pytest.mark.parametrize("code", [ENDING, OUTERMOST], ids=["inner", "outermost"])
@pytest.mark.parametrize("threads", ["threads", "alone"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_right_after_the_folder_is_made_leaves_nothing(
    tmp_path: Path, number: signal.Signals, threads: str, code: str
) -> None:
    command = [sys.executable, "-c", code, threads, str(int(number))]
    done = subprocess.run(command, env={**os.environ, "TMPDIR": str(tmp_path)}, check=False)
    assert done.returncode == (-number if number == signal.SIGKILL else 128 + number)
    assert all(gone(folder) for folder in tmp_path.glob("moderntensor-*"))


def test_an_exception_leaves_nothing() -> None:
    with pytest.raises(KeyError), _scratch.private_folder() as folder:
        (folder / "witness.json").write_text("secret")
        raise KeyError
    assert not folder.exists()


def test_the_next_process_removes_what_a_killed_one_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    namespace, own = _scratch._namespace(), _scratch.start_time(os.getpid())
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    names = {
        f"moderntensor-{namespace}-{dead.pid}-1-abc": False,  # of a process that is no more
        f"moderntensor-{namespace}-{os.getpid()}-1-abc": own is None,  # of one whose number this process has now
        f"moderntensor-{namespace}-{os.getpid()}-{own or 0}-abc": True,  # of this process
        f"moderntensor-{namespace + 1}-{dead.pid}-1-abc": True,  # of a container of its own
        "moderntensor-notes": True,  # of something else
    }
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "input.json").write_text("secret")
    _scratch.sweep()
    assert {name: (tmp_path / name).exists() for name in names} == names


@pytest.mark.prover
def test_a_prover_that_is_killed_leaves_nothing(mlp: CompiledModel, tmp_path: Path) -> None:
    """SIGTERM in the midst of proving, with ezkl's process at work: no file is left."""
    code = (
        "import sys; from moderntensor.sdk.zkml import Prover\n"
        "prover = Prover(*sys.argv[1:4], progress=lambda step, steps, what: print(what, flush=True))\n"
        "while True: prover.prove([0.5, -1.0, 1.0, 2.0])"
    )
    files = [str(path) for path in (mlp.folder / "model.onnx", mlp.settings, mlp.proving_key)]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *files],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "proving":
            break
    assert list(tmp_path.rglob("witness.json"))
    process.terminate()
    assert process.wait(30) == 128 + signal.SIGTERM
    assert all(gone(folder) for folder in tmp_path.glob("moderntensor-*"))


@pytest.mark.prover
def test_two_compilations_into_one_folder_take_turns(tmp_path: Path) -> None:
    write_mlp(tmp_path / "model.onnx")
    done: list[Any] = []

    def work() -> None:
        try:
            done.append(
                compile_model(tmp_path / "model.onnx", tmp_path / "c", X, scale=7, run_args=SMALL, unsafe_test_srs=True)
            )
        except BaseException as error:
            done.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(result, CompiledModel) for result in done), done
    assert done[0] == done[1]


def check(job: tuple[Verifier, Proof]) -> bool:
    verifier, proof = job
    return verifier.verify(proof) and verifier.explain(proof).valid is True


def test_verifiers_and_proofs_go_to_other_processes() -> None:
    jobs = [(load_verifier(name), Proof.load(FIXTURES / name / "proof.json")) for name in ("mlp", "hashed_in")]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(check, jobs)) == [True, True]


def test_a_pickled_verifier_needs_no_files(tmp_path: Path) -> None:
    for name in ("vk.key", "settings.json", "kzg_k1.srs"):
        (tmp_path / name).write_bytes((FIXTURES / "mlp" / name).read_bytes())
    verifier = Verifier(tmp_path / "vk.key", srs_path=tmp_path / "kzg_k1.srs", unsafe_test_srs=True)
    content = pickle.dumps(verifier)
    for path in tmp_path.iterdir():
        path.unlink()
    again = pickle.loads(content)
    proof = Proof.load(FIXTURES / "mlp" / "proof.json")
    assert again.verify(proof)
    assert again.key_id == verifier.key_id
    assert str(again.explain(proof)) == str(load_verifier("mlp").explain(proof))


@pytest.mark.prover
def test_a_pickled_prover_proves(mlp: CompiledModel) -> None:
    prover = Prover(mlp.folder / "model.onnx", mlp.settings, mlp.proving_key, check_result=False)
    again = pickle.loads(pickle.dumps(prover))
    assert repr(again) == repr(prover)
    assert Verifier(mlp.key, unsafe_test_srs=True).verify(again.prove(X)[1])


def test_the_process_that_runs_ezkl_has_pythons_own_modules() -> None:
    """A script's folder comes first in sys.path, and this package has modules named as some of Python's."""
    from moderntensor.sdk.zkml import _ezkl

    script = str(_ezkl._PROCESS)
    code = (
        "import runpy, sys; sys.path.insert(0, sys.argv[1].rpartition('/')[0]); runpy.run_path(sys.argv[1])\n"
        "import json.decoder; print(json.decoder.c_scanstring is not None)"
    )
    ran = subprocess.run([sys.executable, "-c", code, script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "True"
