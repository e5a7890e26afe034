"""A table of results as a page, or as the file of the same rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.rights import Right
from accounts.scope import scope_of
from dealers.choices import ExportFormat
from dealers.export_limit import DailyLimitReached, room
from dealers.views.access import user_of
from visits import export
from visits.sheets import Sheet
from visits.views.access import today

# Of a table that goes on: rows of a page.
PAGE = 100


def wants_file(request: HttpRequest) -> bool:
    """A file is taken out by POST, so that no link of another site takes it out; the address still says which rows."""
    return request.method == "POST"


def file_of(request: HttpRequest, build: Callable[[int], Sheet]) -> HttpResponseBase:
    """The file of the rows that `build(most)` gives; 403 without the right to export. `most` is one row more than the day
    has room for, so that too many are noticed without being fetched all."""
    user = user_of(request)
    if not scope_of(user).may(Right.EXPORT):
        raise PermissionDenied
    wanted = request.POST.get("format", "").upper()
    if wanted not in ExportFormat.values:
        return HttpResponseBadRequest(_("Files are XLSX or CSV."), content_type="text/plain")
    query = request.GET.copy()
    try:
        sheet = build(room(user, on=today()) + 1)
        return export.respond(
            user=user, sheet=sheet, format=ExportFormat(wanted), query=query.urlencode(), on=today()
        )  # fmt: skip
    except DailyLimitReached as error:
        text = _("You have exported %(rows)s rows today; the limit is %(limit)s a day. Ask for a narrower list, or an administrator.")  # fmt: skip
        values = {
            "rows": formats.number_format(error.rows, force_grouping=True),
            "limit": formats.number_format(error.limit, force_grouping=True),
        }
        messages.error(request, text % values)
        return redirect(f"{request.path}?{query.urlencode()}")


def answer(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponseBase:
    """The page, with what every page of a table needs."""
    may_export = scope_of(user_of(request)).may(Right.EXPORT)
    return render(request, template, {"may_export": may_export, "today": today()} | context)


def page_number(request: HttpRequest, rows: int) -> tuple[int, str, str]:
    """From which row on, and the addresses of the page before and after it (empty: none). For tables whose rows are all
    worked out anyway."""
    text = request.GET.get("page", "")
    number = min(int(text), 10_000) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    number = max(min(number, -(-rows // PAGE)), 1)

    def address(to: int) -> str:
        query = request.GET.copy()
        query["page"] = str(to)
        return f"?{query.urlencode()}"

    before = address(number - 1) if number > 1 else ""
    after = address(number + 1) if number * PAGE < rows else ""
    return (number - 1) * PAGE, before, after
