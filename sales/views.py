"""Panels of the dealer page (fragments), and the records behind their figures (a page)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import formats
from django.utils.http import urlencode
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from accounts.decorators import demand
from accounts.rights import Right
from crm.base.asked import number
from crm.base.models import Company
from crm.base.periods import Period, add_months, fiscal_year, fiscal_year_period
from dealers.models import BusinessStatus, CreditProfile, Dealer
from sales import attainment, credit, groups, history, stock
from sales.choices import SalesKind
from sales.listing import RecordFilter, page_of_records
from sales.models import Receivable


def _dealer(request: HttpRequest, pk: int) -> Dealer:
    return get_object_or_404(Dealer.objects.visible_to(request.user), pk=pk)


@require_GET
def history_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Month by month, this fiscal year against the last; `?kind=`, `?measure=` and `?year=` choose what is shown."""
    dealer, company = _dealer(request, pk), Company.get()
    on, first_month = company.today(), company.fiscal_year_start
    years = history.kinds_and_years(dealer.pk, first_month)
    kind = _kind(request, years)
    asked = request.GET.get("measure", "")
    measure = asked if asked in history.MEASURES else history.AMOUNT
    year = history.year_to_show(
        years.get(kind, []), asked=_number(request.GET.get("year")), on=on, first_month=first_month
    )
    period = fiscal_year_period(year, first_month)
    values = history.values_by_month(dealer.pk, kind, measure, Period(add_months(period.start, -12), period.end))
    sold = history.year_of_sales(values, year=year, on=on, first_month=first_month)
    closed = Period(sold.period.start, add_months(sold.period.start, sold.closed))
    return render(
        request,
        "sales/panels/history.html",
        {
            "dealer": dealer,
            "sold": sold,
            "closed": closed,
            "has_sales": any(years.values()),
            "kind": kind,
            "kinds": [(value, SalesKind(value).label) for value in SalesKind.values if value in years],
            "measure": measure,
            "is_amount": measure == history.AMOUNT,
            "currency": company.currency,
            "names": _year_names(year, first_month),
            "chart": _chart(
                sold, first_month, company.currency if measure == history.AMOUNT else pgettext("things sold", "units")
            ),
            "years": _neighbours(years.get(kind, []), year, fiscal_year(on, first_month)),
            "records_url": _records_url(dealer, kind, closed),
            "records_before_url": _records_url(
                dealer, kind, Period(add_months(closed.start, -12), add_months(closed.end, -12))
            ),
        },
    )


@require_GET
def groups_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """This fiscal year to date by product group and kind, against the same days of the year before."""
    dealer, company = _dealer(request, pk), Company.get()
    on, first_month = company.today(), company.fiscal_year_start
    years = history.kinds_and_years(dealer.pk, first_month)
    latest = sorted({year for found in years.values() for year in found}, reverse=True)
    year = history.year_to_show(latest, asked=_number(request.GET.get("year")), on=on, first_month=first_month)
    whole = fiscal_year_period(year, first_month)
    period = Period(whole.start, min(whole.end, on) if on > whole.start else whole.end)
    before = Period(add_months(period.start, -12), add_months(period.end, -12))
    found = groups.sales_by_group(dealer.pk, period, before)
    total = groups.total_of(found)
    kinds = [kind for kind in SalesKind.values if kind in total.amounts or kind in total.before]
    lead = SalesKind.SELL_IN if SalesKind.SELL_IN in kinds or not kinds else kinds[0]
    return render(
        request,
        "sales/panels/groups.html",
        {
            "dealer": dealer,
            "currency": company.currency,
            "period": period,
            "last_day": period.end - dt.timedelta(days=1),
            "kinds": [SalesKind(kind).label for kind in kinds],
            "lead": SalesKind(lead).label,
            "rows": [_group_row(dealer, each, kinds, lead, period, total) for each in found],
            "total": _group_row(dealer, total, kinds, lead, period, total),
        },
    )


def _credit(dealer: Dealer) -> tuple[list[Receivable], CreditProfile | None, credit.CreditUse]:
    """The open items, the oldest first, what was agreed, and how much of the limit they use."""
    items = list(Receivable.objects.filter(dealer=dealer).open().order_by("due_on", "pk"))
    profile = CreditProfile.objects.filter(dealer=dealer).first()
    limit, deposit = (profile.credit_limit, profile.deposit) if profile else (None, None)
    return items, profile, credit.credit_use(items, limit=limit, deposit=deposit)


@require_GET
def credit_cell(request: HttpRequest, pk: int) -> HttpResponse:
    """The cell of the profile's card: rating, limit and how much of it is used."""
    dealer = _dealer(request, pk)
    demand(request, Right.VIEW_CREDIT, dealer.territory_id)
    _items, profile, use = _credit(dealer)
    context = {"profile": profile, "credit": use, "currency": Company.get().currency}
    return render(request, "sales/panels/credit_cell.html", context)


@require_GET
def credit_used(request: HttpRequest, pk: int) -> HttpResponse:
    """The line of the credit profile in the file: what of the limit is used."""
    dealer = _dealer(request, pk)
    demand(request, Right.VIEW_CREDIT, dealer.territory_id)
    _items, _profile, use = _credit(dealer)
    return render(request, "sales/panels/credit_used.html", {"credit": use, "currency": Company.get().currency})


