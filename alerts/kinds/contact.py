"""Whether somebody looks after the dealer, and whether its file and papers are in order."""

from __future__ import annotations

from decimal import Decimal as D

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from alerts.choices import OwnedBy
from alerts.kinds.kind import Kind, Listed, Measure, Parameter, Turn, Unit

VISIT_OVERDUE = Kind(
    "visit_overdue",
    9,
    _("Visit overdue"),
    _("Days since the last visit in terms of the largest gap that the call cycle allows."),
    (
        Measure(
            "gap", pgettext_lazy("measure of a warning", "largest gaps since the last visit"), Unit.TIMES,
            (D("1.0"), D("1.5"), D("2.0")),
            _("No visit for %(days)s days: %(figure)s the largest gap; this level begins above %(limit)s."),
            turn=Turn.ABOVE, figure="%(on)s - s.visit_due_on + s.visit_gap_days", per="(s.visit_gap_days * 10)",
            when="s.visit_due_on IS NOT NULL",
            shows={"days": "%(on)s - s.visit_due_on + s.visit_gap_days", "due_on": "s.visit_due_on"},
        ),
    ),
    recovery_days=7,
    evidence="visits",
    past="visit_overdue",
)  # fmt: skip

NEGLECTED = Kind(
    "neglected",
    10,
    _("Good sales, no contact"),
    _("Sales keep the pace of the target, so nobody asked for longer than the call cycle allows."),
    (
        Measure(
            "gap", pgettext_lazy("measure of a warning", "largest gaps since the last contact"), Unit.TIMES,
            (D("1.0"), None, None),
            _("The target is kept, and nobody spoke to the dealer for %(days)s days: %(figure)s the largest gap; this level"
              " begins above %(limit)s."),
            turn=Turn.ABOVE, figure="%(on)s - s.contact_due_on + s.visit_gap_days", per="(s.visit_gap_days * 10)",
            when="s.reached_e4::bigint * 10000 >= {min_pace} * p.elapsed_e4",
            shows={"days": "%(on)s - s.contact_due_on + s.visit_gap_days"},
        ),
    ),
    (
        Parameter("min_pace", _("share of the target's pace that is good sales"), Unit.SHARE, D("1.00")),
    ),
    recovery_days=7,
    evidence="visits",
)  # fmt: skip

EXPIRY = Kind(
    "expiry",
    12,
    _("Agreement or licence expires"),
    _("Days until an agreement ends that no other one follows; those that ended in the last 90 days too."),
    (
        Measure(
            "days_left", pgettext_lazy("measure of a warning", "days left"), Unit.DAYS, (D(90), D(60), D(30)),
            _("The agreement %(name)s ends in %(figure)s, on %(ends_on)s; this level begins at %(limit)s."),
            turn=Turn.AT_MOST,
        ),
    ),
    listed=Listed(
        """
        SELECT DISTINCT ON (a.dealer_id) a.dealer_id, 'days_left' AS measure, (a.ends_on - %(on)s)::numeric AS figure,
               jsonb_build_object('ends_on', a.ends_on, 'name', a.number) AS detail
          FROM dealers_agreement a
          JOIN alerts_dealerstanding s ON s.dealer_id = a.dealer_id
         WHERE a.ends_on > %(on)s::date - 90 AND a.ends_on - %(on)s::date <= %(least_days_left)s
           AND NOT EXISTS (SELECT FROM dealers_agreement n
                            WHERE n.dealer_id = a.dealer_id AND n.kind = a.kind AND n.id <> a.id
                              AND (n.ends_on IS NULL OR n.ends_on > a.ends_on))
         ORDER BY a.dealer_id, a.ends_on, a.id
        """
    ),
    recovery_days=0,
    evidence="file",
    past="expiry",
)  # fmt: skip

PROFILE = Kind(
    "profile",
    13,
    _("Profile incomplete or stale"),
    _("How complete the dealer's file is, and how long ago somebody verified it."),
    (
        Measure(
            "complete", pgettext_lazy("measure of a warning", "completeness"), Unit.POINTS, (D(80), None, None),
            _("The profile is complete to %(figure)s of 100; less than %(limit)s is too little."),
            turn=Turn.BELOW, figure="s.completeness",
        ),
        Measure(
            "verified", pgettext_lazy("measure of a warning", "days since it was verified"), Unit.DAYS,
            (D(180), D(270), D(365)),
            _("Nobody verified the profile for %(figure)s; this level begins above %(limit)s."),
            turn=Turn.ABOVE, figure="%(on)s - s.verified_on", shows={"verified_on": "s.verified_on"},
        ),
    ),
    recovery_days=0,
    evidence="file",
)  # fmt: skip

MAJOR_EVENT = Kind(
    "major_event",
    6,
    _("Major event"),
    _("Something serious happened at the dealer's: entered by people, orange or red, the manager is told at once."),
    entered=True,
    owned_by=OwnedBy.MANAGER,
    watchers=(Role.REPRESENTATIVE, Role.DIRECTOR, Role.FINANCE),
    evidence="events",
)

KINDS = (VISIT_OVERDUE, NEGLECTED, EXPIRY, PROFILE, MAJOR_EVENT)
