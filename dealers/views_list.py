"""The dealer list: table, map, export, and what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import demand
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base import kept_page
from crm.base.models import Company
from crm.base.navigation import page_url
from dealers import export as exporting
from dealers import geo, list_frame, listing, saved_views
from dealers.choices import ExportFormat
from dealers.columns import Column, chosen, columns_for
from dealers.export_limit import DailyLimitReached
from dealers.filters import FILTERS, Asked, Chip, ListState
from dealers.heads import heads_of, hidden_fields, summary_of
from dealers.models import Dealer
from dealers.sorting import BadCursor
from dealers.table import Table, read_table
from dealers.window import Window

TABLE, MAP = "", "map"
ROWS_TARGET = "results"


def asked_by(request: HttpRequest) -> Asked:
    return Asked(request.user, Company.get().today())  # type: ignore[arg-type]


@require_GET
def dealer_list(request: HttpRequest) -> HttpResponse:
    """The page, or to htmx the part of it below the search field."""
    asked = asked_by(request)
    state = ListState.read(request.GET).allowed(asked)
    is_part = request.headers.get("HX-Target") == ROWS_TARGET
    as_map = request.GET.get("view") == MAP
    if as_map:
        around = _around(state, asked, tuple(state.chips(asked)), is_part=is_part)
        context = around | {"as_map": True} | _map_context(request, state, asked)
        response = render(request, _template(is_part), context)
    else:
        try:
            response = _as_table(request, state, asked, is_part=is_part)
        except BadCursor:
            return redirect(f"{request.path}?{state.query}")
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    if is_part:
        _write_address(request, response, state, as_map=as_map)
    return response


def _template(is_part: bool) -> str:
    return "dealers/list_results.html" if is_part else "dealers/list.html"


def _around(state: ListState, asked: Asked, chips: Sequence[Chip], *, is_part: bool) -> dict[str, Any]:
    """What table and map have in common."""
    context: dict[str, Any] = {
        "state": state, "as_map": False, "list_url": page_url("dealers:list"), "chips": chips, "count_url": "",
    }  # fmt: skip
    if is_part:
        return context
    offered = columns_for(asked.user, on=asked.on)
    return context | _rights(asked) | {
        "saved_views": saved_views.menu_of(asked.user), "offered": offered,
        "offered_keys": tuple(column.key for column in offered),
    }  # fmt: skip


def _rights(asked: Asked) -> dict[str, bool]:
    scope = scope_of(asked.user, on=asked.on)
    return {
        "may_export": scope.may(Right.EXPORT), "may_edit": scope.may(Right.EDIT_DEALER),
        "may_delete": scope.may(Right.DELETE_DEALER),
    }  # fmt: skip


def _as_table(request: HttpRequest, state: ListState, asked: Asked, *, is_part: bool) -> HttpResponse:
    columns = chosen(asked.user, state.columns, on=asked.on)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    table = read_table(state, asked, columns, after=after, before=before)

    chips = tuple(state.chips(asked))
    # What is not counted has more than a page.
    summary = summary_of(table.total, listing.PAGE_SIZE if table.total is None else listing.COUNT_LIMIT)
    menu = () if is_part else saved_views.menu_of(asked.user)
    frame = list_frame.frame_of(state, table, chips, summary, asked, [view.query for view in menu])
    if frame is None:
        context = _around(state, asked, chips, is_part=is_part) | _table_context(state, asked, columns, table, summary)
        return render(request, _template(is_part), context | {"rows": table.body})

    def blank() -> dict[str, Any]:
        parts = _around(frame.state, asked, frame.chips, is_part=is_part)
        return parts | _table_context(frame.state, asked, columns, frame.table, kept_page.place("summary"))

    made_of = (
        asked.on, frame.state.query, frame.chips, tuple([(column.key, column.sort) for column in columns]),
        tuple([column.key for column in columns_for(asked.user, on=asked.on)]), tuple(_rights(asked).values()), menu,
        Company.get().currency, frame.table.rows, frame.table.total is None,
    )  # fmt: skip
    return kept_page.render(request, _template(is_part), made_of, blank, fresh={"rows": table.body}, texts=frame.texts)


def _table_context(
    state: ListState, asked: Asked, columns: Sequence[Column], table: Table, summary: str
) -> dict[str, Any]:
    heads = heads_of(columns, state, asked)
    return {
        "table": table,
        "heads": heads,
        "hidden_fields": tuple(hidden_fields(heads, state)),
        "head_keys": tuple((column.key, column.sort) for column in columns),
        "column_keys": tuple(column.key for column in columns),
        "currency": Company.get().currency,
        "summary": summary,
        # Asked for what is not counted, when the rows are there.
        "count_url": reverse("dealers:count") if table.total is None else "",
    }


def _map_context(request: HttpRequest, state: ListState, asked: Asked) -> dict[str, Any]:
    return {
        "bounds": geo.bounds_of(state, asked),
        "summary": summary_of(listing.count(state, asked), listing.COUNT_LIMIT),
        "tile_url": settings.MAP_TILE_URL,
        "attribution": settings.MAP_ATTRIBUTION,
        "column_keys": tuple(column.key for column in chosen(asked.user, state.columns, on=asked.on)),
        "hidden_fields": tuple((key, value) for key, value in (*state.pairs, ("view", MAP)) if key != "q"),
    }


def _write_address(request: HttpRequest, response: HttpResponse, state: ListState, *, as_map: bool) -> None:
    """Tell htmx the list's own address, without empty fields. A word that is typed on does not fill the history."""
    pairs = [f"view={MAP}"] if as_map else []
    pairs += [f"{key}={value}" for key in ("after", "before") if (value := request.GET.get(key))]
    query = "&".join(filter(None, (state.query, *pairs)))
    address = f"{request.path}?{query}" if query else request.path
    came_from = request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    before = ListState.of_query(came_from.partition("?")[2])
    typing = bool(before.q and state.q) and before.without_search() == state.without_search()
    response.headers["HX-Replace-Url" if typing else "HX-Push-Url"] = address


