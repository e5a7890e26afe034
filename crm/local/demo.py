"""`make demo`: everything on one machine, until Ctrl-C."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

from crm.local import assets, loopback, processes, services
from crm.local.failures import AlreadyRunning, LocalFailure, PortTaken, ServiceFailed
from crm.local.locks import FolderLock
from crm.local.places import ADDRESSES, CHECKOUT, LOG, RUN, VAR, private_folder
from crm.local.supervisor import Interrupted, Signals, Supervisor
from tools.progress import Step

FOLDER = VAR / "local"
DEFAULT_PORT = 8000
WEB_START_TIMEOUT_S = 60.0
# Requests run in threads; each may hold one connection of the pool (settings.DATABASE_POOL_SIZE).
WEB_THREADS = 8


class PreparationFailed(LocalFailure):
    """Migrating or filling failed; carries the end of its output."""


def run() -> int:
    """Returns the exit code: 0 after a stop that was asked for."""
    began = time.monotonic()
    port = _port()
    lock = FolderLock(RUN / "demo.lock")
    if not lock.take():
        raise AlreadyRunning(
            f"Dealer CRM already runs from this folder ({lock.holder()}). Use that one, or stop it first: press Ctrl-C "
            "where it was started, or `kill` its process."
        )
    supervisor: Supervisor | None = None
    with Signals() as signals:
        try:
            assets.make_all()
            records = FOLDER / "processes"
            processes.stop_leftovers(private_folder(records))
            if not loopback.is_free(port):
                raise PortTaken(
                    f"Port {port} of {loopback.ADDRESS} is taken by another program. Stop that one, or choose another "
                    f"port: make demo PORT={port + 1}"
                )
            with signals.waiting_patiently():
                started = services.start(FOLDER, throwaway=False, logs=LOG)
                supervisor = Supervisor(started.children, logs=LOG, records=records, say=_say)
            if signals.stop_wanted:
                return 0
            address = f"http://{loopback.ADDRESS}:{port}"
            environment = os.environ | started.environment | {"SITE_URL": os.environ.get("SITE_URL", address)}
            _leave_addresses(started.environment | {"SITE_URL": environment["SITE_URL"]})
            sign_ins = _prepare(environment)
            with Step("Starting the pages"):
                web = supervisor.start(_web(port, environment))
                _wait_until_answers(web, f"{address}/health/live")
            # After the pages, whose start is waited for: on two cores they would slow each other down.
            supervisor.start(_worker(environment))
            supervisor.start(_beat(environment))
            lock.note(f"{address}, process {os.getpid()}")
            _say(f"\nDealer CRM runs at {address} (ready after {time.monotonic() - began:.1f} s)\n")
            _say(f"{sign_ins}\n\nLogs: {os.path.relpath(LOG)}. Stop with Ctrl-C.")
            supervisor.watch(signals)
        except Interrupted:
            pass
        finally:
            signals.patient = True
            if supervisor:
                _say("Stopping.")
                supervisor.stop()
            ADDRESSES.unlink(missing_ok=True)
            lock.release()
    return 0


def _port() -> int:
    asked = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not asked.isdecimal() or not 1 <= int(asked) <= 65535:
        raise LocalFailure(f"PORT must be a number from 1 to 65535, not {asked!r}")
    return int(asked)


def _say(text: str) -> None:
    print(text, flush=True)


def _leave_addresses(environment: Mapping[str, str]) -> None:
    """So that `manage.py` in another terminal works on the same database."""
    private_folder(ADDRESSES.parent)
    fresh = ADDRESSES.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in environment.items())
    fresh.replace(ADDRESSES)


def _prepare(environment: Mapping[str, str]) -> str:
    """The tables and the demo company; returns the sign-ins, ready to print."""
    log = private_folder(LOG) / "prepare.log"
    command = [sys.executable, "-m", "crm.local.prepare", str(log)]
    sign_ins: list[str] = []
    steps_are_over = False
    with (
        log.open("a", encoding="utf-8") as errors,
        processes.step(command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        assert process.stdout
        for line in process.stdout:
            if steps_are_over:
                sign_ins.append(line)
            elif line.strip():
                print(line, end="", flush=True)
            else:
                steps_are_over = True
    if process.returncode:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
        raise PreparationFailed(f"The database could not be prepared. The end of {log}:\n{tail}")
    return "".join(sign_ins).rstrip()


def _web(port: int, environment: Mapping[str, str]) -> processes.Program:
    return processes.Program(
        name="web",
        argv=[
            *(sys.executable, "-m", "granian", "--interface", "wsgi"),
            *("--host", loopback.ADDRESS, "--port", str(port)),
            *("--workers", "1", "--blocking-threads", str(WEB_THREADS)),
            *("--respawn-failed-workers", "--workers-kill-timeout", "5"),
            "crm.wsgi:application",
        ],
        cwd=CHECKOUT,
        environment=environment,
    )


def _celery(name: str, *arguments: str, environment: Mapping[str, str]) -> processes.Program:
    return processes.Program(
        name=name,
        argv=[sys.executable, "-m", "celery", "-A", "crm", *arguments, "--loglevel", "INFO"],
        cwd=CHECKOUT,
        environment=environment,
    )


def _worker(environment: Mapping[str, str]) -> processes.Program:
    return _celery("worker", "worker", "--concurrency", "2", "--hostname", "local@%h", environment=environment)


def _beat(environment: Mapping[str, str]) -> processes.Program:
    pid_file = private_folder(RUN) / "beat.pid"
    pid_file.unlink(missing_ok=True)
    return _celery("beat", "beat", "--pidfile", str(pid_file), environment=environment)


def _wait_until_answers(web: processes.Child, address: str) -> None:
    deadline = time.monotonic() + WEB_START_TIMEOUT_S
    while web.is_alive and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise ServiceFailed(f"The pages did not come up. The end of {web.log}:\n{web.log_tail(30)}")
