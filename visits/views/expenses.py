"""A person's expenses of a month, day by day, with their receipts; and the decision on each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.periods import add_months
from dealers.models import Dealer
from dealers.views.access import user_of
from visits.actions.expenses import ExpenseRefused, decide_expense
from visits.choices import ExpenseState
from visits.expenses import entertainment_share
from visits.models import Expense
from visits.people import person_or_404
from visits.views.access import next_of, of_person, read_month, today
from visits.views.pictures import picture


@dataclass(frozen=True, slots=True)
class Day:
    """A day's expenses, and their sums by currency without what was refused."""

    on: dt.date
    expenses: list[Expense]
    sums: list[tuple[Decimal, str]]


def _days(expenses: Iterable[Expense]) -> list[Day]:
    days = []
    for on, group in groupby(expenses, key=lambda expense: expense.on):
        rows = list(group)
        sums: dict[str, Decimal] = {}
        for row in rows:
            if row.state != ExpenseState.REFUSED:
                sums[row.currency] = sums.get(row.currency, Decimal(0)) + row.amount
        days.append(Day(on, rows, [(amount, currency) for currency, amount in sums.items()]))
    return days


@require_GET
@of_person
def expenses(request: HttpRequest, person: User) -> HttpResponse:
    """The month's expenses by day, newest first; what waits for a decision can be decided on here."""
    user = user_of(request)
    start = read_month(request)
    until = add_months(start, 1)
    rows = Expense.objects.visible_to(user).filter(user=person, on__gte=start, on__lt=until)
    # The person may have spent for dealers that the reader does not see.
    named = rows.values_list("dealer", flat=True) if user.pk != person.pk else ()
    seen = set(Dealer.objects.visible_to(user).filter(pk__in=named).values_list("pk", flat=True))
    shown = list(rows.select_related("dealer", "decided_by").order_by("-on", "-created_at", "-pk"))
    context = {
        "person": person, "is_own": user.pk == person.pk, "leads": scope_of(user).may(Right.VIEW_TEAM),
        "month": start, "previous": add_months(start, -1), "following": until, "today": today(),
        "days": _days(shown), "seen": seen,
        "sums": rows.exclude(state=ExpenseState.REFUSED).order_by().values("currency").annotate(amount=Sum("amount")),
        "waiting": sum(row.state == ExpenseState.SUBMITTED for row in shown),
        "share": entertainment_share(start=start, until=until, user=person),
    }  # fmt: skip
    return render(request, "visits/expenses.html", context)


def _expense_or_404(user: User, pk: int) -> Expense:
    """One's own, or that of somebody whose work the user may look at: 404 for others, 403 without the right."""
    expense = get_object_or_404(Expense.objects.select_related("user"), pk=pk)
    person_or_404(user, expense.user_id)
    return expense


@require_GET
def receipt(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The picture of an expense's receipt."""
    expense = _expense_or_404(user_of(request), pk)
    if not expense.receipt:
        raise Http404
    return picture(request, expense.receipt, f"receipt-{expense.pk}.jpg")


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve (`state=APPROVED`) or refuse it, with the reason (`note`)."""
    user = user_of(request)
    expense = _expense_or_404(user, pk)
    if expense.user_id == user.pk:
        raise PermissionDenied
    approve = request.POST.get("state") == ExpenseState.APPROVED
    try:
        decide_expense(
            expense_id=pk, by=user, approve=approve, seen=request.POST.get("seen", ""), note=request.POST.get("note", ""), at=timezone.now()
        )  # fmt: skip
    except ExpenseRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The expense is approved.") if approve else _("The expense is refused."))
    home = f"{reverse('visits:expenses', args=[expense.user_id])}?month={expense.on:%Y-%m}"
    return redirect(next_of(request, home))
