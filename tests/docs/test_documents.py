"""Documents lead somewhere and name commands that exist. No database."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from crm.base.jobs import registered

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# Pictures are drawn from the running program, not written.
PICTURES = ROOT / "docs" / "screenshots"
LINK = re.compile(r"\]\(([^)\s]+)\)")
MANAGE = re.compile(r"""(?:manage\.py|manage ARGS=["']?)\s*([a-z_]+)""")
MAKE = re.compile(r"\bmake ([a-z-]+)\b")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
NIGHTLY = re.compile(r"""(?:manage\.py |ARGS=["']?)nightly ([a-z_]+)""")


def each() -> list[object]:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in DOCUMENTS]


def code_of(text: str) -> str:
    """What is written as code: between back-quotes or indented."""
    blocks = [line for line in text.splitlines() if line.startswith("    ")]
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", text)])


@pytest.mark.parametrize("path", each())
def test_links_lead_somewhere(path: Path) -> None:
    dead = []
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://", "mailto:", "#")):
            continue
        file = (path.parent / target.partition("#")[0]).resolve()
        if file.parent == PICTURES and not PICTURES.is_dir():
            continue
        if not file.exists():
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("path", each())
def test_commands_exist(path: Path) -> None:
    code = code_of(path.read_text(encoding="utf-8"))
    commands = set(MANAGE.findall(code))
    assert commands - set(get_commands()) == set()
    assert set(MAKE.findall(code)) - TARGETS == set()


@pytest.mark.parametrize("path", [*each(), pytest.param(ROOT / "Makefile", id="Makefile")])
def test_nightly_jobs_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = text if path.name == "Makefile" else code_of(text)
    assert set(NIGHTLY.findall(code)) - {job.name for job in registered()} == set()


def test_decisions_are_numbered_in_a_row() -> None:
    found = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in found] == [f"{number:04}" for number in range(1, len(found) + 1)]
    for path in found:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert "**Decision.**" in text, path.name


def test_every_job_of_the_night_is_explained() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for job in registered():
        line = next((line for line in text.splitlines() if line.startswith(f"| `{job.name}` |")), "")
        assert re.findall(r"`([a-z_]+)`", line.rsplit("|", 2)[1] if line else "missing `line`") == list(job.needs), (
            job.name
        )


def test_every_figure_for_prometheus_exists() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    sources = [ROOT / "crm" / "base" / "metrics.py", *ROOT.glob("crm/*/apps.py"), *ROOT.glob("*/apps.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    names = set(re.findall(r"`(crm_[a-z_]+)", text))
    assert len(names) > 5
    for name in names:
        assert f'"{name.removesuffix("_total")}"' in code, name
