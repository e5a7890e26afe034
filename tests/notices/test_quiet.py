"""When something may be sent, by the reader's clock. No database."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from accounts.notices.quiet import after_quiet, next_digest

EIGHT, SEVEN = dt.time(20), dt.time(7)


def at(text: str, zone: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "moment", "quiet", "sent"),
    [
        # By day at once; from eight in the evening until seven in the morning.
        ("Asia/Shanghai", "2026-03-11T12:00", (EIGHT, SEVEN), "2026-03-11T12:00"),
        ("Asia/Shanghai", "2026-03-11T20:00", (EIGHT, SEVEN), "2026-03-12T07:00"),
        ("Asia/Shanghai", "2026-03-12T06:59", (EIGHT, SEVEN), "2026-03-12T07:00"),
        ("Asia/Shanghai", "2026-03-12T07:00", (EIGHT, SEVEN), "2026-03-12T07:00"),
        # A rest at noon; never quiet.
        ("Asia/Shanghai", "2026-03-11T12:30", (dt.time(12), dt.time(13)), "2026-03-11T13:00"),
        ("Asia/Shanghai", "2026-03-11T03:00", (SEVEN, SEVEN), "2026-03-11T03:00"),
        # Clocks go forward at two in New York: half past two is not there that night, half past three is.
        ("America/New_York", "2026-03-08T00:30", (EIGHT, dt.time(2, 30)), "2026-03-08T03:30"),
        # They go back at two: half past one comes twice, the first counts.
        ("America/New_York", "2026-10-31T23:00", (EIGHT, dt.time(1, 30)), "2026-11-01T01:30"),
    ],
)
def test_nobody_is_disturbed_in_quiet_hours(zone: str, moment: str, quiet: tuple[dt.time, dt.time], sent: str) -> None:
    assert after_quiet(at(moment, zone), *quiet, ZoneInfo(zone)) == at(sent, zone).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("zone", "moment", "hour", "not_before", "leaves"),
    [
        ("Asia/Tokyo", "2026-03-11T06:00", 7, None, "2026-03-11T07:00"),
        ("Asia/Tokyo", "2026-03-11T07:00", 7, None, "2026-03-11T07:00"),
        ("Asia/Tokyo", "2026-03-11T07:01", 7, None, "2026-03-12T07:00"),
        # On leave until the 20th.
        ("Asia/Tokyo", "2026-03-11T07:01", 7, dt.date(2026, 3, 20), "2026-03-20T07:00"),
        # Over both changes of clocks it is seven by the clock.
        ("America/New_York", "2026-03-07T12:00", 7, None, "2026-03-08T07:00"),
        ("America/New_York", "2026-10-31T12:00", 7, None, "2026-11-01T07:00"),
        ("America/New_York", "2026-03-07T12:00", 2, None, "2026-03-08T03:00"),
    ],
)
def test_the_morning_mail_leaves_at_its_hour(
    zone: str, moment: str, hour: int, not_before: dt.date | None, leaves: str
) -> None:
    found = next_digest(at(moment, zone), hour, ZoneInfo(zone), not_before=not_before)
    assert found == at(leaves, zone).astimezone(dt.UTC)
