"""Remembers what a step was done from, so that it is done again only when that changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from crm.local.places import CHECKOUT, VAR

FOLDER = VAR / "stamps"


def fingerprint(paths: Iterable[Path]) -> str:
    """A hash over the names and contents of the files, in a fixed order."""
    seen = hashlib.sha256()
    for path in sorted(set(paths)):
        if path.is_file():
            seen.update(f"{path.relative_to(CHECKOUT)}\0".encode())
            seen.update(hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()


def is_fresh(name: str, state: str) -> bool:
    stamp = FOLDER / name
    return stamp.exists() and stamp.read_text(encoding="ascii").strip() == state


def set_fresh(name: str, state: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_text(state + "\n", encoding="ascii")


def forget(name: str) -> None:
    (FOLDER / name).unlink(missing_ok=True)


def once(name: str, state: Callable[[], str], step: Callable[[], None], *, made: Iterable[Path] = ()) -> bool:
    """Runs `step` unless `state()` is as it was and everything in `made` is there. Returns whether it ran."""
    before = state()
    if is_fresh(name, before) and all(path.exists() for path in made):
        return False
    step()
    # The step may have written files that count.
    set_fresh(name, state())
    return True
