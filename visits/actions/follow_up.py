"""What comes after a visit: an issue's next step, a promise that was kept or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from visits.actions.planned import PlanRefused
from visits.choices import AdviceResult, CommitmentState, FindingState
from visits.issues import may_own
from visits.models import Advice, Commitment, Finding
from visits.promise_night import drop_tasks

# Each step, the one after it, and the field in which it says what it must say.
NEXT = {
    FindingState.FOUND: (FindingState.ANALYSED, "cause", "analysed_at"),
    FindingState.ANALYSED: (FindingState.SOLVED, "solution", "solved_at"),
    FindingState.SOLVED: (FindingState.CONFIRMED, "confirmed_by_contact", "confirmed_at"),
}


@transaction.atomic
def take_step(*, finding_id: int, text: str, at: dt.datetime, seen: str) -> Finding:
    """Found, analysed with the cause, solved with what solved it, confirmed by whom. `seen` is the state that somebody
    looked at: raises PlanRefused when it is another by now."""
    finding = Finding.objects.select_for_update().get(pk=finding_id)
    if finding.state != seen or finding.state not in NEXT:
        raise PlanRefused(_("Somebody has taken this step meanwhile. Look at it again."))
    text = text.strip()
    if not text:
        raise PlanRefused(_("Say what was found out."))
    state, field, moment = NEXT[FindingState(finding.state)]
    most = 150 if state == FindingState.CONFIRMED else 500
    finding.state = state
    setattr(finding, field, text[:most])
    setattr(finding, moment, at)
    finding.save(update_fields=["state", field, moment])
    return finding


@transaction.atomic
def pass_on(
    *, finding_id: int, owner: User | None, due_on: dt.date | None, on: dt.date, seen: str | None = None
) -> Finding:
    """Give an issue to somebody who works there, and say by when it is to be solved. `seen` is what the page showed
    (`standing_of`). Raises PlanRefused."""
    finding = Finding.objects.select_for_update(of=("self",)).select_related("dealer", "owner").get(pk=finding_id)
    if seen is not None and seen != standing_of(finding):
        raise PlanRefused(_("Somebody has changed this issue meanwhile. Look at it again."))
    if finding.state == FindingState.CONFIRMED:
        raise PlanRefused(_("The dealer has confirmed that it is solved: there is nothing left to do."))
    if due_on is not None and due_on != finding.due_on and due_on < on:
        raise PlanRefused(_("Choose today or a later day."))
    if owner is not None and owner.pk != finding.owner_id and not may_own(owner, finding.dealer):
        raise PlanRefused(_("%(name)s does not work where this dealer is.") % {"name": owner.name})
    finding.owner, finding.due_on = owner, due_on
    finding.save(update_fields=["owner", "due_on"])
    return finding


@transaction.atomic
def pass_many_on(*, finding_ids: Iterable[int], owner: User, on: dt.date) -> int:
    """Give several issues to somebody, each with its day: all of them or none. How many changed hands."""
    rows = Finding.objects.filter(pk__in=set(finding_ids)).exclude(owner=owner).order_by("pk")
    keys = list(rows.values_list("pk", "due_on"))
    for pk, due_on in keys:
        pass_on(finding_id=pk, owner=owner, due_on=due_on, on=on)
    return len(keys)


def standing_of(finding: Finding) -> str:
    """Owner, day and state as a page carries them, to tell whether they are still so."""
    return f"{finding.owner_id or ''} {finding.due_on or ''} {finding.state}"


@transaction.atomic
def settle(*, commitment_id: int, state: str, on: dt.date) -> Commitment:
    """A promise was kept, partly, not kept, or withdrawn: what a person says goes before what the figures said. Raises
    PlanRefused when somebody has said so before."""
    promise = Commitment.objects.select_for_update().get(pk=commitment_id)
    if promise.state != CommitmentState.OPEN and not promise.by_figures:
        raise PlanRefused(_("The promise is settled already."))
    promise.state, promise.settled_on, promise.by_figures = state, on, False
    promise.save(update_fields=["state", "settled_on", "by_figures"])
    if state in (CommitmentState.KEPT, CommitmentState.WITHDRAWN):
        drop_tasks([promise])
    return promise


@transaction.atomic
def say_result(*, advice_id: int, result: str, note: str = "") -> Advice:
    """What came of advice. It may be said again: advice that was taken up may turn out to have helped."""
    advice = Advice.objects.select_for_update().get(pk=advice_id)
    if result == AdviceResult.OPEN or result not in AdviceResult.values:
        raise PlanRefused(_("Say what came of the advice."))
    advice.result = result
    advice.result_note = note.strip()[:500] or advice.result_note
    advice.save(update_fields=["result", "result_note"])
    return advice
