"""Expenses: what of them is entertainment, and how they are told a phone. docs/practice.md section 5."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import User
from crm.base.models import Company
from crm.base.money import minor_units
from dealers.models import Dealer
from visits.choices import ExpenseCategory, ExpenseState
from visits.models import Expense

# Days whose expenses the phone takes along, the running one among them.
TOLD_DAYS = 7
TOLD = 60
# Offered on the phone beside the company's own and those that were used before.
_USUAL = ("CNY", "JPY", "KRW", "USD", "EUR", "HKD", "TWD", "SGD", "THB", "VND")


@dataclass(frozen=True, slots=True)
class EntertainmentShare:
    """Entertainment against all expenses, both in `currency`; what was refused does not count.

    Amounts of several currencies are not added up: there are no rates to do so. The currency is the one in which most
    expenses were written; `others` says how many were written in another.
    """

    entertainment: Decimal
    total: Decimal
    currency: str
    count: int
    others: int
    cap: Decimal

    @property
    def share(self) -> Decimal:
        return self.entertainment / self.total

    @property
    def is_beyond(self) -> bool:
        """More than the cap; exactly the cap is still within it."""
        return self.share > self.cap


def entertainment_share(
    *, start: dt.date, until: dt.date, user: User | None = None, dealer: Dealer | None = None
) -> EntertainmentShare | None:
    """The share of a person's expenses, of those for a dealer, of one at the other, or of all, on days from `start` until
    before `until`. None where nothing was spent. One query."""
    asked = Expense.objects.filter(**({"user": user} if user else {}), **({"dealer": dealer} if dealer else {}))
    return _shares(asked.filter(on__gte=start, on__lt=until), None).get(0)


def entertainment_shares(
    by: Literal["user", "dealer"], ids: Iterable[int], *, start: dt.date, until: dt.date
) -> dict[int, EntertainmentShare]:
    """The same for many people or dealers at once; who spent nothing is left out. One query."""
    asked = Expense.objects.filter(on__gte=start, on__lt=until, **{f"{by}__in": list(ids)})
    return _shares(asked, by)


def _shares(expenses: QuerySet[Expense], by: str | None) -> dict[int, EntertainmentShare]:
    entertained = Q(category=ExpenseCategory.ENTERTAINMENT)
    rows = (
        expenses.exclude(state=ExpenseState.REFUSED)
        .order_by()
        .values(*([by] if by else []), "currency")
        .annotate(total=Sum("amount"), entertainment=Sum("amount", filter=entertained), count=Count("pk"))
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row[by] if by else 0].append(row)
    shares = {}
    for pk, of_currencies in found.items():
        most = max(of_currencies, key=lambda row: (row["count"], row["currency"]))
        shares[pk] = EntertainmentShare(
            entertainment=most["entertainment"] or Decimal(0), total=most["total"], currency=most["currency"],
            count=most["count"], others=sum(row["count"] for row in of_currencies) - most["count"],
            cap=settings.ENTERTAINMENT_CAP,
        )  # fmt: skip
    return shares


def changes_end(expense: Expense) -> dt.date:
    """The business day until whose end its writer may change it: the one on which she wrote it."""
    return Company.get().today(at=expense.created_at)


def told(user: User, *, on: dt.date) -> dict[str, Any]:
    """What the phone takes along of the user's expenses: the last days', what is entertainment this month, currencies."""
    rows = (
        Expense.objects.filter(user=user, on__gt=on - dt.timedelta(days=TOLD_DAYS))
        .select_related("dealer", "visit")
        .order_by("-on", "-created_at", "-pk")
    )
    share = entertainment_share(start=on.replace(day=1), until=on + dt.timedelta(days=1), user=user)
    return {
        "rows": [_row(expense) for expense in rows[:TOLD]],
        "cap": float(settings.ENTERTAINMENT_CAP),
        "month": None if share is None else [str(share.entertainment), str(share.total), share.currency],
        "currencies": [[code, minor_units(code)] for code in _currencies(user)],
    }


def _row(expense: Expense) -> dict[str, Any]:
    return {
        "key": str(expense.key),
        "on": expense.on.isoformat(),
        "category": expense.category,
        "amount": format(expense.amount.normalize(), "f"),
        "currency": expense.currency,
        "dealer": expense.dealer_id,
        "dealer_name": expense.dealer.name if expense.dealer else "",
        "visit": str(expense.visit.key) if expense.visit else "",
        "guests": expense.guests,
        "purpose": expense.purpose,
        "state": expense.state,
        "decision_note": expense.decision_note,
        "written_on": changes_end(expense).isoformat(),
        "receipt": expense.get_receipt_url() if expense.receipt else "",
    }


def _currencies(user: User) -> list[str]:
    """The company's, then those that the user has written in, the last one first, then the usual ones."""
    used = Expense.objects.filter(user=user).order_by("-pk").values_list("currency", flat=True)[:50]
    return list(dict.fromkeys([*used[:1], Company.get().currency, *used, *_USUAL]))
