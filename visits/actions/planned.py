"""Changing what is planned: another day, held where it is, one more, one left out, somebody else's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from dealers.models import Dealer
from visits.choices import Means, VisitKind, VisitState, Why
from visits.due import ensure_cycles
from visits.models import Visit
from visits.targets import NONE, Standard


class PlanRefused(Exception):
    """What was asked for cannot be planned like this; the text is for the person who asked."""


# A telephone call takes less than a visit.
PHONE_MINUTES = 15


def _locked(visit_id: int, version: int | None) -> Visit:
    visit = Visit.objects.select_for_update(of=("self",)).select_related("dealer", "user").get(pk=visit_id)
    if version is not None and visit.version != version:
        raise PlanRefused(_("Somebody has changed this visit meanwhile. Look at it again."))
    return visit


def _must_be_planned(visit: Visit) -> None:
    if visit.state not in (VisitState.PLANNED, VisitState.MISSED):
        raise PlanRefused(
            _("The visit to %(dealer)s is “%(state)s”; only planned visits can be changed.")
            % {"dealer": visit.dealer, "state": visit.get_state_display()}
        )


@transaction.atomic
def move_visit(
    *,
    visit_id: int,
    on: dt.date,
    today: dt.date,
    version: int | None = None,
    fixed_at: dt.time | None = None,
    locked: bool = True,
) -> tuple[Visit, dt.date]:
    """Put a visit on another day and hold it there; returns it and the day it came from. Raises PlanRefused.

    A missed visit that is moved to a coming day is planned again. `locked` False leaves it to the planner, as it was
    before a move that is undone.
    """
    visit = _locked(visit_id, version)
    _must_be_planned(visit)
    if on < today:
        raise PlanRefused(_("%(day)s is over; choose today or a later day.") % {"day": on.isoformat()})
    before, visit.on = visit.on, on
    visit.fixed_at = fixed_at or visit.fixed_at
    visit.state, visit.locked = VisitState.PLANNED, locked or visit.fixed_at is not None
    visit.first_on = visit.first_on or before
    # An order by hand is of the day it left.
    visit.sequence, visit.starts_at, visit.by_hand = None, None, False
    visit.version += 1
    _save(visit)
    return visit, before


@transaction.atomic
def set_locked(*, visit_id: int, locked: bool, version: int | None = None) -> Visit:
    """Hold a visit where it is, or leave it to the planner again."""
    visit = _locked(visit_id, version)
    _must_be_planned(visit)
    visit.locked = locked
    if not locked:
        visit.fixed_at = None
    visit.version += 1
    visit.save(update_fields=["locked", "fixed_at", "version"])
    return visit


@transaction.atomic
def set_must(*, visit_id: int, must: bool, version: int | None = None) -> Visit:
    """Have other visits give way first when the day is too short, or no longer."""
    visit = _locked(visit_id, version)
    _must_be_planned(visit)
    visit.must = must
    visit.version += 1
    visit.save(update_fields=["must", "version"])
    return visit


@transaction.atomic
def set_appointment(*, visit_id: int, at: dt.time | None, version: int | None = None) -> Visit:
    """Agree on a time of day with the dealer, or no longer."""
    visit = _locked(visit_id, version)
    _must_be_planned(visit)
    visit.fixed_at, visit.locked = at, at is not None or visit.locked
    visit.version += 1
    visit.save(update_fields=["fixed_at", "locked", "version"])
    return visit


@transaction.atomic
def set_means(*, visit_id: int, means: str, version: int | None = None) -> Visit:
    """A telephone call instead of the visit, or the visit again."""
    visit = _locked(visit_id, version)
    _must_be_planned(visit)
    visit.means = means
    visit.minutes = PHONE_MINUTES if means == Means.PHONE else _usual_minutes(visit.dealer, visit.on)
    visit.sequence = visit.starts_at = None
    visit.version += 1
    visit.save(update_fields=["means", "minutes", "sequence", "starts_at", "version"])
    return visit


@transaction.atomic
def prepare_visit(*, visit_id: int, objective: str, purpose: str, at: dt.datetime, version: int | None = None) -> Visit:
    """Say what the visit is to reach and why it is made; with both it is confirmed (D-03)."""
    visit = _locked(visit_id, version)
    _must_be_planned(visit)
    visit.objective, visit.purpose = objective.strip(), purpose
    visit.confirmed_at = at if visit.objective and visit.purpose else None
    visit.version += 1
    visit.save(update_fields=["objective", "purpose", "confirmed_at", "version"])
    return visit


@transaction.atomic
def skip_visit(*, visit_id: int, reason: str, note: str = "", version: int | None = None) -> Visit:
    """Leave a visit out, with the reason."""
    visit = _locked(visit_id, version)
    _must_be_planned(visit)
    visit.state, visit.skip_reason, visit.skip_note = VisitState.SKIPPED, reason, note
    visit.sequence = visit.starts_at = None
    visit.version += 1
    visit.save(update_fields=["state", "skip_reason", "skip_note", "sequence", "starts_at", "version"])
    return visit


@transaction.atomic
def take_up_again(*, visit_id: int, version: int | None = None) -> Visit:
    """Undo of a skip: the visit is planned as it was."""
    visit = _locked(visit_id, version)
    if visit.state != VisitState.SKIPPED:
        raise PlanRefused(_("The visit is not left out."))
    visit.state, visit.skip_reason, visit.skip_note = VisitState.PLANNED, "", ""
    visit.version += 1
    _save(visit)
    return visit


def add_visit(
    *,
    dealer: Dealer,
    user: User,
    on: dt.date,
    kind: str = VisitKind.EXTRA,
    why: str = Why.REQUEST,
    why_note: str = "",
    fixed_at: dt.time | None = None,
    objective: str = "",
    purpose: str = "",
    companion: User | None = None,
    locked: bool = True,
) -> Visit:
    """One more visit than the cycle asks for; it stays on its day unless `locked` is False. Raises PlanRefused."""
    visit = Visit(
        dealer=dealer, user=user, on=on, first_on=on, kind=kind, why=why, why_note=why_note, fixed_at=fixed_at,
        objective=objective, purpose=purpose, companion=companion, locked=locked or fixed_at is not None,
        minutes=_usual_minutes(dealer, on),
    )  # fmt: skip
    with transaction.atomic():
        _save(visit)
    return visit


@transaction.atomic
def reassign(*, visit_ids: Iterable[int], to: User, on: dt.date | None = None) -> int:
    """Give planned visits to somebody else, on the same days or all on one; how many. Dealers that she already visits on
    that day are left with one visit: the other is skipped as no longer needed."""
    visits = list(
        Visit.objects.select_for_update().filter(pk__in=list(visit_ids), state=VisitState.PLANNED).order_by("pk")
    )
    taken = set(
        Visit.objects.filter(
            user=to, state=VisitState.PLANNED, dealer__in=[visit.dealer_id for visit in visits]
        ).values_list("dealer_id", "on")
    )
    for visit in visits:
        visit.on = on or visit.on
        visit.version += 1
        if (visit.dealer_id, visit.on) in taken:
            visit.state, visit.skip_reason = VisitState.SKIPPED, "NOT_NEEDED"
            continue
        taken.add((visit.dealer_id, visit.on))
        visit.user, visit.plan, visit.sequence, visit.starts_at = to, None, None, None
        visit.locked = True
    Visit.objects.bulk_update(
        visits, ["user", "plan", "on", "sequence", "starts_at", "locked", "state", "skip_reason", "version"]
    )
    return sum(visit.state == VisitState.PLANNED for visit in visits)


@transaction.atomic
def cover(*, absent: User, by: User, start: dt.date, end: dt.date) -> int:
    """Give somebody's planned visits from `start` until before `end` to a colleague; how many."""
    planned = Visit.objects.filter(user=absent, on__gte=start, on__lt=end, state=VisitState.PLANNED)
    return reassign(visit_ids=planned.values_list("pk", flat=True), to=by)


