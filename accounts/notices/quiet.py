"""When something may be sent, by the reader's own clock. Without Django and without a clock.

A local time that a change of clocks skips counts as an hour later; one that comes twice, as its first coming.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


def local(day: dt.date, time: dt.time, tz: ZoneInfo) -> dt.datetime:
    """The moment, in UTC, when clocks of `tz` show the time on the day."""
    return dt.datetime.combine(day, time, tz).astimezone(dt.UTC)


def is_quiet(at: dt.datetime, quiet_from: dt.time, quiet_until: dt.time, tz: ZoneInfo) -> bool:
    """Whether nobody is to be disturbed at the moment; `quiet_until` is the first minute that is not quiet any more."""
    now = at.astimezone(tz).time()
    if quiet_from <= quiet_until:
        return quiet_from <= now < quiet_until
    return now >= quiet_from or now < quiet_until


def after_quiet(at: dt.datetime, quiet_from: dt.time, quiet_until: dt.time, tz: ZoneInfo) -> dt.datetime:
    """The moment itself, or the end of the quiet hours that it falls into."""
    if not is_quiet(at, quiet_from, quiet_until, tz):
        return at
    return next_time(at, quiet_until, tz)


def next_time(at: dt.datetime, time: dt.time, tz: ZoneInfo) -> dt.datetime:
    """The next moment, not before `at`, when the clocks show the time."""
    day = at.astimezone(tz).date()
    moment = local(day, time, tz)
    return moment if moment >= at else local(day + dt.timedelta(days=1), time, tz)


def next_digest(at: dt.datetime, hour: int, tz: ZoneInfo, *, not_before: dt.date | None = None) -> dt.datetime:
    """When the next morning mail leaves; the first one on or after the day `not_before`, for who is away until then."""
    start = at
    if not_before is not None:
        start = max(at, local(not_before, dt.time(), tz))
    return next_time(start, dt.time(hour), tz)
