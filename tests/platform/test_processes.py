"""Children of `make demo` and `make test`: none may outlive its parent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crm.local import processes

# Starts a grandchild that ignores every polite signal, says its number, and waits.
STUBBORN = """
import signal, subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c",
    "import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]; print('up', flush=True); time.sleep(60)"],
    stdout=subprocess.PIPE)
grandchild.stdout.readline()
print(grandchild.pid, flush=True)
time.sleep(60)
"""


def program(code: str, folder: Path, *, name: str = "toy", stdin: bytes = b"") -> processes.Program:
    return processes.Program(name, [sys.executable, "-c", code], folder, os.environ, stdin=stdin)


def start(code: str, folder: Path, *, name: str = "toy", stdin: bytes = b"") -> processes.Child:
    toy = program(code, folder, name=name, stdin=stdin)
    return processes.start(toy, logs=folder / "log", records=folder / "records")


def eventually(holds: Callable[[], object], *, within_s: float = 15.0) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def number_in(log: Path) -> int:
    eventually(lambda: log.exists() and log.read_text().endswith("\n"))
    return int(log.read_text().splitlines()[-1])


def test_stop_ends_the_grandchildren_too(tmp_path: Path) -> None:
    child = start(STUBBORN, tmp_path)
    grandchild = number_in(child.log)

    killed = processes.stop([child], grace_s=10)

    assert killed == []
    eventually(lambda: processes.birth(grandchild) is None)
    assert not child.record.exists()


def test_stop_kills_and_names_what_does_not_end(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    child = start(deaf, tmp_path, name="deaf")
    number_in(child.log)

    assert processes.stop([child], grace_s=0.2) == ["deaf"]
    assert child.popen.returncode == -signal.SIGKILL


def test_output_goes_to_the_log_and_secrets_come_by_standard_input(tmp_path: Path) -> None:
    child = start("import sys; print(sys.stdin.read()[::-1])", tmp_path, stdin=b"secret")
    child.popen.wait(10)

    assert child.log_tail() == "terces"
    assert child.log.parent.stat().st_mode & 0o077 == 0
    processes.reap(child)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent died")
def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, sys, time; from pathlib import Path; from crm.local import processes\n"
            f"folder = Path({str(tmp_path)!r})\n"
            "toy = processes.Program('toy', [sys.executable, '-c', 'import time; time.sleep(60)'], folder, os.environ)\n"
            "child = processes.start(toy, logs=folder, records=folder / 'records')\n"
            "print(child.popen.pid, flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    assert processes.birth(child)

    parent.kill()
    parent.wait()

    eventually(lambda: processes.birth(child) is None)
    # Where the kernel does not help, the next start finds this record.
    assert json.loads((tmp_path / "records" / "toy.json").read_text())["pid"] == child


def test_next_start_ends_what_a_killed_one_left(tmp_path: Path) -> None:
    child = start("import time; time.sleep(60)", tmp_path)

    assert processes.stop_leftovers(tmp_path / "records", grace_s=5) == ["toy"]

    assert child.popen.wait(5) == -signal.SIGTERM
    assert not child.record.exists()


def test_next_start_leaves_another_process_with_the_same_number_alone(tmp_path: Path) -> None:
    child = start("import time; time.sleep(60)", tmp_path)
    record = json.loads(child.record.read_text())
    child.record.write_text(json.dumps(record | {"born": "another time"}))

    assert processes.stop_leftovers(tmp_path / "records") == []

    assert child.is_alive
    processes.stop([child], grace_s=5)


def test_unreadable_record_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "half.json").write_text('{"pid": 12')

    assert processes.stop_leftovers(tmp_path) == []
    assert not list(tmp_path.iterdir())
