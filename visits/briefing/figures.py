"""How the dealer stands: tier and why, sales against last year and target, stock, what it owes (the collection summary)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.base.models import Company
from crm.base.money import from_e3, from_e4
from crm.base.periods import month_start
from crm.base.templatetags.crm import amount, number, percent
from crm.base.text import joined, labelled
from sales.choices import SalesKind
from sales.credit import ageing
from sales.models import DealerFigures, DealerMonth, Receivable, SalesTarget
from sales.stock import cover_days, pace_window
from tiering.models import DealerTier, TierRun
from tiering.moves import explain_now
from visits.brief import Asked, Item, Tone

# Open invoices named one by one; the rest is in the sums.
INVOICES = 5
# From here on a year's target is called behind, in share of the even pace.
BEHIND, FAR_BEHIND = Decimal("0.95"), Decimal("0.80")


def tier(asked: Asked) -> dict[int, list[Item]]:
    """The tier and the sentence that says why."""
    run = TierRun.objects.select_related("policy").first()
    if run is None:
        return {}
    rows = DealerTier.objects.filter(dealer__in=asked.dealers).select_related("override")
    return {row.dealer_id: [Item(text)] for row in rows if (text := explain_now(row, run))}


def _money(value: Decimal | None) -> str:
    currency = Company.get().currency
    return _("%(amount)s %(currency)s") % {"amount": amount(value, currency), "currency": currency}


def sales(asked: Asked) -> dict[int, list[Item]]:
    """Twelve closed months against the twelve before; the running target and whether the pace is enough."""
    found: dict[int, list[Item]] = defaultdict(list)
    for pk, dealer in asked.dealers.items():
        if not dealer.sales_12m and not dealer.sales_prior_12m:
            continue
        text = labelled(_("Last 12 months"), _money(dealer.sales_12m))
        if dealer.sales_prior_12m > 0:
            growth = (dealer.sales_12m - dealer.sales_prior_12m) / dealer.sales_prior_12m
            change = ("+" if growth > 0 else "") + percent(growth)
            tone: Tone = "good" if growth > 0 else "orange" if growth < Decimal("-0.1") else ""
            found[pk].append(Item(text, _("%(change)s against the 12 months before") % {"change": change}, tone))
        else:
            found[pk].append(Item(text, _("nothing in the 12 months before")))
    for pk, item in _targets(asked).items():
        found[pk].append(item)
    return found


def _targets(asked: Asked) -> dict[int, Item]:
    """The uppermost running target of each dealer, held against its closed months; two queries."""
    until = month_start(asked.on)
    targets = list(
        SalesTarget.objects.uppermost()
        .running(asked.on)
        .filter(dealer__in=asked.dealers, kind=SalesKind.SELL_IN, amount__gt=0)
        .order_by("dealer", "-period_end")
    )
    span = [target for target in targets if target.period_start < until]
    if not span:
        return {}
    sold: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    months = DealerMonth.objects.filter(
        dealer__in=[target.dealer_id for target in span], kind=SalesKind.SELL_IN,
        month__gte=min(target.period_start for target in span), month__lt=until,
    )  # fmt: skip
    for dealer, month, value in months.values_list("dealer_id", "month", "amount_e4"):
        sold[dealer].append((month, value))
    found: dict[int, Item] = {}
    for target in span:
        if target.dealer_id is None or target.dealer_id in found or target.amount is None:
            continue
        actual = from_e4(sum(value for month, value in sold[target.dealer_id] if month >= target.period_start))
        share = (actual or Decimal(0)) / target.amount
        gone = Decimal((until - target.period_start).days) / (target.period_end - target.period_start).days
        pace = share / gone
        tone: Tone = "red" if pace < FAR_BEHIND else "orange" if pace < BEHIND else "good"
        found[target.dealer_id] = Item(
            _("%(share)s of the target of %(target)s") % {"share": percent(share, 0), "target": _money(target.amount)},
            _("%(gone)s of its time is over") % {"gone": percent(gone, 0)},
            tone,
        )
    return found


def stock(asked: Asked) -> dict[int, list[Item]]:
    """The last count, how long it lasts at the pace of three months; one query."""
    window = pace_window(asked.on)
    days = (window.end - window.start).days
    found = {}
    for row in DealerFigures.objects.filter(dealer__in=asked.dealers, stock_e3__isnull=False):
        counted = from_e3(row.stock_e3) or Decimal(0)
        pace = from_e3(row.sold_on_3m_e3 or row.sell_in_3m_e3) or Decimal(0)
        cover = cover_days(counted, pace, days)
        text = _("%(quantity)s in stock") % {"quantity": number(counted)}
        if cover is not None:
            lasts = ngettext("lasts a day", "lasts %(days)s days", round(cover)) % {"days": number(cover)}
            text = joined([text, lasts])
        detail = _("counted %(day)s") % {"day": date_format(row.stock_on, "DATE_FORMAT")} if row.stock_on else ""
        found[row.dealer_id] = [Item(text, detail)]
    return found


def receivables(asked: Asked) -> dict[int, list[Item]]:
    """The collection summary: what is owed by age, then the oldest invoices; one query."""
    rows: dict[int, list[Receivable]] = defaultdict(list)
    for row in Receivable.objects.filter(dealer__in=asked.dealers).exclude(open_amount=0).order_by("due_on", "pk"):
        rows[row.dealer_id].append(row)
    found: dict[int, list[Item]] = {}
    for dealer, items in rows.items():
        buckets = [bucket for bucket in ageing(items, asked.on) if bucket.amount]
        if not buckets:
            continue
        total = sum((bucket.amount for bucket in buckets), Decimal(0))
        late = sum((bucket.amount for bucket in buckets if bucket.first > 0), Decimal(0))
        lines = [
            Item(
                _("%(total)s open, of it %(late)s overdue") % {"total": _money(total), "late": _money(late)}
                if late
                else _("%(total)s open, nothing overdue") % {"total": _money(total)},
                joined(labelled(bucket.label, amount(bucket.amount)) for bucket in buckets),
                "red" if late else "",
            )
        ]
        owed = [item for item in items if item.open_amount > 0]
        for item in owed[:INVOICES]:
            past = (asked.on - item.due_on).days
            when = (
                ngettext("a day overdue", "%(days)s days overdue", past) % {"days": past}
                if past > 0
                else _("due %(day)s") % {"day": date_format(item.due_on, "DATE_FORMAT")}
            )
            lines.append(Item(labelled(item.number, _money(item.open_amount)), when, "orange" if past > 0 else ""))
        found[dealer] = lines
    return found
