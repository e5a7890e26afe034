"""What the pages need beside the Python code: front-end parts, compiled messages, collected static files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from crm.local import processes, stamps
from crm.local.failures import LocalFailure
from crm.local.places import CHECKOUT, LOG, VAR, private_folder
from tools.progress import Step

FRONTEND = CHECKOUT / "frontend"
VENDOR = CHECKOUT / "static" / "vendor"


class AssetsFailed(LocalFailure):
    """A build step failed; carries the end of its output."""


def make_all() -> None:
    stamps.once("frontend", _frontend_state, _build_frontend, made=[VENDOR])
    stamps.once("messages", _messages_state, _compile_messages, made=_compiled())
    stamps.once("static", _static_state, _collect_static, made=[VAR / "static" / "staticfiles.json"])


def _frontend_state() -> str:
    sources = [path for path in FRONTEND.rglob("*") if "node_modules" not in path.parts]
    return stamps.fingerprint([*sources, *CHECKOUT.glob("package*.json"), CHECKOUT / ".npmrc"])


def _build_frontend() -> None:
    with Step("Building the front-end parts"):
        _run([sys.executable, "frontend/build.py"])


def _catalogues() -> list[Path]:
    return sorted((CHECKOUT / "locale").rglob("*.po"))


def _compiled() -> list[Path]:
    return [path.with_suffix(".mo") for path in _catalogues()]


def _messages_state() -> str:
    return stamps.fingerprint(_catalogues())


def _compile_messages() -> None:
    if _catalogues():
        with Step("Compiling the message catalogues"):
            _run([sys.executable, "tools/messages.py", "compile"])


def _static_state() -> str:
    own = [path for path in (CHECKOUT / "static").rglob("*") if path.is_file()]
    apps = [path for path in CHECKOUT.glob("*/static/**/*") if path.is_file()]
    return stamps.fingerprint([*own, *apps, CHECKOUT / "requirements.lock"])


def _collect_static() -> None:
    with Step("Collecting the static files"):
        _run([sys.executable, "manage.py", "collectstatic", "--no-input", "--clear", "--verbosity", "0"])


def _run(command: list[str]) -> None:
    log = private_folder(LOG) / "setup.log"
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with (
        log.open("ab") as output,
        processes.step(command, cwd=CHECKOUT, env=environment, stdout=output, stderr=subprocess.STDOUT) as process,
    ):
        process.wait()
    if process.returncode:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
        raise AssetsFailed(f"{' '.join(command[1:])} failed. The end of {log}:\n{tail}")
