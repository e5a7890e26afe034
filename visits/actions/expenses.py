"""Expenses: written down by who spent the money, changed on the same day, decided on by somebody else."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from visits.choices import ExpenseState
from visits.expenses import changes_end
from visits.models import Expense


class ExpenseRefused(Exception):
    """It cannot be written, changed or decided on; the message says why."""


class NotHers(ExpenseRefused):
    """The key is that of somebody else's expense."""


def _own_to_change(user: User, key: uuid.UUID, on: dt.date) -> Expense | None:
    """The expense, locked; None when there is none under the key. Raises ExpenseRefused when it may not be changed on
    the business day `on`."""
    expense = Expense.objects.select_for_update().filter(key=key).first()
    if expense is None:
        return None
    if expense.user_id != user.pk:
        raise NotHers(_("This belongs to somebody else."))
    if expense.state != ExpenseState.SUBMITTED:
        raise ExpenseRefused(_("This expense was decided on; it cannot be changed any more."))
    if on > changes_end(expense):
        raise ExpenseRefused(_("An expense can only be changed on the day on which it was written."))
    return expense


@transaction.atomic
def write_expense(*, user: User, key: uuid.UUID, values: dict[str, Any], at: dt.datetime, on: dt.date) -> Expense:
    """Write it down as of the moment `at`, or change it on the business day `on`. Raises ExpenseRefused."""
    expense = _own_to_change(user, key, on) or Expense(key=key, user=user, created_at=at)
    for name, value in values.items():
        setattr(expense, name, value)
    expense.save()
    return expense


@transaction.atomic
def delete_expense(*, user: User, key: uuid.UUID, on: dt.date) -> None:
    """Take it back, with its receipt; nothing happens when it is not there. Raises ExpenseRefused."""
    expense = _own_to_change(user, key, on)
    if expense is not None:
        expense.delete()
        _drop_later(expense.receipt.storage, expense.receipt.name)


@transaction.atomic
def file_receipt(*, user: User, key: uuid.UUID, content: bytes) -> Expense:
    """Put the picture to the expense, instead of the one that may be there. Raises ExpenseRefused.

    A picture may come days after the amount: it is the larger one.
    """
    expense = Expense.objects.select_for_update().filter(key=key).first()
    if expense is None:
        raise ExpenseRefused(_("The expense of this receipt was deleted."))
    if expense.user_id != user.pk:
        raise NotHers(_("This belongs to somebody else."))
    before = expense.receipt.name
    if before and expense.state != ExpenseState.SUBMITTED:
        raise ExpenseRefused(_("This expense was decided on; it cannot be changed any more."))
    expense.receipt.save("receipt.jpg", ContentFile(content), save=False)
    expense.save(update_fields=["receipt"])
    _drop_later(expense.receipt.storage, before)
    return expense


def _drop_later(storage: Any, name: str | None) -> None:
    """Only when the row is gone for good."""
    if name:
        transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def decide_expense(
    *, expense_id: int, by: User, approve: bool, note: str, at: dt.datetime, seen: str | None = None
) -> Expense:
    """Approve it, or refuse it with the reason. `seen` is what the page showed (`Expense.as_shown`).
    Raises ExpenseRefused."""
    expense = Expense.objects.select_for_update(of=("self",)).get(pk=expense_id)
    note = note.strip()[:300]
    if expense.user_id == by.pk:
        raise ExpenseRefused(_("Nobody decides on her own expenses."))
    if expense.state != ExpenseState.SUBMITTED:
        raise ExpenseRefused(_("Somebody has decided on this expense meanwhile."))
    if seen is not None and seen != expense.as_shown:
        raise ExpenseRefused(_("The amount was changed meanwhile. Look at it again."))
    if not approve and not note:
        raise ExpenseRefused(_("Say why the expense is refused."))
    expense.state = ExpenseState.APPROVED if approve else ExpenseState.REFUSED
    expense.decided_by, expense.decided_at, expense.decision_note = by, at, note
    expense.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    return expense
