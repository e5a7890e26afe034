"""Visits change hands: when a patch does, when somebody's work ends, and one by one within a team.

A visit whose person no longer works at the dealer's place on its day is left behind. It goes to whoever visits there by
then, an executive one to the leader who is responsible there; where nobody is, it stays planned, and whoever plans the
territory sees it as one that nobody makes.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Territory, User
from accounts.passing_on import Change, Follower
from accounts.rights import ROLE_RIGHTS, Right
from accounts.scope import scope_of
from crm.base.periods import add_months, month_start
from crm.base.sql import load
from visits.actions.planned import PlanRefused
from visits.actions.stand_in import close_cover, open_cover
from visits.choices import Means, SkipReason, VisitKind, VisitState
from visits.days import write_day
from visits.models import Cover, Visit
from visits.patches import leaders, representatives

# Days that are put in order at once; later ones wait for the night, which plans the month anew.
DAYS_AT_ONCE = 7


@dataclass(frozen=True, slots=True)
class Left:
    """A visit that was left behind."""

    visit_id: int
    user_id: int
    dealer_id: int
    territory_id: int
    on: dt.date
    kind: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Visits that went to somebody, and those that nobody takes."""

    moved: int
    stuck: int


def left_behind(*, on: dt.date, users: Iterable[int] | None = None) -> list[Left]:
    """From the day `on`; of these people, or of everybody."""
    roles = [role.value for role, rights in ROLE_RIGHTS.items() if Right.LOG_VISITS in rights]
    values = {"on": on, "users": None if users is None else list(users), "roles": roles}
    with connection.cursor() as cursor:
        load("visits", "left").run(cursor, "left_behind", values)
        return [Left(*row) for row in cursor.fetchall()]


@transaction.atomic
def pass_on_left(*, on: dt.date) -> Moved:
    """Every visit that was left behind goes to the representative of its dealer's patch, executive ones to its leader, as
    far as there is one; who was to go along and left is replaced."""
    gone = _joint_from(on).filter(companion__is_active=False)
    _replace_companions(gone)
    return _to_successors(left_behind(on=on))


def _to_successors(rows: Sequence[Left]) -> Moved:
    """A leader's visits are not a representative's, nor the other way round."""
    places: dict[tuple[dt.date, bool], dict[int, int]] = {}
    to: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        leads = row.kind == VisitKind.EXECUTIVE
        if (row.on, leads) not in places:
            places[row.on, leads] = leaders(row.on) if leads else representatives(row.on)
        successor = places[row.on, leads].get(row.territory_id)
        if successor is not None and successor != row.user_id:
            to[successor].append(row.visit_id)
    people = User.objects.in_bulk(to)
    moved = sum(_hand(keys, people[user]) for user, keys in sorted(to.items()))
    return Moved(moved, len(rows) - sum(map(len, to.values())))


def _joint_from(on: dt.date) -> QuerySet[Visit]:
    return Visit.objects.filter(kind=VisitKind.JOINT, state=VisitState.PLANNED, on__gte=on)


def _replace_companions(joint: QuerySet[Visit], by: User | None = None) -> None:
    """Let somebody else go along on these visits, who it is `by` or the responsible leader; where there is none, they are
    regular visits."""
    visits = list(joint.select_for_update(of=("self",)).select_related("dealer").order_by("pk"))
    led: dict[dt.date, dict[int, int]] = {}
    for visit in visits:
        if visit.on not in led:
            led[visit.on] = leaders(visit.on)
        leader = by.pk if by else led[visit.on].get(visit.dealer.territory_id)
        visit.companion_id = leader if leader != visit.user_id else None
        if visit.companion_id is None:
            visit.kind = VisitKind.REGULAR
        visit.version += 1
    Visit.objects.bulk_update(visits, ["companion", "kind", "version"])


def _hand(visit_ids: Iterable[int], to: User) -> int:
    """Give planned visits to somebody for good, on their days; what was agreed or held stays so. Of two visits to a
    dealer on one day one is no longer needed. How many."""
    visits = list(
        Visit.objects.select_for_update().filter(pk__in=list(visit_ids), state=VisitState.PLANNED).order_by("pk")
    )
    own = Visit.objects.filter(user=to, state=VisitState.PLANNED, dealer__in=[visit.dealer_id for visit in visits])
    taken = set(own.values_list("dealer_id", "on"))
    for visit in visits:
        visit.version += 1
        visit.sequence, visit.starts_at, visit.by_hand = None, None, False
        if (visit.dealer_id, visit.on) in taken:
            visit.state, visit.skip_reason = VisitState.SKIPPED, SkipReason.NOT_NEEDED
            continue
        taken.add((visit.dealer_id, visit.on))
        visit.user, visit.plan = to, None
        if visit.covers_for_id == to.pk:
            visit.covers_for = None
        if visit.companion_id == to.pk:
            # Who went along makes the visit now.
            visit.companion, visit.kind = None, VisitKind.REGULAR
    Visit.objects.bulk_update(
        visits,
        ["user", "plan", "covers_for", "companion", "kind", "sequence", "starts_at", "by_hand", "state", "skip_reason", "version"],
    )  # fmt: skip
    return sum(visit.state == VisitState.PLANNED for visit in visits)


