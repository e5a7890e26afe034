"""The templates use only what the build of the front end left: classes, icons, and nothing the security policy forbids."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
VENDOR = ROOT / "static" / "vendor"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# The back office is Django's own, with its own style sheet.
OWN = [path for path in TEMPLATES if "admin" not in path.relative_to(ROOT / "templates").parts]
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
ids = [str(path.relative_to(ROOT)) for path in OWN]


def own_classes() -> set[str]:
    folders = (ROOT / "frontend" / "css", ROOT / "static" / "css")
    sheets = [path.read_text() for folder in folders for path in folder.glob("*.css")]
    return {name for sheet in sheets for name in re.findall(r"\.(-?[a-zA-Z_][\w-]*)", sheet)}


@pytest.fixture(scope="module")
def cut_classes() -> set[str]:
    cut = VENDOR / ".cut-classes.json"
    if not cut.is_file():
        pytest.skip("static/vendor is not built: python frontend/build.py")
    return set(json.loads(cut.read_text())) - own_classes()


@pytest.mark.parametrize("path", OWN, ids=ids)
def test_template_uses_no_class_that_was_cut(path, cut_classes):
    markup = TAG.sub(" ", path.read_text())
    used = {name for value in re.findall(r'\bclass="([^"]*)"', markup) for name in value.split()}
    assert used & cut_classes == set(), "use another class, or add it to frontend/css-keep.txt and build"


@pytest.mark.parametrize("path", OWN, ids=ids)
def test_template_names_only_icons_that_are_in_the_sprite(path):
    listed = {line for line in (ROOT / "frontend" / "icons.txt").read_text().split("\n") if not line.startswith("#")}
    named = set(re.findall(r"""\{%\s*icon\s+["']([\w-]+)["']""", path.read_text()))
    assert named - listed == set(), "add it to frontend/icons.txt and build"


@pytest.mark.parametrize("path", OWN, ids=ids)
def test_template_keeps_to_the_content_security_policy(path):
    markup = TAG.sub(" ", path.read_text())
    assert re.findall(r"\sstyle\s*=", markup) == []
    assert re.findall(r"<[^>]*\s(on\w+|hx-on[\w:-]*)\s*=", markup) == []
    assert re.findall(r"<style\b", markup) == []
    inline = [tag for tag in re.findall(r"<script\b[^>]*>", markup) if "src=" not in tag and "json" not in tag]
    assert inline == []
    assert re.findall(r"""(?:src|href|action)=["'](?:https?:)?//""", markup) == []
