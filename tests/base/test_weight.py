"""What a first visit of a page loads, compressed as the server sends it and with the headers of each answer.

Bytes are those of brotli at its best, which is what collectstatic makes; the budgets are what was measured, and some room.
"""

from __future__ import annotations

import re
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests.factories import DealerFactory

BASE = Path(settings.BASE_DIR) / "static" / "vendor" / "base.css"
# Bytes of status and headers of a static file as granian sends it over HTTP/1.1; rounded up.
HEADERS = 480
KB = 1024
SHEET = re.compile(r'<link\b[^>]*\brel="stylesheet"[^>]*\bhref="/static/([^"]+)"')
SCRIPT = re.compile(r'<script\b[^>]*\bsrc="/static/([^"]+)"')

# Kilobytes of style (goal 25) and of script (goal 100, where a dealer or the phone is concerned 50).
BUDGETS = {
    "account_login": (18, 50),
    "home:index": (18.5, 50),
    "dealers:list": (18, 50),
    "dealers:detail": (19, 50),
    "imports:list": (18, 50),
    # With its data the phone's first visit stays below 100 kB.
    "phone:shell": (20, 25),
    "accounts:territories": (25, 100),
}


def weight(names: list[str]) -> int:
    """Bytes on the wire."""
    files = [Path(str(finders.find(name))) for name in names]
    return sum(len(brotli.compress(path.read_bytes())) + HEADERS for path in files)


@pytest.fixture
def built() -> None:
    if not BASE.is_file():
        pytest.skip("static/vendor is not built: python frontend/build.py")


@pytest.mark.parametrize("name", BUDGETS)
def test_a_first_visit_stays_light(name, dora, territories, built) -> None:
    client = Client()
    if name != "account_login":
        client.force_login(dora, backend="accounts.backends.RoleBackend")
    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    page = client.get(reverse(name, args=[dealer.pk] if name == "dealers:detail" else [])).content.decode()
    sheets, scripts = SHEET.findall(page), SCRIPT.findall(page)
    assert sheets
    assert scripts
    style, script = weight(sheets) / KB, weight(scripts) / KB
    assert style <= BUDGETS[name][0], f"{style:.1f} kB of style: {sheets}"
    assert script <= BUDGETS[name][1], f"{script:.1f} kB of script: {scripts}"


def test_scripts_do_not_hold_up_the_paint(client, db) -> None:
    """All but the one that sets light or dark come after the page is read."""
    page = client.get(reverse("account_login")).content.decode()
    scripts = re.findall(r"<script\b[^>]*src=[^>]*>", page)
    blocking = [script for script in scripts if "defer" not in script and "module" not in script]
    assert len(blocking) == 1
    assert "js/theme.js" in blocking[0]
