"""A row of the calendar as stretches: free days, and days with one dealer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from promotions.models import SupportBooking


@dataclass(frozen=True, slots=True)
class Segment:
    """So many days with the booking (None: free); `seen` when the reader sees whose it is."""

    booking: SupportBooking | None
    days: Sequence[dt.date]
    seen: bool = False

    @property
    def length(self) -> int:
        return len(self.days)


def segments(bookings: Iterable[SupportBooking], days: Sequence[dt.date], seen: Container[int]) -> list[Segment]:
    """Of one person or vehicle, whose bookings never overlap; free days one by one, so that weeks can be told apart."""
    by_day: dict[dt.date, SupportBooking] = {}
    for booking in bookings:
        by_day |= {day: booking for day in days if booking.period.lower <= day < booking.period.upper}
    found = []
    for _key, group in groupby(days, key=lambda day: by_day[day].pk if day in by_day else day):
        stretch = list(group)
        held = by_day.get(stretch[0])
        found.append(Segment(held, stretch, held is not None and held.request_id in seen))
    return found


def weeks(days: Sequence[dt.date]) -> list[Segment]:
    """The days by the week that they lie in, Monday first."""
    return [Segment(None, list(group)) for _week, group in groupby(days, key=lambda day: day.isocalendar()[:2])]
