"""Figures, dates and addresses as a reader sees them, language by language."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from crm.base.templatetags import crm as tags

NOW = dt.datetime(2026, 3, 18, 12, 0, 30, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _plain_storage(settings):
    """Addresses of static files without the hash of a collected release."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def noon(monkeypatch):
    """Wednesday, 18 March 2026, noon UTC."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with timezone.override("UTC"):
        yield NOW


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (None, 0, "–"),
        ("", 0, "–"),
        ("no figure", 0, "–"),
        (float("nan"), 2, "–"),
        (True, 0, "–"),
        (0, 0, "0"),
        (1234.5, 0, "1,235"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (-0.04, 1, "0.0"),
        (Decimal("80450596.984"), 2, "80,450,596.98"),
        (-1234567, 1, "−1,234,567.0"),
    ],
)
def test_number(value, digits, shown):
    assert tags.number(value, digits) == shown


@pytest.mark.parametrize(
    ("currency", "shown"), [("", "1,234.57"), ("USD", "1,234.57"), ("JPY", "1,235"), ("KWD", "1,234.568")]
)
def test_amount_has_the_digits_its_currency_is_paid_in(currency, shown):
    assert tags.amount(Decimal("1234.5678"), currency) == shown


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("en", 999, "999"),
        ("en", 1234, "1.23K"),
        ("en", 123_456, "123K"),
        ("en", -12_345_678, "−12.3M"),
        ("en", 80_450_596_980, "80.5B"),
        ("zh-hans", 12_345, "1.23万"),
        ("zh-hans", 1_234_567_890, "12.3亿"),
        ("ja", 1_234_567_890, "12.3億"),
        ("ko", 12_345_678, "1,235만"),
        ("en", None, "–"),
    ],
)
def test_compact_counts_as_the_language_does(language, value, shown):
    with translation.override(language):
        assert tags.compact(value) == shown


@pytest.mark.parametrize(("share", "shown"), [(0.1244, "12.4%"), (0, "0.0%"), (-0.5, "−50.0%"), (None, "–")])
def test_percent_of_a_share(share, shown):
    assert tags.percent(share) == shown


@pytest.mark.parametrize(
    ("share", "good", "classes", "text"),
    [
        (0.124, "up", "change is-good", "+12.4%"),
        (-0.124, "up", "change is-bad", "−12.4%"),
        (0.31, "down", "change is-bad", "+31.0%"),
        (-0.31, "down", "change is-good", "−31.0%"),
        (0.31, "none", "change", "+31.0%"),
        (0.0001, "up", "change", "0.0%"),
        (None, "up", "change", "–"),
    ],
)
def test_change_has_sign_arrow_and_judgement(share, good, classes, text):
    markup = tags.change(share, good=good)
    assert f'class="{classes}"' in markup
    assert re.sub(r"<[^>]+>", "", markup) == text
    assert ("arrow-up-right" in markup) == text.startswith("+")
    assert ("arrow-down-right" in markup) == text.startswith("−")


@pytest.mark.parametrize(
    ("tier", "letter", "css"), [("A", "A", "tier-a"), ("c", "C", "tier-c"), (None, "–", "tier-none")]
)
def test_tier_badge_always_shows_its_letter(tier, letter, css):
    markup = tags.tier_badge(tier)
    assert f">{letter}</span>" in markup
    assert css in markup


def test_icon_is_decoration_until_it_has_a_label():
    assert 'aria-hidden="true"' in tags.icon("x")
    labelled = tags.icon("x", 'Close "it"')
    assert 'role="img" aria-label="Close &quot;it&quot;"' in labelled
    assert "aria-hidden" not in labelled


def test_sparkline_breaks_at_a_gap_and_holds_zero():
    path = re.search(r'<path d="([^"]+)"', tags.sparkline([10, None, 0, 5]))
    assert path is not None
    assert path[1] == "M2.0 2.0M47.3 18.0L70.0 10.0"
    assert "<path" not in tags.sparkline([None, 3])


def test_explain_escapes_the_figure_and_keeps_its_content():
    markup = Template('{% explain figure %}Sum of <a href="/rows/">312 rows</a>{% endexplain %}').render(
        Context({"figure": "<b>1</b>"})
    )
    assert "&lt;b&gt;1&lt;/b&gt;" in markup
    assert '<a href="/rows/">312 rows</a>' in markup


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (-1, "yesterday"),
        (-3, "3 days ago"),
        (4, "in 4 days"),
        (-7, "March 11, 2026"),
        (9, "March 27, 2026"),
    ],
)
def test_ago_of_a_day(noon, days, shown):
    markup = tags.ago(noon.date() + dt.timedelta(days=days))
    assert f">{shown}<" in markup
    assert 'title="March ' in markup


@pytest.mark.parametrize(
    ("distance", "shown"),
    [
        (dt.timedelta(seconds=-20), "just now"),
        (dt.timedelta(minutes=-1), "1 minute ago"),
        (dt.timedelta(minutes=30), "in 30 minutes"),
        (dt.timedelta(hours=-3), "3 hours ago"),
        (dt.timedelta(hours=-26), "yesterday"),
        (dt.timedelta(hours=26), "tomorrow"),
        (dt.timedelta(days=-3, hours=-4), "3 days ago"),
        (dt.timedelta(days=-17), "March 1, 2026"),
    ],
)
def test_ago_of_a_moment(noon, distance, shown):
    assert f">{shown}<" in tags.ago(noon + distance)


def test_ago_counts_days_in_the_readers_time_zone(noon):
    late = noon - dt.timedelta(hours=27)
    with timezone.override("Asia/Tokyo"):
        assert ">yesterday<" in tags.ago(late)
        assert 'title="March 17, 2026, 6 p.m."' in tags.ago(late)


def test_ago_of_nothing():
    assert tags.ago(None, empty="never") == "never"


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("{% qs_replace sort='name' %}", "/dealers/?q=li&tier=A&tier=B&sort=name"),
        ("{% qs_replace tier='C' %}", "/dealers/?q=li&tier=C"),
        ("{% qs_replace q=None tier='' %}", "/dealers/"),
        ("{% qs_replace after='k9' %}", "/dealers/?q=li&tier=A&tier=B&after=k9"),
        ("{% qs_remove 'tier' 'A' %}", "/dealers/?q=li&tier=B"),
        ("{% qs_remove 'tier' %}", "/dealers/?q=li"),
    ],
)
def test_addresses_keep_the_other_filters_and_start_paging_anew(template, address):
    request = RequestFactory().get("/dealers/?q=li&tier=A&tier=B&after=k1")
    shown = Template(template).render(Context({"request": request}, autoescape=False))
    assert shown == address


def test_undo_address_is_found_among_the_tags():
    assert tags.undo_url("dealer undo:/dealers/7/restore/") == "/dealers/7/restore/"
    assert tags.undo_url("success") == ""
