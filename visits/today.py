"""The stops of a person's days in their order, and why each of them is due now."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import TerritoryAssignment, User
from crm.base.models import Company
from crm.base.templatetags.crm import amount
from crm.base.text import labelled
from dealers.models import Dealer
from visits.brief import Asked, Tone
from visits.briefing.people import day_sentence, days_near
from visits.choices import VisitState, Why
from visits.extra import sentences_of
from visits.models import Visit, VisitDue

# A day to remember this near is a reason to go.
NEAR_DAYS = 7
# So many of the visits that are over are told like the open ones, the latest. No usual day has more; where one does, its
# first visits are told in a line, so that the day stays as light as any.
TOLD_WHEN_OVER = 30


@dataclass(frozen=True, slots=True)
class Reason:
    """Why now, in a few words; `tone` as in visits.brief."""

    text: str
    tone: Tone = ""


@dataclass(slots=True)
class Stop:
    """`in_full`: with all that is known of its dealer; otherwise the visit is over and told in a line."""

    visit: Visit
    reasons: list[Reason] = field(default_factory=list)
    in_full: bool = True


Reasons = Callable[[Asked], Mapping[int, Sequence[Reason]]]
_more: dict[str, Reasons] = {}


def register(key: str, reasons: Reasons) -> None:
    """Let an app above name reasons, by dealer's id: an open warning, a promotion that ends."""
    _more[key] = reasons


def worked_for(user: User, *, on: dt.date) -> list[int]:
    """The user and those for whom she covers on the day."""
    covered = TerritoryAssignment.objects.running(on).filter(user=user, covers_for__isnull=False)
    return [user.pk, *covered.order_by().values_list("covers_for", flat=True).distinct()]


def planned(user: User, *, first: dt.date, days: int) -> QuerySet[Visit]:
    """The visits of `days` days from `first`, in order: the user's own, of those for whom she covers, and joint ones on
    which she goes along; of dealers that she sees.

    Skipped and made ones are there too: the day is told as it went. What was planned for earlier days and not made comes
    with the first day until the night calls it missed.
    """
    last = first + dt.timedelta(days=days - 1)
    left_over = Q(
        on__lt=first, on__gte=first - dt.timedelta(days=7), state__in=[VisitState.PLANNED, VisitState.UNDER_WAY]
    )
    return (
        Visit.objects.visible_to(user)
        .filter(Q(user__in=worked_for(user, on=first)) | Q(companion=user))
        .filter(Q(on__range=(first, last)) | left_over)
        .order_by("on", F("sequence").asc(nulls_last=True), F("fixed_at").asc(nulls_last=True), "pk")
    )


def stops(user: User, *, first: dt.date, days: int) -> list[Stop]:
    """The stops of `days` days from `first` (see planned), with their dealers and the reasons to go there."""
    visits = planned(user, first=first, days=days).select_related("dealer", "user", "companion", "contact")
    found = [Stop(visit) for visit in visits]
    over = [stop for stop in found if stop.visit.state not in (VisitState.PLANNED, VisitState.UNDER_WAY)]
    over.sort(key=lambda stop: (stop.visit.on, stop.visit.ended_at or _LONG_AGO, stop.visit.pk))
    for stop in over[:-TOLD_WHEN_OVER]:
        stop.in_full = False
    full = [stop for stop in found if stop.in_full]
    asked = sentences_of(stop.visit for stop in full)
    reasons = why_now({stop.visit.dealer_id: stop.visit.dealer for stop in full}, user=user, on=first)
    for stop in full:
        said = _of_visit(stop.visit, asked.get(stop.visit.pk, [])) + reasons.get(stop.visit.dealer_id, [])
        # A narrow row has room for one: the gravest.
        stop.reasons = sorted(said, key=lambda reason: _GRAVITY.index(reason.tone))
    return found


_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
_GRAVITY: tuple[Tone, ...] = ("red", "orange", "yellow", "good", "")


def _of_visit(visit: Visit, asked: Sequence[str]) -> list[Reason]:
    """What the plan itself says; `asked` are the sentences of what other parts want the visit for."""
    found = []
    if visit.fixed_at is not None:
        found.append(Reason(_("appointment at %(time)s") % {"time": time_format(visit.fixed_at, "H:i")}, "yellow"))
    if visit.must:
        found.append(Reason(_("must be made today"), "yellow"))
    tone = _TONES.get(Why(visit.why), "")
    if asked:
        found += [Reason(text, tone) for text in asked]
    elif visit.why not in (Why.CYCLE, Why.APPOINTMENT):
        said = visit.get_why_display()
        found.append(Reason(labelled(said, visit.why_note) if visit.why_note else said, tone))
    elif visit.why_note:
        found.append(Reason(visit.why_note))
    if visit.first_on and visit.first_on != visit.on:
        found.append(Reason(_("moved from %(day)s") % {"day": date_format(visit.first_on, "DATE_FORMAT")}))
    return found


_TONES: dict[Why, Tone] = {
    Why.COMPLAINT: "red",
    Why.WARNING: "red",
    Why.EVENT: "orange",
    Why.NEW_DEALER: "good",
    Why.REQUEST: "yellow",
}


def why_now(dealers: Mapping[int, Dealer], *, user: User, on: dt.date) -> dict[int, list[Reason]]:
    """By dealer: overdue by how many days, balance overdue, a special date near, and what apps above add."""
    found: dict[int, list[Reason]] = defaultdict(list)
    currency = Company.get().currency
    rows = VisitDue.objects.filter(dealer__in=dealers, due_on__isnull=False)
    due = {row.dealer_id: row.due_on for row in rows.only("dealer", "due_on") if row.due_on}
    asked = Asked(user, on, dealers)
    days = days_near(asked)
    more = [reasons(asked) for reasons in _more.values()]
    for pk, dealer in dealers.items():
        if pk in due:
            found[pk].append(_cadence((on - due[pk]).days))
        if dealer.overdue_amount > 0:
            money = _("%(amount)s %(currency)s overdue") % {
                "amount": amount(dealer.overdue_amount, currency), "currency": currency,
            }  # fmt: skip
            found[pk].append(Reason(money, "orange"))
        found[pk] += [
            Reason(day_sentence(left, special, asked), "yellow")
            for left, special in days.get(pk, [])
            if left <= NEAR_DAYS
        ]
        for reasons in more:
            found[pk] += reasons.get(pk, [])
    return found


def _cadence(late: int) -> Reason:
    """`late` days past the day on which the largest gap is still kept; negative before it."""
    if late > 0:
        text = ngettext("visit overdue by a day", "visit overdue by %(days)s days", late) % {"days": late}
        return Reason(text, "red" if late > 7 else "orange")
    if late == 0:
        return Reason(_("visit due today"), "yellow")
    return Reason(ngettext("due tomorrow", "due in %(days)s days", -late) % {"days": -late})
