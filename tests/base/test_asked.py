"""Addresses that somebody wrote by hand are answered, never with an error of ours."""

from __future__ import annotations

import pytest

from crm.base.asked import number, words

LONG = "9" * 5_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("17", 17),
        ("", None),
        (None, None),
        ("-1", None),
        ("²", None),
        ("١", None),
        ("1e3", None),
        (LONG, None),
    ],
)
def test_number(text, expected) -> None:
    assert number(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Li Na ", "Li Na"),
        ("王", "王"),
        ("💥", "💥"),
        (None, ""),
        ("a\0b", ""),
        ("\udcff", ""),
        ("a" * 900, "a" * 200),
    ],
)
def test_words(text, expected) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("value", ["²", LONG, "9" * 18, "\0", "x"])
@pytest.mark.parametrize(
    "address",
    [
        "/imports/?before={}",
        "/jobs/?after={}",
        "/jobs/?job={}",
        "/tiers/?after={}",
        "/accounts/users/?after={}",
        "/accounts/users/?before={}",
        "/dealers/?silent={}",
        "/dealers/similar/?name={}",
    ],
)
def test_nonsense_in_an_address_asks_for_nothing_special(address, value, dora, client_of) -> None:
    path, _, name = address.removesuffix("={}").partition("?")
    assert client_of(dora).get(path, {name: value}).status_code == 200


def test_a_territory_that_is_none_is_not_found(dora, client_of) -> None:
    for value in ("²", LONG, "x"):
        assert client_of(dora).get("/dealers/territory-load/", {"territory": value}).status_code == 404


def test_changes_until_the_end_of_time(dora, client_of) -> None:
    assert client_of(dora).get("/audit/", {"since": "1900-01-01", "until": "9999-12-31"}).status_code == 200
