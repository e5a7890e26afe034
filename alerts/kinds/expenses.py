"""What is spent on a dealer: docs/practice.md section 5. Hospitality is not refused, but hospitality alone is; promotions are
judged afterwards, and cost no more than the sales that they are for."""

from __future__ import annotations

from decimal import Decimal as D

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from alerts.choices import OwnedBy
from alerts.kinds.kind import Kind, Listed, Measure, Parameter, Turn, Unit

EXPENSE = Kind(
    "expense",
    4,
    _("Sales expense"),
    _("What promotions cost at a dealer against what they may: a share of its target by tier, without one of its sales."),
    (
        Measure(
            "used", pgettext_lazy("measure of a warning", "share of the budget"), Unit.SHARE,
            (D("0.80"), D("0.95"), D("1.00")),
            _("Of the %(budget)s %(currency)s that promotions may cost here %(spent)s are spent, %(figure)s; %(limit)s is where"
              " this level begins."),
            turn_red=Turn.ABOVE,
        ),
        Measure(
            "ahead", pgettext_lazy("measure of a warning", "spending ahead of sales"), Unit.SHARE,
            (None, D("0.15"), None),
            _("Spending is %(figure)s ahead of sales; more than %(limit)s is orange."),
            turn=Turn.ABOVE,
        ),
        Measure(
            "ratio", pgettext_lazy("measure of a warning", "expense ratio against plan"), Unit.SHARE,
            (D("1.10"), None, None),
            _("The expense ratio is %(figure)s of the plan; more than %(limit)s is yellow."),
            turn=Turn.ABOVE,
        ),
    ),
    (
        Parameter("share_a", _("share of sales for promotions, tier A"), Unit.SHARE, D("0.05")),
        Parameter("share_b", _("share of sales for promotions, tier B"), Unit.SHARE, D("0.04")),
        Parameter("share_c", _("share of sales for promotions, others"), Unit.SHARE, D("0.02")),
        Parameter("min_reached", _("share of the target before the ratio is told"), Unit.SHARE, D("0.25")),
    ),
    # What claims hold or took out of the ledger, by the rate of the day on which the work was done. The longest running target
    # is what the money of a year is planned with; the year behind where there is none.
    listed=Listed(
        """
        WITH company AS (
            SELECT currency FROM base_company ORDER BY id LIMIT 1
        ), claimed AS (
            SELECT c.dealer_id, c.done_on, c.budget_amount * r.rate AS amount
              FROM promotions_claim c
              JOIN promotions_promotionline l ON l.id = c.line_id
              JOIN promotions_budget b ON b.id = l.budget_id
             CROSS JOIN company o
             CROSS JOIN LATERAL (
                SELECT x.rate
                  FROM (SELECT 1::numeric AS rate, 0 AS turn, %(on)s::date AS valid_from WHERE b.currency = o.currency
                         UNION ALL
                        SELECT e.rate, 1, e.valid_from FROM promotions_exchangerate e
                         WHERE e.currency = b.currency AND e.into = o.currency AND e.valid_from <= c.done_on
                         UNION ALL
                        SELECT 1 / e.rate, 2, e.valid_from FROM promotions_exchangerate e
                         WHERE e.currency = o.currency AND e.into = b.currency AND e.valid_from <= c.done_on) x
                 ORDER BY x.turn, x.valid_from DESC LIMIT 1) r
             WHERE c.state IN ('APPROVED', 'SETTLED') AND c.done_on <= %(on)s AND c.done_on > %(on)s::date - 731
        ), planned AS (
            SELECT DISTINCT ON (d.id) d.id AS dealer_id, coalesce(t.period_start, %(on)s::date - 364) AS since, t.amount AS target,
                   coalesce(t.amount, d.sales_12m) * CASE d.tier WHEN 'A' THEN %(share_a)s WHEN 'B' THEN %(share_b)s
                                                                 ELSE %(share_c)s END AS budget
              FROM (SELECT DISTINCT dealer_id FROM claimed) w
              JOIN dealers_dealer d ON d.id = w.dealer_id
              LEFT JOIN sales_salestarget t ON t.dealer_id = d.id AND t.kind = 'SELL_IN' AND t.amount > 0
                                           AND t.period_start <= %(on)s AND t.period_end > %(on)s
             ORDER BY d.id, t.period_end - t.period_start DESC NULLS LAST, t.id
        ), spent AS (
            SELECT p.dealer_id, p.budget, sum(c.amount) AS amount,
                   -- None without a target.
                   (SELECT sum(m.amount_e4) / 10000.0 FROM sales_dealermonth m
                     WHERE m.dealer_id = p.dealer_id AND m.kind = 'SELL_IN' AND m.month <= %(month)s
                       AND m.month >= date_trunc('month', p.since)::date) / p.target AS reached
              FROM planned p
              JOIN claimed c ON c.dealer_id = p.dealer_id AND c.done_on >= p.since
             WHERE p.budget > 0
             GROUP BY p.dealer_id, p.budget, p.since, p.target
        )
        SELECT s.dealer_id, m.measure, m.figure,
               jsonb_build_object('spent', round(s.amount), 'budget', round(s.budget), 'currency', o.currency) AS detail
          FROM spent s
         CROSS JOIN company o
         CROSS JOIN LATERAL (VALUES
               ('used', s.amount / s.budget, %(least_used)s),
               ('ahead', s.amount / s.budget - s.reached, %(least_ahead)s),
               ('ratio', CASE WHEN s.reached >= %(min_reached)s AND s.reached > 0 THEN s.amount / s.budget / s.reached END,
                %(least_ratio)s)) AS m (measure, figure, least)
         WHERE m.figure >= m.least
        """,
        table="promotions_claim",
    ),
    watchers=(Role.MANAGER, Role.FINANCE),
)  # fmt: skip

