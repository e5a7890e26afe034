"""What comes after a visit: an issue's next step, a promise that was kept or not."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from visits.actions.planned import PlanRefused
from visits.choices import CommitmentState, FindingState
from visits.models import Commitment, Finding

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
def settle(*, commitment_id: int, state: str, on: dt.date) -> Commitment:
    """A promise was kept, not kept, or withdrawn."""
    promise = Commitment.objects.select_for_update().get(pk=commitment_id)
    if promise.state != CommitmentState.OPEN:
        raise PlanRefused(_("The promise is settled already."))
    promise.state, promise.settled_on = state, on
    promise.save(update_fields=["state", "settled_on"])
    return promise
