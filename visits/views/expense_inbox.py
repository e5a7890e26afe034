"""Expenses of the team that wait for a decision, the oldest first; several are decided on at a time."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from crm.base.asked import number, words
from dealers.views.access import user_of
from visits.actions.expenses import ExpenseRefused, decide_expense
from visits.choices import ExpenseCategory, ExpenseState
from visits.elsewhere import sees
from visits.models import Expense
from visits.views.access import next_of

# Rows of a page, all of which can be decided on at once.
PAGE = 50


def _waiting(user: User) -> QuerySet[Expense]:
    """What others of the user's team have handed in. Raises PermissionDenied for who leads nobody."""
    if not scope_of(user).may(Right.VIEW_TEAM):
        raise PermissionDenied
    waiting: QuerySet[Expense] = Expense.objects.visible_to(user).filter(state=ExpenseState.SUBMITTED)
    return waiting.exclude(user=user)


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """All that waits, of one person or category if asked for; whose and how much of it stands above."""
    user = user_of(request)
    waiting = _waiting(user)
    people = (
        waiting.order_by().values("user", "user__name").annotate(number=Count("pk")).order_by("-number", "user__name")
    )
    found = waiting
    if person := number(request.GET.get("person")):
        found = found.filter(user=person)
    category = request.GET.get("category", "")
    if category in ExpenseCategory.values:
        found = found.filter(category=category)
    sums = found.order_by().values("currency").annotate(amount=Sum("amount"), number=Count("pk")).order_by("-number")
    last = found.filter(pk=number(request.GET.get("after")) or 0).first()
    if last is not None:
        found = found.filter(Q(on__gt=last.on) | Q(on=last.on, pk__gt=last.pk))
    rows = list(found.select_related("user", "dealer").order_by("on", "pk")[: PAGE + 1])
    context = {
        "rows": [(row, bool(row.dealer and sees(user, row.dealer))) for row in rows[:PAGE]],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None, "people": list(people[:20]), "person": person,
        "categories": ExpenseCategory.choices, "category": category, "sums": list(sums),
    }  # fmt: skip
    return render(request, "visits/expense_inbox.html", context)


@require_POST
def decide_many(request: HttpRequest) -> HttpResponse:
    """Approve (`state=APPROVED`) or refuse (with the reason, `note`) the chosen ones (`expense`), each as the page showed
    it (`seen-N`). What cannot be decided on stays, and is said."""
    user = user_of(request)
    waiting = _waiting(user)
    back = next_of(request, reverse("visits:expense_inbox"))
    keys = {pk for text in request.POST.getlist("expense")[:PAGE] if (pk := number(text))}
    approve = request.POST.get("state") == ExpenseState.APPROVED
    if not approve and not words(request.POST.get("note")):
        messages.error(request, _("Say why the expenses are refused."))
        return redirect(back)
    chosen = list(waiting.filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))
    refusals: Counter[str] = Counter()
    for pk in chosen:
        try:
            decide_expense(
                expense_id=pk, by=user, approve=approve, seen=request.POST.get(f"seen-{pk}", ""),
                note=request.POST.get("note", ""), at=timezone.now(),
            )  # fmt: skip
        except ExpenseRefused as refused:
            refusals[str(refused)] += 1
    _tell(request, len(chosen) - refusals.total(), refusals, approve=approve)
    return redirect(back)


def _tell(request: HttpRequest, decided: int, refusals: Counter[str], *, approve: bool) -> None:
    if decided and approve:
        text = ngettext("%(number)d expense is approved.", "%(number)d expenses are approved.", decided)
        messages.success(request, text % {"number": decided})
    elif decided:
        text = ngettext("%(number)d expense is refused.", "%(number)d expenses are refused.", decided)
        messages.success(request, text % {"number": decided})
    elif not refusals:
        messages.error(request, _("Choose at least one expense that still waits."))
    for text, number_of in refusals.items():
        stays = ngettext("%(number)d stays: %(reason)s", "%(number)d stay: %(reason)s", number_of)
        messages.error(request, stays % {"number": number_of, "reason": text})
