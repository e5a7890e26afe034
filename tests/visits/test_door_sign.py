"""Opening hours as people write them: understood, or not at all."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealers.models import Dealer
from tests.factories import DealerFactory
from visits.door_sign import LAST_MINUTE, Span, read, written
from visits.hours import hours_of, keep_hours, rows_of
from visits.models import OpeningHours
from visits.routing.problem import Window


def hours(text: str) -> str | None:
    """What was understood, in one notation."""
    week = read(text)
    return None if week is None else written(week)


ALL = "Mon-Sun 09:00-18:00"
WORKING = "Mon-Fri 09:00-18:00"


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("09:00-18:00", ALL),
        ("11:00~23:00", "Mon-Sun 11:00-23:00"),
        ("9-5", "Mon-Sun 09:00-17:00"),
        ("9:00 – 12:00, 14:00 – 18:00", "Mon-Sun 09:00-12:00, 14:00-18:00"),
        ("Mon-Fri 9:00-18:00; Sat 10-16", f"{WORKING}; Sat 10:00-16:00"),
        ("Mo-Fr 09:00-18:00", WORKING),
        ("Monday to Friday: 9am to 6pm", WORKING),
        ("9:00-18:00 weekdays", WORKING),
        ("Mon, Wed, Fri 9-12", "Mon 09:00-12:00; Wed 09:00-12:00; Fri 09:00-12:00"),
        ("Mon-Sat 9-18, closed Sunday", "Mon-Sat 09:00-18:00"),
        ("9:00-18:00, Sun closed", "Mon-Sat 09:00-18:00"),
        ("daily 8.30-20.00", "Mon-Sun 08:30-20:00"),
        ("Sat-Mon 10-16", "Mon 10:00-16:00; Sat-Sun 10:00-16:00"),
        ("18:00-2:00", "Mon-Sun 18:00-23:59"),
        ("24 hours", "Mon-Sun 00:00-23:59"),
        ("周一至周五 9:00-18:00,周六 10:00-16:00", f"{WORKING}; Sat 10:00-16:00"),
        ("营业时间:上午9点至下午6点", ALL),
        ("工作日9点30分-18点30分", "Mon-Fri 09:30-18:30"),
        ("星期一到星期五 9:00~18:00 周日休息", WORKING),
        ("每天 9:00—21:00", "Mon-Sun 09:00-21:00"),
        ("平日 9時〜18時、土曜 10:00~16:00、日曜定休", f"{WORKING}; Sat 10:00-16:00"),
        ("10:00-19:00 (日曜定休)", "Mon-Sat 10:00-19:00"),
        ("営業時間 午前9時から午後6時まで 土・日・祝休", WORKING),
        ("定休日は水曜 10:00-19:00", "Mon-Tue 10:00-19:00; Thu-Sun 10:00-19:00"),
        ("월-금 오전 9시~오후 6시, 일요일 휴무", WORKING),
        ("평일 9시부터 18시까지", WORKING),
        ("매일 10:00~20:00", "Mon-Sun 10:00-20:00"),
        # Nobody knows whether it closes at six in the morning or in the evening.
        ("10:00-6:00", None),
        ("ask Mr Li", None),
        ("by appointment", None),
        ("9:00-18:00, in August until 13:00", None),
        ("month end only 9-5", None),
        ("Mon-Fri", None),
        ("9:00", None),
        ("9:00-14:00, 13:00-18:00", None),
        ("25:00-26:00", None),
        ("closed", None),
        ("", None),
    ],
)
def test_what_is_understood(text: str, understood: str | None) -> None:
    assert hours(text) == understood


_SPAN = st.tuples(st.integers(0, LAST_MINUTE - 300), st.integers(1, 300)).map(lambda span: (span[0], span[0] + span[1]))
# A machine that is busy generates slowly.
_CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _apart(spans: list[Span]) -> tuple[Span, ...]:
    found: list[Span] = []
    for span in sorted(set(spans)):
        if not found or found[-1][1] <= span[0]:
            found.append(span)
    return tuple(found)


@_CALM
@given(st.dictionaries(st.integers(1, 7), st.lists(_SPAN, min_size=1, max_size=3).map(_apart), min_size=1))
def test_what_is_written_is_read_again(week: dict[int, tuple[Span, ...]]) -> None:
    assert read(written(week)) == dict(sorted(week.items()))


@_CALM
@given(st.text(max_size=40))
def test_any_text_is_read_or_not(text: str) -> None:
    week = read(text)
    assert week is None or all(0 <= opens < closes <= LAST_MINUTE for spans in week.values() for opens, closes in spans)


# --- What counts for a dealer ---------------------------------------------------------------------------------------------

NINE, NOON, SIX = dt.time(9), dt.time(12), dt.time(18)


def dealer_open(text: str, *rows: tuple[int, dt.time, dt.time]) -> Dealer:
    dealer = DealerFactory(opening_hours=text)
    for weekday, opens, closes in rows:
        OpeningHours.objects.create(dealer=dealer, weekday=weekday, opens=opens, closes=closes)
    return dealer


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "rows", "monday"),
    [
        ("", [], "always"),
        ("Mon 9-12", [], (Window(540, 720),)),
        # The text came last, by an import or the form of the file.
        ("Mon 9-12", [(1, NINE, SIX)], (Window(540, 720),)),
        ("ask at the office", [(1, NINE, SIX)], (Window(540, 1080),)),
        ("", [(2, NINE, SIX)], ()),
    ],
)
def test_which_hours_count(text: str, rows: list[tuple[int, dt.time, dt.time]], monday: object) -> None:
    dealer = dealer_open(text, *rows)
    found = hours_of([dealer])
    assert (found[dealer.pk].get(1, ()) if dealer.pk in found else "always") == monday


@pytest.mark.django_db
def test_hours_entered_by_day_are_written_into_the_file() -> None:
    dealer = dealer_open("9-18")
    keep_hours(dealer, [(1, NINE, NOON), (2, NINE, NOON), (6, NINE, SIX)])
    dealer.refresh_from_db()
    assert dealer.opening_hours == "Mon-Tue 09:00-12:00; Sat 09:00-18:00"
    assert [(row.weekday, row.opens, row.closes) for row in rows_of(dealer)] == [
        (1, NINE, NOON), (2, NINE, NOON), (6, NINE, SIX),
    ]  # fmt: skip
    keep_hours(dealer, [])
    dealer.refresh_from_db()
    assert dealer.opening_hours == ""
    assert hours_of([dealer]) == {}


@pytest.mark.django_db
def test_a_text_that_no_hours_can_say_stays() -> None:
    dealer = dealer_open("ask at the office")
    keep_hours(dealer, [(1, NINE, NOON)])
    dealer.refresh_from_db()
    assert dealer.opening_hours == "ask at the office"
    assert hours_of([dealer])[dealer.pk] == {1: (Window(540, 720),)}
