"""Where the compiled search is kept, and whether it is there; standard library only, for the set-up.

numba looks at the age of the one file that a function stands in: the folder is named by the contents of all files that
are compiled into it.
`NUMBA_CACHE_DIR` names another place, for machines on which the checkout is not to be written to.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = (*sorted((HERE / "kernel").glob("*.py")), HERE / "arrays.py")
CHECKOUT_CACHE = HERE.parents[1] / "var" / "numba"


def place() -> Path:
    """The folder of all versions: the checkout's, or one of the system's where the program may not write there."""
    if named := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(named)
    try:
        CHECKOUT_CACHE.mkdir(parents=True, exist_ok=True)
    except OSError:
        pass
    if os.access(CHECKOUT_CACHE, os.W_OK):
        return CHECKOUT_CACHE
    return Path(tempfile.gettempdir()) / f"dealer-crm-numba-{os.getuid()}"


def folder() -> Path:
    """The one of this version."""
    seen = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for source in SOURCES:
        seen.update(source.name.encode() + b"\0" + source.read_bytes())
    return place() / seen.hexdigest()[:16]


def bring() -> None:
    """Takes what the checkout has compiled along to a place that can be written to (an image compiles at its making)."""
    made, wanted = CHECKOUT_CACHE / folder().name, folder()
    if made != wanted and made.is_dir() and not wanted.exists():
        half = Path(tempfile.mkdtemp(dir=_made(wanted.parent)))
        shutil.copytree(made, half, dirs_exist_ok=True)
        # Two workers may bring it at once: the first to rename wins.
        try:
            half.rename(wanted)
        except OSError:
            shutil.rmtree(half, ignore_errors=True)


def _made(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def is_warm() -> bool:
    """Whether numba will find what it compiled: it also wants each file to be as old as it was."""
    stamp = folder() / "warm"
    return stamp.exists() and stamp.read_text(encoding="ascii") == _age()


def set_warm() -> None:
    """Also throws away what older versions left."""
    (folder() / "warm").write_text(_age(), encoding="ascii")
    if place() == CHECKOUT_CACHE:
        for other in CHECKOUT_CACHE.iterdir():
            if other.is_dir() and other != folder():
                shutil.rmtree(other, ignore_errors=True)


def _age() -> str:
    return " ".join(str(source.stat().st_mtime_ns) for source in SOURCES)