@require_GET
def stock_cell(request: HttpRequest, pk: int) -> HttpResponse:
    """The cell of the profile's card: for how long the last count lasts; what was written about stock without one."""
    dealer = _dealer(request, pk)
    held = stock.stock_of(dealer.pk, Company.get().today())
    remark = (
        "" if held.on else BusinessStatus.objects.filter(dealer=dealer).values_list("stock_remark", flat=True).first()
    )
    return render(request, "sales/panels/stock_cell.html", {"stock": held, "remark": remark or ""})


@require_GET
def receivables_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ageing, use of the credit limit and the oldest open items."""
    dealer, company = _dealer(request, pk), Company.get()
    demand(request, Right.VIEW_CREDIT, dealer.territory_id)
    on = company.today()
    items, profile, use = _credit(dealer)
    return render(
        request,
        "sales/panels/receivables.html",
        {
            "dealer": dealer,
            "currency": company.currency,
            "buckets": credit.ageing(items, on),
            "credit": use,
            "profile": profile,
            "items": [(item, (on - item.due_on).days) for item in items],
            "on": on,
        },
    )


@require_GET
def stock_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The last count, and for how many days it lasts."""
    dealer = _dealer(request, pk)
    held = stock.stock_of(dealer.pk, Company.get().today())
    lines = sorted(held.lines, key=lambda line: (line.cover is None, line.cover or 0, line.name))
    return render(
        request,
        "sales/panels/stock.html",
        {"dealer": dealer, "stock": held, "lines": lines, "last_day": held.window.end - dt.timedelta(days=1)},
    )


@require_GET
def targets_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Targets that have begun: reached, and whether fast enough."""
    dealer, company = _dealer(request, pk), Company.get()
    found = attainment.attainments_of(dealer.pk, company.today())
    rows = [
        {
            "each": each,
            "kind": SalesKind(each.kind).label,
            "last_day": each.period.end - dt.timedelta(days=1),
            "url": _records_url(dealer, each.kind, each.period),
        }
        for each in found
    ]
    return render(request, "sales/panels/targets.html", {"dealer": dealer, "rows": rows, "currency": company.currency})


@require_GET
def records(request: HttpRequest, pk: int) -> HttpResponse:
    """Every record of a dealer, filtered by kind, days, group and product; the sums are of all that is filtered."""
    dealer, company = _dealer(request, pk), Company.get()
    wanted = RecordFilter(request.GET)
    wanted.is_valid()
    page = page_of_records(
        wanted.apply(dealer.sales_records.all()), after=request.GET.get("after"), before=request.GET.get("before")
    )
    context = {"dealer": dealer, "currency": company.currency, "form": wanted, "page": page}
    template = "sales/records.html#rows" if request.htmx else "sales/records.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _number(text: str | None) -> int | None:
    """A year from an address; `None` for what is none."""
    year = number(text)
    return year if year is not None and 1900 <= year <= 2200 else None


def _kind(request: HttpRequest, years: dict[str, list[int]]) -> str:
    """The kind asked for; else sell-in, or what the dealer has when it has no sell-in."""
    asked = request.GET.get("kind", "")
    if asked in SalesKind.values:
        return asked
    return next((kind for kind in SalesKind.values if kind in years), SalesKind.SELL_IN)


def _year_names(year: int, first_month: int) -> tuple[str, str]:
    """How this year and the last are called: a fiscal year that does not start in January names both its years."""
    if first_month == 1:
        return str(year), str(year - 1)
    return f"{year}/{(year + 1) % 100:02d}", f"{year - 1}/{year % 100:02d}"


def _chart(sold: history.YearOfSales, first_month: int, unit: str) -> dict[str, Any]:
    this, last = _year_names(sold.year, first_month)
    return {
        "categories": [formats.date_format(month, "M") for month in sold.months],
        "unit": unit,
        "digits": 0,
        "series": [
            {"name": this, "kind": "bar", "values": [None if v is None else float(v) for v in sold.this]},
            {"name": last, "kind": "line", "values": [float(value) for value in sold.last]},
        ],
    }


def _neighbours(years: list[int], year: int, running: int) -> dict[str, int | None]:
    """The years to step to, `None` at an end."""
    known = [*years, running]
    return {"previous": year - 1 if year > min(known) else None, "next": year + 1 if year < max(known) else None}


def _records_url(dealer: Dealer, kind: str, period: Period, **more: str) -> str:
    """The records behind a figure."""
    until = period.end - dt.timedelta(days=1)
    query = {"kind": kind, "from": period.start.isoformat(), "until": until.isoformat(), **more}
    return f"{reverse('sales:records', args=[dealer.pk])}?{urlencode(query)}"


def _group_row(
    dealer: Dealer, each: groups.GroupSales, kinds: list[str], lead: str, period: Period, total: groups.GroupSales
) -> dict[str, Any]:
    of_all = total.amounts.get(lead)
    amount = each.amounts.get(lead, groups.NOTHING)
    return {
        "name": each.group,
        "amounts": [
            (each.amounts.get(kind), _records_url(dealer, kind, period, **({} if each is total else _group(each))))
            for kind in kinds
        ],
        "share": amount / of_all if of_all else None,
        "growth": each.growth(lead),
    }


def _group(each: groups.GroupSales) -> dict[str, str]:
    return {"group": each.group or RecordFilter.WITHOUT_GROUP}
