"""Dates and figures look native in each language."""

import datetime as dt

import pytest
from django.utils import formats, translation

MOMENT = dt.datetime(2026, 11, 21, 9, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("language", "day", "short_day", "moment"),
    [
        ("en", "Nov. 21, 2026", "2026-11-21", "Nov. 21, 2026, 9:05 a.m."),
        ("zh-hans", "2026年11月21日", "2026-11-21", "2026年11月21日 09:05"),
        ("ja", "2026年11月21日", "2026/11/21", "2026年11月21日 9:05"),
        ("ko", "2026년 11월 21일", "2026. 11. 21.", "2026년 11월 21일 오전 9:05"),
    ],
)
def test_days_and_figures_are_written_as_readers_write_them(language, day, short_day, moment):
    with translation.override(language):
        assert formats.date_format(MOMENT, "DATE_FORMAT") == day
        assert formats.date_format(MOMENT, "SHORT_DATE_FORMAT") == short_day
        assert formats.date_format(MOMENT, "DATETIME_FORMAT") == moment
        assert formats.number_format(405583063, force_grouping=True) == "405,583,063"
