"""How a dealer's sales run: against the target, against its own rhythm and past, and in its territory."""

from __future__ import annotations

from decimal import Decimal as D

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from alerts.choices import OwnedBy
from alerts.kinds.kind import Kind, Listed, Measure, Parameter, Turn, Unit

# `p` holds the share of working days that are over of each target period that has run long enough to tell.
_PACE = "s.reached_e4::bigint * 10000 / p.elapsed_e4"

PROGRESS = Kind(
    "progress",
    3,
    _("Sales progress"),
    _("Share of the target reached over share of the period's working days gone by."),
    (
        Measure(
            "pace", pgettext_lazy("measure of a warning", "pace"), Unit.SHARE, (D("0.95"), D("0.85"), D("0.70")),
            _("Sales run at %(figure)s of the pace that the target asks for; this level begins below %(limit)s."),
            turn=Turn.BELOW, figure=_PACE, scale=10_000,
        ),
        Measure(
            "forecast", pgettext_lazy("measure of a warning", "forecast in the last third"), Unit.SHARE,
            (None, None, D("0.80")),
            _("Going on like this, the period ends at %(figure)s of its target; in the last third less than %(limit)s is"
              " red."),
            turn=Turn.BELOW, figure=_PACE, scale=10_000, when="p.late",
        ),
    ),
    (
        Parameter("min_elapsed", _("share of the period before anything is said"), Unit.SHARE, D("0.25")),
        Parameter("late_from", _("share of the period from which the forecast counts"), Unit.SHARE, D("0.67")),
    ),
    recovery_days=30,
    evidence="sales",
    past="progress",
)  # fmt: skip

CHURN = Kind(
    "churn",
    5,
    _("Dealer about to leave"),
    _("Days since the last order in terms of the usual interval, volume against last year, and the churn score."),
    (
        Measure(
            "interval", pgettext_lazy("measure of a warning", "silence in usual order intervals"), Unit.TIMES,
            (D("1.5"), D("2.0"), D("3.0")),
            _("No order for %(days)s days: %(figure)s the usual interval; this level begins above %(limit)s."),
            turn=Turn.ABOVE, figure="%(on)s - s.last_order_on", per="s.interval_e1",
            # A dealer that orders every other day is not lost after a week.
            when="%(on)s - s.last_order_on > {min_silence}",
            shows={"last_order_on": "s.last_order_on", "days": "%(on)s - s.last_order_on"},
        ),
        Measure(
            "silence", pgettext_lazy("measure of a warning", "days without an order"), Unit.DAYS, (None, None, D(90)),
            _("No order for %(figure)s; more than %(limit)s is red whatever the usual interval."),
            turn=Turn.ABOVE, figure="%(on)s - s.last_order_on", when="s.interval_e1 IS NOT NULL",
            shows={"last_order_on": "s.last_order_on"},
        ),
        Measure(
            "volume", pgettext_lazy("measure of a warning", "volume lost against last year"), Unit.SHARE,
            (D("0.15"), D("0.30"), D("0.50")),
            _("The last three closed months brought %(figure)s less than the same months a year before; this level begins"
              " at %(limit)s."),
            figure="10000 - s.volume_e4", scale=10_000,
        ),
        Measure(
            "score", pgettext_lazy("measure of a warning", "churn score"), Unit.POINTS, (D(60), D(75), D(90)),
            _("The churn score is %(figure)s of 100; this level begins at %(limit)s."),
        ),
    ),
    (
        Parameter("min_silence", _("days of silence that are never a sign"), Unit.DAYS, D(14)),
    ),
    listed=Listed(
        "SELECT c.dealer_id, 'score' AS measure, c.score::numeric AS figure, NULL::jsonb AS detail"
        "  FROM alerts_dealerchurn c WHERE c.score >= %(least_score)s",
        table="alerts_dealerchurn",
    ),
    evidence="sales",
    recovery_days=30,
    past="churn",
)  # fmt: skip

LOADING = Kind(
    "loading",
    8,
    _("Channel loading"),
    _("What was sold in over what was sold on, in the last three closed months."),
    (
        Measure(
            "index", pgettext_lazy("measure of a warning", "sold in over sold on"), Unit.TIMES,
            (D("1.15"), None, D("1.30")),
            _("In three months we sold in %(figure)s what the dealer sold on; this level begins above %(limit)s."),
            turn=Turn.ABOVE, figure="s.loading_e4", scale=10_000,
        ),
    ),
    recovery_days=45,
    evidence="stock",
    past="loading",
)  # fmt: skip

