"""A dealer that ended: why, what is learned from it, and a task to win it back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from alerts.choices import LossReason, ReviewState
from alerts.models import LossReview
from alerts.passing_up import leaders_above
from crm.base.audit import because
from crm.base.models import Company
from dealers.choices import DealerStatus
from dealers.models import StatusChange
from visits.models import Task

# A review is to be written while people remember; a dealer is asked again when the anger is gone.
REVIEW_DAYS, WIN_BACK_DAYS = 14, 90
# What ended longer ago, before there were warnings, is not asked about.
LOOK_BACK_DAYS = 31


class ReviewRefused(Exception):
    """The review cannot be written like this; the text says why."""


@transaction.atomic
def ask_for_reviews(*, on: dt.date, at: dt.datetime) -> int:
    """A review for each dealer that traded with us and ended in the days up to `on`; reviews. The same day again asks
    nobody."""
    midnight = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), Company.get().tz)
    ended = (
        StatusChange.objects.filter(
            to_status=DealerStatus.TERMINATED, changed_at__lt=midnight,
            changed_at__gte=midnight - dt.timedelta(days=LOOK_BACK_DAYS), dealer__status=DealerStatus.TERMINATED, dealer__deleted_at=None,
        )
        .exclude(from_status=DealerStatus.PROSPECT)
        .exclude(pk__in=LossReview.objects.values("change"))
        .select_related("dealer")
        .order_by("pk")
    )  # fmt: skip
    changes = list(ended)
    leaders = leaders_above({change.dealer.territory_id for change in changes}, on)
    people = User.objects.in_bulk({chain[0] for chain in leaders.values() if chain})
    for change in changes:
        chain = leaders[change.dealer.territory_id]
        owner = people.get(chain[0]) if chain else None
        LossReview.objects.create(
            dealer=change.dealer, change=change, owner=owner, due_on=on + dt.timedelta(days=REVIEW_DAYS),
            win_back=_win_back(change, owner, on, at) if owner else None,
        )  # fmt: skip
    return len(changes)


def _win_back(change: StatusChange, owner: User, on: dt.date, at: dt.datetime) -> Task:
    with translation.override(owner.language or None):
        title = _("Win back %(dealer)s: once contact is made, never lose it") % {"dealer": change.dealer}
    return Task.objects.create(
        title=title[:200], owner=owner, dealer=change.dealer, important=True, created_at=at,
        due_on=on + dt.timedelta(days=WIN_BACK_DAYS),
    )  # fmt: skip


@transaction.atomic
def write_review(
    *, review_id: int, reason: str, what_happened: str, lesson: str, by: User, at: dt.datetime,
    competitor: str = "", first_sign: str = "",
) -> LossReview:  # fmt: skip
    """Write the review down, once or again. Raises ReviewRefused."""
    review = LossReview.objects.select_for_update().get(pk=review_id)
    if reason not in LossReason.values:
        raise ReviewRefused(_("Choose why the dealer was lost."))
    if not what_happened.strip() or not lesson.strip():
        raise ReviewRefused(_("Say what happened and what is to be done differently."))
    if reason == LossReason.COMPETITOR and not competitor.strip():
        raise ReviewRefused(_("Say which competitor won the dealer."))
    because(_("review of a lost dealer"))
    review.reason, review.competitor = reason, competitor.strip()[:120]
    review.what_happened, review.lesson, review.first_sign = (
        what_happened.strip(),
        lesson.strip(),
        first_sign.strip()[:500],
    )
    review.state, review.written_at, review.written_by = ReviewState.DONE, at, by
    review.save()
    return review
