"""Sheets for paper: a day's stops, the collection summary, the daily performance record."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.models import Company
from dealers.models import Dealer
from dealers.views.access import dealer_or_404, user_of
from visits.collections_summary import Owes, owed_by
from visits.day_sheet import stops_of
from visits.models import Visit
from visits.performance import DayRecord, days_of
from visits.results import scope_for
from visits.sheets import As, Cell, Column, Sheet, span
from visits.views.access import of_person, today
from visits.views.periods import LENGTHS, Asked, asked_period
from visits.views.sheets import answer, file_of, wants_file
from visits.working_days import working_time


@require_GET
@of_person
def day_sheet(request: HttpRequest, person: User, on: dt.date) -> HttpResponse:
    """The day's stops on paper, as far as the reader sees the dealers."""
    stops = stops_of(user_of(request), person, on)
    context = {
        "person": person, "on": on, "stops": stops, "time": working_time(person, on),
        "currency": Company.get().currency, "today": today(), "calls": sum(stop.visit.means == "PHONE" for stop in stops),
        "owed": any(stop.owes is not None for stop in stops),
    }  # fmt: skip
    return render(request, "visits/paper/day.html", context)


@require_GET
@of_person
def day_collections(request: HttpRequest, person: User, on: dt.date) -> HttpResponse:
    """The collection summary of the day's dealers where the reader may see credit, in the order of the stops."""
    user = user_of(request)
    visits = Visit.objects.visible_to(user, rights=(Right.VIEW_CREDIT,)).filter(user=person, on=on)
    visits = visits.exclude(state="SKIPPED").select_related("dealer").order_by("sequence", "fixed_at", "pk")
    dealers = list({visit.dealer_id: visit.dealer for visit in visits}.values())
    return _collections(request, dealers, on, {"person": person, "on": on})


@require_GET
def collection(request: HttpRequest, pk: int) -> HttpResponse:
    """The collection summary of one dealer."""
    dealer = dealer_or_404(request, pk, Right.VIEW_CREDIT)
    return _collections(request, [dealer], today(), {"dealer": dealer})


def _collections(request: HttpRequest, dealers: list[Dealer], on: dt.date, more: dict[str, object]) -> HttpResponse:
    owed = owed_by([dealer.pk for dealer in dealers], on=today())
    rows: list[tuple[Dealer, Owes]] = [(dealer, owed[dealer.pk]) for dealer in dealers]
    context = {
        "rows": [(dealer, owes) for dealer, owes in rows if owes.any], "nothing": [d for d, owes in rows if not owes.any],
        "total": sum(owes.total for _dealer, owes in rows), "overdue": sum(owes.overdue for _dealer, owes in rows),
        "currency": Company.get().currency, "today": today(), "as_of": today(),
    }  # fmt: skip
    return render(request, "visits/paper/collections.html", context | more)


@require_http_methods(["GET", "POST"])
@of_person
def performance(request: HttpRequest, person: User) -> HttpResponseBase:
    """Calls, productive calls, orders and collections, day by day."""
    asked = asked_period(request)
    own = user_of(request).pk == person.pk
    scope = None if own else scope_for(user_of(request), to_export=wants_file(request))
    days, total = days_of(person, asked.start, asked.until, today=today(), scope=scope)
    leads = scope_of(user_of(request)).may(Right.VIEW_TEAM)
    sheet = _record(asked, person, days, total, links=leads)
    if wants_file(request):
        return file_of(request, lambda _most: sheet)
    context = {"asked": asked, "periods": LENGTHS, "person": person, "sheet": sheet, "leads": leads, "is_own": own}
    return answer(request, "visits/paper/performance.html", context)


def _record(asked: Asked, person: User, days: list[DayRecord], total: DayRecord, *, links: bool) -> Sheet:
    title = _("Daily performance of %(name)s, %(period)s") % {"name": person.name, "period": asked.words}
    sheet = Sheet(
        f"performance-{span(asked.start, asked.until)}", title, [
            Column("on", _("Day"), As.DAY),
            Column("planned", pgettext("visits", "Planned"), As.COUNT, why=_("Made as planned, missed, and left out. Not counted: put off to next month, no longer needed, still to come.")),
            Column("done", _("Calls"), As.COUNT, why=_("Visits and telephone calls made, as planned and off plan.")),
            Column("ordered", _("Productive calls"), As.COUNT, why=_("Calls on which an order was taken.")),
            Column("strike", _("Strike rate"), As.SHARE, why=_("Productive calls over calls.")),
            Column("orders", _("Orders taken"), As.MONEY),
            Column("lines", _("Order lines"), As.COUNT),
            Column("drop", _("Order a productive call"), As.MONEY, why=_("Orders taken over productive calls.")),
            Column("collected", _("Payments"), As.COUNT, why=_("Payments that dealers handed over or ordered on the visits.")),
            Column("payments", _("Collected"), As.MONEY),
            Column("issues", _("Issues found"), As.COUNT),
        ],
    )  # fmt: skip

    def line(day: DayRecord) -> list[Cell]:
        on = f"{day.on:%Y-%m-%d}" if day.on else ""

        def visits(what: str) -> str:
            return asked.url("behind", what=what, person=person.pk, day=on) if links else ""

        return [
            Cell(day.planned, visits("planned")), Cell(day.done, visits("done")), Cell(day.ordered, visits("ordered")),
            Cell(day.strike_rate), Cell(day.orders, visits("ordered")), Cell(day.lines), Cell(day.drop_size),
            Cell(day.collected), Cell(day.payments), Cell(day.issues),
        ]  # fmt: skip

    for day in days:
        sheet.add(day.on, *line(day))
    sheet.sum_up(_("Together"), *line(total))
    return sheet
