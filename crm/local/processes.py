"""Starting and stopping child processes so that none is ever left behind.

Each child leads its own process group, is told by the kernel when its parent dies (Linux), and leaves a record by which
the next start finds it if even that failed.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm.local.places import private_folder
from crm.local.system_user import SystemUser

LARGEST_LOG_BYTES = 5_000_000
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """What to run; `stop_signal` is the one it takes for an orderly end."""

    name: str
    argv: list[str]
    cwd: Path
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    # Read by the program at its start; keeps secrets out of the argument list, which every user of the machine sees.
    stdin: bytes = b""
    user: SystemUser | None = None


@dataclass
class Child:
    """A running program."""

    program: Program
    popen: subprocess.Popen[bytes]
    log: Path
    record: Path
    started_at: float

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def is_alive(self) -> bool:
        return self.popen.poll() is None

    def log_tail(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def start(program: Program, *, logs: Path, records: Path) -> Child:
    """Starts `program`, its output appended to `logs`. Call it from the main thread: the kernel watches the thread."""
    log = private_folder(logs) / f"{program.name}.log"
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    identity: dict[str, Any] = {}
    if program.user:
        identity = {"user": program.user.uid, "group": program.user.gid, "extra_groups": []}
    with log.open("ab") as output:
        popen = subprocess.Popen(
            program.argv,
            cwd=program.cwd,
            env=dict(program.environment),
            stdin=subprocess.PIPE if program.stdin else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_dies_with_parent(program.stop_signal),
            **identity,
        )
    record = private_folder(records) / f"{program.name}.json"
    left = {"pid": popen.pid, "born": birth(popen.pid), "stop_signal": int(program.stop_signal)}
    record.write_text(json.dumps(left), encoding="ascii")
    if popen.stdin:
        with contextlib.suppress(BrokenPipeError):
            popen.stdin.write(program.stdin)
            popen.stdin.close()
    return Child(program, popen, log, record, time.monotonic())


def _dies_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        # The parent may have died before the kernel was asked.
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel


@contextmanager
def step(argv: list[str], **popen: Any) -> Iterator[subprocess.Popen[str]]:
    """A program that is waited for inside the block; leaving it by an exception ends the program and its children."""
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        preexec_fn=_dies_with_parent(signal.SIGTERM),
        **popen,
    )
    try:
        yield process
        process.wait()
    except BaseException:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


def stop(children: Iterable[Child], *, grace_s: float) -> list[str]:
    """Asks all of them to end, waits up to `grace_s` seconds, then kills what is left of their process groups.

    Returns the names of those that had to be killed.
    """
    children = list(children)
    for child in children:
        if child.is_alive:
            child.popen.send_signal(child.program.stop_signal)
    deadline = time.monotonic() + grace_s
    killed = []
    for child in children:
        try:
            child.popen.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            killed.append(child.name)
        reap(child)
    return killed


def reap(child: Child) -> None:
    """Kills whatever is left of the child's process group and forgets its record."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.popen.pid, signal.SIGKILL)
    child.popen.wait()
    child.record.unlink(missing_ok=True)


def stop_leftovers(records: Path, *, grace_s: float = 10.0) -> list[str]:
    """Ends the children of a supervisor that was killed; returns their names.

    A record names the process id and its birth, so a process that got the same id later is left alone. Callers hold the
    lock of the folder, so no living supervisor owns these records.
    """
    found = []
    for record in sorted(records.glob("*.json")):
        with contextlib.suppress(ValueError, KeyError, ProcessLookupError, OSError):
            was = json.loads(record.read_text(encoding="ascii"))
            if was["born"] is not None and birth(was["pid"]) == was["born"]:
                found.append(record.stem)
                os.kill(was["pid"], was["stop_signal"])
                deadline = time.monotonic() + grace_s
                while birth(was["pid"]) == was["born"] and time.monotonic() < deadline:
                    time.sleep(0.1)
                os.killpg(was["pid"], signal.SIGKILL)
        record.unlink(missing_ok=True)
    return found


def birth(pid: int) -> str | None:
    """What tells this process from a later one with the same id; None when there is no such process (or a zombie)."""
    if sys.platform.startswith("linux"):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        # The command in parentheses may hold spaces; after it come the state (field 3) and the start time (field 22).
        fields = stat.rpartition(")")[2].split()
        return None if fields[0] in "ZX" else f"{_boot_id()} {fields[19]}"
    shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return shown or None


def _boot_id() -> str:
    """Start times count from the machine's start, so they repeat after a restart."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
