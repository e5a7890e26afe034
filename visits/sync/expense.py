"""An expense from a phone: written, changed or taken back, and the picture of its receipt."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import Right
from crm.base.models import Company
from crm.base.money import minor_units
from dealers.models import Dealer
from visits.actions.expenses import ExpenseRefused, NotHers, delete_expense, file_receipt, write_expense
from visits.choices import ExpenseCategory
from visits.models import Visit
from visits.sync.reading import Reader
from visits.sync.refusals import Invalid, NotYours, Refused

# As long ago as a visit may be.
OLDEST_DAYS = 90
# The column holds two.
_MOST_DIGITS = 2
_NEEDS_PURPOSE = (ExpenseCategory.ENTERTAINMENT, ExpenseCategory.GIFT)


def apply_expense(*, user: User, data: object, at: dt.datetime) -> dict[str, Any]:
    """Write one of the user's own expenses, change it, or take it back (`deleted`). Raises a Refused.

    `written_at` is when the phone wrote this; a clock that goes ahead counts as now.
    """
    reader = Reader(data)
    key = reader.key("key")
    written_at = min(reader.moment("written_at", need=True) or at, at)
    written_at = max(written_at, at - dt.timedelta(days=OLDEST_DAYS))
    day = Company.get().today(at=written_at)
    if reader.yes("deleted"):
        reader.done()
        _refusing(lambda: delete_expense(user=user, key=key, on=day))
        return {"expense": str(key), "deleted": True}
    values = _values(reader, at)
    reader.done()
    _place(user, reader, values)
    _refusing(lambda: write_expense(user=user, key=key, values=values, at=written_at, on=day))
    return {"expense": str(key), "deleted": False}


def _values(reader: Reader, at: dt.datetime) -> dict[str, Any]:
    currency = reader.text("currency", 3, need=True)
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        reader.fault("currency", _("There is no such choice."))
    on = reader.day("on", need=True)
    if on and not -OLDEST_DAYS <= (on - Company.get().today(at=at)).days <= 1:
        reader.fault("on", _("This day is too far away."))
    values = {
        "on": on,
        "category": reader.choice("category", ExpenseCategory, need=True),
        "amount": reader.decimal("amount", min(minor_units(currency), _MOST_DIGITS), above=0, need=True),
        "currency": currency,
        "guests": reader.whole("guests", 1, 1000),
        "purpose": reader.text("purpose", 200),
    }
    if values["category"] in _NEEDS_PURPOSE and not values["purpose"]:
        reader.fault("purpose", _("Say what it was for."))
    return values


def _place(user: User, reader: Reader, values: dict[str, Any]) -> None:
    """The dealer, whom the user must be working now or have worked on the day, and the visit, when it has arrived."""
    dealer_id = reader.whole("dealer", 1, 2**62)
    visit_key = reader.optional_key("visit")
    reader.done()
    values |= {"dealer_id": None, "visit": None}
    if dealer_id is None:
        return
    for on in (values["on"], None):
        if Dealer.objects.visible_to(user, on=on, rights=(Right.LOG_VISITS,)).filter(pk=dealer_id).exists():
            values["dealer_id"] = dealer_id
            break
    else:
        raise NotYours(_("This dealer is not, or no longer, among yours."))
    if visit_key:
        values["visit"] = Visit.objects.filter(key=visit_key, dealer=dealer_id).first()


def apply_receipt(*, user: User, key: uuid.UUID, content: bytes) -> dict[str, Any]:
    """Raises a Refused."""
    _refusing(lambda: file_receipt(user=user, key=key, content=content))
    return {"expense": str(key), "bytes": len(content)}


def _refusing(act: Any) -> None:
    try:
        act()
    except NotHers as refused:
        raise NotYours(str(refused)) from refused
    except ExpenseRefused as refused:
        error: Refused = Invalid(str(refused))
        raise error from refused
