"""Keeps a set of programs running until somebody asks them all to stop."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from crm.local import processes
from crm.local.failures import ProgramKeepsDying

# A program that ends this often within the window has a fault that a restart does not cure.
RESTARTS = 5
RESTART_WINDOW_S = 120.0
# The first deaths are answered at once, later ones after a pause: a database that recovers needs a few seconds.
PAUSES_S = (0.0, 1.0, 2.0, 4.0, 8.0)
STOP_GRACE_S = 10.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):
    """A signal asked us to stop."""


class Signals:
    """Signals as something to wait for. While `patient`, a stop is remembered; otherwise it raises Interrupted."""

    def __init__(self) -> None:
        self.stop_wanted = False
        self.patient = False
        self._reader, self._writer = os.pipe()

    def __enter__(self) -> Signals:
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        self._before = {number: signal.getsignal(number) for number in (*STOP_SIGNALS, signal.SIGCHLD)}
        self._wakeup_before = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, self._stop)
        # Only to wake the wait: the default would not write to the pipe.
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        return self

    def __exit__(self, *failure: object) -> None:
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stop_wanted = True
        if not self.patient:
            self.patient = True
            raise Interrupted

    def wait(self, timeout_s: float) -> None:
        """Returns at the next signal or after `timeout_s` seconds."""
        ready, _, _ = select.select([self._reader], [], [], timeout_s)
        if ready:
            os.read(self._reader, 4096)

    @contextmanager
    def waiting_patiently(self) -> Iterator[None]:
        """Inside, a stop does not raise: what is being done is finished first."""
        self.patient = True
        yield
        self.patient = False


class Supervisor:
    """Watches `children` (already running) and restarts the dead; `say` tells the person at the terminal."""

    def __init__(
        self, children: Sequence[processes.Child], *, logs: Path, records: Path, say: Callable[[str], None]
    ) -> None:
        self.children = list(children)
        self._logs = logs
        self._records = records
        self._say = say
        self._deaths: dict[str, list[float]] = {}

    def start(self, program: processes.Program) -> processes.Child:
        child = processes.start(program, logs=self._logs, records=self._records)
        self.children.append(child)
        return child

    def watch(self, signals: Signals) -> None:
        """Returns when a stop was asked for. Raises ProgramKeepsDying."""
        with signals.waiting_patiently():
            while not signals.stop_wanted:
                for child in [child for child in self.children if not child.is_alive]:
                    self._replace(child, signals)
                # SIGCHLD wakes this; the timeout is for a signal that came before the wait.
                signals.wait(1.0)

    def _replace(self, child: processes.Child, signals: Signals) -> None:
        now = time.monotonic()
        processes.reap(child)
        self.children.remove(child)
        deaths = [moment for moment in self._deaths.get(child.name, []) if now - moment < RESTART_WINDOW_S]
        self._deaths[child.name] = [*deaths, now]
        ending = _ending(child.popen.returncode)
        if len(deaths) >= RESTARTS:
            raise ProgramKeepsDying(
                f"{child.name} {ending}, the {len(deaths) + 1}th time within {RESTART_WINDOW_S:.0f} s. "
                f"The end of {child.log}:\n{child.log_tail()}"
            )
        self._say(f"{child.name} {ending}; starting it again. Its log: {child.log}")
        resume_at = now + PAUSES_S[min(len(deaths), len(PAUSES_S) - 1)]
        while time.monotonic() < resume_at and not signals.stop_wanted:
            signals.wait(resume_at - time.monotonic())
        if not signals.stop_wanted:
            self.start(child.program)

    def stop(self) -> None:
        """Ends the programs first and the services they use last."""
        services = [child for child in self.children if child.name in {"postgres", "redis"}]
        programs = [child for child in self.children if child not in services]
        for group in (programs, services):
            for name in processes.stop(group, grace_s=STOP_GRACE_S):
                self._say(f"{name} did not end within {STOP_GRACE_S:.0f} s and was killed")
        self.children.clear()


def _ending(returncode: int) -> str:
    if returncode < 0:
        return f"was killed by {signal.Signals(-returncode).name}"
    return f"ended with {returncode}"
