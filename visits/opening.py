"""Opening hours as one reads them at a door: days with the same hours stand in one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR

from crm.base.text import joined
from visits.models import OpeningHours


def weekly(rows: Iterable[OpeningHours]) -> list[tuple[str, str]]:
    """`("Mon–Fri", "9:00–12:00, 14:00–18:00")` for each run of days with the same hours, from Monday on."""
    by_day: defaultdict[int, list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.weekday, row.opens)):
        by_day[row.weekday].append(f"{row.opens:%H:%M}–{row.closes:%H:%M}")
    # Days that follow each other keep the difference of day and place.
    runs = groupby(enumerate(sorted(by_day)), key=lambda item: (item[1] - item[0], by_day[item[1]]))
    found = []
    for (_distance, hours), days in runs:
        weekdays = [day for _place, day in days]
        first, last = (str(WEEKDAYS_ABBR[day - 1]) for day in (weekdays[0], weekdays[-1]))
        found.append((first if first == last else f"{first}–{last}", joined(hours)))
    return found
