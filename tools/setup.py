"""Makes `.venv`, installs `requirements.lock` into it, with hashes, and compiles the search for routes; run by `make`,
with the standard library only.

Does nothing when the lock, the Python, the checkout's place and the compiled sources are those of the last time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from tools.progress import Step  # noqa: E402
from visits.routing import cache  # noqa: E402

VENV = CHECKOUT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOCK = CHECKOUT / "requirements.lock"
STAMP = VENV / "installed.sha256"
LOG = CHECKOUT / "var" / "log" / "setup.log"
OLDEST_PYTHON = (3, 11)


class SetUpFailed(Exception):
    """Carries the sentence that tells the person what to do."""


def fingerprint() -> str:
    """The state that makes an installed environment good for this checkout, as a hash."""
    seen = hashlib.sha256(LOCK.read_bytes())
    # A virtual environment does not survive being moved, nor another Python of the system.
    seen.update(f"{sys.version_info[:2]} {sys.base_prefix} {CHECKOUT}".encode())
    return seen.hexdigest()


def is_installed() -> bool:
    return VENV_PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="ascii").strip() == fingerprint()


def check_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise SetUpFailed(
            f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}. "
            "Install a newer one, or name it: make demo PYTHON=python3.12"
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise SetUpFailed(
            f"This Python ({sys.executable}) cannot make virtual environments: its `venv` and `ensurepip` modules are "
            f"missing. On Debian and Ubuntu: sudo apt-get install python3-venv"
        ) from None


def run(command: list[str], *, what: str, environment: Mapping[str, str] | None = None) -> None:
    """Runs `command` with its output in the set-up log; a failure shows the log's tail."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("ab") as log:
        log.write(f"$ {' '.join(command)}\n".encode())
        log.flush()
        done = subprocess.run(
            command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    if done.returncode:
        tail = LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        raise SetUpFailed("\n".join([f"{what} failed. The end of {LOG.relative_to(CHECKOUT)}:", *tail]))


def make_environment() -> None:
    if VENV.exists():
        shutil.rmtree(VENV)
    run([sys.executable, "-m", "venv", str(VENV)], what="Making the virtual environment")


def install() -> None:
    """Every requirement of every requirement is in the lock, so nothing is resolved; a wrong hash stops it.

    uv installs five times as fast as pip and is in the lock itself. Where it cannot reach the index (it does not read
    all of pip's configuration), pip does the work.
    """
    pip = [str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--no-deps"]
    only_uv = LOG.parent / "uv.lock.txt"
    only_uv.write_text(locked_requirement("uv"), encoding="utf-8")
    wanted = ["--require-hashes", "-r", str(LOCK)]
    run([*pip, "--require-hashes", "-r", str(only_uv)], what="Installing uv")
    uv = [str(VENV_PYTHON), "-m", "uv", "pip", "install", "--no-deps", "--python", str(VENV_PYTHON), *wanted]
    try:
        run(uv, what="Installing the Python packages with uv", environment=os.environ | uv_environment())
    except SetUpFailed:
        run([*pip, *wanted], what="Installing the Python packages")


def locked_requirement(name: str) -> str:
    """The lines of the lock for one package: its version and its hashes."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    end = next((n for n, line in enumerate(lines) if n > start and not line.startswith(" ")), len(lines))
    return "\n".join(line for line in lines[start:end] if not line.lstrip().startswith("#")) + "\n"


def uv_environment() -> dict[str, str]:
    """The index and the certificates that pip is configured with, in uv's words; empty where pip has none."""
    found = subprocess.run(
        [str(VENV_PYTHON), "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
    )
    index = os.environ.get("PIP_INDEX_URL") or (found.stdout.strip() if found.returncode == 0 else "")
    certificates = os.environ.get("PIP_CERT", "")
    return {
        **({"UV_DEFAULT_INDEX": index} if index and "UV_DEFAULT_INDEX" not in os.environ else {}),
        **({"SSL_CERT_FILE": certificates} if certificates and "SSL_CERT_FILE" not in os.environ else {}),
    }


def add_checkout_to_path() -> None:
    """Lets every program of the environment import the project from wherever it is started."""
    for site_packages in VENV.glob("lib/python*/site-packages"):
        (site_packages / "dealer_crm_checkout.pth").write_text(f"{CHECKOUT}\n", encoding="utf-8")


def compile_routing() -> None:
    run([str(VENV_PYTHON), "-m", "visits.routing.warm"], what="Compiling the search for routes")


def main() -> int:
    os.umask(0o022)
    try:
        check_python()
        if not is_installed():
            with Step("Making .venv"):
                make_environment()
            with Step("Installing the Python packages of requirements.lock"):
                install()
            add_checkout_to_path()
            STAMP.write_text(fingerprint() + "\n", encoding="ascii")
        if not cache.is_warm():
            with Step("Compiling the search for routes"):
                compile_routing()
    except SetUpFailed as refused:
        print(f"\n{refused}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; run it again to go on.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
