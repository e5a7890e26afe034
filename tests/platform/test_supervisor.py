"""What happens when a program dies, keeps dying, or everything is asked to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crm.local import supervisor
from crm.local.failures import ProgramKeepsDying
from crm.local.locks import FolderLock
from crm.local.supervisor import Interrupted, Signals, Supervisor
from tests.platform.test_processes import program


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def watcher(tmp_path: Path, said: list[str]) -> Supervisor:
    return Supervisor([], logs=tmp_path / "log", records=tmp_path / "records", say=said.append)


def test_dead_program_is_reported_and_started_again(watcher: Supervisor, said: list[str], tmp_path: Path) -> None:
    # Dies the first time; the second time it asks us to stop, as a person would.
    code = (
        "import os, signal, sys, time; first = not os.path.exists('seen'); open('seen', 'w').close()\n"
        "sys.exit(3) if first else (os.kill(os.getppid(), signal.SIGTERM), time.sleep(60))"
    )
    with Signals() as signals:
        watcher.start(program(code, tmp_path))
        watcher.watch(signals)
    child = watcher.children[0]
    watcher.stop()

    assert said == [f"toy ended with 3; starting it again. Its log: {tmp_path / 'log' / 'toy.log'}"]
    assert child.popen.returncode == -signal.SIGTERM


def test_program_that_keeps_dying_ends_it_all_with_its_log(
    watcher: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "PAUSES_S", (0.0,))
    with Signals() as signals:
        watcher.start(program("print('the reason'); raise SystemExit(1)", tmp_path))
        with pytest.raises(ProgramKeepsDying, match=r"(?s)toy ended with 1, the 6th time.*the reason"):
            watcher.watch(signals)


def test_signal_before_the_programs_run_interrupts_the_set_up() -> None:
    with Signals() as signals:
        with pytest.raises(Interrupted):
            signal.raise_signal(signal.SIGTERM)
        assert signals.stop_wanted


def test_signal_during_a_patient_step_waits_for_its_end() -> None:
    with Signals() as signals, signals.waiting_patiently():
        os.kill(os.getpid(), signal.SIGINT)
        signals.wait(5)
        assert signals.stop_wanted


def test_services_stop_after_the_programs_that_use_them(
    watcher: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    for name in ("postgres", "web", "redis", "worker"):
        watcher.start(program("import time; time.sleep(60)", tmp_path, name=name))
    stop = supervisor.processes.stop

    def noting(children: list[supervisor.processes.Child], *, grace_s: float) -> list[str]:
        order.append(" ".join(sorted(child.name for child in children)))
        return stop(children, grace_s=grace_s)

    monkeypatch.setattr(supervisor.processes, "stop", noting)
    watcher.stop()

    assert order == ["web worker", "postgres redis"]


def test_lock_is_for_one_and_goes_with_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = f"""
import os, sys
from pathlib import Path
from crm.local.locks import FolderLock
lock = FolderLock(Path({str(path)!r}))
print(lock.take(), flush=True)
lock.note("http://127.0.0.1:8000")
print("noted", flush=True)
sys.stdin.read()
os._exit(9)
"""
    holder = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"True\n"
    assert holder.stdout.readline() == b"noted\n"
    ours = FolderLock(path)

    assert not ours.take()
    assert ours.holder() == "http://127.0.0.1:8000"

    holder.kill()
    holder.communicate()
    assert ours.take()
    ours.release()
