"""The benefit sheet: one page to hand over, in the dealer's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from crm.base.models import Company
from crm.base.money import round_money
from crm.base.text import joined, run_on
from promotions.benefit import Benefit
from promotions.models import Promotion, Provision
from promotions.paper import GREY, RULE, printed, written
from promotions.refusals import money

# What is told in words and figures: label, remark, amount.
Row = tuple[str, str, str]


def benefit_pdf(told: Benefit, promotion: Promotion, *, on: dt.date) -> bytes:
    """The sheet of one dealer as of the day, in the language that is active."""
    dealer = told.participant.dealer
    title = _("What the promotion brings you")
    last = promotion.ends_on - dt.timedelta(days=1)
    period = _("%(first)s – %(last)s") % {
        "first": date_format(promotion.starts_on, "DATE_FORMAT"), "last": date_format(last, "DATE_FORMAT")
    }  # fmt: skip
    gain = _gain(told, promotion)
    parts: list[Flowable] = [
        written(Company.get().name, 9, colour=GREY),
        written(title, 18),
        Spacer(1, 3 * mm),
        written(" ".join(filter(None, (dealer.name, dealer.code))), 12),
        written(promotion.title, 12),
        written(joined((period, promotion.place)), 10),
        *([Spacer(1, 2 * mm), written(promotion.how, 10)] if promotion.how else []),
        Spacer(1, 4 * mm),
        written(gain, 12),
    ]
    for head, rows in (
        (pgettext("benefit sheet", "Brand"), _brand(told, promotion)),
        (pgettext("benefit sheet", "Profit"), _profit(told, promotion)),
        (pgettext("benefit sheet", "Cost"), _cost(told, promotion)),
    ):
        parts += [Spacer(1, 5 * mm), written(head, 13), Spacer(1, 1 * mm), _table(rows)]
    parts += [Spacer(1, 6 * mm), written(_footnote(on), 8, colour=GREY)]
    return printed(title, parts)


def _money(amount: Decimal, promotion: Promotion) -> str:
    return money(round_money(amount, promotion.currency), promotion.currency)


def _percent(share: Decimal) -> str:
    """With one digit where it needs one."""
    value = round(share * 100, 1)
    return _("%(number)s %%") % {"number": number_format(value, 1 if value % 1 else 0, force_grouping=True)}


def _gain(told: Benefit, promotion: Promotion) -> str:
    values = {
        "profit": _money(told.outlook.gross_profit, promotion), "provides": _money(told.outlook.provides, promotion),
        "gain": _money(told.outlook.gain, promotion),
    }  # fmt: skip
    if told.outlook.provides <= 0:
        return _("You earn %(profit)s more and have no cost.") % values
    if told.outlook.gain < 0:
        return _("You earn %(profit)s more and bring along %(provides)s: more than comes back in these days.") % values
    return _("You earn %(profit)s more, bring along %(provides)s, and so gain %(gain)s.") % values


def _brand(told: Benefit, promotion: Promotion) -> list[Row]:
    days = ngettext("%(count)s day", "%(count)s days", promotion.days) % {"count": promotion.days}
    rows: list[Row] = [(_("You are seen with the brand"), promotion.get_mechanic_display(), days)]
    rows += [
        (_("We pay for %(what)s") % {"what": kind.label}, "", _money(amount, promotion)) for kind, amount in told.paid
    ]
    if told.discount:
        remark = _("%(share)s on what you buy in these days") % {"share": _percent(promotion.discount_share)}
        rows.append((_("Material discount"), remark, _money(told.discount, promotion)))
    if told.ours:
        rows.append((_("We bring along"), joined(_item(row) for row in told.ours), ""))
    if promotion.people:
        rows.append((_("People who carry it out"), promotion.people, ""))
    return rows


def _profit(told: Benefit, promotion: Promotion) -> list[Row]:
    row, outlook = told.participant, told.outlook
    more = "" if told.uplift_share is None else _("%(share)s more than usual") % {"share": _percent(told.uplift_share)}
    return [
        (_("You usually buy in these days"), "", _money(row.baseline, promotion)),
        (_("Expected in addition"), more, _money(row.estimate, promotion)),
        (_("Your margin on the goods"), "", _percent(outlook.margin)),
        (_("You earn more"), _("margin of what is sold in addition"), _money(outlook.gross_profit, promotion)),
    ]


def _cost(told: Benefit, promotion: Promotion) -> list[Row]:
    outlook = told.outlook
    rows: list[Row] = [
        (_("You bring along"), joined(_item(row) for row in told.theirs), _money(outlook.provides, promotion))
    ]
    if told.break_even is not None:
        remark = _("what has to be sold in addition until your cost is back")
        rows.append((_("You break even at"), remark, _money(told.break_even, promotion)))
    if outlook.roi is not None:
        roi = number_format(round(outlook.roi, 2), 2)
        rows.append((_("Return"), _("what you earn more / what you bring along"), roi))
    rows.append((_("You gain"), "", _money(outlook.gain, promotion)))
    return rows


def _item(row: Provision) -> str:
    if row.quantity is None:
        return row.item
    quantity = number_format(row.quantity.normalize() if row.quantity % 1 else int(row.quantity), force_grouping=True)
    return " ".join(filter(None, (row.item, quantity, row.unit)))


def _footnote(on: dt.date) -> str:
    return run_on(
        [
            _("As of %(day)s. An estimate, not a promise.") % {"day": date_format(on, "DATE_FORMAT")},
            _("Usual purchases are told by your own of the two years before."),
            _("What is for all who take part is divided by what each is expected to sell in addition."),
            _("At which price you sell on is yours to decide."),
        ]
    )


def _table(rows: Sequence[Row]) -> Table:
    cells = [[written(a, 9), written(b, 9, colour=GREY), written(c, 9, right=True)] for a, b, c in rows]
    table = Table(cells, colWidths=[55 * mm, 75 * mm, 40 * mm])
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEABOVE", (0, 0), (-1, 0), 0.8, colors.black),
            ("LINEBELOW", (0, 0), (-1, -1), 0.25, RULE),
        ]
    )
    return table
