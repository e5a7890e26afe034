"""requirements.lock and pyproject.toml: `python -m tools.lock write | check | runtime`.

write    brings the lock in step with pyproject.toml.
check    says whether it is, without asking an index: by the pins and their `via` notes.
runtime  prints the part of the lock that production needs; runs with the standard library only.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement

CHECKOUT = Path(__file__).resolve().parent.parent
LOCK = CHECKOUT / "requirements.lock"
WANTED_BY_US = "dealer-crm (pyproject.toml)"


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(requirement: str) -> str:
    """`psycopg` of `psycopg[binary,pool]>=3`."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return canonical(found[0])


@dataclass
class Pin:
    """One package of the lock: its version, its lines, and who wants it (WANTED_BY_US for pyproject.toml)."""

    name: str
    version: str
    lines: list[str]
    wanted_by: set[str]


def pins_of(lock: str) -> dict[str, Pin]:
    pins: dict[str, Pin] = {}
    pin: Pin | None = None
    for line in lock.splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            pin = Pin(name_of(line), line.partition("==")[2].split()[0], [], set())
            pins[pin.name] = pin
        if pin is None:
            continue
        note = line.strip().lstrip("#").strip().removeprefix("via").strip()
        if not line.lstrip().startswith("#"):
            pin.lines.append(line)
        elif note == WANTED_BY_US:
            pin.wanted_by.add(note)
        elif note:
            pin.wanted_by.add(name_of(note))
    return pins


def wanted(pyproject: str) -> dict[str, Requirement]:
    """Direct requirements by canonical name, those of every extra included."""
    from packaging.requirements import Requirement

    project = tomllib.loads(pyproject)["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    return {name_of(line): Requirement(line) for line in lines}


def differences(pyproject: str, lock: str) -> list[str]:
    """One sentence for each thing out of step; empty when there is none."""
    pins = pins_of(lock)
    direct = wanted(pyproject)
    found = []
    for name, requirement in direct.items():
        if name not in pins:
            found.append(f"{requirement} is not in the lock")
        elif not requirement.specifier.contains(pins[name].version, prereleases=True):
            found.append(f"{requirement} is wanted, {pins[name].version} is locked")
    stale = sorted(pin.name for pin in pins.values() if WANTED_BY_US in pin.wanted_by and pin.name not in direct)
    found += [f"{name} is in the lock, and pyproject.toml no longer names it" for name in stale]
    return found


def runtime_pins(pyproject: str, lock: str) -> list[Pin]:
    """What the dependencies of production lead to, in the lock's order; the extras and what only they want are left out."""
    pins = pins_of(lock)
    kept = {name_of(line) for line in tomllib.loads(pyproject)["project"]["dependencies"]}
    while more := {pin.name for pin in pins.values() if pin.name not in kept and pin.wanted_by & kept}:
        kept |= more
    return [pin for pin in pins.values() if pin.name in kept]


def _texts() -> tuple[str, str]:
    return (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"), LOCK.read_text(encoding="utf-8")


def runtime() -> int:
    for pin in runtime_pins(*_texts()):
        print("\n".join(pin.lines))
    return 0


def write() -> int:
    command = ["uv", "pip", "compile", "--quiet", "pyproject.toml", "--all-extras", "--generate-hashes"]
    options = ["--no-emit-index-url", "--no-header", "--python-version", "3.11", "--universal", "-o", LOCK.name]
    return subprocess.run([sys.executable, "-m", *command, *options], cwd=CHECKOUT).returncode


def check() -> int:
    found = differences(*_texts())
    for sentence in found:
        print(sentence)
    if found:
        print("Bring them in step with: make lock")
    return 1 if found else 0


COMMANDS = {"write": write, "check": check, "runtime": runtime}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    sys.exit(COMMANDS[sys.argv[1]]())
