"""Message catalogues: `python tools/messages.py compile | collect | check`.

compile  writes each .mo from its .po with polib; no gettext needed. Fuzzy entries are left out, as msgfmt does.
collect  brings the .po files in step with the texts of the program; needs gettext.
check    fails when a text has no translation, an unsure one, or one with other placeholders.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

CHECKOUT = Path(__file__).resolve().parent.parent
LOCALES = ("zh_Hans", "ja", "ko")
NOT_SOURCES = (".*", "var", "build", "dist", "node_modules", "__pycache__", "vendor", "tests", "docs", "bench", "tools")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%(?:\d+\$)?[sd]")


def catalogues(root: Path) -> list[Path]:
    return sorted((root / "locale").rglob("*.po"))


def compile_all() -> int:
    """Each catalogue appears whole or not at all: a running server reads either the old or the new one."""
    for source in catalogues(CHECKOUT):
        fresh = source.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(fresh))
        fresh.replace(source.with_suffix(".mo"))
    print(f"{len(catalogues(CHECKOUT))} message catalogues compiled")
    return 0


def collect(root: Path = CHECKOUT) -> int:
    command = [sys.executable, "manage.py", "makemessages", "--no-wrap", "--no-obsolete", "--add-location", "file"]
    locales = [part for name in LOCALES for part in ("--locale", name)]
    ignored = [part for pattern in NOT_SOURCES for part in ("--ignore", pattern)]
    return subprocess.run([*command, *locales, *ignored], cwd=root, stdout=subprocess.DEVNULL).returncode


def check() -> int:
    """Collects in a copy, so that the checkout stays as it is."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "copy"
        shutil.copytree(CHECKOUT, root, ignore=shutil.ignore_patterns(*NOT_SOURCES, "*.mo"))
        if not shutil.which("xgettext"):
            print("gettext is not installed: texts that no catalogue has yet are not looked for")
        elif collect(root):
            print("The texts could not be collected")
            return 1
        found = [fault for source in catalogues(root) for fault in faults(source)]
        missing = {name for name in LOCALES if not (root / "locale" / name / "LC_MESSAGES" / "django.po").exists()}
        found += [f"There is no catalogue for {name}" for name in sorted(missing)]
    for fault in found[:200]:
        print(fault)
    print(f"{len(found)} faults in the message catalogues")
    return 1 if found else 0


def faults(source: Path) -> Iterator[str]:
    """One sentence for each entry that a reader would see untranslated or wrong."""
    locale = source.parent.parent.name
    for entry in polib.pofile(str(source)):
        if entry.obsolete:
            continue
        where = f"{locale}: {entry.msgid!r}"
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        if entry.fuzzy:
            yield f"{where} is marked unsure (fuzzy)"
        elif not all(texts):
            yield f"{where} has no translation"
        elif any(not _same_placeholders(entry, text) for text in texts):
            yield f"{where} has other placeholders than its translation {texts!r}"


def _same_placeholders(entry: polib.POEntry, text: str) -> bool:
    """Languages with one plural form follow the plural text; a placeholder of the singular may be missing there."""
    if not {"python-format", "python-brace-format"} & set(entry.flags):
        return True
    known = [sorted(PLACEHOLDER.findall(original)) for original in (entry.msgid, entry.msgid_plural) if original]
    return sorted(PLACEHOLDER.findall(text)) in known


COMMANDS = {"compile": compile_all, "collect": collect, "check": check}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    sys.exit(COMMANDS[sys.argv[1]]())