# --- When a territory changes hands -----------------------------------------------------------------------------------


@transaction.atomic
def follow(change: Change) -> tuple[int, int]:
    """Let the planned visits follow the territory: to the successor, else to whoever visits there. How many went, and how
    many nobody takes. Visits that a colleague makes meanwhile are then the successor's, when she comes back to them."""
    places = _places(change)
    rows = [row for row in left_behind(on=change.since, users=[change.leaver.pk]) if row.territory_id in places]
    along = _joint_from(change.since).filter(companion=change.leaver, dealer__territory__in=places)
    _replace_companions(along, change.successor)
    covered = Visit.objects.filter(
        covers_for=change.leaver, state=VisitState.PLANNED, on__gte=change.since, dealer__territory__in=places
    )
    if change.successor is None:
        covered.update(covers_for=None)
        return _told(_to_successors(rows))
    covered.filter(user=change.successor).update(covers_for=None)
    covered.exclude(user=change.successor).update(covers_for=change.successor)
    moved = _hand([row.visit_id for row in rows], change.successor)
    soon = change.since + dt.timedelta(days=DAYS_AT_ONCE)
    for day in sorted({row.on for row in rows if row.on < soon}):
        write_day(change.successor, day)
    return moved, 0


def _told(moved: Moved) -> tuple[int, int]:
    return moved.moved, moved.stuck


def _places(change: Change) -> set[int]:
    """The territories that change hands, with all below them."""
    found: set[int] = set()
    for assignment in change.assignments:
        found |= set(Territory.objects.within(assignment.territory).values_list("pk", flat=True))
    return found


def count(change: Change) -> int:
    """Planned visits there from that day on, before anything has changed."""
    return Visit.objects.filter(
        user=change.leaver, state=VisitState.PLANNED, on__gte=change.since, dealer__territory__in=_places(change)
    ).count()


def sentence(moved: int, left: int) -> str:
    said = []
    if moved:
        text = ngettext("%(number)d planned visit goes along.", "%(number)d planned visits go along.", moved)
        said.append(text % {"number": moved})
    if left:
        text = ngettext(
            "%(number)d planned visit is without a representative now.",
            "%(number)d planned visits are without a representative now.", left,
        )  # fmt: skip
        said.append(text % {"number": left})
    return " ".join(said)


FOLLOWER = Follower(key="visits", count=count, follow=follow, sentence=sentence)


# --- One by one ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def give_visit(
    *, visit_id: int, to: User, by: User, today: dt.date, version: int | None = None, locked: bool = True
) -> tuple[Visit, User]:
    """Give one planned visit to a colleague, who sees the dealer until the visit's month is over; the visit, and whose it
    was. It stays on its day unless `locked` is False. Raises PlanRefused."""
    visit = Visit.objects.select_for_update(of=("self",)).select_related("dealer", "user").get(pk=visit_id)
    if version is not None and visit.version != version:
        raise PlanRefused(_("Somebody has changed this visit meanwhile. Look at it again."))
    if visit.state != VisitState.PLANNED:
        raise PlanRefused(_("Only planned visits are given to somebody else."))
    if visit.on < today:
        raise PlanRefused(_("This visit's day is over. Move it to a coming day first."))
    if to.pk == visit.user_id:
        raise PlanRefused(_("%(name)s makes this visit already.") % {"name": to.name})
    there = Visit.objects.filter(user=to, dealer=visit.dealer_id, on=visit.on, state=VisitState.PLANNED)
    if there.exists():
        raise PlanRefused(
            _("%(name)s already visits %(dealer)s on that day.") % {"name": to.name, "dealer": visit.dealer}
        )
    before, territory = visit.user, visit.dealer.territory_id
    if not scope_of(to, on=visit.on).may(Right.LOG_VISITS, territory):
        end = add_months(month_start(visit.on), 1)
        try:
            open_cover(by=by, helper=to, absent=before, territories=[territory], start=today, end=end, on=today)
        except ValidationError as refused:
            raise PlanRefused(" ".join(refused.messages)) from refused
    visit.user, visit.plan = to, None
    visit.locked = locked or visit.fixed_at is not None
    if visit.covers_for_id == to.pk:
        visit.covers_for = None
    if visit.companion_id == to.pk:
        visit.companion, visit.kind = None, VisitKind.REGULAR
    visit.sequence, visit.starts_at, visit.by_hand = None, None, False
    visit.version += 1
    visit.save()
    close_unneeded(by=by, helper=before, territories=[territory], today=today)
    if visit.means == Means.IN_PERSON:
        write_day(to, visit.on)
        write_day(before, visit.on)
    return visit, before


def close_unneeded(*, by: User, helper: User, territories: Iterable[int], today: dt.date) -> None:
    """Territories that were opened for help close with the last visit there."""
    for territory in sorted(set(territories)):
        for cover in Cover.objects.filter(leave=None, helper=helper, territory=territory, period__endswith__gt=today):
            still = Visit.objects.filter(
                user=helper, dealer__territory=territory, on__gte=cover.period.lower, on__lt=cover.period.upper
            ).exclude(state__in=[VisitState.SKIPPED, VisitState.MISSED])
            if not still.exists():
                close_cover(by=by, covers=[cover], start=max(today, cover.period.lower), on=today)
