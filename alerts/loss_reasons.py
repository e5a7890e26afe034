"""Why dealers were lost, quarter by quarter, as far as the reader sees them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.scope import scope_of
from alerts.choices import LossReason
from crm.base.models import Company
from crm.base.periods import add_months
from crm.base.sql import load

QUARTERS = 6


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """How often in each quarter, oldest first; `reason` is empty for reviews that are not written yet."""

    reason: str
    label: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Reasons:
    """`quarters` are first days, oldest first; `lines` the most frequent reason first, those not written last."""

    quarters: tuple[dt.date, ...]
    lines: tuple[ReasonLine, ...]

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)


def quarter_start(day: dt.date) -> dt.date:
    return dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def reasons_over_time(user: User, *, on: dt.date) -> Reasons:
    """The last quarters, the running one among them. One query."""
    quarters = tuple(add_months(quarter_start(on), -3 * back) for back in range(QUARTERS - 1, -1, -1))
    scope = scope_of(user)
    with connection.cursor() as cursor:
        cursor.execute(
            load("alerts", "losses").statement("reasons"),
            {
                "since": quarters[0], "zone": Company.get().time_zone, "everything": scope.everything,
                "territories": scope.territory_ids,
            },
        )  # fmt: skip
        found: dict[str, dict[dt.date, int]] = defaultdict(dict)
        for quarter, reason, count in cursor.fetchall():
            found[reason][quarter] = count
    lines = [
        ReasonLine(reason, label_of(reason), tuple(counts.get(quarter, 0) for quarter in quarters))
        for reason, counts in found.items()
    ]
    lines.sort(key=lambda line: (line.reason == "", -line.total, line.reason))
    return Reasons(quarters, tuple(lines))


def label_of(reason: str) -> str:
    return str(LossReason(reason).label) if reason in LossReason.values else _("not written yet")
