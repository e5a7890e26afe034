"""Enter in a text field presses the form's first button: it must not be one that decides on what somebody else asked for,
or that throws something away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
BUTTON = re.compile(r'<button\b(?![^>]*type="button")[^>]*>')
LINE = re.compile(r'<input\b(?![^>]*type="(?:hidden|checkbox|radio|file|submit|range)")[^>]*>')
# The first buttons of forms with several that do no harm: they keep a draft, end one's own task, or refuse with a reason.
HARMLESS = re.compile(r'hidden|name="(?:draft|do)"|value="(?:keep|DONE|refuse)"')


def forms() -> list[tuple[str, str]]:
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        for form in FORM.findall(path.read_text(encoding="utf-8")):
            if len(BUTTON.findall(form)) > 1 and LINE.search(form):
                found.append((path.relative_to(TEMPLATES).as_posix(), form))
    return found


@pytest.mark.parametrize(("name", "form"), [pytest.param(*each, id=each[0]) for each in forms()])
def test_enter_decides_on_nothing(name, form) -> None:
    first = BUTTON.search(form)
    assert first is not None
    assert HARMLESS.search(first.group()), f"{name}: Enter presses {first.group()}"


def test_there_are_such_forms() -> None:
    assert len(forms()) > 5
