"""The statement on paper: one page, in the reader's language."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Spacer, Table

from crm.base.models import Company
from dealers.models import Dealer
from promotions.paper import GREY, RULE, printed, written
from promotions.rebates.statement import Statement, money, period_of


def statement_pdf(told: Statement, dealer: Dealer, *, on: dt.date) -> bytes:
    """The statement of a dealer as of the day."""
    title = _("Rebate statement")
    return printed(
        title,
        [
            written(Company.get().name, 9, colour=GREY),
            written(title, 18),
            Spacer(1, 4 * mm),
            written(" ".join(filter(None, (dealer.name, dealer.code))), 12),
            written(f"{told.programme.name}, {period_of(told.programme)}", 10),
            Spacer(1, 6 * mm),
            written(told.headline, 12),
            *([written(told.next_step, 11)] if told.next_step else []),
            Spacer(1, 5 * mm),
            _calculation(told),
            Spacer(1, 6 * mm),
            written(
                _(
                    "As of %(day)s. Sales that are corrected later correct this statement. It is credited by a credit note."
                )
                % {"day": date_format(on, "DATE_FORMAT")},
                8,
            ),
        ],
    )


def _calculation(told: Statement) -> Table:
    head = [_("Calculation"), _("By the rule"), pgettext("of money", "Amount")]
    lines = [[row.label, row.rule, _figure(row.amount)] for row in told.rows]
    sums = [[_("Owed for the period"), "", money(told.total)]]
    if told.settled:
        sums += [[_("Settled so far"), "", money(told.settled)], [_("Still open"), "", money(told.open)]]
    cells = [[written(a, 9), written(b, 9), written(c, 9, right=True)] for a, b, c in (head, *lines, *sums)]
    table = Table(cells, colWidths=[45 * mm, 85 * mm, 40 * mm], repeatRows=1)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
            ("LINEBELOW", (0, 1), (-1, -len(sums) - 1), 0.25, RULE),
            ("LINEABOVE", (0, -len(sums)), (-1, -len(sums)), 0.8, colors.black),
        ]
    )
    return table


def _figure(amount: Decimal | None) -> str:
    return "" if amount is None else money(amount)
