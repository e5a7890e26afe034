"""The night over promised payments and purchases: what came, whether they were kept, and a task where they were not."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, Q, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.base.jobs import Progress, nightly
from crm.base.models import Company
from crm.base.sql import load
from crm.base.text import labelled
from sales.choices import ReceivableKind
from sales.models import Receivable
from visits.choices import CommitmentKind, CommitmentState, Side, TaskState
from visits.models import Commitment, Task
from visits.promise_words import figures_of
from visits.promises import Promised, count_once, verdict

# Sales are imported late now and then: so long after its last day a purchase that the figures judged is looked at again.
AGAIN = dt.timedelta(days=45)
# Names the task about a promise, so that there is one however often it is judged.
_TASKS = uuid.UUID("0d1c3a5e-7b0f-5c52-9f0e-5f6d1c0b7a43")
_FAILED = (CommitmentState.PARTLY, CommitmentState.BROKEN)
# What the dealer promised is talked about soon.
_TALK_WITHIN = dt.timedelta(days=2)


def note_account(promises: Iterable[Commitment]) -> None:
    """Keep with each new promise of a payment how the dealer's account stood when it was made: what falls from then on
    was paid. Those that have it keep it."""
    for promise in promises:
        if promise.kind != CommitmentKind.PAYMENT or promise.side != Side.THEIRS or promise.owed_then is not None:
            continue
        rows = Receivable.objects.filter(dealer=promise.dealer_id)
        found = rows.aggregate(
            owed=Sum("open_amount", filter=~Q(kind=ReceivableKind.ORDER), default=Decimal(0)), newest=Max("pk")
        )
        promise.owed_then = round(found["owed"], 2)
        promise.newest_item = found["newest"] or 0
        promise.save(update_fields=["owed_then", "newest_item"])


@dataclass(slots=True)
class _Row:
    """A promise as the database tells it, with the state that it has."""

    promised: Promised
    dealer_id: int
    state: str
    by_figures: bool


@transaction.atomic
def judge(*, on: dt.date) -> int:
    """Write what came by the day, and settle what the figures tell; promises that changed.

    Only open ones are judged, and again those that the figures judged before: what a person said stands.
    """
    oldest = Commitment.objects.filter(_looked_at(on)).aggregate(at=Min("created_at"), due=Min("due_on"))
    if oldest["at"] is None:
        return 0
    values = {
        "on": on, "again": on - AGAIN, "zone": Company.get().time_zone,
        # A visit may have been written down days after it was made.
        "oldest": min(oldest["at"].date(), oldest["due"]) - dt.timedelta(days=92),
    }  # fmt: skip
    script = load("visits", "promises")
    found: dict[int, _Row] = {}
    with connection.cursor() as cursor:
        for step in ("bought", "paid"):
            script.run(cursor, step, values)
            rows = [_row(row) for row in cursor.fetchall()]
            for _dealer, group in groupby(rows, key=lambda row: row.dealer_id):
                of_dealer = list(group)
                count_once([row.promised for row in of_dealer])
                found |= {row.promised.pk: row for row in of_dealer if not row.promised.is_final}
    return _write(found, on)


def _looked_at(on: dt.date) -> Q:
    figures = Q(side=Side.THEIRS, kind__in=[CommitmentKind.PAYMENT, CommitmentKind.PURCHASE])
    return figures & (Q(state=CommitmentState.OPEN) | Q(by_figures=True, due_on__gte=on - AGAIN))


def _row(row: tuple[Any, ...]) -> _Row:
    pk, dealer_id, kind, since, due_on, amount, quantity, came_amount, came_quantity, state, by_figures, settled = row
    # A payment was judged on its day: what is paid afterwards does not make it punctual.
    is_final = by_figures and kind == CommitmentKind.PAYMENT
    promised = Promised(pk, since, due_on, amount, quantity, came_amount, came_quantity, settled, is_final)
    return _Row(promised, dealer_id, state, by_figures)


def _write(rows: dict[int, _Row], on: dt.date) -> int:
    changed: list[Commitment] = []
    failed: list[Commitment] = []
    mended: list[Commitment] = []
    promises = Commitment.objects.select_for_update(of=("self",)).filter(pk__in=rows)
    for promise in promises.select_related("owner", "visit__user", "dealer").order_by("pk"):
        row = rows[promise.pk]
        if (promise.state, promise.by_figures) != (row.state, row.by_figures):
            # Somebody has said so meanwhile.
            continue
        if promise.by_figures and row.promised.share is None:
            # Figures that cannot tell any more take nothing back.
            continue
        before = (promise.came_amount, promise.came_quantity, promise.state)
        promise.came_amount = _rounded(row.promised.came_amount, 2) if promise.amount else None
        promise.came_quantity = _rounded(row.promised.came_quantity, 3) if promise.quantity else None
        promise.state = verdict(row.promised, on=on)
        if before == (promise.came_amount, promise.came_quantity, promise.state):
            continue
        if promise.state != before[2]:
            is_open = promise.state == CommitmentState.OPEN
            promise.by_figures, promise.settled_on = not is_open, None if is_open else on
            (failed if promise.state in _FAILED else mended).append(promise)
        changed.append(promise)
    Commitment.objects.bulk_update(
        changed, ["came_amount", "came_quantity", "state", "settled_on", "by_figures"], batch_size=500
    )
    _ask_about(failed, on)
    drop_tasks(mended)
    return len(changed)


def _rounded(value: Decimal | None, digits: int) -> Decimal | None:
    return None if value is None else round(value, digits)


def _ask_about(promises: Iterable[Commitment], on: dt.date) -> None:
    """A task for whoever heard the promise, in her language: talk about it. One a promise, ever."""
    tasks = []
    now = timezone.now()
    for promise in promises:
        owner = promise.owner or (promise.visit.user if promise.visit else None)
        if owner is None or not owner.is_active:
            continue
        with translation.override(owner.language or None):
            title = _("Talk about the promise: %(promise)s") % {"promise": promise.text}
            note = labelled(promise.get_state_display(), figures_of(promise))
        tasks.append(
            Task(
                key=uuid.uuid5(_TASKS, str(promise.key)), title=title[:200], note=note, owner=owner,
                dealer_id=promise.dealer_id, visit_id=promise.visit_id, important=True, due_on=on + _TALK_WITHIN,
                created_at=now,
            )
        )  # fmt: skip
    Task.objects.bulk_create(tasks, ignore_conflicts=True, batch_size=500)


def drop_tasks(promises: Iterable[Commitment]) -> None:
    """What was kept after all need not be talked about."""
    keys = [uuid.uuid5(_TASKS, str(promise.key)) for promise in promises]
    Task.objects.filter(key__in=keys, state=TaskState.OPEN).update(state=TaskState.DROPPED, done_at=timezone.now())


@nightly("promises", gettext_lazy("Promised payments and purchases"), order=12)
def promises(*, on: dt.date, job: Progress) -> int:
    """Promises of which more is known than the night before."""
    return judge(on=on)
