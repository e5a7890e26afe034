"""Every pair of text and ground in the theme is readable: WCAG 2.2 AA, 4.5 : 1, light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

THEME = Path(settings.BASE_DIR) / "frontend" / "css" / "colours.css"
PAIRS = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{3,6}), (#[0-9a-f]{3,6})\);")
COLOURS = {name: {"light": light, "dark": dark} for name, light, dark in PAIRS.findall(THEME.read_text())}

TEXT_ON_GROUND = [
    *((text, ground) for text in ("ink", "ink-2", "accent", "good", "bad") for ground in ("ground", "surface")),
    *((text, "surface-2") for text in ("ink", "ink-2")),
    *((f"tier-{tier}", f"tier-{tier}-soft") for tier in "abc"),
    *((grade, f"{grade}-soft") for grade in ("yellow", "orange", "red")),
    *(("ink", f"{grade}-soft") for grade in ("yellow", "orange", "red")),
    ("good", "green-soft"),
    ("accent", "accent-soft"),
    ("ink", "accent-soft"),
]


def luminance(colour: str) -> float:
    """Relative luminance of #rgb or #rrggbb, 0 to 1 (WCAG 2.2)."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_known_colours():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_is_readable(text, ground, theme):
    assert contrast(COLOURS[text][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_white_is_readable_on_the_primary_button(theme):
    assert contrast("#fff", COLOURS["accent-fill"][theme]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "surface"])
def test_edges_of_fields_are_seen(ground, theme):
    assert contrast(COLOURS["line-strong"][theme], COLOURS[ground][theme]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("number", range(1, 7))
def test_series_of_a_chart_are_seen(number, theme):
    assert contrast(COLOURS[f"series-{number}"][theme], COLOURS["surface"][theme]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_line_of_last_year_is_seen_over_the_bars_of_this_year(theme):
    assert contrast(COLOURS["series-2"][theme], COLOURS["series-1"][theme]) >= 2.3
