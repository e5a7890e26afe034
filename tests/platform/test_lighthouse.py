"""What `make lighthouse` reads from a report and says about it."""

from __future__ import annotations

import pytest

from tools import lighthouse

ADDRESS = "http://127.0.0.1:8000/dealers/"


def report(**changed: object) -> dict[str, object]:
    audits = {
        "largest-contentful-paint": {"numericValue": 1432.4},
        "cumulative-layout-shift": {"numericValue": 0.004},
        "total-blocking-time": {"numericValue": 120.0},
        "network-requests": {
            "details": {
                "items": [
                    {"resourceType": "Document", "transferSize": 20 * 1024},
                    {"resourceType": "Script", "transferSize": 30 * 1024},
                    {"resourceType": "Script", "transferSize": 15 * 1024},
                    {"resourceType": "Stylesheet", "transferSize": 16 * 1024},
                    {"transferSize": 1024},
                ]
            }
        },
    }
    categories = {"performance": {"score": 0.97}, "accessibility": {"score": 1}, "best-practices": {"score": 1}}
    return {"finalDisplayedUrl": ADDRESS, "audits": audits, "categories": categories} | changed


def test_figures_are_in_the_units_of_the_table() -> None:
    assert lighthouse.figures_of(report(), ADDRESS) == {
        "performance": 97, "accessibility": 100, "best-practices": 100, "paint": pytest.approx(1.4324), "shift": 0.004,
        "blocking": 120.0, "script": 45.0, "style": 16.0, "weight": 82.0,
    }  # fmt: skip


def test_a_page_that_led_elsewhere_is_not_measured() -> None:
    with pytest.raises(lighthouse.Failed, match="accounts/login"):
        lighthouse.figures_of(report(finalDisplayedUrl="http://127.0.0.1:8000/accounts/login/"), ADDRESS)


@pytest.mark.parametrize(
    ("page", "figure", "value", "missed"),
    [
        ("dealer list", "performance", 95, []),
        ("dealer list", "performance", 94, ["performance"]),
        ("start page", "performance", 90, []),
        ("start page", "performance", 89, ["performance"]),
        ("dealer list", "paint", 1.51, ["paint"]),
        ("dealer list", "script", 99, []),
        ("dealer page", "script", 51, ["script"]),
        ("dealer list", "weight", 10_000, []),
    ],
)
def test_goals(page, figure, value, missed) -> None:
    figures = lighthouse.figures_of(report(), ADDRESS) | {figure: value}
    assert lighthouse.missed(page, figures) == missed


def test_of_several_visits_the_median_stands_in_the_table_and_a_miss_is_bold() -> None:
    visits = [lighthouse.figures_of(report(), ADDRESS) | {"paint": paint} for paint in (1.2, 9.0, 1.6)]
    shown = lighthouse.table({"dealer list": lighthouse.median(visits)})
    assert "| **1.60** |" in shown
    assert len({line.count("|") for line in shown.splitlines()}) == 1
