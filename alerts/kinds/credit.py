"""What a dealer owes us: docs/practice.md sections 6 and 7."""

from __future__ import annotations

from decimal import Decimal as D

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from alerts.choices import OwnedBy
from alerts.kinds.kind import Kind, Measure, Turn, Unit

CREDIT_USE = Kind(
    "credit_use",
    0,
    _("Credit use"),
    _("Receivables, bills and orders less receipts and deposit, against the credit limit."),
    (
        Measure(
            "use", pgettext_lazy("measure of a warning", "share of the credit limit"), Unit.SHARE,
            (D("0.80"), D("0.95"), D("1.00")),
            _("%(figure)s of the credit limit is used; %(limit)s is where this level begins."),
            figure="s.credit_use_e4", scale=10_000, turn_red=Turn.ABOVE,
        ),
    ),
    owned_by=OwnedBy.REPRESENTATIVE,
    watchers=(Role.MANAGER, Role.FINANCE),
    evidence="receivables",
    past="credit_use",
)  # fmt: skip

OVERDUE = Kind(
    "overdue",
    1,
    _("Overdue"),
    _("Days since the oldest open item fell due."),
    (
        Measure(
            "days", pgettext_lazy("measure of a warning", "days past due"), Unit.DAYS, (D(1), D(16), D(31)),
            _("The oldest open item is %(figure)s past due; this level begins at %(limit)s."),
            figure="%(on)s - s.oldest_due_on", shows={"due_on": "s.oldest_due_on"},
        ),
    ),
    watchers=(Role.MANAGER, Role.FINANCE),
    recovery_days=30,
    evidence="receivables",
    past="overdue",
)  # fmt: skip

BEHAVIOUR = Kind(
    "credit_behaviour",
    2,
    _("Credit behaviour"),
    _("How much later than agreed the dealer pays, and how often in 90 days the limit was exceeded."),
    (
        Measure(
            "dso", pgettext_lazy("measure of a warning", "days of sales outstanding beyond the term"), Unit.DAYS,
            (D(10), None, None),
            _("The receivables are as many days of sales as the credit term and %(figure)s more; %(limit)s are allowed."),
            figure="s.dso_over_days", turn=Turn.ABOVE,
        ),
        Measure(
            "excesses", pgettext_lazy("measure of a warning", "times the limit was exceeded in 90 days"), Unit.COUNT,
            (None, D(2), D(3)),
            _("The credit limit was exceeded %(figure)s times in 90 days; this level begins at %(limit)s: review it."),
            figure="s.excesses",
        ),
    ),
    owned_by=OwnedBy.FINANCE,
    watchers=(Role.REPRESENTATIVE, Role.MANAGER),
    recovery_days=30,
    evidence="receivables",
)  # fmt: skip

KINDS = (CREDIT_USE, OVERDUE, BEHAVIOUR)
