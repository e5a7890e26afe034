"""Dealers that nobody has spoken to for longer than their call cycle allows, by the rules as they stand today."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case, DateField, Expression, ExpressionWrapper, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.utils.translation import gettext_lazy as _

from crm.base.text import joined
from dealers.choices import TRADING
from dealers.filters import Asked, Filter, Label
from visits.choices import Audience
from visits.due import STANDARD
from visits.models import CallCycle

# The value of the list's filter `spoken`.
LATE = "late"
_NEVER = dt.date(1, 1, 1)
_WORDS: dict[str, Label] = {LATE: _("longer ago than the call cycle allows")}


def overdue(on: dt.date) -> Q:
    """What a dealer meets whose last contact is further back than her call cycle allows, or who never had one.

    Whom nobody has to visit is never overdue: visits/sql/due.sql. One query for the rules, when this is called.
    """
    since = ExpressionWrapper(Value(on, DateField()) - _gap(on), DateField())
    spoken = Coalesce(F("last_contact_on"), Value(_NEVER), output_field=DateField())
    visited = Q(status__in=TRADING) | Q(own_cycle__isnull=False)
    return visited & Q(LessThan(spoken, since))


def _gap(on: dt.date) -> Expression:
    """The most days between two contacts: the dealer's own, else those of her kind and tier, else those of her tier.

    Null where no visits are asked for.
    """
    days = dict(_days_of_classes(on))
    classes = sorted(days, key=lambda each: not each[0])
    return Case(
        When(own_cycle__times=0, then=Value(None)),
        When(own_cycle__isnull=False, then=F("own_cycle__max_gap_days")),
        *(When(_of_class(kind, tier), then=Value(days[kind, tier])) for kind, tier in classes),
        output_field=IntegerField(),
    )


def _days_of_classes(on: dt.date) -> list[tuple[tuple[str, str], int | None]]:
    """(kind, tier), each empty for none, and the gap; the standard while nobody has written a cycle down."""
    cycles = CallCycle.objects.filter(audience=Audience.REPRESENTATIVE)
    running = cycles.filter(active_from__lte=on).order_by("active_from")
    found = [
        ((kind, tier), days if times else None)
        for kind, tier, days, times in running.values_list("kind", "tier", "max_gap_days", "times")
    ]
    if found or CallCycle.objects.exists():
        return found
    return [
        (("", tier), days)
        for audience, tier, _times, _per, days, _minutes, _phone in STANDARD
        if audience == Audience.REPRESENTATIVE
    ]


def _of_class(kind: str, tier: str) -> Q:
    of_tier = Q(tier=tier) if tier else Q(tier__isnull=True)
    return of_tier & Q(kind=kind) if kind else of_tier


def _condition(_values: tuple[str, ...], asked: Asked) -> Q:
    return overdue(asked.on)


FILTER = Filter(
    "spoken",
    _("Last contact"),
    read=lambda values: tuple(value for value in values if value in _WORDS)[:1],
    condition=_condition,
    words=lambda values, _asked: joined(_WORDS[value] for value in values),
    choices=lambda _asked: [(value, str(words)) for value, words in _WORDS.items()],
    fixed=_WORDS,
)
