"""A promise in words: what came of it, by the figures."""

from __future__ import annotations

from django.utils.translation import gettext as _

from crm.base.models import Company
from crm.base.templatetags.crm import amount, number
from crm.base.text import joined
from visits.brief import Tone
from visits.choices import CommitmentState
from visits.models import Commitment

TONES: dict[str, Tone] = {
    CommitmentState.KEPT: "good", CommitmentState.PARTLY: "orange", CommitmentState.BROKEN: "red",
}  # fmt: skip


def figures_of(promise: Commitment) -> str:
    """What came of what was promised; empty before anything is known, and for promises without a figure."""
    said = []
    if promise.amount and promise.came_amount is not None:
        currency = Company.get().currency
        money = {
            "came": amount(promise.came_amount, currency), "promised": amount(promise.amount, currency),
            "currency": currency,
        }  # fmt: skip
        said.append(_("%(came)s of %(promised)s %(currency)s came") % money)
    if promise.quantity and promise.came_quantity is not None:
        figures = {"came": number(promise.came_quantity), "promised": number(promise.quantity)}
        said.append(_("%(came)s of %(promised)s taken") % figures)
    return joined(said)