@require_GET
def count(request: HttpRequest) -> HttpResponse:
    """How many dealers a list has, in words: under the panel of filters while it is filled in."""
    asked = asked_by(request)
    number = listing.count(ListState.read(request.GET).allowed(asked), asked)
    return HttpResponse(summary_of(number, listing.COUNT_LIMIT))


@require_GET
def filter_form(request: HttpRequest) -> HttpResponse:
    """The panel with all filters, loaded when it is opened."""
    asked = asked_by(request)
    state = ListState.read(request.GET).allowed(asked)
    scope = scope_of(asked.user, on=asked.on)
    fields = [
        {
            "filter": each,
            "values": state.values.get(each.key, ()),
            "value": ",".join(state.values.get(each.key, ())),
            "choices": each.choices(asked) if each.choices else (),
        }
        for each in FILTERS.values()
        if each.right is None or scope.may(each.right)
    ]
    return render(
        request,
        "dealers/list_filters.html",
        {"fields": fields, "state": state, "as_map": request.GET.get("view") == MAP},
    )


@require_POST
def choose_columns(request: HttpRequest) -> HttpResponse:
    """Keep the chosen columns on the user's profile."""
    asked = asked_by(request)
    state = ListState.of_query(request.POST.get("query", ""))
    usual = "usual" in request.POST
    saved_views.keep_columns(user=asked.user, keys=() if usual else request.POST.getlist("column"))
    return redirect(f"{reverse('dealers:list')}?{state.without_columns().query}")


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the list under a name; an old view of that name is replaced."""
    asked = asked_by(request)
    state = ListState.of_query(request.POST.get("query", "")).allowed(asked)
    name = request.POST.get("name", "").strip()
    try:
        saved_views.save(user=asked.user, name=name, state=state)
    except saved_views.NoName:
        messages.error(request, _("Give the view a name."))
    except saved_views.TooMany as error:
        messages.error(request, _("You have %(count)d saved views; delete one first.") % {"count": error.limit})
    else:
        messages.success(request, _("Saved as “%(name)s”.") % {"name": name})
    return redirect(f"{reverse('dealers:list')}?{state.query}")


@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(saved_views.of(request.user), pk=pk)  # type: ignore[arg-type]
    view.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return redirect(f"{reverse('dealers:list')}?{view.query}")


@require_GET
def points(request: HttpRequest) -> HttpResponse:
    """The list's dealers inside a window of the map, or clusters of them; see docs/design-system.md."""
    try:
        window = Window.read(request.GET.get("bbox", ""), request.GET.get("zoom", ""))
    except ValueError:
        return HttpResponseBadRequest(_("The window of the map is not one."), content_type="text/plain")
    asked = asked_by(request)
    return JsonResponse(geo.features(ListState.read(request.GET).allowed(asked), asked, window))


@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The whole list as a file, as it is filtered, sorted and laid out now."""
    demand(request, Right.EXPORT)
    asked = asked_by(request)
    state = ListState.of_query(request.POST.get("query", "")).allowed(asked)
    if request.POST.get("format") not in ExportFormat.values:
        return HttpResponseBadRequest(_("Files are XLSX or CSV."), content_type="text/plain")
    try:
        return exporting.respond(
            state=state, asked=asked, columns=chosen(asked.user, state.columns, on=asked.on),
            format=ExportFormat(request.POST["format"]),
        )  # fmt: skip
    except DailyLimitReached as error:
        messages.error(
            request,
            _(
                "You have exported %(rows)s rows today; the limit is %(limit)s a day. Ask for a narrower list, or an administrator."
            )
            % {"rows": f"{error.rows:,}", "limit": f"{error.limit:,}"},
        )
        return redirect(f"{reverse('dealers:list')}?{state.query}")


@require_GET
def neighbours(request: HttpRequest, pk: int) -> HttpResponse:
    """Previous and next dealer of the list that the dealer's page was opened from."""
    asked = asked_by(request)
    dealer = get_object_or_404(Dealer.objects.visible_to(asked.user, on=asked.on), pk=pk)
    state = ListState.of_query(request.GET.get("list", "")).allowed(asked)
    beside = listing.neighbours(asked, state, dealer)
    return render(
        request,
        "dealers/list_neighbours_found.html",
        {"beside": beside, "state": state, "list_url": reverse("dealers:list")},
    )
