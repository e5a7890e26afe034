"""Kinds that are there and asleep until an app gives their figures: it registers the kind again, with its statement."""

from __future__ import annotations

from decimal import Decimal as D

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from alerts.choices import OwnedBy
from alerts.kinds.kind import Kind, Listed, Measure, Turn, Unit

SEASONAL = Kind(
    "seasonal",
    14,
    _("Unusual sales"),
    _("Sales against what the season lets expect: low in the last closed month and one of the two before, or high in all three."),
    (
        Measure(
            "down", pgettext_lazy("measure of a warning", "below the usual range, in its widths"), Unit.TIMES,
            (D("2.0"), D("3.0"), D("4.0")),
            _("Sales fell out of their usual range by %(figure)s its width; this level begins at %(limit)s."),
        ),
        Measure(
            "up", pgettext_lazy("measure of a warning", "above the usual range, in its widths"), Unit.TIMES,
            (D("3.0"), D("4.0"), None),
            _("Sales rose out of their usual range by %(figure)s its width; this level begins at %(limit)s: ask why."),
        ),
    ),
    # deviation: how far sales have kept from what was expected, in robust standard deviations, below zero when they are lower.
    listed=Listed(
        """
        SELECT x.dealer_id, CASE WHEN x.deviation < 0 THEN 'down' ELSE 'up' END AS measure,
               abs(x.deviation)::numeric AS figure, NULL::jsonb AS detail
          FROM alerts_seasonalsignal x
         WHERE x.deviation <= -%(least_down)s OR x.deviation >= %(least_up)s
        """,
        table="alerts_seasonalsignal",
    ),
    recovery_days=31,
    evidence="sales",
)  # fmt: skip

SATISFACTION = Kind(
    "satisfaction",
    15,
    _("Satisfaction"),
    _("What the dealer answers when asked."),
    (
        Measure(
            "gap", pgettext_lazy("measure of a warning", "perception less expectation"), Unit.POINTS,
            (D("-0.5"), None, None),
            _("The dealer sees %(figure)s less than it expects; below %(limit)s is yellow."),
            turn=Turn.BELOW,
        ),
        Measure(
            "score", pgettext_lazy("measure of a warning", "satisfaction, 1 to 5"), Unit.POINTS, (None, D(2), None),
            _("The dealer rates us %(figure)s of 5; %(limit)s or less is orange."),
            turn=Turn.AT_MOST,
        ),
        Measure(
            "recommend", pgettext_lazy("measure of a warning", "would recommend us, 0 to 10"), Unit.POINTS,
            (None, None, D(3)),
            _("The dealer would recommend us with %(figure)s of 10; %(limit)s or less is red."),
            turn=Turn.AT_MOST,
        ),
    ),
    dormant=True,
    waits_for=_("Its figures come with the surveys of dealers."),
)  # fmt: skip

COMPLAINT = Kind(
    "complaint",
    16,
    _("Complaint past its deadline"),
    _("How much of the time for an open complaint is gone."),
    (
        Measure(
            "used", pgettext_lazy("measure of a warning", "share of the time gone"), Unit.SHARE,
            (D("0.80"), D("1.00"), D("2.00")),
            _("%(figure)s of the time for the complaint is gone; %(limit)s is where this level begins."),
        ),
    ),
    dormant=True,
    waits_for=_("Its figures come with the complaints of dealers."),
)  # fmt: skip

MARKET_ORDER = Kind(
    "market_order",
    17,
    _("Sales outside the territory"),
    _("Goods of this dealer that were seen elsewhere in a month. Prices are never a ground for anything."),
    (
        Measure(
            "scans", pgettext_lazy("measure of a warning", "units seen elsewhere"), Unit.COUNT, (D(1), D(3), None),
            _("%(figure)s units were seen outside the territory; this level begins at %(limit)s."),
        ),
        Measure(
            "repeated", pgettext_lazy("measure of a warning", "confirmed cases in twelve months"), Unit.COUNT,
            (None, D(1), D(2)),
            _("%(figure)s cases were confirmed within twelve months; this level begins at %(limit)s."),
        ),
    ),
    dormant=True,
    waits_for=_("Its figures come with the scans of goods outside their territory."),
    owned_by=OwnedBy.MANAGER,
    watchers=(Role.REPRESENTATIVE, Role.DIRECTOR),
)  # fmt: skip

KINDS = (SEASONAL, SATISFACTION, COMPLAINT, MARKET_ORDER)
