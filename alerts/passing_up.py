"""What nobody acknowledged, or found no cause for, in time goes one level up the territory tree: the next manager or
director is told and watches from then on. Red for too long does so too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import F, Value

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment
from alerts.choices import UNSOLVED, Did, Severity
from alerts.deadlines import after_hours
from alerts.models import Case, CaseEvent, CaseWatcher
from alerts.pace import working_calendars
from alerts.telling import events
from crm.base.models import Company
from visits.people import LEADERS

# After one level, so many hours on working days until the next.
HOURS_BETWEEN = 24
BATCH = 2000


def pass_up(*, at: dt.datetime, on: dt.date) -> int:
    """Pass up what is due at the moment; cases. Runs at night and may run every hour: each deadline counts once."""
    _red_for_too_long(on, at)
    count = 0
    while True:
        due = list(
            Case.objects.select_for_update(of=("self",))
            .filter(state__in=UNSOLVED, pass_up_at__lte=at)
            .select_related("territory")
            .order_by("pk")[:BATCH]
        )
        if not due:
            return count
        _pass_up(due, at, on)
        count += len(due)


def _red_for_too_long(on: dt.date, at: dt.datetime) -> None:
    """Red cases whose cause is known have no deadline until they have been red for so many days."""
    Case.objects.filter(
        state__in=UNSOLVED, severity=Severity.RED, pass_up_at=None, passed_up=0, recovered_on=None,
        version__red_days__gt=0, severity_since__lt=Value(on) - F("version__red_days") * Value(dt.timedelta(days=1)),
    ).update(pass_up_at=at)  # fmt: skip


def _pass_up(due: list[Case], at: dt.datetime, on: dt.date) -> None:
    chains = leaders_above({case.territory_id for case in due}, on)
    calendars = working_calendars({case.territory.country for case in due}, on, on + dt.timedelta(days=60))
    tz = Company.get().tz
    next_at = {country: after_hours(at, HOURS_BETWEEN, works, tz) for country, works in calendars.items()}
    written, watchers = [], []
    for case in due:
        chain = [leader for leader in chains[case.territory_id] if leader != case.owner_id]
        if case.passed_up >= len(chain):
            case.pass_up_at = None
            continue
        told = chain[case.passed_up]
        case.passed_up += 1
        case.pass_up_at = next_at[case.territory.country] if case.passed_up < len(chain) else None
        written.append(CaseEvent(case=case, did=Did.ESCALATED, at=at, on=on, now=str(told)))
        watchers.append(CaseWatcher(case=case, user_id=told, since=at))
    Case.objects.bulk_update(due, ["passed_up", "pass_up_at"], batch_size=500)
    CaseEvent.objects.bulk_create(written)
    CaseWatcher.objects.bulk_create(watchers, ignore_conflicts=True)
    events.tell_of([event.pk for event in written], at=at)


def leaders_above(territory_ids: Iterable[int], on: dt.date) -> dict[int, list[int]]:
    """By territory the managers and directors of it and of those above, the nearest first, each once; three queries."""
    paths = dict(Territory.objects.filter(pk__in=set(territory_ids)).values_list("pk", "path"))
    above = {path[:end] for path in paths.values() for end in range(Territory.STEP, len(path) + 1, Territory.STEP)}
    held = TerritoryAssignment.objects.running(on).filter(
        territory__path__in=above, role__in=LEADERS, covers_for=None, user__is_active=True
    )
    by_path: dict[str, list[tuple[bool, int, int]]] = {}
    for path, role, pk, user in held.values_list("territory__path", "role", "pk", "user"):
        by_path.setdefault(path, []).append((role == Role.DIRECTOR, pk, user))
    found: dict[int, list[int]] = {}
    for territory, path in paths.items():
        chain: list[int] = []
        for end in range(len(path), 0, -Territory.STEP):
            chain += [user for _director, _pk, user in sorted(by_path.get(path[:end], []))]
        found[territory] = list(dict.fromkeys(chain))
    return found