STOCK = Kind(
    "stock",
    7,
    _("Stock cover"),
    _("How many days the last counted stock lasts at the pace of what is sold on, and how much of it is old."),
    (
        Measure(
            "over", pgettext_lazy("measure of a warning", "days of stock, too many"), Unit.DAYS, (D(60), D(90), D(120)),
            _("The stock lasts %(figure)s; this level begins above %(limit)s."),
            turn=Turn.ABOVE, figure="s.cover_days",
        ),
        Measure(
            "under", pgettext_lazy("measure of a warning", "days of stock, too few"), Unit.DAYS, (D(20), D(1), None),
            _("The stock lasts %(figure)s only; this level begins below %(limit)s."),
            turn=Turn.BELOW, figure="s.cover_days",
        ),
        Measure(
            "aged", pgettext_lazy("measure of a warning", "share older than 90 days"), Unit.SHARE,
            (None, None, D("0.20")),
            _("%(figure)s of the stock is older than 90 days; more than %(limit)s is red."),
            turn=Turn.ABOVE, figure="s.aged_e4", scale=10_000,
        ),
    ),
    recovery_days=45,
    evidence="stock",
    past="stock",
)  # fmt: skip

CONCENTRATION = Kind(
    "concentration",
    11,
    _("Concentration"),
    _("One dealer's share of the sales of its territory in the last twelve closed months."),
    (
        Measure(
            "territory", pgettext_lazy("measure of a warning", "share of the territory's sales"), Unit.SHARE,
            (D("0.20"), D("0.30"), D("0.40")),
            _("%(figure)s of the territory's sales come from this dealer alone; this level begins above %(limit)s."),
            turn=Turn.ABOVE,
        ),
        Measure(
            "company", pgettext_lazy("measure of a warning", "share of the company's sales"), Unit.SHARE,
            (D("0.20"), D("0.30"), D("0.40")),
            _("%(figure)s of the company's sales come from this dealer alone; this level begins above %(limit)s."),
            turn=Turn.ABOVE,
        ),
    ),
    (
        Parameter("min_dealers", _("dealers that a territory must have"), Unit.COUNT, D(5)),
    ),
    # The largest dealers of each territory come from an index; nobody else can be above the lowest limit.
    listed=Listed(
        """
        WITH sold AS (
            SELECT territory_id, sum(amount_e4) / 10000.0 AS amount FROM sales_territorymonth
             WHERE kind = 'SELL_IN' AND month >= %(month)s - interval '12 months' AND month < %(month)s
             GROUP BY territory_id
        ), largest AS (
            SELECT d.id, d.sales_12m, sold.amount
              FROM sold
             CROSS JOIN LATERAL (
                SELECT d.id, d.sales_12m FROM dealers_dealer d
                 WHERE d.territory_id = sold.territory_id AND d.deleted_at IS NULL
                 ORDER BY d.sales_12m DESC, d.id DESC LIMIT 20) d
             WHERE sold.amount > 0
               AND (SELECT count(*) FROM (SELECT FROM dealers_dealer n WHERE n.territory_id = sold.territory_id
                                             AND n.deleted_at IS NULL LIMIT %(min_dealers)s) x) >= %(min_dealers)s
        )
        SELECT id AS dealer_id, 'territory' AS measure, sales_12m / amount AS figure, NULL::jsonb AS detail
          FROM largest WHERE sales_12m > %(least_territory)s * amount
         UNION ALL
        SELECT id, 'company', sales_12m / (SELECT sum(amount) FROM sold), NULL
          FROM largest WHERE sales_12m > %(least_company)s * (SELECT sum(amount) FROM sold)
        """
    ),
    owned_by=OwnedBy.MANAGER,
    watchers=(Role.DIRECTOR,),
    recovery_days=90,
    evidence="sales",
    past="concentration",
)  # fmt: skip

PLATEAU = Kind(
    "plateau",
    18,
    _("Growth has stopped"),
    _("A dealer that grew has hardly grown in the last two quarters: find out what holds it up."),
    (
        Measure(
            "half_year", pgettext_lazy("measure of a warning", "growth of two quarters"), Unit.SHARE,
            (D("0.03"), None, None),
            _("The last two quarters brought %(figure)s of growth after a year of growth; less than %(limit)s is a"
              " standstill."),
            turn=Turn.BELOW, figure="s.half_e4", scale=10_000, when="s.grew_e4 >= {grew}",
        ),
    ),
    (
        Parameter("grew", _("growth of the last closed year that calls it a growth phase"), Unit.SHARE, D("0.10")),
    ),
    owned_by=OwnedBy.REPRESENTATIVE,
    recovery_days=90,
    evidence="sales",
)  # fmt: skip

KINDS = (PROGRESS, CHURN, STOCK, LOADING, CONCENTRATION, PLATEAU)
