"""What people do with cases. Each takes the case under a lock, checks who and when, changes it and writes its timeline.

    open -> acknowledged -> looking for the cause -> under treatment -> resolved -> verified (by the night)

`seen` is the state that the person looked at: where it is another by now, somebody else was quicker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import TerritoryAssignment, User
from alerts import access
from alerts.choices import (
    GRAVE,
    RUNNING,
    UNSOLVED,
    CaseState,
    Did,
    MajorEventKind,
    Severity,
    TaskKind,
    TaskState,
)
from alerts.deadlines import after_hours
from alerts.loss import cost_of_losing
from alerts.models import Case, CaseAction, CaseEvent, CaseWatcher, Cause, LossTerms, MajorEvent, RuleVersion
from alerts.pace import working_calendars
from alerts.passing_up import leaders_above
from alerts.telling import events
from crm.base.models import Company
from dealers.models import Dealer

MAJOR_EVENT = "major_event"
MOST_AT_ONCE = 500
# PostgreSQL's code for a lock that somebody else holds.
LOCK_NOT_AVAILABLE = "55P03"


class CaseRefused(Exception):
    """It cannot be done, or not any more; the text says why."""


class NotAllowed(CaseRefused):
    """This person may not do it."""


@transaction.atomic
def acknowledge(*, case_id: int, by: User, at: dt.datetime, on: dt.date, seen: str = "") -> Case:
    """Somebody has seen the case and takes care of it."""
    case = _working(case_id, by, seen, {CaseState.OPEN})
    case.state = CaseState.ACKNOWLEDGED
    _take_up(case, by, at)
    case.save()
    _tell(case, Did.ACKNOWLEDGED, by, at, on)
    return case


@transaction.atomic
def investigate(*, case_id: int, by: User, at: dt.datetime, on: dt.date, seen: str = "") -> Case:
    """The search for the cause begins; an open case is acknowledged by that."""
    case = _working(case_id, by, seen, {CaseState.OPEN, CaseState.ACKNOWLEDGED})
    _take_up(case, by, at)
    case.state = CaseState.INVESTIGATING
    case.save()
    _tell(case, Did.INVESTIGATED, by, at, on)
    return case


@transaction.atomic
def find_cause(
    *, case_id: int, cause: str, by: User, at: dt.datetime, on: dt.date, note: str = "", seen: str = ""
) -> Case:
    """Write the cause down (a code of the catalogue), with it treatment begins. It may be corrected until the case is
    resolved."""
    case = _working(case_id, by, seen, set(UNSOLVED))
    found = Cause.objects.filter(code=cause, active=True).first()
    if found is None or (found.kinds and case.kind not in found.kinds):
        raise CaseRefused(_("Choose a cause from the catalogue."))
    _take_up(case, by, at)
    case.cause, case.cause_note, case.cause_found_at = found, note.strip(), at
    case.state, case.pass_up_at = CaseState.ACTION, None
    case.save()
    _tell(case, Did.CAUSE_FOUND, by, at, on, now=found.code, text=note.strip())
    return case


@transaction.atomic
def plan_task(
    *, case_id: int, title: str, owner: User, due_on: dt.date, by: User, at: dt.datetime, on: dt.date
) -> CaseAction:
    """Who does what by when."""
    case = _working(case_id, by, "", set(UNSOLVED))
    if not title.strip():
        raise CaseRefused(_("Say what is to be done."))
    if due_on < on:
        raise CaseRefused(_("The day lies in the past."))
    if not access.may_own(owner, case):
        raise CaseRefused(_("%(name)s does not work in this territory.") % {"name": owner})
    _take_up(case, by, at)
    if case.state == CaseState.OPEN:
        case.state = CaseState.ACKNOWLEDGED
    case.save()
    task = CaseAction.objects.create(
        case=case, title=title.strip()[:200], owner=owner, due_on=due_on, created_at=at, created_by=by
    )
    _tell(case, Did.ACTION_PLANNED, by, at, on, text=task.title, now=str(owner.pk))
    return task


@transaction.atomic
def end_task(*, task_id: int, state: str, by: User, at: dt.datetime, on: dt.date, result: str = "") -> CaseAction:
    """A task was done, or dropped with a reason."""
    case_id = CaseAction.objects.values_list("case_id", flat=True).get(pk=task_id)
    case = _working(case_id, by, "", set(RUNNING))
    task = CaseAction.objects.select_for_update().get(pk=task_id)
    if task.state != TaskState.OPEN:
        raise CaseRefused(_("The task has ended already."))
    if state not in (TaskState.DONE, TaskState.DROPPED):
        raise CaseRefused(_("A task is done or dropped."))
    if state == TaskState.DROPPED and not result.strip():
        raise CaseRefused(_("Say why the task is dropped."))
    task.state, task.result, task.ended_at = state, result.strip()[:500], at
    task.save()
    _tell(case, Did.ACTION_ENDED, by, at, on, now=str(state), text=str(task))
    return task


@transaction.atomic
def resolve(*, case_id: int, resolution: str, by: User, at: dt.datetime, on: dt.date, seen: str = "") -> Case:
    """The cause is dealt with. After the rule's recovery period the night checks the figure and ends the case, or opens it
    again. Refused without a cause, without words, and with open tasks."""
    case = _working(case_id, by, seen, set(UNSOLVED))
    if case.cause is None:
        raise CaseRefused(_("Find the cause first."))
    if not resolution.strip():
        raise CaseRefused(_("Say what solved it."))
    if case.actions.filter(state=TaskState.OPEN).exists():
        raise CaseRefused(_("There are open tasks: end them first."))
    _take_up(case, by, at)
    case.state, case.resolution, case.resolved_at, case.resolved_by = (
        CaseState.RESOLVED, resolution.strip()[:1000], at, by,
    )  # fmt: skip
    case.verify_on = on + dt.timedelta(days=case.version.recovery_days if case.version else 14)
    case.pass_up_at = None
    case.save()
    _tell(case, Did.RESOLVED, by, at, on, text=case.resolution)
    return case


@transaction.atomic
def reopen(*, case_id: int, reason: str, by: User, at: dt.datetime, on: dt.date) -> Case:
    """Take a resolved case up again by hand, before its figure is checked."""
    case = _working(case_id, by, "", {CaseState.RESOLVED})
    if not reason.strip():
        raise CaseRefused(_("Say why."))
    case.state = CaseState.ACTION if case.cause else CaseState.INVESTIGATING
    _take_up(case, by, at)
    case.resolved_at = case.resolved_by = case.verify_on = None
    case.reopened += 1
    case.save()
    _tell(case, Did.REOPENED, by, at, on, text=reason.strip())
    return case


@transaction.atomic
def dismiss(
    *, case_id: int, reason: str, by: User, at: dt.datetime, on: dt.date, found_real: bool = False, seen: str = ""
) -> Case:
    """It is nothing: with a reason, which the try-out of rules counts as a false alarm. A mass event that was `found_real`
    is dismissed so that the next night warns of each dealer."""
    case = _leading(case_id, by, seen, set(RUNNING))
    if not reason.strip():
        raise CaseRefused(_("Say why this is nothing to act upon."))
    if found_real and not case.mass:
        raise CaseRefused(_("Only a case of many dealers can be split into one for each."))
    _drop_tasks(case, reason, at)
    case.state, case.dismissed_because, case.ended_at = CaseState.DISMISSED, reason.strip()[:500], at
    case.found_real, case.pass_up_at = found_real, None
    case.save()
    _tell(case, Did.DISMISSED, by, at, on, text=case.dismissed_because)
    return case


@transaction.atomic
def merge(*, into_id: int, case_ids: Iterable[int], by: User, at: dt.datetime, on: dt.date) -> Case:
    """Several cases with one cause become one: the others end and their tasks and watchers move over. The one that stays
    is as severe as the worst of them."""
    ids = set(case_ids) - {into_id}
    if not ids:
        raise CaseRefused(_("Choose at least two cases."))
    locked = {case.pk: case for case in _hold({into_id, *ids})}
    if set(locked) != {into_id, *ids}:
        raise CaseRefused(_("One of the cases is gone."))
    for case in locked.values():
        _check_leader(case, by)
        _check_state(case, "", set(UNSOLVED))
    into = locked[into_id]
    for pk in sorted(ids):
        other = locked[pk]
        other.actions.filter(state=TaskState.OPEN).update(case=into)
        CaseWatcher.objects.bulk_create(
            [CaseWatcher(case=into, user_id=user, since=at) for user in other.watchers.values_list("user", flat=True)],
            ignore_conflicts=True,
        )
        other.state, other.merged_into, other.ended_at, other.pass_up_at = CaseState.MERGED, into, at, None
        other.save()
        _tell(other, Did.MERGED, by, at, on, now=str(into_id))
        _tell(into, Did.MERGED, by, at, on, was=str(pk), text=str(other))
        into.severity, into.worst = max(into.severity, other.severity), max(into.worst, other.worst)
    into.save()
    return into


@transaction.atomic
def assign(*, case_id: int, to: User, by: User, at: dt.datetime, on: dt.date) -> Case:
    """Give the case to somebody who works there."""
    case = _leading(case_id, by, "", set(RUNNING))
    return _assign(case, to, by, at, on)


@transaction.atomic
def assign_many(*, case_ids: Iterable[int], to: User, by: User, at: dt.datetime, on: dt.date) -> int:
    """Give several cases to somebody: all of them or none. How many changed hands."""
    ids = sorted(set(case_ids))
    if len(ids) > MOST_AT_ONCE:
        raise CaseRefused(_("At most %(count)s cases at a time.") % {"count": MOST_AT_ONCE})
    changed = 0
    for case in _hold(ids):
        _check_leader(case, by)
        _check_state(case, "", set(RUNNING))
        if case.owner_id != to.pk:
            _assign(case, to, by, at, on)
            changed += 1
    return changed


@transaction.atomic
def watch(*, case_id: int, by: User, at: dt.datetime, on: dt.date, watches: bool = True) -> None:
    """Be told of the case from now on, or no longer. For everybody who sees it."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if not watches:
        CaseWatcher.objects.filter(case=case, user=by).delete()
        return
    _row, made = CaseWatcher.objects.get_or_create(case=case, user=by, defaults={"since": at})
    if made:
        _tell(case, Did.WATCHED, by, at, on)


