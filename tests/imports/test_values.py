"""What people write in cells."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.imports.values import (
    guess_decimal_sign,
    guess_order,
    parse_boolean,
    parse_date,
    parse_month,
    parse_number,
)

NOVEMBER_21 = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21", "2026/11/21", "2026.11.21", "2026. 11. 21.", "20261121", "2026年11月21日", "2026年11月21日(土)",
        "2026년 11월 21일", "２０２６／１１／２１", "令和8年11月21日", "R8.11.21", "21.11.2026", "21/11/2026", "11/21/2026",
        "21 Nov 2026", "21st November 2026", "Nov 21, 2026", "Sat 21 Nov 2026", "46347", "46347.5",
        "2026-11-21 00:00:00.000", "2026-11-21T13:45:00Z", "21/11/26",
    ],
)  # fmt: skip
def test_the_usual_notations_of_one_day(text):
    assert parse_date(text, "DMY") == NOVEMBER_21


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "31/04/2026", "2026-13-01", "123", "99999", "1/2", "2026"])
def test_what_is_no_day(text):
    assert parse_date(text, "DMY") is None


@pytest.mark.parametrize(
    ("order", "day"),
    [("DMY", dt.date(2026, 4, 3)), ("MDY", dt.date(2026, 3, 4))],
)
def test_an_ambiguous_date_follows_the_order(order, day):
    assert parse_date("03/04/2026", order) == day


def test_two_digit_years():
    assert parse_date("31/12/69", "DMY") == dt.date(2069, 12, 31)
    assert parse_date("31/12/70", "DMY") == dt.date(1970, 12, 31)
    assert parse_date("26/12/31", "YMD") == dt.date(2026, 12, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11",
        "2026/11",
        "11/2026",
        "202611",
        "2026年11月",
        "2026年十一月",
        "2026년 11월",
        "Nov 2026",
        "R8.11",
        "2026-11-21",
    ],
)
def test_months(text):
    assert parse_month(text) == dt.date(2026, 11, 1)


@pytest.mark.parametrize("text", ["2026", "13/2026", "Nov", "autumn 2026", ""])
def test_what_is_no_month(text):
    assert parse_month(text) is None


@pytest.mark.parametrize(
    ("text", "sign", "number"),
    [
        ("1234.5", ".", "1234.5"),
        ("1,234.50", ".", "1234.50"),
        ("1.234,50", ",", "1234.50"),
        ("1 234,50", ",", "1234.50"),
        ("1'234.50", ".", "1234.50"),
        ("￥１，２３４", ".", "1234"),
        ("¥1,234", ".", "1234"),
        ("1,234円", ".", "1234"),
        ("12,000 원", ".", "12000"),
        ("CNY 5.10", ".", "5.10"),
        ("-$5", ".", "-5"),
        ("$-5", ".", "-5"),
        ("(1,234.50)", ".", "-1234.50"),
        ("△500", ".", "-500"),
        ("5-", ".", "-5"),
        ("1e3", ".", "1000"),
        (".5", ".", "0.5"),
    ],
)
def test_numbers(text, sign, number):
    assert parse_number(text, sign) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "sign"), [("", "."), ("abc", "."), ("1.234,56", "."), ("1,234.56", ","), ("1.2.3", "."), ("12 pcs", "."), ("--5", "."), ("1e400", "."), ("NaN", "."), ("1,23", ".")]
)  # fmt: skip
def test_what_is_no_number(text, sign):
    assert parse_number(text, sign) is None


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_any_amount_is_understood_in_both_notations(amount):
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert parse_number(english, ".") == amount
    assert parse_number(german, ",") == amount


@given(st.dates(min_value=dt.date(1971, 1, 1), max_value=dt.date(2069, 12, 31)))
def test_any_day_is_understood_in_every_notation(day):
    for text in (f"{day:%Y-%m-%d}", f"{day.year}年{day.month}月{day.day}日", f"{day:%d %b %Y}", f"{day:%Y%m%d}"):
        assert parse_date(text) == day
    assert parse_date(f"{day:%d/%m/%Y}", "DMY") == day
    assert parse_date(f"{day:%m/%d/%Y}", "MDY") == day


@pytest.mark.parametrize(("text", "answer"), [("Yes", True), ("是", True), ("はい", True), ("예", True), ("○", True), ("N", False), ("否", False), ("いいえ", False), ("아니요", False), ("０", False), ("maybe", None)])  # fmt: skip
def test_yes_and_no(text, answer):
    assert parse_boolean(text) is answer


def test_the_order_shows_in_the_column():
    assert guess_order(["03/04/2026", "13/04/2026"]) == "DMY"
    assert guess_order(["03/04/2026", "04/13/2026"]) == "MDY"
    assert guess_order(["03/04/2026"]) is None
    assert guess_order(["13/04/2026", "04/13/2026"]) is None


def test_the_decimal_sign_shows_in_the_column():
    assert guess_decimal_sign(["1.234,5", "12"]) == ","
    assert guess_decimal_sign(["1,234.5"]) == "."
    assert guess_decimal_sign(["1,234", "1.234"]) is None
