"""`make distclean`: removes the local database, the environment and everything else that is not in git's care."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


def main() -> int:
    if (CHECKOUT / "var" / "run" / "addresses.env").exists():
        print("Stop `make demo` first: its database lies in the folder that would be removed.", file=sys.stderr)
        return 1
    # A checkout closed to PostgreSQL's user keeps its cluster elsewhere; see crm/local/postgres.py.
    for pointer in CHECKOUT.glob("var/**/postgres-lies-in"):
        shutil.rmtree(pointer.read_text(encoding="utf-8").strip(), ignore_errors=True)
    for name in ("var", ".venv"):
        shutil.rmtree(CHECKOUT / name, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
