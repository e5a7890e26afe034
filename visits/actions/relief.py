"""What gives when a month is too full: a telephone call instead, a visit put off to next month, a neighbour's help."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.periods import add_months
from dealers.models import Dealer
from visits.actions.planned import PHONE_MINUTES, PlanRefused
from visits.actions.stand_in import open_cover
from visits.choices import Means, SkipReason, VisitKind, VisitState, Why
from visits.load import DEFER, HELP, PHONE
from visits.models import Visit
from visits.moving import close_unneeded
from visits.querysets import VisitQuerySet
from visits.targets import Pace
from visits.working_days import Working, working


@transaction.atomic
def relieve(
    *,
    by: User,
    user: User,
    month: dt.date,
    kind: str,
    dealers: Sequence[tuple[Dealer, Pace]],
    today: dt.date,
    helper: User | None,
) -> list[Visit]:
    """Write down for each of these dealers what gives in the month; the planner then asks for one visit less. Dealers for
    whom the same was done already are left alone. `by` decides it; who helps sees the dealers' territories until the end
    of the month. Raises PlanRefused."""
    start, end = max(month.replace(day=1), today), add_months(month.replace(day=1), 1)
    worker = helper if kind == HELP else user
    if worker is None:
        raise PlanRefused(_("Choose who helps."))
    works = working(worker, start, end)
    if not works.days:
        raise PlanRefused(_("%(name)s does not work in that time.") % {"name": worker.name})
    keys = [dealer.pk for dealer, _pace in dealers]
    there = Visit.objects.filter(dealer__in=keys, on__gte=start, on__lt=end)
    done = set(_alike(there, kind, worker).values_list("dealer_id", flat=True))
    busy = Counter(Visit.objects.filter(user=worker, on__gte=start, on__lt=end).open().values_list("on", flat=True))
    taken = set(there.filter(user=worker).open().values_list("dealer_id", "on"))
    made = []
    for dealer, pace in dealers:
        if dealer.pk in done:
            continue
        day = _quietest(works, busy, {on for pk, on in taken if pk == dealer.pk})
        if day is None:
            raise PlanRefused(_("%(name)s has no day left for %(dealer)s.") % {"name": worker.name, "dealer": dealer})
        made.append(_visit(kind, dealer, pace, worker, user, day))
        busy[day] += 1
    Visit.objects.bulk_create(made)
    if kind == HELP and helper is not None:
        _open(by, helper, user, {visit.dealer.territory_id for visit in made}, start, end, today)
    return made


def _alike(there: VisitQuerySet, kind: str, worker: User) -> VisitQuerySet:
    if kind == DEFER:
        return there.filter(state=VisitState.SKIPPED, skip_reason=SkipReason.DEFERRED)
    if kind == PHONE:
        return there.filter(means=Means.PHONE).open()
    return there.filter(user=worker, kind=VisitKind.EXTRA).open()


def _visit(kind: str, dealer: Dealer, pace: Pace, worker: User, user: User, day: dt.date) -> Visit:
    visit = Visit(dealer=dealer, user=worker, on=day, first_on=day, minutes=pace.minutes)
    if kind == DEFER:
        visit.state, visit.skip_reason = VisitState.SKIPPED, SkipReason.DEFERRED
    elif kind == PHONE:
        visit.means, visit.minutes, visit.locked = Means.PHONE, PHONE_MINUTES, True
    else:
        visit.kind, visit.why = VisitKind.EXTRA, Why.REQUEST
        visit.why_note = _("helps %(name)s") % {"name": user.name}
    return visit


def _quietest(works: Working, busy: Counter[dt.date], taken: set[dt.date]) -> dt.date | None:
    free = [day for day in works.days if day not in taken]
    return min(free, key=lambda day: (busy[day], day), default=None)


def _open(
    by: User, helper: User, user: User, territories: set[int], start: dt.date, end: dt.date, today: dt.date
) -> None:
    """Let the helper see the dealers whom she visits, for so long; not what she sees and works anyway."""
    scope = scope_of(helper, on=start)
    missing = [place for place in territories if not scope.may(Right.LOG_VISITS, place)]
    try:
        open_cover(by=by, helper=helper, absent=user, territories=missing, start=start, end=end, on=today)
    except ValidationError as refused:
        raise PlanRefused(" ".join(refused.messages)) from refused


@transaction.atomic
def take_back(*, by: User, visits: VisitQuerySet, today: dt.date) -> int:
    """Undo of relief: these visits are gone as long as nothing came of them, and territories that were opened for them
    close with the last one there; how many visits."""
    rows = list(visits.select_for_update(of=("self",)).select_related("dealer").order_by("pk"))
    helped = {(visit.user_id, visit.dealer.territory_id) for visit in rows if visit.kind == VisitKind.EXTRA}
    visits.model.objects.filter(pk__in=[visit.pk for visit in rows]).delete()
    people = User.objects.in_bulk({helper for helper, _territory in helped})
    for helper, territory in sorted(helped):
        close_unneeded(by=by, helper=people[helper], territories=[territory], today=today)
    return len(rows)
