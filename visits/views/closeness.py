"""How long each representative has looked after her patch."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rights import Right
from accounts.scope import scope_of
from dealers.views.access import user_of
from visits.closeness import REVIEW_MONTHS, SPENT_MONTHS, tenures
from visits.results import scope_for
from visits.sheets import As, Cell, Column, Sheet
from visits.views.access import today
from visits.views.sheets import PAGE, answer, file_of, page_number, wants_file


@require_http_methods(["GET", "POST"])
def closeness(request: HttpRequest) -> HttpResponseBase:
    """Representatives and their patches, the longest together first; which of them are to be looked at."""
    if not scope_of(user_of(request)).may(Right.VIEW_TEAM):
        raise PermissionDenied
    rows = tenures(scope_for(user_of(request), to_export=wants_file(request)), on=today())
    sheet = Sheet(
        f"tenure-{today():%Y-%m-%d}", _("Representatives and how long they have had their patch"), [
            Column("person", _("Representative")), Column("territory", _("Territory")), Column("since", _("Since"), As.DAY),
            Column("months", _("Months"), As.COUNT, why=_("Whole months without a break; cover for a colleague does not count.")),
            Column("review", _("Review due on"), As.DAY, why=_("%(months)d months after the first day.") % {"months": REVIEW_MONTHS}),
            Column("dealers", _("Dealers"), As.COUNT),
            Column("favours", _("Gifts and entertainment"), As.MONEY, why=_("Of the last %(months)d months, for dealers of the patch, in the company's currency; without what was refused.") % {"months": SPENT_MONTHS}),
        ],
    )  # fmt: skip

    def build(first: int, until: int) -> Sheet:
        for row in rows[first:until]:
            due = Cell(row.review_on, tone="orange" if row.is_due else "")
            sheet.add(row.user.name, str(row.territory), row.since, row.months, due, row.dealers, row.favours)
        return sheet

    if wants_file(request):
        return file_of(request, lambda most: build(0, most))
    first, before, after = page_number(request, len(rows))
    context = {
        "sheet": build(first, first + PAGE), "previous": before, "following": after, "number": len(rows),
        "due": sum(row.is_due for row in rows), "months": REVIEW_MONTHS,
    }  # fmt: skip
    return answer(request, "visits/closeness.html", context)
