"""What is spent on a dealer: docs/practice.md section 5. Hospitality is not refused, but hospitality alone is."""

from __future__ import annotations

from decimal import Decimal as D

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from alerts.choices import OwnedBy
from alerts.kinds.kind import Kind, Listed, Measure, Parameter, Turn, Unit

ENTERTAINMENT = Kind(
    "entertainment",
    19,
    _("Entertainment only"),
    _("Entertainment as a share of what representatives spent on the dealer, in the currency in which most was spent."),
    (
        Measure(
            "share", pgettext_lazy("measure of a warning", "entertainment, share of expense"), Unit.SHARE,
            (D("0.10"), D("0.50"), None),
            _("Entertainment is %(figure)s of the %(count)s expenses for this dealer; this level begins above %(limit)s."),
            turn=Turn.ABOVE,
        ),
    ),
    (
        Parameter("days", _("days that are looked at"), Unit.DAYS, D(90)),
        Parameter("min_count", _("expenses that there must be"), Unit.COUNT, D(3)),
    ),
    # As visits.expenses.entertainment_share: what was refused does not count, amounts of several currencies are not added up.
    listed=Listed(
        """
        SELECT y.dealer_id, 'share' AS measure, y.entertainment / y.total AS figure,
               jsonb_build_object('count', y.count) AS detail
          FROM (SELECT DISTINCT ON (x.dealer_id) x.*
                  FROM (SELECT e.dealer_id, e.currency, sum(e.amount) AS total, count(*) AS count,
                               coalesce(sum(e.amount) FILTER (WHERE e.category = 'ENTERTAINMENT'), 0) AS entertainment
                          FROM visits_expense e
                         WHERE e.dealer_id IS NOT NULL AND e.state <> 'REFUSED'
                           AND e."on" > %(on)s::date - %(days)s AND e."on" <= %(on)s
                         GROUP BY e.dealer_id, e.currency) x
                 ORDER BY x.dealer_id, x.count DESC, x.currency DESC) y
         WHERE y.total > 0 AND y.count >= %(min_count)s AND y.entertainment > %(least_share)s * y.total
        """,
        table="visits_expense",
    ),
    owned_by=OwnedBy.MANAGER,
    watchers=(Role.FINANCE,),
    recovery_days=30,
    evidence="visits",
)  # fmt: skip

KINDS = (ENTERTAINMENT,)
