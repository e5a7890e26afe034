"""What warnings came to, by kind, territory or month; dealers won, kept and lost beside it. Page and file are one table."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods

from accounts.models import Territory, User
from accounts.rights import Right
from accounts.scope import scope_of
from alerts import kinds, kpis
from alerts.case_list import ALL
from alerts.kpis import By, Kept, Kpi
from crm.base.asked import number
from dealers.views.access import user_of
from visits.sheets import As, Cell, Column, Sheet, span
from visits.views.periods import LENGTHS, Asked, asked_period
from visits.views.sheets import answer, file_of, wants_file

USUAL_MONTHS = 12


@require_http_methods(["GET", "POST"])
def results(request: HttpRequest) -> HttpResponseBase:
    """Figures of the cases that opened in the months asked for, and of the dealers lost in them."""
    user = user_of(request)
    if not scope_of(user).may(Right.VIEW_TEAM):
        raise PermissionDenied
    asked = asked_period(request, usual=USUAL_MONTHS)
    by = next((each for each in By if each.value == request.GET.get("by")), By.KIND)
    place = _place(request, user)
    if wants_file(request):
        return file_of(request, lambda _most: _sheet(user, asked, by, place, rights=(Right.EXPORT,)))
    within = place.path if place else ""
    together = kpis.figures(user, None, start=asked.start, until=asked.until, within=within)
    context: dict[str, Any] = {
        "asked": asked, "periods": LENGTHS, "by": by.value, "views": _views(), "place": place, "above": _above(user, place),
        "total": together[0] if together else Kpi(""), "sheet": _sheet(user, asked, by, place),
        "kept": _kept(kpis.kept_dealers(user, start=asked.start, until=asked.until, within=within)),
        "lasting": kpis.AGAIN_DAYS,
    }  # fmt: skip
    return answer(request, "alerts/kpis.html", context)


def _views() -> list[tuple[str, str]]:
    return [
        (By.KIND.value, pgettext("results of warnings", "By kind")),
        (By.TERRITORY.value, pgettext("results of warnings", "By territory")),
        (By.MONTH.value, pgettext("results of warnings", "By month")),
    ]


def _place(request: HttpRequest, user: User) -> Territory | None:
    """The territory that the address asks for, as far as the reader sees all of it."""
    pk = number(request.GET.get("territory"))
    if pk is None:
        return None
    return get_object_or_404(Territory, pk__in=scope_of(user).territory_ids, pk=pk)


def _above(user: User, place: Territory | None) -> Territory | None:
    """Where the way up from a territory leads; None at the top."""
    if place is None or place.parent_id not in scope_of(user).territory_ids:
        return None
    return place.parent


def _sheet(user: User, asked: Asked, by: By, place: Territory | None, rights: tuple[Right, ...] = ()) -> Sheet:
    within = place.path if place else kpis.top_of(user, rights) if by is By.TERRITORY else ""
    bounds: dict[str, Any] = {"start": asked.start, "until": asked.until, "within": within, "rights": rights}
    title = _("Results of warnings, %(period)s") % {"period": asked.words}
    sheet = Sheet(f"warnings-{by.value}-{span(asked.start, asked.until)}", title, _columns(by))
    for name, row in _named(kpis.figures(user, by, **bounds), asked, by, within):
        sheet.add(name, *_line(row, by))
    for row in kpis.figures(user, None, **bounds):
        sheet.sum_up(_("Together"), *_line(row, by))
    return sheet


def _named(rows: list[Kpi], asked: Asked, by: By, within: str) -> list[tuple[Cell, Kpi]]:
    """Rows with their names, in the order in which people look for them."""
    found = {row.key: row for row in rows}
    if by is By.KIND:
        url = reverse("alerts:list")
        return [
            (Cell(str(kind.label), f"{url}?{urlencode({'whose': ALL, 'kind': kind.code})}"), found[kind.code])
            for kind in kinds.registered()
            if kind.code in found
        ]
    if by is By.MONTH:
        return [
            (Cell(date_format(dt.date.fromisoformat(key), "YEAR_MONTH_FORMAT")), found[key]) for key in sorted(found)
        ]
    named = []
    for territory in Territory.objects.filter(path__in=found).order_by("path"):
        deeper = territory.path != within
        query: dict[str, str | int] = {
            "by": By.TERRITORY.value,
            "territory": territory.pk,
            "month": f"{asked.month:%Y-%m}",
            "months": asked.months,
        }
        named.append((Cell(territory.name, f"?{urlencode(query)}" if deeper else ""), found[territory.path]))
    return named


def _columns(by: By) -> list[Column]:
    # Each kind is held against all losses: their number would stand in every row.
    losses = Column(
        "losses", _("Dealers lost"), As.COUNT, why=_("Dealers that traded with us and ended in the period.")
    )
    head = {By.KIND: _("Kind of warning"), By.TERRITORY: _("Territory"), By.MONTH: _("Month")}[by]
    return [
        Column("name", head),
        Column("opened", pgettext("cases", "Opened"), As.COUNT,
               why=_("Cases that opened in the period; those merged into others and mass events left out.")),
        Column("solved", pgettext("cases", "Solved"), As.COUNT, why=_("Of these, those that are resolved by now, verified or not yet.")),
        Column("yellow", _("Solved at yellow"), As.SHARE,
               why=_("Of the solved cases, those that never grew worse than yellow: the problem was killed in the bud.")),
        Column("acknowledge", _("To acknowledge"), As.FIGURE, unit=_("hours"), why=_("Median from the opening until somebody acknowledged it.")),
        Column("in_time", _("In time"), As.SHARE, why=_("Of the acknowledged cases, those acknowledged before their deadline.")),
        Column("cause", _("To the cause"), As.FIGURE, unit=_("days"), why=_("Median from the opening until the cause was written down.")),
        Column("solve", _("To the solution"), As.FIGURE, unit=_("days"), why=_("Median from the opening until the case was resolved.")),
        Column("came_back", _("Came back"), As.SHARE,
               why=_("Of the solved cases, those that opened again, or whose dealer had another case of the kind within %(days)s days.")
               % {"days": kpis.AGAIN_DAYS}),
        Column("dismissed", pgettext("cases", "Dismissed"), As.SHARE, why=_("Of the opened cases, those that people found to be nothing.")),
        *([] if by is By.KIND else [losses]),
        Column("foreseen", _("Foreseen"), As.SHARE,
               why=_("Of the lost dealers, those that a case went before, at most %(days)s days earlier.") % {"days": kpis.HORIZON_DAYS}),
        Column("lead", _("Lead time"), As.FIGURE, unit=_("days"), why=_("Median from the first of these cases to the end of the dealer.")),
    ]  # fmt: skip


def _line(row: Kpi, by: By) -> list[Any]:
    losses = [] if by is By.KIND else [row.losses]
    return [
        row.opened, row.solved, row.yellow_share, row.acknowledge_hours, row.in_time_share, row.cause_days, row.solve_days,
        row.came_back_share, row.dismissed_share, *losses, row.foreseen_share, row.lead_days,
    ]  # fmt: skip


def _kept(rows: list[Kept]) -> dict[str, Any]:
    """All together, and the lines by tier and by years."""
    return {
        "all": next((row for row in rows if not row.by), None),
        "tiers": [(row.tier, row) for row in rows if row.by == "tier"],
        "years": [(_years(row.years or 0), row) for row in rows if row.by == "years"],
    }


def _years(least: int) -> str:
    if least == 0:
        return _("Dealers for less than a year")
    return ngettext("Dealers for %(years)s year and more", "Dealers for %(years)s years and more", least) % {
        "years": least
    }
