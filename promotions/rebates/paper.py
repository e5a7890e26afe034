"""The statement on paper: one page, in the reader's language.

The fonts of Chinese, Japanese and Korean are those that every reader of PDF brings along; nothing is embedded, and the text
can be copied and searched.
"""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from functools import cache
from xml.sax.saxutils import escape

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from crm.base.models import Company
from dealers.models import Dealer
from promotions.rebates.statement import Statement, money, period_of

# A font for texts that hold a character of these ranges; the first that fits.
_FONTS = (
    ("HYGothic-Medium", (("\uac00", "\ud7a3"), ("\u1100", "\u11ff"))),
    ("HeiseiKakuGo-W5", (("\u3040", "\u30ff"),)),
    ("STSong-Light", (("\u2e80", "\u9fff"), ("\uf900", "\ufaff"), ("\uff00", "\uffef"))),
)
_PLAIN = "Helvetica"


def statement_pdf(told: Statement, dealer: Dealer, *, on: dt.date) -> bytes:
    """The statement of a dealer as of the day."""
    for name, _ranges in _FONTS:
        _register(name)
    buffer = io.BytesIO()
    title = _("Rebate statement")
    document = SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=18 * mm, title=title,
        author=Company.get().name,
    )  # fmt: skip
    document.build(
        [
            _text(Company.get().name, 9, colour=colors.HexColor("#5c6570")),
            _text(title, 18),
            Spacer(1, 4 * mm),
            _text(" ".join(filter(None, (dealer.name, dealer.code))), 12),
            _text(f"{told.programme.name}, {period_of(told.programme)}", 10),
            Spacer(1, 6 * mm),
            _text(told.headline, 12),
            *([_text(told.next_step, 11)] if told.next_step else []),
            Spacer(1, 5 * mm),
            _calculation(told),
            Spacer(1, 6 * mm),
            _text(
                _(
                    "As of %(day)s. Sales that are corrected later correct this statement. It is credited by a credit note."
                )
                % {"day": date_format(on, "DATE_FORMAT")},
                8,
            ),
        ]
    )
    return buffer.getvalue()


def _calculation(told: Statement) -> Table:
    head = [_("Calculation"), _("By the rule"), pgettext("of money", "Amount")]
    lines = [[row.label, row.rule, _figure(row.amount)] for row in told.rows]
    sums = [[_("Owed for the period"), "", money(told.total)]]
    if told.settled:
        sums += [[_("Settled so far"), "", money(told.settled)], [_("Still open"), "", money(told.open)]]
    cells = [[_text(a, 9), _text(b, 9), _text(c, 9, right=True)] for a, b, c in (head, *lines, *sums)]
    table = Table(cells, colWidths=[45 * mm, 85 * mm, 40 * mm], repeatRows=1)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
            ("LINEBELOW", (0, 1), (-1, -len(sums) - 1), 0.25, colors.HexColor("#c9ced4")),
            ("LINEABOVE", (0, -len(sums)), (-1, -len(sums)), 0.8, colors.black),
        ]
    )
    return table


def _figure(amount: Decimal | None) -> str:
    return "" if amount is None else money(amount)


def _text(text: str, size: int, *, right: bool = False, colour: colors.Color = colors.black) -> Flowable:
    font = font_for(text)
    style = ParagraphStyle(
        "text",
        fontName=font,
        fontSize=size,
        leading=size * 1.35,
        textColor=colour,
        wordWrap=None if font == _PLAIN else "CJK",
    )
    if right:
        style.alignment = TA_RIGHT
    return Paragraph(escape(text), style)


def font_for(text: str) -> str:
    """A font that has the text's characters."""
    for name, ranges in _FONTS:
        if any(first <= character <= last for character in text for first, last in ranges):
            return name
    return _PLAIN


@cache
def _register(name: str) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(name))
