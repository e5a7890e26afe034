"""What each figure of the results counts, said once: for the sums of a page and for the visits behind them.

Planned = made as planned + missed + left out. Made = made as planned + off plan = to existing dealers + to prospects.
Executive visits are counted apart. docs/practice.md section 5.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q

from dealers.choices import DealerStatus
from visits.choices import Means, SkipReason, VisitKind, VisitState, Why

DONE = Q(state=VisitState.DONE)
_OFF_PLAN = Q(why=Why.OFF_PLAN)
# Nobody failed to keep a plan when the visit was put off on purpose or no longer needed.
_PUT_OFF = Q(skip_reason__in=[SkipReason.DEFERRED, SkipReason.NOT_NEEDED])
# A dealer was to be won when the visit was made before it became one, or while it is none.
_PROSPECT = Q(dealer__status__in=[DealerStatus.PROSPECT, DealerStatus.TRIAL]) | Q(dealer__customer_since__gt=F("on"))

EXECUTIVE = Q(kind=VisitKind.EXECUTIVE)


def conditions(today: dt.date) -> dict[str, Q]:
    """The condition of each figure, by its key. What was planned for a day before `today` and is still open counts as
    missed: the night will say so."""
    over = Q(state__in=[VisitState.PLANNED, VisitState.UNDER_WAY], on__lt=today)
    kept = DONE & ~_OFF_PLAN
    missed = ~_OFF_PLAN & (Q(state=VisitState.MISSED) | over)
    left_out = ~_OFF_PLAN & Q(state=VisitState.SKIPPED) & ~_PUT_OFF
    return {
        "done": DONE,
        "planned": kept | missed | left_out,
        "kept": kept,
        "missed": missed,
        "left_out": left_out,
        "off_plan": DONE & _OFF_PLAN,
        "put_off": Q(state=VisitState.SKIPPED) & (_PUT_OFF | _OFF_PLAN),
        "ordered": DONE & Q(order_amount__gt=0),
        "in_person": DONE & Q(means=Means.IN_PERSON),
        "existing": DONE & ~_PROSPECT,
        "prospects": DONE & _PROSPECT,
        "joint": DONE & Q(kind=VisitKind.JOINT),
        "coming": Q(state__in=[VisitState.PLANNED, VisitState.UNDER_WAY], on__gte=today),
    }


# Issues found on a visit.
ISSUES: dict[str, Q] = {
    "all": Q(),
    "latent": Q(kind="LATENT"),
    "stated": Q(kind="STATED"),
    "open": Q(solved_at=None),
    "solved": Q(solved_at__isnull=False),
}
