"""Message catalogues without gettext on the machine: `python tools/messages.py compile`.

Writes each locale/*/LC_MESSAGES/*.mo from its .po with polib. Fuzzy entries are left out, as msgfmt does.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_all() -> int:
    """Returns how many catalogues were written; each appears whole or not at all."""
    catalogues = sorted(LOCALE.rglob("*.po"))
    for source in catalogues:
        target = source.with_suffix(".mo")
        fresh = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(fresh))
        fresh.replace(target)
    return len(catalogues)


if __name__ == "__main__":
    if sys.argv[1:] != ["compile"]:
        sys.exit(__doc__)
    print(f"{compile_all()} message catalogues compiled")
