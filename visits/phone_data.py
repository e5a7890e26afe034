"""What a phone takes along: today and the next three days with each stop's brief, tasks, forms; and the user's dealers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from accounts.models import User
from accounts.rights import Right
from crm.base.models import Company
from crm.base.money import minor_units
from dealers.choices import DealerKind, DealerStatus
from dealers.models import Dealer
from sales.models import Product
from visits import checkin, expenses, form, phone_week
from visits.choices import TaskState
from visits.models import LocationConsent, Task, TimeEntry
from visits.phone_briefs import DAYS, due_rows, packages
from visits.sync.day import told as told_day
from visits.sync.fields import told
from visits.today import Reason, Stop, stops, why_now, worked_for

# Products of the catalogue that are offered for counting, beside those of the dealer's last count.
PRODUCTS = 200
TASKS = 60
# A director works hundreds of thousands of dealers; a phone is for a patch.
DEALERS = 3_000


def of_days(user: User, *, on: dt.date) -> dict[str, Any]:
    """All that the phone pages show, as plain data, in the user's language. About twenty queries, whatever the stops."""
    found = stops(user, first=on, days=DAYS)
    dealers = {stop.visit.dealer_id: stop.visit.dealer for stop in found}
    company = Company.get()
    forms = form.forms_for(DealerKind.values)
    return {
        "user": user.pk,
        "today": on.isoformat(),
        "currency": company.currency,
        "digits": minor_units(company.currency),
        "rules": {
            "range_m": settings.CHECK_IN_RANGE_M,
            "accuracy_m": checkin.MAX_ACCURACY_M,
            "age_s": checkin.MAX_AGE_S,
        },
        "consent": _consent(user),
        "stops": _stops(found, user, on),
        "due": _due(user, on, besides=dealers),
        "tasks": _tasks(user),
        "day": told_day(user, on),
        "week": phone_week.performance(user, on=on),
        "forgotten": phone_week.forgotten(user, on=on),
        "expenses": expenses.told(user, on=on),
        "forms": {kind: [form.told(asked) for asked in each.asked] for kind, each in forms.items()},
        # With which version a visit that begins now is written.
        "form_versions": {kind: each.pk for kind, each in forms.items() if each.pk},
        "products": [
            [pk, name, unit or ""]
            for pk, name, unit in Product.objects.filter(active=True)
            .order_by("category", "name", "pk")
            .values_list("pk", "name", "unit__name")[:PRODUCTS]
        ],
    }


def _consent(user: User) -> bool | None:
    """None while the user was never asked."""
    row = LocationConsent.objects.filter(user=user).first()
    return None if row is None else row.withdrawn_at is None


def dealer_row(dealer: Dealer) -> dict[str, Any]:
    return {
        "id": dealer.pk,
        "name": dealer.name,
        "second": dealer.name_romanised or dealer.code,
        "kind": dealer.kind,
        "tier": dealer.tier or "",
        "city": dealer.city,
        "address": dealer.address,
        "phone": dealer.phone,
        "latitude": dealer.latitude,
        "longitude": dealer.longitude,
        "hours": dealer.opening_hours,
    }


def _reasons(reasons: Iterable[Reason]) -> list[list[str]]:
    return [[reason.text, reason.tone] for reason in reasons]


def _stops(found: list[Stop], user: User, on: dt.date) -> list[dict[str, Any]]:
    """Of a visit that is told in a line the times are there, because the day adds them up, and no brief."""
    told_of = packages({stop.visit.dealer_id: stop.visit.dealer for stop in found if stop.in_full}, user=user, on=on)
    spent = _spent(found)
    own = set(worked_for(user, on=on))
    rows = []
    for stop in found:
        visit = stop.visit
        companion = visit.companion.name if visit.companion and visit.companion_id != user.pk else ""
        rows.append(
            {
                "key": str(visit.key),
                "version": visit.version,
                "state": visit.state,
                "on": visit.on.isoformat(),
                "kind": visit.kind,
                "for": visit.user.name if visit.user_id != user.pk and visit.user_id in own else "",
                # Whom the user goes along with: the visit is hers to make and to write down.
                "along": visit.user.name if visit.user_id not in own else "",
                "companion": companion,
                "arrives": f"{visit.starts_at:%H:%M}" if visit.starts_at else "",
                "fixed": f"{visit.fixed_at:%H:%M}" if visit.fixed_at else "",
                "minutes": visit.minutes,
                "way": visit.travel_minutes,
                "km": round(visit.km, 1) if visit.km is not None else None,
                "base": told(visit) if stop.in_full else {"purpose": visit.purpose},
                # When it began and ended, and for what its time was spent: for the day's log.
                "span": [moment.isoformat() for moment in (visit.started_at, visit.ended_at) if moment],
                "time": spent[visit.pk],
                "dealer": dealer_row(visit.dealer),
                "why": _reasons(stop.reasons),
            }
            | (told_of[visit.dealer_id] if stop.in_full else {})
        )
    return rows


def _spent(found: list[Stop]) -> dict[int, list[list[Any]]]:
    """Category and minutes by visit."""
    spent: dict[int, list[list[Any]]] = defaultdict(list)
    rows = TimeEntry.objects.filter(visit__in=[stop.visit.pk for stop in found]).order_by("pk")
    for visit, category, minutes in rows.values_list("visit", "category", "minutes"):
        spent[visit].append([category, minutes])
    return spent


def _due(user: User, on: dt.date, *, besides: Iterable[int]) -> list[dict[str, Any]]:
    """Dealers that are due and have no stop; the latest first."""
    rows = due_rows(user, on, besides=besides).select_related("dealer")
    dealers = {row.dealer_id: row.dealer for row in rows}
    reasons = why_now(dealers, user=user, on=on)
    return [{"dealer": dealer_row(dealer), "why": _reasons(reasons[pk])} for pk, dealer in dealers.items()]


def _tasks(user: User) -> list[dict[str, Any]]:
    rows = Task.objects.filter(owner=user, state=TaskState.OPEN).select_related("dealer")
    return [
        {
            "key": str(task.key),
            "title": task.title,
            "note": task.note,
            "important": task.important,
            "urgent": task.urgent,
            "due_on": task.due_on.isoformat() if task.due_on else "",
            "minutes": task.minutes,
            "dealer": task.dealer_id,
            "dealer_name": task.dealer.name if task.dealer else "",
        }
        for task in rows.in_order()[:TASKS]
    ]


def dealers_of(user: User) -> list[list[Any]]:
    """The dealers that the user works, by name: what the phone searches without a signal. One query.

    Each as id, name, name in Latin letters or code, kind, tier, city, phone, latitude, longitude.
    """
    rows = (
        Dealer.objects.visible_to(user, rights=(Right.LOG_VISITS,))
        .exclude(status=DealerStatus.TERMINATED)
        .order_by("name", "pk")
        .values_list(
            "pk", "name", "name_romanised", "code", "kind", "tier", "city", "phone", "latitude", "longitude"
        )[:DEALERS]
    )  # fmt: skip
    return [
        [pk, name, romanised or code, kind, tier or "", city, phone, latitude, longitude]
        for pk, name, romanised, code, kind, tier, city, phone, latitude, longitude in rows
    ]