def standing_of(visits: Iterable[Visit]) -> str:
    """What a day's page was made from: another standing later means that somebody else changed the day."""
    return "-".join(f"{visit.pk}.{visit.version}" for visit in sorted(visits, key=lambda visit: visit.pk))


@transaction.atomic
def put_in_order(*, user: User, on: dt.date, visit_ids: Sequence[int], standing: str = "") -> None:
    """Keep the day's stops in the order somebody chose; stops not named follow in the order they had. Raises PlanRefused
    when the day is no longer as it stood (empty: as it is)."""
    visits = _of_day(user, on, standing)
    place = {pk: number for number, pk in enumerate(visit_ids)}
    visits.sort(key=lambda visit: place.get(visit.pk, len(place)))
    for number, visit in enumerate(visits, start=1):
        visit.sequence, visit.by_hand, visit.version = number, True, visit.version + 1
    Visit.objects.bulk_update(visits, ["sequence", "by_hand", "version"])


@transaction.atomic
def leave_order_to_router(*, user: User, on: dt.date, standing: str = "") -> None:
    """Forget the order by hand. Raises PlanRefused as put_in_order does."""
    _of_day(user, on, standing)
    Visit.objects.of_day(user, on).filter(by_hand=True).update(by_hand=False, version=F("version") + 1)


def _of_day(user: User, on: dt.date, standing: str) -> list[Visit]:
    """The open visits of a day, locked until the transaction ends."""
    visits = list(Visit.objects.select_for_update().of_day(user, on).open())
    if standing and standing != standing_of(visits):
        raise PlanRefused(_("Somebody has changed this day meanwhile. Look at it again."))
    return visits


def _save(visit: Visit) -> None:
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        if "visit_planned_once_a_day" not in str(error):
            raise
        raise PlanRefused(
            _("A visit to %(dealer)s is already planned for %(day)s.")
            % {"dealer": visit.dealer, "day": visit.on.isoformat()}
        ) from error


def _usual_minutes(dealer: Dealer, on: dt.date) -> int:
    ensure_cycles()
    return Standard("REPRESENTATIVE", on).of([dealer]).get(dealer.pk, NONE).minutes
