"""requirements.lock and pyproject.toml: `python -m tools.lock write` brings them in step, `check` says whether they are.

The check asks no index: it holds what pyproject.toml wants against the pins and their `via` notes.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).resolve().parent.parent
LOCK = CHECKOUT / "requirements.lock"
WANTED_BY_US = "dealer-crm (pyproject.toml)"


def wanted(pyproject: str) -> dict[str, Requirement]:
    """Direct requirements by canonical name, those of every extra included."""
    project = tomllib.loads(pyproject)["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    requirements = [Requirement(line) for line in lines]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def pinned(lock: str) -> dict[str, tuple[str, bool]]:
    """Version of each pinned package, and whether it is there because pyproject.toml names it."""
    pins: dict[str, tuple[str, bool]] = {}
    name = ""
    for line in lock.splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            name, _, rest = line.partition("==")
            name = canonicalize_name(name.partition("[")[0])
            pins[name] = (rest.split()[0], False)
        elif line.lstrip().startswith("#") and WANTED_BY_US in line:
            pins[name] = (pins[name][0], True)
    return pins


def differences(pyproject: str, lock: str) -> list[str]:
    """One sentence for each thing out of step; empty when there is none."""
    pins = pinned(lock)
    found = []
    for name, requirement in wanted(pyproject).items():
        if name not in pins:
            found.append(f"{requirement} is not in the lock")
        elif not requirement.specifier.contains(pins[name][0], prereleases=True):
            found.append(f"{requirement} is wanted, {pins[name][0]} is locked")
    stale = sorted(name for name, (_, direct) in pins.items() if direct and name not in wanted(pyproject))
    found += [f"{name} is in the lock, and pyproject.toml no longer names it" for name in stale]
    return found


def write() -> int:
    command = ["uv", "pip", "compile", "--quiet", "pyproject.toml", "--all-extras", "--generate-hashes"]
    options = ["--no-emit-index-url", "--no-header", "--python-version", "3.11", "--universal", "-o", LOCK.name]
    return subprocess.run([sys.executable, "-m", *command, *options], cwd=CHECKOUT).returncode


def check() -> int:
    found = differences((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"), LOCK.read_text(encoding="utf-8"))
    for sentence in found:
        print(sentence)
    if found:
        print("Bring them in step with: make lock")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit({"write": write, "check": check}[sys.argv[1]]())