EVALUATION_OVERDUE = Kind(
    "evaluation_overdue",
    20,
    _("Evaluation overdue"),
    _("Days since a promotion should have been evaluated; told at the dealer of which most was expected."),
    (
        Measure(
            "days", pgettext_lazy("measure of a warning", "days past due"), Unit.DAYS, (D(1), D(15), D(31)),
            _("“%(title)s” should have been evaluated by %(due_on)s, %(figure)s ago; this level begins at %(limit)s."),
        ),
    ),
    # As promotions.planning.evaluation_due, by the terms of the day on which it began, else the defaults.
    listed=Listed(
        """
        SELECT DISTINCT ON (p.dealer_id) p.dealer_id, 'days' AS measure, (%(on)s::date - p.due_on)::numeric AS figure,
               jsonb_build_object('title', p.title, 'due_on', p.due_on) AS detail
          FROM (SELECT DISTINCT ON (r.id) r.id, r.title, w.dealer_id,
                       r.ends_on + coalesce(t.periods_after, 2) * (r.ends_on - r.starts_on)
                       + coalesce(t.evaluation_days, 30) AS due_on
                  FROM promotions_promotion r
                  JOIN promotions_participant w ON w.promotion_id = r.id
                  JOIN alerts_dealerstanding s ON s.dealer_id = w.dealer_id
                  LEFT JOIN LATERAL (
                    SELECT n.periods_after, n.evaluation_days FROM promotions_promotionterms n
                     WHERE n.active_from <= r.starts_on AND (n.active_until IS NULL OR n.active_until > r.starts_on)
                     ORDER BY n.active_from DESC LIMIT 1) t ON true
                 WHERE r.state = 'ENDED'
                 ORDER BY r.id, w.estimate DESC, w.id) p
         WHERE %(on)s::date - p.due_on >= %(least_days)s
         ORDER BY p.dealer_id, p.due_on, p.id
        """,
        table="promotions_promotion",
    ),
    recovery_days=0,
)  # fmt: skip

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

KINDS = (EXPENSE, EVALUATION_OVERDUE, ENTERTAINMENT)
