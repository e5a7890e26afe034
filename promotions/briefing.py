"""What a representative checks and says about promotions on a visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils import formats
from django.utils.translation import gettext as _

from promotions.choices import PromotionState
from promotions.models import ClaimAudit, Participant
from visits.brief import Asked, Item


def to_check(asked: Asked) -> Mapping[int, Sequence[Item]]:
    """Promotions that run at the dealers, or begin within two weeks, with what the dealer agreed to provide; audits of claims
    that were paid there. Three queries."""
    rows = (
        Participant.objects.filter(
            dealer__in=list(asked.dealers), promotion__state__in=(PromotionState.APPROVED, PromotionState.RUNNING)
        )
        .select_related("promotion")
        .prefetch_related("promotion__provisions")
        .order_by("promotion__starts_on", "pk")
    )
    found: dict[int, list[Item]] = defaultdict(list)
    for row in rows:
        promotion = row.promotion
        if (promotion.starts_on - asked.on).days > 14 or promotion.ends_on <= asked.on:
            continue
        last = formats.date_format(promotion.ends_on, "SHORT_DATE_FORMAT")
        if promotion.state == PromotionState.RUNNING:
            text = _("“%(title)s” runs until before %(day)s: look whether it is carried out, and take photos.")
        else:
            text = _("“%(title)s” begins on %(day)s: see that all is prepared.")
            last = formats.date_format(promotion.starts_on, "SHORT_DATE_FORMAT")
        agreed = [str(each) for each in promotion.provisions.all() if each.side == "DEALER"]
        detail = _("The dealer provides: %(items)s") % {"items": "; ".join(agreed)} if agreed else promotion.how[:200]
        found[row.dealer_id].append(Item(text % {"title": promotion.title, "day": last}, detail=detail))
    audits = ClaimAudit.objects.filter(claim__dealer__in=list(asked.dealers), result="")
    for audit in audits.select_related("claim__promotion", "claim__line").order_by("due_on", "pk"):
        claim = audit.claim
        text = _("Audit of claim %(number)s, “%(title)s”: look for it, take photos, and write down what you found.")
        detail = _("%(what)s, carried out on %(day)s; to be audited by %(due)s.") % {
            "what": claim.line, "day": formats.date_format(claim.done_on, "SHORT_DATE_FORMAT"),
            "due": formats.date_format(audit.due_on, "SHORT_DATE_FORMAT"),
        }  # fmt: skip
        values = {"number": claim.pk, "title": claim.promotion.title}
        found[claim.dealer_id].append(Item(text % values, detail=detail, tone="orange"))
    return found
