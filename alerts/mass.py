"""Mass events: when far more dealers than usual rise with one kind in a night, something is wrong with the data, not with
the dealers. A missing sales file opens one case for those who load data, not ten thousand for those who sell.

The levels of these dealers stay as they were, so the next night finds them again: once the file is there they are fine.
When somebody dismisses the case because it was real, the next night warns of each.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Avg, Count, Q

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment
from alerts.choices import RUNNING, UNSOLVED, CaseState, Did, Severity
from alerts.deadlines import after_hours
from alerts.kinds.kind import Kind
from alerts.models import Case, CaseEvent, CaseWatcher, KindNight
from alerts.pace import working_calendars
from crm.base.models import Company

# Usual is the mean of so many nights before; with fewer than the least nothing is usual yet.
NIGHTS, LEAST_NIGHTS = 28, 5
# So many times the usual, this share of all dealers, and so many dealers: all three.
TIMES, SHARE, LEAST_DEALERS = 10, 0.02, 50
# What was found real stays so for a while.
REAL_DAYS = 14
ACKNOWLEDGE_HOURS, CAUSE_DAYS = 24, 3


def set_aside(
    cursor: Any, *, on: dt.date, at: dt.datetime, rose: Counter[str], kinds: Iterable[Kind], total: int
) -> dict[str, int]:
    """Take the rises of kinds that are a mass event out of `alert_moved`, and open or follow one case for each; dealers
    by kind, of `total` that are looked at. Cases of kinds that are none any more recover."""
    found: dict[str, int] = {}
    for kind in kinds:
        count = rose[kind.code]
        if is_mass(kind.code, count, total, on):
            found[kind.code] = count
            _open_or_follow(cursor, kind, count, total, on, at)
            cursor.execute("DELETE FROM alert_moved WHERE place = %s AND now > was", [kind.place])
        else:
            _recover(kind.code, on, at)
    return found


def is_mass(kind: str, count: int, total: int, on: dt.date) -> bool:
    """Whether so many rises of so many dealers are far above the usual of this kind."""
    if count < LEAST_DEALERS or count < SHARE * total or _was_real(kind, on):
        return False
    before = KindNight.objects.filter(
        Q(kind=kind, on__lt=on, on__gte=on - dt.timedelta(days=NIGHTS), mass=False, error="")
    ).aggregate(nights=Count("pk"), usual=Avg("rose"))
    return before["nights"] >= LEAST_NIGHTS and count > TIMES * before["usual"]


def _was_real(kind: str, on: dt.date) -> bool:
    since = on - dt.timedelta(days=REAL_DAYS)
    return Case.objects.filter(kind=kind, mass=True, found_real=True, opened_on__gte=since).exists()


def _open_or_follow(cursor: Any, kind: Kind, count: int, total: int, on: dt.date, at: dt.datetime) -> None:
    figures = {"measure": "mass", "figure": count, "of": total}
    case = Case.objects.select_for_update().filter(kind=kind.code, mass=True, state__in=RUNNING).first()
    if case is not None:
        case.dealers_hit, case.latest, case.recovered_on = count, figures, None
        if case.state == CaseState.RESOLVED:
            case.state, case.reopened = CaseState.OPEN, case.reopened + 1
            case.resolved_at = case.resolved_by = case.verify_on = None
            case.acknowledged_at = case.acknowledged_by = None
            CaseEvent.objects.create(case=case, did=Did.REOPENED, at=at, on=on, figures=figures)
        case.save()
        return
    territory = _territory_of_all(cursor, kind.place)
    owner = _nearest(territory, Role.ADMINISTRATOR, on) or _nearest(territory, Role.DIRECTOR, on)
    works = working_calendars({territory.country}, on, on + dt.timedelta(days=60))[territory.country]
    acknowledge_by = after_hours(at, ACKNOWLEDGE_HOURS, works, Company.get().tz)
    case = Case.objects.create(
        kind=kind.code, mass=True, dealers_hit=count, territory=territory, severity=Severity.ORANGE,
        worst=Severity.ORANGE, severity_since=on, opened_on=on, opened_at=at, owner_id=owner, evidence=figures,
        latest=figures, acknowledge_by=acknowledge_by, pass_up_at=acknowledge_by,
        cause_by=after_hours(at, 24 * CAUSE_DAYS, works, Company.get().tz),
    )  # fmt: skip
    CaseEvent.objects.create(case=case, did=Did.OPENED, at=at, on=on, now=str(Severity.ORANGE.value), figures=figures)
    director = _nearest(territory, Role.DIRECTOR, on)
    if director is not None and director != owner:
        CaseWatcher.objects.create(case=case, user_id=director, since=at)


def _recover(kind: str, on: dt.date, at: dt.datetime) -> None:
    """The dealers of a mass event are as usual again: what nobody has begun to treat is resolved by that."""
    for case in Case.objects.select_for_update().filter(
        kind=kind, mass=True, state__in=UNSOLVED, recovered_on=None, opened_on__lt=on
    ):
        case.recovered_on = on
        CaseEvent.objects.create(case=case, did=Did.RECOVERED, at=at, on=on)
        if case.state in (CaseState.OPEN, CaseState.ACKNOWLEDGED):
            case.state, case.resolved_at, case.verify_on = CaseState.RESOLVED, at, on + dt.timedelta(days=1)
            case.pass_up_at = None
            CaseEvent.objects.create(case=case, did=Did.RESOLVED, at=at, on=on)
        case.save()


def _territory_of_all(cursor: Any, place: int) -> Territory:
    """The smallest territory that holds all dealers that rose."""
    cursor.execute(
        """
        SELECT min(t.path), max(t.path)
          FROM alert_moved m
          JOIN dealers_dealer d ON d.id = m.dealer_id
          JOIN accounts_territory t ON t.id = d.territory_id
         WHERE m.place = %s AND m.now > m.was
        """,
        [place],
    )
    first, last = cursor.fetchone()
    steps = range(Territory.STEP, min(len(first), len(last)) + 1, Territory.STEP)
    common = [first[:end] for end in steps if first[:end] == last[:end]]
    if common:
        return Territory.objects.get(path=common[-1])
    # Several trees: the first root stands for all.
    return Territory.objects.filter(parent=None).order_by("path")[0]


def _nearest(territory: Territory, role: Role, on: dt.date) -> int | None:
    above = Territory.objects.above(territory)
    held = TerritoryAssignment.objects.running(on).filter(
        territory__in=above, role=role, covers_for=None, user__is_active=True
    )
    return held.order_by("-territory__path", "pk").values_list("user", flat=True).first()
