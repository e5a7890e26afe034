"""Who is bothered too often: contacts with a dealer within some days against a limit, and what its people wish (D-53, B-26).

Counted are visits of all kinds, made and planned, by whomever, and the calls, messages and mails in the file. What the
dealer asked for itself is no disturbance: complaints, follow-ups of issues, agreed appointments, unless a limit says so.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.base.models import Company
from dealers.choices import Channel
from dealers.models import Contact, Dealer, Interaction
from visits.brief import Asked, Item
from visits.choices import Purpose, VisitState, Why
from visits.models import ContactLimit, Visit

MOST, DAYS = 3, 7
ASKED_FOR = (Why.COMPLAINT, Why.EVENT, Why.FOLLOW_UP, Why.APPOINTMENT)
COUNTED = (VisitState.PLANNED, VisitState.UNDER_WAY, VisitState.DONE)


@dataclass(frozen=True, slots=True)
class Limit:
    most: int = MOST
    days: int = DAYS
    count_asked_for: bool = False
    count_calls: bool = True


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact. `asked_for` by the dealer; `is_call` for what is no visit."""

    on: dt.date
    text: str
    asked_for: bool = False
    is_call: bool = False
    visit: int | None = None


@dataclass(frozen=True, slots=True)
class Strain:
    """`count` contacts in the busiest stretch of `limit.days` days around the day, from `first` to `last`; `wishes` are
    sentences about people who want to hear from us more seldom."""

    limit: Limit
    count: int = 0
    first: dt.date | None = None
    last: dt.date | None = None
    touches: tuple[Touch, ...] = ()
    wishes: tuple[str, ...] = field(default=())

    @property
    def is_too_much(self) -> bool:
        return self.count > self.limit.most

    @property
    def sentence(self) -> str:
        """How many contacts stand within how many days, and what the limit is."""
        text = ngettext(
            "%(count)d contact within %(days)d days (%(first)s to %(last)s); the limit is %(most)d.",
            "%(count)d contacts within %(days)d days (%(first)s to %(last)s); the limit is %(most)d.",
            self.count,
        )
        first, last = (date_format(day, "MONTH_DAY_FORMAT") if day else "–" for day in (self.first, self.last))
        return text % {
            "count": self.count, "days": self.limit.days, "most": self.limit.most, "first": first, "last": last,
        }  # fmt: skip


def counted(touches: Iterable[Touch], limit: Limit) -> list[Touch]:
    """Those that the limit counts."""
    return [
        touch for touch in touches
        if (limit.count_asked_for or not touch.asked_for) and (limit.count_calls or not touch.is_call)
    ]  # fmt: skip


def busiest(days: Sequence[dt.date], on: dt.date, length: int) -> tuple[int, dt.date, dt.date]:
    """Most of `days` in any stretch of `length` days that holds `on`: how many, and the first and last day of it."""
    best = (0, on, on)
    for back in range(length):
        first = on - dt.timedelta(days=length - 1 - back)
        last = first + dt.timedelta(days=length - 1)
        found = sum(first <= day <= last for day in days)
        if found > best[0]:
            best = (found, first, last)
    return best


def limits() -> dict[tuple[str, str], Limit]:
    """By kind and tier, empty for all; one query. The practice's three contacts a week count where nothing is said."""
    rows = {
        (row.kind, row.tier): Limit(row.most, row.days, row.count_asked_for, row.count_calls)
        for row in ContactLimit.objects.all()
    }
    return {("", ""): Limit()} | rows


def limit_of(known: Mapping[tuple[str, str], Limit], dealer: Dealer) -> Limit:
    """The one that fits best: kind and tier, then tier, then kind, then the one for all."""
    tier = dealer.tier or ""
    for wanted in ((dealer.kind, tier), ("", tier), (dealer.kind, ""), ("", "")):
        if wanted in known:
            return known[wanted]
    return Limit()


