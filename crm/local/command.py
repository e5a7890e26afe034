"""`python -m crm.local run COMMAND ...`: the services up for as long as one command runs.

Uses those of a running `make demo`; otherwise starts the same ones and stops them afterwards.
"""

from __future__ import annotations

import os
import subprocess

from crm.local import services
from crm.local.demo import FOLDER
from crm.local.locks import FolderLock
from crm.local.places import CHECKOUT, LOG, RUN
from crm.local.supervisor import Signals, Supervisor


def run(argv: list[str]) -> int:
    """Returns the command's exit code."""
    lock = FolderLock(RUN / "demo.lock")
    if not lock.take():
        # settings.py finds the running services by var/run/addresses.env.
        return subprocess.run(argv, cwd=CHECKOUT).returncode
    with Signals() as signals:
        with signals.waiting_patiently():
            started = services.start(FOLDER, throwaway=False, logs=LOG)
        try:
            # Ctrl-C reaches the command itself, which decides how it ends.
            signals.patient = True
            return subprocess.run(argv, cwd=CHECKOUT, env=os.environ | started.environment).returncode
        finally:
            Supervisor(started.children, logs=LOG, records=FOLDER / "processes", say=print).stop()
            lock.release()
