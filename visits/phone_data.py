"""What a phone takes along: today and the next three days with each stop's brief, tasks, forms; and the user's dealers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.models import Company
from crm.base.money import minor_units
from dealers.choices import DealerKind, DealerStatus
from dealers.models import Contact, Dealer
from sales.models import Product, Receivable, StockCount
from visits import brief, checkin, expenses, form
from visits.choices import CommitmentState, FindingState, TaskState
from visits.models import Commitment, Finding, LocationConsent, Task, TimeEntry, VisitDue
from visits.sync.day import told as told_day
from visits.sync.fields import told
from visits.today import Reason, Stop, stops, why_now

DAYS = 4
# Products of the catalogue that are offered for counting, beside those of the dealer's last count.
PRODUCTS = 200
INVOICES = 20
CONTACTS = 8
# Issues, and promises, of one dealer that can be followed up on the phone.
OPEN_ENDS = 10
TASKS = 60
DUE = 12
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
        "stops": _stops(found, dealers, user, on),
        "due": _due(user, on, besides=dealers),
        "tasks": _tasks(user),
        "day": told_day(user, on),
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


def _stops(found: list[Stop], dealers: dict[int, Dealer], user: User, on: dt.date) -> list[dict[str, Any]]:
    briefs = brief.of_dealers(dealers.values(), user=user, on=on)
    contacts = _contacts(dealers)
    counted = _counted(dealers)
    owed = _owed(dealers, user)
    issues, promises = _issues(dealers), _promises(dealers)
    spent = _spent(found)
    rows = []
    for stop in found:
        visit = stop.visit
        pk = visit.dealer_id
        rows.append(
            {
                "key": str(visit.key),
                "version": visit.version,
                "state": visit.state,
                "on": visit.on.isoformat(),
                "kind": visit.kind,
                "for": visit.user.name if visit.user_id != user.pk else "",
                "companion": visit.companion.name if visit.companion else "",
                "arrives": f"{visit.starts_at:%H:%M}" if visit.starts_at else "",
                "fixed": f"{visit.fixed_at:%H:%M}" if visit.fixed_at else "",
                "minutes": visit.minutes,
                "way": visit.travel_minutes,
                "km": round(visit.km, 1) if visit.km is not None else None,
                "base": told(visit),
                # When it began and ended, and for what its time was spent: for the day's log.
                "span": [moment.isoformat() for moment in (visit.started_at, visit.ended_at) if moment],
                "time": spent[visit.pk],
                "dealer": dealer_row(visit.dealer),
                "why": _reasons(stop.reasons),
                "contacts": contacts[pk],
                "counted": counted[pk],
                "owed": owed[pk],
                "issues": issues[pk],
                "promises": promises[pk],
                "brief": [
                    {
                        "key": part.key,
                        "label": part.label,
                        "items": [[item.text, item.detail, item.tone, item.tick] for item in part.items],
                    }
                    for part in briefs[pk]
                ],
            }
        )
    return rows


def _spent(found: list[Stop]) -> dict[int, list[list[Any]]]:
    """Category and minutes by visit."""
    spent: dict[int, list[list[Any]]] = defaultdict(list)
    rows = TimeEntry.objects.filter(visit__in=[stop.visit.pk for stop in found]).order_by("pk")
    for visit, category, minutes in rows.values_list("visit", "category", "minutes"):
        spent[visit].append([category, minutes])
    return spent


def _contacts(dealers: dict[int, Dealer]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Contact.objects.filter(dealer__in=dealers, active=True).order_by("dealer", "-is_primary", "-influence", "pk")
    for contact in rows:
        if len(found[contact.dealer_id]) < CONTACTS:
            found[contact.dealer_id].append(
                {"id": contact.pk, "name": str(contact), "phone": contact.mobile or contact.phone}
            )
    return found


def _counted(dealers: dict[int, Dealer]) -> dict[int, list[list[Any]]]:
    """Products and quantities of each dealer's last count; one query."""
    found: dict[int, list[list[Any]]] = defaultdict(list)
    last = StockCount.objects.filter(dealer=OuterRef("dealer")).order_by("-on").values("on")[:1]
    rows = StockCount.objects.filter(dealer__in=dealers, on=Subquery(last)).order_by(
        "dealer", "product__name", "product"
    )
    for dealer, product, name, quantity in rows.values_list("dealer", "product", "product__name", "quantity"):
        found[dealer].append([product, name, format(quantity.normalize(), "f")])
    return found


def _owed(dealers: dict[int, Dealer], user: User) -> dict[int, list[list[str]]]:
    """Number, due day and open amount of invoices, the oldest first, for who may see credit."""
    scope = scope_of(user)
    allowed = [pk for pk, dealer in dealers.items() if scope.may(Right.VIEW_CREDIT, dealer.territory_id)]
    found: dict[int, list[list[str]]] = defaultdict(list)
    rows = Receivable.objects.filter(dealer__in=allowed, open_amount__gt=0).order_by("due_on", "pk")
    for dealer, number, due_on, amount in rows.values_list("dealer", "number", "due_on", "open_amount"):
        if len(found[dealer]) < INVOICES:
            found[dealer].append([number, due_on.isoformat(), format(amount.normalize(), "f")])
    return found


def _issues(dealers: dict[int, Dealer]) -> dict[int, list[list[str]]]:
    """Key, text and state of what the dealer has not confirmed as solved, the oldest first."""
    found: dict[int, list[list[str]]] = defaultdict(list)
    rows = Finding.objects.filter(dealer__in=dealers).exclude(state=FindingState.CONFIRMED).order_by("created_at", "pk")
    for dealer, key, text, state in rows.values_list("dealer", "key", "text", "state"):
        if len(found[dealer]) < OPEN_ENDS:
            found[dealer].append([str(key), text, state])
    return found


def _promises(dealers: dict[int, Dealer]) -> dict[int, list[list[str]]]:
    """Key, text, side and day of what is promised and open, the earliest first."""
    found: dict[int, list[list[str]]] = defaultdict(list)
    rows = Commitment.objects.filter(dealer__in=dealers, state=CommitmentState.OPEN).order_by("due_on", "pk")
    for dealer, key, text, side, due_on in rows.values_list("dealer", "key", "text", "side", "due_on"):
        if len(found[dealer]) < OPEN_ENDS:
            found[dealer].append([str(key), text, side, due_on.isoformat()])
    return found


def _due(user: User, on: dt.date, *, besides: Iterable[int]) -> list[dict[str, Any]]:
    """Dealers of the user's that are due within three days, or overdue, and not among the stops; the latest first."""
    rows = (
        VisitDue.objects.visible_to(user, rights=(Right.LOG_VISITS,))
        .filter(user=user, due_on__lte=on + dt.timedelta(days=DAYS - 1))
        .exclude(dealer__in=list(besides))
        .select_related("dealer")
        .order_by("due_on", "dealer")[:DUE]
    )
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