@transaction.atomic
def note(*, case_id: int, text: str, by: User, at: dt.datetime, on: dt.date) -> CaseEvent:
    """Write something to the timeline."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if not access.may_work_on(by, case):
        raise NotAllowed(_("You do not work on cases of this territory."))
    if not text.strip():
        raise CaseRefused(_("Write something."))
    return _tell(case, Did.NOTED, by, at, on, text=text.strip())


@transaction.atomic
def enter_major_event(
    *, dealer: Dealer, kind: str, happened_on: dt.date, by: User, at: dt.datetime, on: dt.date, text: str = "",
    visit_id: int | None = None,
) -> MajorEvent:  # fmt: skip
    """Something serious happened at the dealer's: a case, orange or red, that the manager owns from this moment on, and a
    task to check the credit again today. Another event while the case runs is added to it."""
    if not access.may_enter_event(by, dealer.territory_id):
        raise NotAllowed(_("You do not work in this dealer's territory."))
    if kind not in MajorEventKind.values:
        raise CaseRefused(_("Choose what happened."))
    if happened_on > on:
        raise CaseRefused(_("The day lies in the future."))
    if kind == MajorEventKind.OTHER and not text.strip():
        raise CaseRefused(_("Say what happened."))
    # Two people may hear of it at the same time: the second adds to the first one's case.
    # Not against rows that only point at the dealer: the night writes those while it holds cases.
    dealer = Dealer.with_bin.select_for_update(no_key=True).get(pk=dealer.pk)
    severity = Severity.RED if kind in GRAVE else Severity.ORANGE
    figures = {"event": kind, "happened_on": happened_on.isoformat()}
    case = Case.objects.select_for_update().filter(dealer=dealer, kind=MAJOR_EVENT, state__in=RUNNING).first()
    if case is None:
        case = _open_for_event(dealer, severity, figures, at, on)
        _tell(case, Did.OPENED, by, at, on, now=str(severity.value), figures=figures)
    else:
        _add_to(case, severity, figures, on)
    event = MajorEvent.objects.create(
        dealer=dealer, kind=kind, happened_on=happened_on, note=text.strip()[:1000], visit_id=visit_id, case=case,
        entered_at=at, entered_by=by,
    )  # fmt: skip
    CaseWatcher.objects.bulk_create(
        [CaseWatcher(case=case, user_id=pk, since=at) for pk in _told_of(dealer, on) | {by.pk} if pk != case.owner_id],
        ignore_conflicts=True,
    )
    _tell(case, Did.EVENT, by, at, on, now=kind, text=event.note, figures=figures)
    _check_credit_today(case, by, at, on)
    return event


def _open_for_event(dealer: Dealer, severity: Severity, figures: dict[str, str], at: dt.datetime, on: dt.date) -> Case:
    version = RuleVersion.objects.on(on).filter(rule__kind=MAJOR_EVENT).order_by("pk").first()
    works = working_calendars({dealer.country}, on, on + dt.timedelta(days=90))[dealer.country]
    tz = Company.get().tz
    # "Within 24 hours": no weekend makes it later.
    acknowledge_by = at + dt.timedelta(hours=24)
    return Case.objects.create(
        kind=MAJOR_EVENT, dealer=dealer, territory_id=dealer.territory_id, version=version, severity=severity,
        severity_since=on, worst=severity, opened_on=on, opened_at=at, owner_id=_manager_of(dealer, on),
        evidence=figures, latest=figures, acknowledge_by=acknowledge_by, pass_up_at=acknowledge_by,
        cause_by=after_hours(at, 24 * (version.cause_days if version else 3), works, tz),
        loss_cost=cost_of_losing(Decimal(dealer.sales_12m), LossTerms.get()),
    )  # fmt: skip


def _add_to(case: Case, severity: Severity, figures: dict[str, str], on: dt.date) -> None:
    case.latest = figures
    if severity > case.severity:
        case.severity, case.severity_since = severity, on
        case.worst = max(case.worst, severity)
    if case.state == CaseState.RESOLVED:
        case.state = CaseState.ACTION if case.cause else CaseState.INVESTIGATING
        case.acknowledged_at = case.acknowledged_at or case.resolved_at
        case.resolved_at = case.resolved_by = case.verify_on = None
        case.reopened += 1
    case.save()


def _check_credit_today(case: Case, by: User, at: dt.datetime, on: dt.date) -> None:
    """One task for finance on the same day, unless one is open."""
    if case.actions.filter(kind=TaskKind.CREDIT_CHECK, state=TaskState.OPEN).exists():
        return
    owner = _holder(case.territory_id, Role.FINANCE, on) or case.owner_id
    CaseAction.objects.create(
        case=case, kind=TaskKind.CREDIT_CHECK, owner_id=owner, due_on=on, created_at=at, created_by=by
    )
    _tell(case, Did.ACTION_PLANNED, None, at, on, now=str(owner or ""), text=str(TaskKind.CREDIT_CHECK.label))


def _manager_of(dealer: Dealer, on: dt.date) -> int | None:
    chain = leaders_above([dealer.territory_id], on)[dealer.territory_id]
    return chain[0] if chain else None


def _told_of(dealer: Dealer, on: dt.date) -> set[int]:
    """The representative, finance and the director nearest to the dealer."""
    roles = (Role.REPRESENTATIVE, Role.FINANCE, Role.DIRECTOR)
    return {pk for role in roles if (pk := _holder(dealer.territory_id, role, on)) is not None}


def _holder(territory_id: int, role: Role, on: dt.date) -> int | None:
    from accounts.models import Territory

    above = Territory.objects.above(Territory.objects.get(pk=territory_id))
    held = TerritoryAssignment.objects.running(on).filter(
        territory__in=above, role=role, covers_for=None, user__is_active=True
    )
    return held.order_by("-territory__path", "pk").values_list("user", flat=True).first()


def _assign(case: Case, to: User, by: User, at: dt.datetime, on: dt.date) -> Case:
    if not access.may_own(to, case):
        raise CaseRefused(_("%(name)s does not work in this territory.") % {"name": to})
    was, case.owner = str(case.owner_id or ""), to
    case.save(update_fields=["owner"])
    CaseWatcher.objects.filter(case=case, user=to).delete()
    _tell(case, Did.ASSIGNED, by, at, on, was=was, now=str(to.pk), text=str(to))
    return case


def _take_up(case: Case, by: User, at: dt.datetime) -> None:
    """Whoever does something with a case has seen it; the next deadline is that of the cause."""
    if case.acknowledged_at is None:
        case.acknowledged_at, case.acknowledged_by = at, by
        case.pass_up_at = case.cause_by if case.cause_id is None else None


def _drop_tasks(case: Case, reason: str, at: dt.datetime) -> None:
    for task in case.actions.filter(state=TaskState.OPEN):
        task.state, task.result, task.ended_at = TaskState.DROPPED, reason.strip()[:500], at
        task.save()


def _hold(ids: Iterable[int]) -> list[Case]:
    """Several cases locked at once. Nothing is waited for: an import that moves many dealers holds their cases in its own
    order, and of two that wait for one another the database would end either."""
    try:
        return list(Case.objects.select_for_update(nowait=True).filter(pk__in=set(ids)).order_by("pk"))
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        raise CaseRefused(_("One of these cases is being changed at this moment. Try again.")) from error


def _working(case_id: int, by: User, seen: str, states: set[CaseState]) -> Case:
    case = Case.objects.select_for_update(of=("self",)).select_related("version", "cause").get(pk=case_id)
    if not access.may_work_on(by, case):
        raise NotAllowed(_("You do not work on cases of this territory."))
    _check_state(case, seen, states)
    return case


def _leading(case_id: int, by: User, seen: str, states: set[CaseState]) -> Case:
    case = Case.objects.select_for_update(of=("self",)).select_related("version", "cause").get(pk=case_id)
    _check_leader(case, by)
    _check_state(case, seen, states)
    return case


def _check_leader(case: Case, by: User) -> None:
    if not access.may_lead(by, case):
        raise NotAllowed(_("Only who leads the territory may do this."))


def _check_state(case: Case, seen: str, states: set[CaseState]) -> None:
    if seen and seen != case.state:
        raise CaseRefused(_("Somebody has taken this step meanwhile. Look at it again."))
    if case.state not in states:
        raise CaseRefused(_("That cannot be done with a case that is %(state)s.") % {"state": case.get_state_display()})


def _tell(
    case: Case,
    did: Did,
    by: User | None,
    at: dt.datetime,
    on: dt.date,
    *,
    was: str = "",
    now: str = "",
    text: str = "",
    figures: dict[str, str] | None = None,
) -> CaseEvent:
    event = CaseEvent.objects.create(
        case=case, did=did, by=by, at=at, on=on, was=was[:40], now=now[:40], text=text[:1000], figures=figures or {}
    )
    if did == Did.NOTED:
        events.tell_mentioned(event, case)
    events.tell_of([event.pk], at=at)
    return event