def strains(wanted: Iterable[tuple[Dealer, dt.date]], *, adding: int = 0) -> dict[tuple[int, dt.date], Strain]:
    """How much each dealer is bothered around a day; `adding` more contacts on that day are thought of as planned.
    Five queries, whatever the number of dealers."""
    pairs = {(dealer.pk, on): dealer for dealer, on in wanted}
    if not pairs:
        return {}
    known = limits()
    longest = max(limit.days for limit in known.values())
    first = min(on for _pk, on in pairs) - dt.timedelta(days=longest)
    last = max(on for _pk, on in pairs) + dt.timedelta(days=longest)
    dealers = {pk for pk, _on in pairs}
    touches = _touches(dealers, first, last)
    wishes = _wishes(pairs)
    found = {}
    for (pk, on), dealer in pairs.items():
        limit = limit_of(known, dealer)
        listed = counted(touches[pk], limit)
        days = [touch.on for touch in listed] + [on] * adding
        number, begins, ends = busiest(days, on, limit.days)
        within = tuple(sorted((touch for touch in listed if begins <= touch.on <= ends), key=lambda touch: touch.on))
        found[pk, on] = Strain(limit, number, begins, ends, within, wishes.get((pk, on), ()))
    return found


def strain_of(dealer: Dealer, on: dt.date, *, adding: int = 0) -> Strain:
    return strains([(dealer, on)], adding=adding)[dealer.pk, on]


def _touches(dealers: Iterable[int], first: dt.date, last: dt.date) -> dict[int, list[Touch]]:
    found: dict[int, list[Touch]] = defaultdict(list)
    visits = Visit.objects.filter(dealer__in=dealers, on__gte=first, on__lte=last, state__in=COUNTED)
    for visit in visits.select_related("user").order_by("on", "pk"):
        asked_for = visit.why in ASKED_FOR or visit.purpose == Purpose.SOLVE
        text = (
            f"{visit.user.name}: {visit.get_kind_display()}, {visit.get_means_display()}, {visit.get_state_display()}"
        )
        found[visit.dealer_id].append(Touch(visit.on, text, asked_for, visit=visit.pk))
    zone = Company.get().tz
    begin, end = (
        timezone.make_aware(dt.datetime.combine(day, dt.time.min), zone) for day in (first, last + dt.timedelta(days=1))
    )
    calls = Interaction.objects.filter(dealer__in=dealers, happened_at__gte=begin, happened_at__lt=end)
    for call in calls.exclude(channel=Channel.VISIT).select_related("by").order_by("happened_at"):
        who = call.by.name if call.by else _("somebody")
        on = timezone.localtime(call.happened_at, zone).date()
        found[call.dealer_id].append(Touch(on, f"{who}: {call.get_channel_display()}", is_call=True))
    return found


def _wishes(pairs: Mapping[tuple[int, dt.date], Dealer]) -> dict[tuple[int, dt.date], tuple[str, ...]]:
    """Of the people first to call: who was contacted more lately than she wishes."""
    days: dict[int, list[dt.date]] = defaultdict(list)
    for pk, on in pairs:
        days[pk].append(on)
    people = list(
        Contact.objects.filter(dealer__in=days, active=True, is_primary=True, preferred_every_days__isnull=False)
    )
    slowest = max((person.preferred_every_days or 0 for person in people), default=0)
    seen: dict[int, list[dt.date]] = defaultdict(list)
    visits = Visit.objects.filter(
        dealer__in={person.dealer_id for person in people}, state=VisitState.DONE,
        on__gt=min(on for _pk, on in pairs) - dt.timedelta(days=slowest),
    )  # fmt: skip
    for dealer, day in visits.values_list("dealer", "on"):
        seen[dealer].append(day)
    found: dict[tuple[int, dt.date], tuple[str, ...]] = {}
    for person in people:
        for on in days[person.dealer_id]:
            every = person.preferred_every_days or 0
            ago = min(((on - day).days for day in seen[person.dealer_id] if day < on), default=every)
            if ago >= every:
                continue
            text = ngettext(
                "%(name)s wishes to hear from us every %(every)d days; the last visit was %(days)d day before.",
                "%(name)s wishes to hear from us every %(every)d days; the last visit was %(days)d days before.",
                ago,
            )
            found[person.dealer_id, on] = (text % {"name": person, "every": every, "days": ago},)
    return found


def in_brief(asked: Asked) -> dict[int, list[Item]]:
    """For the brief before a visit: dealers who are contacted too often around that day."""
    found = {}
    for (pk, _on), strain in strains((dealer, asked.on) for dealer in asked.dealers.values()).items():
        items = [Item(strain.sentence, tone="orange")] if strain.is_too_much else []
        items += [Item(text, tone="yellow") for text in strain.wishes]
        if items:
            found[pk] = items
    return found
